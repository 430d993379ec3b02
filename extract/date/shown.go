package date

// shown raises the day that readers are told by the headline over metadata which say another one: a page that was moved to
// another system, or that a template fills in, says in its metadata when that was done. What the page shows as the day of
// its last change is none, nor is what its metadata say is; a discussion, whose metadata have a day for each post, shows the
// last one; and where some visible date agrees with the metadata, these are right. One day apart is a zone: the publisher's
// own offset says which day it was there.
func (s *search) shown() {
	published, changed := map[string]bool{}, map[string]bool{}
	beside := map[string]bool{} // days of publication in the publisher's zone
	top := 0                    // the weight of the best claim of the day of publication in the metadata
	for _, f := range s.found {
		switch day := dayOf(f.Value); {
		case day == "":
		case f.Role == Modified:
			changed[day] = true
		case f.Role == Published && machine(f.Source):
			published[day] = true
			if !inUTC(f.Value) {
				beside[day] = true
			}
			top = max(top, f.weight)
		}
	}
	if top == 0 || len(published) > 2 {
		return
	}
	best := -1
	for i, f := range s.found {
		day := dayOf(f.Value)
		if f.Source != "text" && f.Source != "time" || f.weight < byHeadline || day == "" {
			continue
		}
		if published[day] {
			return
		}
		if f.Role != Modified && !f.Ambiguous && !changed[day] && !nextTo(beside, day) && (best < 0 || f.weight > s.found[best].weight) {
			best = i
		}
	}
	if best >= 0 && s.found[best].weight <= top {
		s.found[best].weight = top + 1
	}
}

// nextTo reports whether a day is the one before or after one of a set.
func nextTo(set map[string]bool, day string) bool {
	for d := range set {
		if n := days(d, day); n == 1 || n == -1 {
			return true
		}
	}
	return false
}
