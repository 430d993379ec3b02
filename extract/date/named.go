package date

// Selector is the source of a date that Input.Named gave.
const Selector = "selector"

// named takes the first of Input.Named that is a date, before all others.
func (s *search) named() {
	for _, raw := range s.Named {
		if s.add(Published, Selector, raw, 1000) {
			return
		}
	}
}
