package web

import "html/template"

// words are the functions that templates call.
var words = template.FuncMap{}
