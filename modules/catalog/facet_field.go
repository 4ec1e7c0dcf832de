package catalog

import (
	"cmp"
	"slices"
	"strings"

	"wizamart/framework/web"
)

// maxFieldFacets is how many fields a listing is narrowed down by: those that most of its products have.
const maxFieldFacets = 8

// failsField is what fails says of a product that does not pass the filter of a field: this, and the field's number. Options have lower numbers.
const failsField = 1 << 20

// fieldSieve is a shopper's filters by fields, and what they count.
type fieldSieve struct {
	*shelfFields
	chosen []chosenField

	count  []int     // by mark, under the other filters
	seen   []bool    // by mark
	has    []int     // by field: how many products say something
	all    [][]int64 // by field: the numbers of all products
	passed [][]int64 // by field: those under the other filters
}

// chosenField is what is chosen of a field; a product that has any of it passes.
type chosenField struct {
	field  int32  // of list; -1 where nothing here has it
	marks  []bool // by number
	ranges []numberRange
	values []string
}

// sieve takes the values that were chosen, by the keys of fields.
func (f *shelfFields) sieve(filters map[string][]string) *fieldSieve {
	s := &fieldSieve{
		shelfFields: f, count: make([]int, len(f.marks)), seen: make([]bool, len(f.marks)), has: make([]int, len(f.list)),
		all: make([][]int64, len(f.list)), passed: make([][]int64, len(f.list)),
	}
	for key, values := range filters {
		c := chosenField{field: int32(slices.IndexFunc(f.list, func(o Field) bool { return o.Key == key })), values: values}
		if c.field >= 0 && f.list[c.field].Kind == NumberField {
			for _, v := range values {
				if one, ok := parseRange(v); ok {
					c.ranges = append(c.ranges, one)
				}
			}
		} else if c.field >= 0 {
			c.marks = make([]bool, len(f.marks))
			for i, m := range f.marks {
				c.marks[i] = m.field == c.field && slices.Contains(values, m.label)
			}
		}
		s.chosen = append(s.chosen, c)
	}
	return s
}

// fails tells of each filter that a product does not pass.
func (s *fieldSieve) fails(i int32, fail func(int32)) {
	for k := range s.chosen {
		c := &s.chosen[k]
		pass := false
		switch {
		case c.marks != nil && s.of != nil:
			pass = slices.ContainsFunc(s.of[i], func(m int32) bool { return c.marks[m] })
		case c.field >= 0 && s.numbers[c.field] != nil:
			n := s.numbers[c.field][i]
			pass = n != nothingSaid && slices.ContainsFunc(c.ranges, func(o numberRange) bool { return o.has(n) })
		}
		if !pass && c.field >= 0 {
			fail(failsField + c.field)
		} else if !pass {
			fail(failsUnknown)
		}
	}
}

// add counts a product that failed the filter failed, or none.
func (s *fieldSieve) add(i, failed int32) {
	if s.of == nil {
		return
	}
	last := int32(-1)
	for _, m := range s.of[i] {
		field := s.marks[m].field
		if field != last {
			s.has[field]++
			last = field
		}
		s.seen[m] = true
		if failed == failsNone || failed == failsField+field {
			s.count[m]++
		}
	}
	for field, numbers := range s.numbers {
		if numbers == nil || numbers[i] == nothingSaid {
			continue
		}
		s.has[field]++
		s.all[field] = append(s.all[field], numbers[i])
		if failed == failsNone || failed == failsField+int32(field) {
			s.passed[field] = append(s.passed[field], numbers[i])
		}
	}
}

// facets are the fields that most products have, with their values.
func (s *fieldSieve) facets(products int) (out []Facet) {
	var order []int32
	for i := range s.list {
		if s.has[i] > 0 {
			order = append(order, int32(i))
		}
	}
	slices.SortStableFunc(order, func(a, b int32) int { return cmp.Compare(s.has[b], s.has[a]) })
	for _, field := range order {
		f := &s.list[field]
		facet := Facet{Title: f.Label, Param: "f", Kind: f.Kind}
		var values []string
		for i := range s.chosen {
			if s.chosen[i].field == field {
				values = s.chosen[i].values
			}
		}
		if f.Kind == NumberField {
			facet.Values = rangeValues(f, s.all[field], s.passed[field], values)
		} else {
			facet.Values = s.markValues(field, values)
		}
		if len(facet.Values) < 2 && values == nil && (f.Kind != YesNoField || s.has[field] == products) || len(out) == maxFieldFacets {
			continue
		}
		facet.trim()
		out = append(out, facet)
	}
	return out
}

func (s *fieldSieve) markValues(field int32, chosen []string) (out []FacetValue) {
	var marks []int32
	for m := range s.marks {
		if s.marks[m].field == field && s.seen[m] {
			marks = append(marks, int32(m))
		}
	}
	s.ordered(marks)
	for _, m := range marks {
		label := s.marks[m].label
		out = append(out, FacetValue{Value: s.list[field].Key + ":" + label, Label: label, Count: s.count[m], Selected: slices.Contains(chosen, label)})
	}
	return out
}

// fieldChoice parts a parameter's value into the field's key and what is chosen.
func fieldChoice(value string) (key, choice string, ok bool) {
	key, choice, ok = strings.Cut(value, ":")
	return key, choice, ok && key != "" && choice != ""
}

// translate gives the facets of yes and no the words of the page's language.
func (d *listingView) translate(c *web.Context) {
	for i := range d.Facets {
		if d.Facets[i].Kind != YesNoField {
			continue
		}
		d.Facets[i].Values = slices.Clone(d.Facets[i].Values)
		for k := range d.Facets[i].Values {
			v := &d.Facets[i].Values[k]
			v.Label = c.T(v.Label)
		}
	}
}

// fieldChip is the label of a filter by a field that is on; one that nothing here has is named as the address has it.
func (d *listingView) fieldChip(value string) string {
	key, choice, ok := fieldChoice(value)
	if !ok || !slices.Contains(d.Filters.Fields[key], choice) {
		return ""
	}
	for _, f := range d.Facets {
		for _, v := range f.Values {
			if f.Param == "f" && v.Value == value {
				return f.Title + ": " + v.Label
			}
		}
	}
	return key + ": " + choice
}
