package web

import "strings"

// lineBreak stands for a line break inside of a line of the text, in Markdown that was prepared. It is a private character,
// which means nothing else.
const lineBreak = "\uE000"

// prepared is Markdown with what a reader of Markdown would take for something else written so that it does not: after a line
// break inside of a paragraph may stand what looks like an item of a list, and a table's rows may be longer than its head.
func prepared(markdown string) string {
	if !strings.Contains(markdown, "\\\n") && !strings.Contains(markdown, "\n| ---") {
		return markdown
	}
	var out []string
	fence, broken := "", false
	lines := strings.Split(markdown, "\n")
	for i := 0; i < len(lines); i++ {
		l := lines[i]
		switch {
		case fence != "":
			if l == fence {
				fence = ""
			}
		case strings.HasPrefix(l, "```"):
			fence = l
		case broken && l != "":
			out[len(out)-1] += strings.TrimLeft(l, " \t")
			l = out[len(out)-1]
			out = out[:len(out)-1]
		case strings.HasPrefix(l, "| ") && i+1 < len(lines) && strings.HasPrefix(lines[i+1], "| ---"):
			n := i + 1
			for n < len(lines) && strings.HasPrefix(lines[n], "| ") {
				n++
			}
			out = append(out, widened(lines[i:n])...)
			i = n - 1
			continue
		}
		if broken = fence == "" && endsBroken(l); broken {
			l = l[:len(l)-1] + lineBreak
		}
		out = append(out, l)
	}
	return strings.Join(out, "\n")
}

// endsBroken reports whether a line ends with a backslash that is not itself escaped.
func endsBroken(l string) bool {
	return (len(l)-len(strings.TrimRight(l, `\`)))%2 == 1
}

// widened are the rows of a table whose head has as many cells as its longest row: a reader of Markdown leaves out the others.
func widened(rows []string) []string {
	cells := func(row string) int { return strings.Count(row, "|") - strings.Count(row, `\|`) - 1 }
	most := 0
	for _, r := range rows {
		most = max(most, cells(r))
	}
	out := append([]string{}, rows...)
	out[0] += strings.Repeat("  |", most-cells(rows[0]))
	out[1] = strings.Repeat("| --- ", most) + "|"
	return out
}
