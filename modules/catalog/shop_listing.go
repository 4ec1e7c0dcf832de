package catalog

import (
	"context"
	"time"

	"wizamart/modules/catalog/catalogtype"
	"wizamart/modules/inventory/inventorytype"
	"wizamart/tenant"
)

// ListingPage is how many products a page of a listing shows.
const ListingPage = 24

// ListingInput asks for a page of a listing.
type ListingInput struct {
	Slug    string // of a category; "" is everything
	Query   string // a search
	Filters Filters
	Page    int // from 1
}

// Listing is a page of products with the ways to narrow them down.
type Listing struct {
	Category *Category // nil for everything and for a search
	Above    []Category
	Below    []Category // with products in them or not
	Cards    []catalogtype.Card
	Facets   []Facet
	Whole    int   // products before any filter
	Total    int   // products that the filters take
	Reduced  int   // of them, how many are reduced
	Lowest   int64 // prices before the price filter, minor units
	Highest  int64
	Page     int
	Pages    int
	Until    time.Time // when it changes by itself; zero for never
}

// Listing reads a page of a category, of a search, or of everything: at most five queries, on one snapshot. A category that is not there is
// problem.NotFound.
func (s *Service) Listing(ctx context.Context, st *tenant.Store, in ListingInput) (*Listing, error) {
	l := &Listing{Page: max(in.Page, 1)}
	err := st.View(ctx, func(view *tenant.Store) error { return s.listing(ctx, view, in, l) })
	return l, err
}

func (s *Service) listing(ctx context.Context, st *tenant.Store, in ListingInput, l *Listing) error {
	f := CardFilter{Query: in.Query, Sort: in.Filters.Sort}
	if in.Slug != "" {
		all, err := s.CategoryRows(ctx, st)
		if err != nil {
			return err
		}
		if err := l.place(all, in.Slug); err != nil {
			return err
		}
		f.Category = l.Category.ID
	}
	if in.Query != "" && matchQuery(in.Query) == "" {
		return nil // no letter or digit: nothing can match
	}
	all, err := candidates(ctx, st, f, s.moment(), in.Filters.InStock)
	if err != nil {
		return err
	}
	inStock, until, err := s.candidatesInStock(ctx, st, all)
	if err != nil {
		return err
	}
	l.Whole = len(all)
	l.Facets = in.Filters.facets(all, inStock)
	var ids []string
	for i := range all {
		c := &all[i]
		if in.Filters.takes(c, inStock, butPrice) {
			if l.Highest == 0 && l.Lowest == 0 || c.price < l.Lowest {
				l.Lowest = c.price
			}
			l.Highest = max(l.Highest, c.price)
		}
		if c.reduced && in.Filters.takes(c, inStock, butReduced) {
			l.Reduced++
		}
		if in.Filters.takes(c, inStock, "") {
			ids = append(ids, c.id)
		}
	}
	l.Total, l.Pages = len(ids), (len(ids)+ListingPage-1)/ListingPage
	start := min((l.Page-1)*ListingPage, len(ids))
	if l.Cards, err = cardsByID(ctx, st, ids[start:min(start+ListingPage, len(ids))]); err != nil {
		return err
	}
	shown, err := s.markSoldOut(ctx, st, l.Cards)
	l.Until = earlier(until, shown)
	return err
}

// place finds the category among all, with those above and right below it.
func (l *Listing) place(all []Category, slug string) error {
	byID := map[string]*Category{}
	for i := range all {
		byID[all[i].ID] = &all[i]
		if all[i].Slug == slug {
			l.Category = &all[i]
		}
	}
	if l.Category == nil {
		return noCategory
	}
	for c, n := byID[l.Category.ParentID], 0; c != nil && n < MaxDepth; c, n = byID[c.ParentID], n+1 {
		l.Above = append([]Category{*c}, l.Above...)
	}
	for i := range all {
		if all[i].ParentID == l.Category.ID {
			l.Below = append(l.Below, all[i])
		}
	}
	return nil
}

// candidatesInStock tells which products have a variant that can be sold, and until when that is so; nil when the candidates carry no variants.
func (s *Service) candidatesInStock(ctx context.Context, st *tenant.Store, all []candidate) (out map[string]bool, until time.Time, err error) {
	var ids []string
	for i := range all {
		ids = append(ids, all[i].variants...)
	}
	if len(ids) == 0 {
		return nil, until, nil
	}
	levels, err := s.levelsOf(ctx, st, ids)
	if err != nil {
		return nil, until, err
	}
	out = map[string]bool{}
	for i := range all {
		out[all[i].id] = anyInStock(all[i].variants, levels)
	}
	return out, inventorytype.ShownUntil(levels), nil
}

// markSoldOut marks the cards of what is sold out, and tells until when that is so.
func (s *Service) markSoldOut(ctx context.Context, st *tenant.Store, cards []catalogtype.Card) (until time.Time, err error) {
	var ids []string
	for i := range cards {
		ids = append(ids, cards[i].VariantIDs...)
	}
	levels, err := s.levelsOf(ctx, st, ids)
	if err != nil {
		return until, err
	}
	for i := range cards {
		cards[i].SoldOut = !anyInStock(cards[i].VariantIDs, levels)
	}
	return inventorytype.ShownUntil(levels), nil
}

// earlier is the first of two moments that are not zero.
func earlier(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

func anyInStock(variantIDs []string, levels map[string]inventorytype.Level) bool {
	for _, id := range variantIDs {
		if levels[id].InStock() {
			return true
		}
	}
	return false
}
