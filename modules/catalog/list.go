package catalog

import (
	"context"
	"slices"

	"wizamart/framework/database"
	"wizamart/framework/money"
	"wizamart/tenant"
)

// Stock states by which lists filter.
const (
	InStock    = "in"
	OutOfStock = "out" // counted, and no piece of any variant can be sold
)

// LacksSafety lists what article 19 of Regulation (EU) 2023/988 asks more of: see WithoutSafety.
const LacksSafety = "missing"

// ListFilter says which living products to list for merchants. Its zero value is all, the last changed first.
type ListFilter struct {
	IDs      []string // only these; nil is all
	Search   string   // beginnings of words: title, brand, type, tags, SKU, barcode, description
	Status   Status   // "" is every status
	Category string   // id; products of the categories below count too
	Type     string
	Brand    string
	Tag      string
	Schedule string // Scheduled, Ending, Ended or ""
	Safety   string // LacksSafety or ""
	Stock    string // InStock, OutOfStock or ""
	Sort     string // title, price, stock, created, updated; "" is relevance while searching, else updated
	Desc     bool
	Limit    int // 0 is 50
	Offset   int

	now database.Time
}

// Row is a product in the merchants' list.
type Row struct {
	ID        string
	Slug      string
	Title     string
	Brand     string
	Type      string
	Status    Status
	Price     money.Amount // the lowest of its variants
	PriceTo   money.Amount // the highest
	Variants  int
	Picture   string // path below the surface's prefix, or ""
	UpdatedAt database.Time
	InShop    bool          // active and published
	From      database.Time // when it comes, or came, into the shop; zero is never
	Until     database.Time // when it leaves, or left, it by itself; zero is never
	Schedule  string        // the badge in place of "Not published", or ""

	Counted bool // at least one variant's stock is counted
	OnHand  int  // pieces of all counted variants
	SoldOut bool // no variant can be sold
	seq     int64
}

// List lists products for merchants, with how many match in all. By stock it has to look at the stock of every match; else it looks
// at those of the page alone.
func (s *Service) List(ctx context.Context, st *tenant.Store, f ListFilter) ([]Row, int, error) {
	f.now = s.moment()
	if f.Limit <= 0 {
		f.Limit = 50
	}
	if f.Search != "" && matchQuery(f.Search) == "" {
		return nil, 0, nil
	}
	if f.Stock != "" || f.Sort == "stock" {
		return s.listByStock(ctx, st, f)
	}
	total, err := countRows(ctx, st, &f)
	if err != nil || total == 0 {
		return nil, 0, err
	}
	rows, err := listRows(ctx, st, &f, f.Limit, f.Offset)
	if err != nil {
		return nil, 0, err
	}
	return rows, total, s.addStock(ctx, st, rows)
}

func (s *Service) listByStock(ctx context.Context, st *tenant.Store, f ListFilter) ([]Row, int, error) {
	rows, err := listRows(ctx, st, &f, -1, 0)
	if err != nil {
		return nil, 0, err
	}
	if err := s.addStock(ctx, st, rows); err != nil {
		return nil, 0, err
	}
	if f.Stock != "" {
		rows = slices.DeleteFunc(rows, func(r Row) bool { return r.SoldOut != (f.Stock == OutOfStock) })
	}
	if f.Sort == "stock" {
		slices.SortStableFunc(rows, func(a, b Row) int {
			n := a.pieces() - b.pieces()
			if f.Desc {
				n = -n
			}
			return n
		})
	}
	total := len(rows)
	rows = rows[min(f.Offset, total):]
	return rows[:min(f.Limit, len(rows))], total, nil
}

// pieces orders rows by stock: what nobody counts is never short.
func (r *Row) pieces() int {
	if !r.Counted {
		return 1 << 30
	}
	return r.OnHand
}

// addStock fills in the rows' stock with two batch look-ups.
func (s *Service) addStock(ctx context.Context, st *tenant.Store, rows []Row) error {
	if len(rows) == 0 {
		return nil
	}
	ids := make([]string, len(rows))
	for i := range rows {
		ids[i] = rows[i].ID
	}
	variants, err := variantIDs(ctx, st, ids)
	if err != nil {
		return err
	}
	var all []string
	for _, list := range variants {
		all = append(all, list...)
	}
	levels, err := s.levelsOf(ctx, st, all)
	if err != nil {
		return err
	}
	for i := range rows {
		r := &rows[i]
		r.SoldOut = true
		for _, id := range variants[r.ID] {
			level := levels[id]
			if level.Tracked {
				r.Counted = true
				r.OnHand += level.OnHand
			}
			if level.InStock() {
				r.SoldOut = false
			}
		}
	}
	return nil
}
