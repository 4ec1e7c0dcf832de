package catalog

import (
	"cmp"
	"slices"
	"strings"
)

// Facet is one way to narrow a listing down.
type Facet struct {
	Title  string
	Param  string    // of the URL
	Kind   FieldKind // of a field's facet
	Values []FacetValue
}

// FacetValue is one choice of a facet, with how many products it would show.
type FacetValue struct {
	Value    string // of the parameter
	Label    string
	Count    int
	Selected bool
}

const (
	maxFacets      = 3  // of options
	maxFacetValues = 24 // of one facet
)

// sieve is a shopper's filters in the shelf's numbers.
type sieve struct {
	*shelf
	f       *Filters
	brands  []bool           // chosen, by number; nil when none is
	options map[int32][]bool // by option, the chosen values by number
	soldOut []bool           // by product
	fields  *fieldSieve
}

func (f *shelf) sieve(filters *Filters, soldOut []bool) *sieve {
	s := &sieve{shelf: f, f: filters, soldOut: soldOut, fields: f.fields.sieve(filters.Fields)}
	if len(filters.Brands) > 0 {
		s.brands = make([]bool, len(f.brands))
		for i, b := range f.brands {
			s.brands[i] = slices.Contains(filters.Brands, b)
		}
	}
	for name, chosen := range filters.Options {
		at := slices.IndexFunc(f.names, func(n string) bool { return strings.EqualFold(n, name) })
		if s.options == nil {
			s.options = map[int32][]bool{}
		}
		marks := make([]bool, len(f.values)) // of an option that nothing here has: no value is chosen, so nothing is taken
		for i, v := range f.values {
			marks[i] = int(v.option) == at && slices.Contains(chosen, v.label)
		}
		s.options[int32(at)] = marks
	}
	return s
}

// The filters that a product may fail. An option's is its number; no shop has so many.
const (
	failsNone = -1 - iota
	failsMore // than one
	failsBrand
	failsPrice
	failsReduced
	failsStock
	failsUnknown // an option that nothing here has
)

// fails is the one filter that a product does not pass: choosing otherwise there would show it.
func (s *sieve) fails(i int32) int32 {
	p := &s.products[i]
	failed := int32(failsNone)
	fail := func(what int32) {
		if failed == failsNone {
			failed = what
		} else {
			failed = failsMore
		}
	}
	if s.brands != nil && (p.brand < 0 || !s.brands[p.brand]) {
		fail(failsBrand)
	}
	if s.f.From != nil && p.price < *s.f.From || s.f.To != nil && p.price > *s.f.To {
		fail(failsPrice)
	}
	if s.f.Reduced && !p.reduced {
		fail(failsReduced)
	}
	if s.f.InStock && s.soldOut[i] {
		fail(failsStock)
	}
	s.fields.fails(i, fail)
	for option, marks := range s.options {
		if !slices.ContainsFunc(p.options, func(v int32) bool { return marks[v] }) {
			if option < 0 {
				option = failsUnknown
			}
			fail(option)
		}
	}
	return failed
}

// narrowed is a listing after the filters, with what each choice would show: each facet is counted under the other filters, not under its own.
type narrowed struct {
	taken           []int32
	facets          []Facet
	reduced         int // how many are reduced
	inStock         int
	lowest, highest int64 // prices before the price filter
}

func (s *sieve) narrow(all []int32) (out narrowed) {
	brands, values, options := make([]int, len(s.shelf.brands)), make([]int, len(s.values)), make([]int, len(s.names))
	seen := make([]bool, len(s.values))
	var order []int32 // of values, as products list them
	priced := false
	for _, i := range all {
		p := &s.products[i]
		failed := s.fails(i)
		if failed == failsNone {
			out.taken = append(out.taken, i)
		}
		if p.brand >= 0 && (failed == failsNone || failed == failsBrand) {
			brands[p.brand]++
		}
		if failed == failsNone || failed == failsPrice {
			if !priced || p.price < out.lowest {
				out.lowest, priced = p.price, true
			}
			out.highest = max(out.highest, p.price)
		}
		if p.reduced && (failed == failsNone || failed == failsReduced) {
			out.reduced++
		}
		if (failed == failsNone || failed == failsStock) && !s.soldOut[i] {
			out.inStock++
		}
		s.fields.add(i, failed)
		last := int32(-1)
		for _, v := range p.options {
			option := s.values[v].option
			if option != last {
				options[option]++
				last = option
			}
			if !seen[v] {
				seen[v], order = true, append(order, v)
			}
			if failed == failsNone || failed == option {
				values[v]++
			}
		}
	}
	out.facets = append(s.brandFacet(all, brands), s.optionFacets(order, values, options)...)
	out.facets = append(out.facets, s.fields.facets(len(all))...)
	return out
}

func (s *sieve) brandFacet(all []int32, count []int) []Facet {
	has := make([]bool, len(count))
	for _, i := range all {
		if b := s.products[i].brand; b >= 0 {
			has[b] = true
		}
	}
	facet := Facet{Param: "brand"}
	for i, b := range s.shelf.brands {
		if has[i] {
			facet.Values = append(facet.Values, FacetValue{Value: b, Label: b, Count: count[i], Selected: slices.Contains(s.f.Brands, b)})
		}
	}
	if len(facet.Values) < 2 && len(s.f.Brands) == 0 {
		return nil
	}
	slices.SortFunc(facet.Values, func(a, b FacetValue) int { return strings.Compare(strings.ToLower(a.Label), strings.ToLower(b.Label)) })
	facet.trim()
	return []Facet{facet}
}

// optionFacets are the options that most products have, with the values in the order in which products list them.
func (s *sieve) optionFacets(order []int32, count, products []int) []Facet {
	byOption := map[int32][]int32{}
	for _, v := range order {
		byOption[s.values[v].option] = append(byOption[s.values[v].option], v)
	}
	var list []int32
	for option := range s.names {
		if products[option] > 0 {
			list = append(list, int32(option))
		}
	}
	slices.SortStableFunc(list, func(a, b int32) int { return cmp.Compare(products[b], products[a]) })
	var out []Facet
	for _, o := range list {
		name := s.names[o]
		if len(byOption[o]) < 2 && s.options[o] == nil || len(out) == maxFacets {
			continue
		}
		facet := Facet{Title: name, Param: "opt"}
		for _, v := range byOption[o] {
			label := s.values[v].label
			facet.Values = append(facet.Values, FacetValue{Value: name + ":" + label, Label: label, Count: count[v], Selected: s.options[o] != nil && s.options[o][v]})
		}
		facet.trim()
		out = append(out, facet)
	}
	return out
}

// trim keeps what is chosen and, of the rest, what shows most.
func (f *Facet) trim() {
	if len(f.Values) <= maxFacetValues {
		return
	}
	best := slices.Clone(f.Values)
	slices.SortStableFunc(best, func(a, b FacetValue) int {
		return cmp.Or(one01(b.Selected)-one01(a.Selected), cmp.Compare(b.Count, a.Count))
	})
	keep := map[string]bool{}
	for _, v := range best[:maxFacetValues] {
		keep[v.Value] = true
	}
	f.Values = slices.DeleteFunc(f.Values, func(v FacetValue) bool { return !keep[v.Value] })
}

func one01(b bool) int {
	if b {
		return 1
	}
	return 0
}
