package tax

import (
	"slices"
	"strings"

	"wizamart/framework/country"
	"wizamart/framework/money"
)

// Rule is a rate that the merchant has set for a place: outside the Union where the store is registered, or instead of the table's.
// Several taxes on one sale (state and county) are one rate here, their sum.
type Rule struct {
	ID       string     `json:"id"`
	Name     string     `json:"name"`             // as shoppers read it: "GST"
	Country  string     `json:"country"`          // ISO 3166-1 alpha-2
	Region   string     `json:"region,omitempty"` // state or province: a code of ISO 3166-2 or a name
	PostFrom string     `json:"from,omitempty"`   // postal codes from this one
	PostTo   string     `json:"to,omitempty"`     // up to this one, longer ones that begin with it included; "" is only PostFrom
	Class    string     `json:"class,omitempty"`  // only this class; "" is all but zero-rated and exempt ones
	Rate     money.Rate `json:"rate" doc:"0.19 is 19 %."`
}

// rank: a rule for a postal code goes before one for a region, that before one for a country, and among equals one for a class before one for all.
func (r Rule) rank() int {
	n := 0
	if r.PostFrom != "" {
		n += 4
	}
	if r.Region != "" {
		n += 2
	}
	if r.Class != "" {
		n++
	}
	return n
}

// covers tells whether an address is in the rule's place.
func (r Rule) covers(in, region, postal string) bool {
	if r.Country != in || r.Region != "" && !country.SameRegion(in, r.Region, region) {
		return false
	}
	if r.PostFrom == "" {
		return true
	}
	plain := func(s string) string { return strings.ToUpper(strings.NewReplacer(" ", "", "-", "").Replace(s)) }
	code, from, to := plain(postal), plain(r.PostFrom), plain(r.PostTo)
	if to == "" {
		return strings.HasPrefix(code, from)
	}
	return code >= from && (code <= to || strings.HasPrefix(code, to))
}

// rule is the one that a sale falls under, or nil. The oldest of equals.
func (r Request) rule(country, region, postal, class string) *Rule {
	level, best := r.level(class), -1
	special := Place(country, postal).Name != ""
	for i, rule := range r.Rules {
		switch {
		case !rule.covers(country, region, postal):
		case rule.Class != "" && rule.Class != class:
		case rule.Class == "" && (level == LevelZero || level == LevelExempt):
		case special && rule.PostFrom == "" && rule.Region == "": // a rule for Spain says nothing of the Canary Islands
		case best < 0 || rule.rank() > r.Rules[best].rank():
			best = i
		}
	}
	if best < 0 {
		return nil
	}
	return &r.Rules[best]
}

// SortRules puts rules in the order in which a list shows them.
func SortRules(rules []Rule) {
	slices.SortStableFunc(rules, func(a, b Rule) int {
		if c := strings.Compare(a.Country, b.Country); c != 0 {
			return c
		}
		return b.rank() - a.rank()
	})
}
