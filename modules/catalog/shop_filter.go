package catalog

import (
	"net/url"
	"slices"
	"strings"

	"wizamart/framework/money"
)

// Filters are what a shopper narrowed a listing down to. They come from the URL, so that a listing can be shared.
type Filters struct {
	Brands   []string
	Options  map[string][]string // by option name: any of the values
	Fields   map[string][]string // by a field's key: any of the values
	From, To *int64              // price in minor units, of the cheapest variant
	FromText string              // as typed
	ToText   string
	InStock  bool
	Reduced  bool
	Sort     string
}

// maxFilterValues bounds what a URL may ask for.
const maxFilterValues = 60

// sorts are the orders that a shopper can choose.
var sorts = []struct{ value, label string }{
	{"", "Featured"}, {bestSelling, "Best selling"}, {"newest", "Newest first"}, {"price", "Price: low to high"}, {"-price", "Price: high to low"}, {"title", "Name: A to Z"},
}

// maxFilterBytes is what all values together may have: far more than anybody chooses.
const maxFilterBytes = 4096

// listingParameters are what counts of a listing's query, besides a search.
var listingParameters = []string{"brand", "opt", "f", "from", "to", "stock", "sale", "sort", "page"}

// listingQuery is what counts of a URL's query: known parameters, each value once. The page's links repeat it many times
// over, so that what anybody can write into a URL must be short. search is what is searched for, as far as it counts.
func listingQuery(q url.Values, search string) url.Values {
	out := url.Values{}
	if search != "" {
		out.Set("q", search)
	}
	room := maxFilterBytes
	for _, name := range listingParameters {
		most := 1
		if name == "brand" || name == "opt" || name == "f" {
			most = maxFilterValues
		}
		for _, v := range q[name] {
			if len(out[name]) < most && len(v) <= room && !slices.Contains(out[name], v) {
				out.Add(name, v)
				room -= len(v)
			}
		}
	}
	return out
}

// filtersOf reads a URL's query. What makes no sense is left out rather than refused: it came from a link.
func filtersOf(q url.Values, currency string) Filters {
	f := Filters{Options: map[string][]string{}, Fields: map[string][]string{}, InStock: q.Get("stock") == "1", Reduced: q.Get("sale") == "1"}
	for _, s := range sorts {
		if q.Get("sort") == s.value {
			f.Sort = s.value
		}
	}
	for _, b := range q["brand"] {
		if b != "" && len(f.Brands) < maxFilterValues && !slices.Contains(f.Brands, b) {
			f.Brands = append(f.Brands, b)
		}
	}
	for i, o := range q["opt"] {
		name, value, ok := strings.Cut(o, ":")
		if ok && name != "" && value != "" && i < maxFilterValues && !slices.Contains(f.Options[name], value) {
			f.Options[name] = append(f.Options[name], value)
		}
	}
	for i, v := range q["f"] {
		key, value, ok := fieldChoice(v)
		if ok && i < maxFilterValues && !slices.Contains(f.Fields[key], value) {
			f.Fields[key] = append(f.Fields[key], value)
		}
	}
	price := func(text string) (*int64, string) {
		text = strings.TrimSpace(text)
		a, err := money.Parse(currency, text)
		if text == "" || err != nil || a.Minor < 0 {
			return nil, ""
		}
		return &a.Minor, text
	}
	f.From, f.FromText = price(q.Get("from"))
	f.To, f.ToText = price(q.Get("to"))
	if f.From != nil && f.To != nil && *f.From > *f.To {
		f.From, f.To, f.FromText, f.ToText = f.To, f.From, f.ToText, f.FromText
	}
	return f
}

// Any tells whether anything is narrowed down.
func (f *Filters) Any() bool {
	return len(f.Brands) > 0 || len(f.Options) > 0 || len(f.Fields) > 0 || f.From != nil || f.To != nil || f.InStock || f.Reduced
}
