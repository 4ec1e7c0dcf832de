package catalog

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"wizamart/framework/money"
	"wizamart/framework/web"
	"wizamart/ui"
)

// listingView is what the listing page shows.
type listingView struct {
	Title       string
	Description string
	Text        string // of the category, sanitised HTML
	Query       string
	Below       []web.Link
	Cards       []cardView
	Total       int
	Whole       int
	Facets      []Facet
	Filters     Filters
	Reduced     int
	Currency    string
	PriceHint   [2]string // lowest and highest, as an input shows them
	PriceFilter bool
	Sorts       []ui.Option
	Keep        []ui.Option // parameters that the sort form carries along
	Chips       []web.Link  // filters that are on; the link takes one off
	Clear       string
	Path        string
	Pages       []web.Link
	Prev, Next  string
	Suggestions []cardView
	Corrected   string // what was searched for instead
	Some        bool   // nothing has all words
	InStock     int

	Logo      brandTile // of the brand; its Logo is "" where there is none
	crumbs    []web.Link
	about     map[string]any // schema.org
	canonical string
}

func newListingView(c *web.Context, l *Listing, in ListingInput, q url.Values) listingView {
	d := listingView{
		Title: c.T("Everything"), Query: in.Query, Cards: cardViews(c, l.Cards), Total: l.Total, Whole: l.Whole, Facets: l.Facets, Filters: in.Filters,
		Reduced: l.Reduced, Currency: c.Store.Currency(), Path: c.R.URL.Path, PriceFilter: l.Highest > l.Lowest || in.Filters.From != nil || in.Filters.To != nil,
	}
	d.Corrected, d.Some, d.InStock = l.Corrected, l.Some, l.InStock
	d.PriceHint = [2]string{money.New(l.Lowest, d.Currency).Decimal(), money.New(l.Highest, d.Currency).Decimal()}
	d.crumbs = []web.Link{{Label: c.T("Home"), URL: c.URL("/")}}
	path := "/products"
	switch {
	case l.Category != nil:
		d.Title, d.Text, path = l.Category.Name, l.Category.TextHTML, "/categories/"+l.Category.Slug
		d.Description = summary(d.Text, 160)
		for _, a := range l.Above {
			d.crumbs = append(d.crumbs, web.Link{Label: a.Name, URL: c.URL("/categories/" + a.Slug)})
		}
		for _, b := range l.Below {
			d.Below = append(d.Below, web.Link{Label: b.Name, URL: c.URL("/categories/" + b.Slug)})
		}
	case l.Brand != nil:
		d.brand(c, l.Brand)
		path = "/brands/" + l.Brand.Slug
	case in.Query != "":
		d.Title, path = c.T("Search: %s", in.Query), "/search"
	}
	d.crumbs = append(d.crumbs, web.Link{Label: d.Title})
	d.canonical = c.Absolute(path)
	if l.Page > 1 {
		d.canonical += "?page=" + strconv.Itoa(l.Page)
	}
	d.translate(c)
	d.sorts(c, l, in, q)
	d.chips(c, in, q)
	d.pages(l, q)
	return d
}

// sorts fills in the sort form, which carries the filters along as the filter form carries the order.
func (d *listingView) sorts(c *web.Context, l *Listing, in ListingInput, q url.Values) {
	for _, s := range sorts {
		label := c.T(s.label)
		if s.value == "" && in.Query != "" {
			label = c.T("Best match")
		}
		if s.value == "" && in.Query == "" && in.Slug == "" {
			continue // everything has no order of its own but the newest
		}
		if s.value == bestSelling && !l.Sells && in.Filters.Sort != bestSelling {
			continue
		}
		d.Sorts = append(d.Sorts, ui.Option{Value: s.value, Label: label})
	}
	for _, name := range []string{"q", "brand", "opt", "f", "from", "to", "stock", "sale"} {
		for _, v := range q[name] {
			if v != "" {
				d.Keep = append(d.Keep, ui.Option{Value: v, Label: name})
			}
		}
	}
}

// chips lists the filters that are on, each with the link that takes it off.
func (d *listingView) chips(c *web.Context, in ListingInput, q url.Values) {
	without := func(name, value string) string {
		next := url.Values{}
		for k, vs := range q {
			if k == "page" {
				continue
			}
			for _, v := range vs {
				if v != "" && (k != name || value != "" && v != value) {
					next.Add(k, v)
				}
			}
		}
		return withQuery(d.Path, next)
	}
	f := in.Filters
	for _, b := range f.Brands {
		d.Chips = append(d.Chips, web.Link{Label: b, URL: without("brand", b)})
	}
	for _, o := range q["opt"] {
		if name, value, ok := strings.Cut(o, ":"); ok && slices.Contains(f.Options[name], value) {
			d.Chips = append(d.Chips, web.Link{Label: name + ": " + value, URL: without("opt", o)})
		}
	}
	for _, v := range q["f"] {
		if label := d.fieldChip(v); label != "" {
			d.Chips = append(d.Chips, web.Link{Label: label, URL: without("f", v)})
		}
	}
	price := func(minor int64) string { return money.New(minor, d.Currency).Format(c.Locale()) }
	if f.From != nil {
		d.Chips = append(d.Chips, web.Link{Label: c.T("from %s", price(*f.From)), URL: without("from", "")})
	}
	if f.To != nil {
		d.Chips = append(d.Chips, web.Link{Label: c.T("up to %s", price(*f.To)), URL: without("to", "")})
	}
	if f.InStock {
		d.Chips = append(d.Chips, web.Link{Label: c.T("In stock"), URL: without("stock", "")})
	}
	if f.Reduced {
		d.Chips = append(d.Chips, web.Link{Label: c.T("Reduced"), URL: without("sale", "")})
	}
	clear := url.Values{}
	for _, k := range []string{"q", "sort"} {
		if v := q.Get(k); v != "" {
			clear.Set(k, v)
		}
	}
	d.Clear = withQuery(d.Path, clear)
}

// pages links the first, the last and the neighbouring pages; a link without a URL is a gap.
func (d *listingView) pages(l *Listing, q url.Values) {
	at := func(n int) string {
		next := url.Values{}
		for k, vs := range q {
			if k != "page" {
				next[k] = vs
			}
		}
		if n > 1 {
			next.Set("page", strconv.Itoa(n))
		}
		return withQuery(d.Path, next)
	}
	if l.Page > 1 {
		d.Prev = at(l.Page - 1)
	}
	if l.Page < l.Pages {
		d.Next = at(l.Page + 1)
	}
	last := 0
	for n := 1; n <= l.Pages; n++ {
		if n != 1 && n != l.Pages && (n < l.Page-1 || n > l.Page+1) {
			continue
		}
		if n > last+1 {
			d.Pages = append(d.Pages, web.Link{Label: "…"})
		}
		d.Pages = append(d.Pages, web.Link{Label: strconv.Itoa(n), URL: at(n), Active: n == l.Page})
		last = n
	}
}
