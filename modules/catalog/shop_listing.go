package catalog

import (
	"cmp"
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
	Brand   string // slug of a brand
	Query   string // a search
	Filters Filters
	Page    int // from 1
}

// Listing is a page of products with the ways to narrow them down.
type Listing struct {
	Category *Category // nil for everything and for a search
	Brand    *Brand    // nil unless it was asked for
	Above    []Category
	Below    []Category // with products in them or not
	Cards    []catalogtype.Card
	Facets   []Facet
	Whole    int   // products before any filter
	Total    int   // products that the filters take
	Reduced  int   // of them, how many are reduced
	InStock  int   // before that filter, how many can be sold
	Lowest   int64 // prices before the price filter, minor units
	Highest  int64
	Page     int
	Pages    int
	Sells    bool      // something sold: it can be asked for in that order
	Until    time.Time // when it changes by itself; zero for never

	Corrected string // what was searched for instead of what was typed; "" when it was that
	Some      bool   // nothing has all words of the search: these have some
}

// Listing reads a page of a category, of a search, or of everything: at most six queries, on one snapshot. A category that is not there is
// problem.NotFound.
func (s *Service) Listing(ctx context.Context, st *tenant.Store, in ListingInput) (*Listing, error) {
	l := &Listing{Page: max(in.Page, 1)}
	err := st.View(ctx, func(view *tenant.Store) error { return s.listing(ctx, view, in, l) })
	return l, err
}

func (s *Service) listing(ctx context.Context, st *tenant.Store, in ListingInput, l *Listing) error {
	shelf, err := s.shelfOf(ctx, st)
	if err != nil {
		return err
	}
	stock, err := s.stockOf(ctx, st, shelf)
	if err != nil {
		return err
	}
	l.Until, l.Sells = stock.until, shelf.sells
	var all []int32
	order := in.Filters.Sort
	switch {
	case in.Slug != "":
		if err := l.place(shelf.tree, in.Slug); err != nil {
			return err
		}
		all, order = shelf.in(l.Category.ID), cmp.Or(order, l.Category.Sort)
	case in.Brand != "":
		if all, err = l.brandListing(ctx, st, shelf, in.Brand); err != nil {
			return err
		}
		order = cmp.Or(order, "newest")
	case in.Query != "":
		match, err := s.searchFor(ctx, st, shelf, in.Query)
		if err != nil {
			return err
		}
		all, l.Corrected, l.Some = match.products, match.corrected, match.some
	default:
		all, order = shelf.everything(cmp.Or(order, "newest")), ""
	}
	now := shelf.sieve(&in.Filters, stock.soldOut).narrow(all)
	l.Whole, l.Facets, l.Lowest, l.Highest, l.Reduced, l.InStock = len(all), now.facets, now.lowest, now.highest, now.reduced, now.inStock
	l.Total, l.Pages = len(now.taken), (len(now.taken)+ListingPage-1)/ListingPage
	shelf.sort(now.taken, order)
	start := min((l.Page-1)*ListingPage, l.Total)
	var ids []string
	for _, i := range now.taken[start:min(start+ListingPage, l.Total)] {
		ids = append(ids, shelf.products[i].id)
	}
	if l.Cards, err = cardsByID(ctx, st, ids); err != nil {
		return err
	}
	shown, err := s.markSoldOut(ctx, st, l.Cards)
	l.Until = earlier(l.Until, shown)
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
