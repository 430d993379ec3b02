package web

import "html/template"

// mapHeight is the height of a change map in its own units; it is stretched to that of the window.
const mapHeight = 1000

// changeMap draws the whole comparison as a strip, each paragraph as high as it is long, with the changes marked. It is
// for the eye and the pointer: who uses neither has the list of changes. It is "" when nothing changed.
func changeMap(rows []compareRow) template.HTML {
	weight := func(ps []piece) (n float64) {
		for _, p := range ps {
			n += float64(len(p.Text))
		}
		return n + 40 // the space between paragraphs
	}
	var flat []compareRow
	total, changes := 0.0, 0
	for _, r := range rows {
		if r.Kind == "fold" {
			flat = append(flat, r.Folded...)
		} else {
			flat = append(flat, r)
		}
		if r.Change > 0 {
			changes++
		}
	}
	for _, r := range flat {
		total += weight(r.Pieces)
	}
	if changes == 0 {
		return ""
	}
	const least = 5 // of a change, so that it can be seen
	scale := (mapHeight - least*float64(changes)) / total
	var p picture
	p.printf("<svg class=\"change-map\" viewBox=\"0 0 10 %d\" preserveAspectRatio=\"none\" aria-hidden=\"true\" focusable=\"false\">\n", mapHeight)
	y := 0.0
	for _, r := range flat {
		h := weight(r.Pieces) * scale
		if r.Change > 0 {
			h += least
			p.printf("<a href=\"#c%d\" tabindex=\"-1\"><rect class=\"map-%s\" x=\"%d\" y=\"%.1f\" width=\"%d\" height=\"%.1f\"/></a>\n",
				r.Change, r.Kind, mapSide(r.Kind), y, mapWidth(r.Kind), h)
		}
		y += h
	}
	p.printf("</svg>\n")
	return p.html()
}

// mapSide is where a change lies across the strip: what went is left, what came is right, as side by side.
func mapSide(kind string) int {
	if kind == "added" || kind == "moved" {
		return 5
	}
	return 0
}

func mapWidth(kind string) int {
	switch kind {
	case "added", "moved", "removed", "moved-away":
		return 5
	}
	return 10
}
