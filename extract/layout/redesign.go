package layout

// Redesigned reports whether a layout is so unlike an older one of the same site that the site was built anew in
// between: its texts sit in another place, or less than half of what repeats today did so then. Layouts that were
// learned from other pages of one design differ in less.
func (l *Layout) Redesigned(old *Layout) bool {
	if l.empty() {
		return false
	}
	if old.empty() {
		return true
	}
	if differ(l.container, old.container) || differ(l.datePlace, old.datePlace) || l.order != 0 && l.order != old.order {
		return true
	}
	all, common := 0, 0
	for p, n := range l.prints {
		all += n
		if old.prints[p] > 0 {
			common += n
		}
	}
	return 2*common < all
}

// differ reports whether two places are known and not the same.
func differ(a, b string) bool { return a != "" && b != "" && a != b }

// Outgrown reports whether the layout was learned before layouts knew spots.
func (l *Layout) Outgrown() bool { return !l.empty() && len(l.spots) == 0 }
