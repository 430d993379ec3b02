package date

// Claim is a date that a page states, as it states it. Its fields are those of archive.Claim.
type Claim struct {
	Role      string   `json:"role"`
	Raw       string   `json:"raw"`
	Source    string   `json:"source"`
	Value     string   `json:"value"`
	Precision string   `json:"precision"`
	Ambiguous bool     `json:"ambiguous"`
	Readings  []string `json:"readings,omitempty"`
	Why       string   `json:"why,omitempty"`
	Chosen    bool     `json:"chosen,omitempty"`
}

// Order is the order of the numbers in a numeric date.
type Order uint8

// The orders of numeric dates. Year-first dates need none.
const (
	UnknownOrder Order = iota
	DayFirst           // 03.10.2019, 3/10/2019
	MonthFirst         // 10-03-2019
)
