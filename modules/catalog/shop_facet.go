package catalog

import (
	"cmp"
	"slices"
	"strings"
)

// Facet is one way to narrow a listing down.
type Facet struct {
	Title  string
	Param  string // of the URL
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

// facets counts the choices among a listing's products: each facet under the other filters, not under its own.
func (f *Filters) facets(all []candidate, inStock map[string]bool) []Facet {
	var out []Facet
	if brands := f.brandFacet(all, inStock); len(brands.Values) > 1 || len(f.Brands) > 0 {
		out = append(out, brands)
	}
	return append(out, f.optionFacets(all, inStock)...)
}

func (f *Filters) brandFacet(all []candidate, inStock map[string]bool) Facet {
	count := map[string]int{}
	for i := range all {
		if b := all[i].brand; b != "" {
			count[b] += one01(f.takes(&all[i], inStock, butBrand))
		}
	}
	facet := Facet{Param: "brand"}
	for b, n := range count {
		facet.Values = append(facet.Values, FacetValue{Value: b, Label: b, Count: n, Selected: slices.Contains(f.Brands, b)})
	}
	slices.SortFunc(facet.Values, func(a, b FacetValue) int { return strings.Compare(strings.ToLower(a.Label), strings.ToLower(b.Label)) })
	facet.trim()
	return facet
}

// optionFacets are the options that most products have, with the values in the order in which products list them.
func (f *Filters) optionFacets(all []candidate, inStock map[string]bool) []Facet {
	type option struct {
		name     string
		products int
		order    []string
		count    map[string]int
	}
	var list []*option
	byName := map[string]*option{}
	for i := range all {
		for _, o := range all[i].options {
			key := strings.ToLower(o.Name)
			if key == "title" { // the name that files give to the option of a product without options
				continue
			}
			at := byName[key]
			if at == nil {
				at = &option{name: o.Name, count: map[string]int{}}
				byName[key], list = at, append(list, at)
			}
			at.products++
			takes := f.takes(&all[i], inStock, but("opt:"+at.name))
			for _, v := range o.Values {
				if _, ok := at.count[v]; !ok {
					at.order = append(at.order, v)
				}
				at.count[v] += one01(takes)
			}
		}
	}
	slices.SortStableFunc(list, func(a, b *option) int { return cmp.Compare(b.products, a.products) })
	var out []Facet
	for _, o := range list {
		if len(o.order) < 2 && len(f.Options[o.name]) == 0 || len(out) == maxFacets {
			continue
		}
		facet := Facet{Title: o.name, Param: "opt"}
		for _, v := range o.order {
			facet.Values = append(facet.Values, FacetValue{Value: o.name + ":" + v, Label: v, Count: o.count[v], Selected: slices.Contains(f.Options[o.name], v)})
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
