package catalog

import (
	"context"

	"wizamart/modules/inventory/inventorytype"
	"wizamart/tenant"
)

// levels is the stock of all variants of products, by variant; none is missing.
func (s *Service) levels(ctx context.Context, st *tenant.Store, list ...*Product) (map[string]inventorytype.Level, error) {
	var ids []string
	for _, p := range list {
		for i := range p.Variants {
			ids = append(ids, p.Variants[i].ID)
		}
	}
	return s.levelsOf(ctx, st, ids)
}

func (s *Service) levelsOf(ctx context.Context, st *tenant.Store, ids []string) (map[string]inventorytype.Level, error) {
	out := map[string]inventorytype.Level{}
	if s.stock != nil && len(ids) > 0 {
		known, err := s.stock.Levels(ctx, st, ids)
		if err != nil {
			return nil, wrap("read the stock", err)
		}
		out = known
	}
	for _, id := range ids {
		if _, ok := out[id]; !ok {
			out[id] = inventorytype.Unlimited(id)
		}
	}
	return out, nil
}
