package inventory

import (
	"context"
	"math"

	"wizamart/modules/inventory/inventorytype"
	"wizamart/tenant"
)

// Levels is the stock of variants. Those that nobody counts are Unlimited.
func (s *Service) Levels(ctx context.Context, st *tenant.Store, variantIDs []string) (map[string]inventorytype.Level, error) {
	levels := map[string]inventorytype.Level{}
	if !s.off(st) {
		var err error
		if levels, err = s.readLevels(ctx, st, variantIDs); err != nil {
			return nil, err
		}
	}
	for _, id := range variantIDs {
		if _, ok := levels[id]; !ok {
			levels[id] = inventorytype.Unlimited(id)
		}
	}
	return levels, nil
}

// Low is the tracked variants of the catalogue with at most threshold pieces, the lowest first.
func (s *Service) Low(ctx context.Context, st *tenant.Store, threshold int) ([]inventorytype.Level, error) {
	if s.off(st) {
		return nil, nil
	}
	levels, err := s.lowLevels(ctx, st, math.MinInt, threshold)
	if err != nil || s.catalog == nil || len(levels) == 0 {
		return levels, err
	}
	known, err := s.catalog.Variants(ctx, st, ids(levels))
	if err != nil {
		return nil, err
	}
	out := levels[:0]
	for _, l := range levels {
		if _, ok := known[l.VariantID]; ok {
			out = append(out, l)
		}
	}
	return out, nil
}

func ids(levels []inventorytype.Level) []string {
	out := make([]string, len(levels))
	for i, l := range levels {
		out[i] = l.VariantID
	}
	return out
}
