package inventory

import (
	"context"
	"math"

	"wizamart/framework/problem"
	"wizamart/modules/catalog/catalogtype"
	"wizamart/modules/inventory/inventorytype"
	"wizamart/tenant"
)

// States by which stock can be filtered.
const (
	StateLow       = "low" // some left, at most the store's threshold
	StateOut       = "out"
	StateUntracked = "untracked"
)

// Filter chooses a page of the stock list.
type Filter struct {
	Search string
	State  string // "" is all
	Offset int
	Limit  int
}

// Row is one variant of the stock list.
type Row struct {
	Variant catalogtype.Sellable
	Level   inventorytype.Level
	Low     bool
}

// Name is the product's title with the variant's.
func (r Row) Name() string { return name(r.Variant) }

// Out tells whether nothing is left.
func (r Row) Out() bool { return r.Level.Tracked && r.Level.Available() <= 0 }

func name(v catalogtype.Sellable) string {
	if v.VariantTitle == "" {
		return v.Title
	}
	return v.Title + " · " + v.VariantTitle
}

// Stock is a page of the stock list and the number of variants that match.
func (s *Service) Stock(ctx context.Context, st *tenant.Store, f Filter) (rows []Row, total int, err error) {
	find := inventorytype.Find{Search: f.Search, Offset: f.Offset, Limit: f.Limit}
	threshold := LowStock(st)
	var levels []inventorytype.Level
	switch f.State {
	case "":
	case StateLow:
		levels, err = s.lowLevels(ctx, st, 0, threshold)
		find.Only = ids(levels)
	case StateOut:
		levels, err = s.lowLevels(ctx, st, math.MinInt, 0)
		find.Only = ids(levels)
	case StateUntracked:
		levels, err = s.lowLevels(ctx, st, math.MinInt, math.MaxInt)
		find.Except = ids(levels)
	default:
		return nil, 0, problem.On("state", "Choose low, out or untracked.")
	}
	if err != nil {
		return nil, 0, err
	}
	found, total, err := s.catalog.FindVariants(ctx, st, find)
	if err != nil {
		return nil, 0, err
	}
	variants := make([]string, len(found))
	for i, v := range found {
		variants[i] = v.VariantID
	}
	known, err := s.Levels(ctx, st, variants)
	if err != nil {
		return nil, 0, err
	}
	for _, v := range found {
		l := known[v.VariantID]
		rows = append(rows, Row{Variant: v, Level: l, Low: l.Tracked && l.Available() > 0 && l.Available() <= threshold})
	}
	return rows, total, nil
}

// Variant is one variant's stock and its last movements, those before an id when it is given. more tells whether
// there are older ones.
func (s *Service) Variant(ctx context.Context, st *tenant.Store, id, before string, limit int) (row Row, list []Movement, more bool, err error) {
	found, err := s.catalog.Variants(ctx, st, []string{id})
	if err != nil {
		return row, nil, false, err
	}
	v, ok := found[id]
	if !ok {
		return row, nil, false, problem.New(problem.NotFound, "This variant does not exist.")
	}
	levels, err := s.Levels(ctx, st, []string{id})
	if err != nil {
		return row, nil, false, err
	}
	if list, err = readMovements(ctx, st, id, before, limit+1); err != nil {
		return row, nil, false, err
	}
	if more = len(list) > limit; more {
		list = list[:limit]
	}
	l := levels[id]
	return Row{Variant: v, Level: l, Low: l.Tracked && l.Available() > 0 && l.Available() <= LowStock(st)}, list, more, nil
}
