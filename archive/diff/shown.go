package diff

// Shown is a text as this package shows it to people, before any escaping for what it is shown with: hidden characters,
// such as controls and direction overrides, are written as <U+202E>, so that none of them acts on what stands around it.
// Line ends stay. changed is true for a piece that came or went, in which joiners, variation selectors and no-break spaces
// are written too, since they may be what was changed.
func Shown(text string, changed bool) string { return shown(text, kindIf(changed)) }

// Shown are the texts of the block's parts as they are shown to people, see the function [Shown]; the n-th is that of
// Parts[n]. Two pieces of which one replaced the other, and which look the same because only their composition differs, are
// spelled out.
func (b *Block) Shown() []string {
	out := make([]string, len(b.Parts))
	for n, p := range b.Parts {
		if n > 0 && lookAlike(b.Parts[n-1], p) || n+1 < len(b.Parts) && lookAlike(p, b.Parts[n+1]) {
			out[n] = spelled(p.Text)
		} else {
			out[n] = shown(p.Text, p.Kind)
		}
	}
	return out
}
