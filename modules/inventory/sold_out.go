package inventory

import (
	"context"
	"time"

	"wizamart/modules/inventory/inventorytype"
	"wizamart/tenant"
)

// SoldOut lists the variants of which no piece can be sold, and until when that is so although nobody writes; zero for ever. Its cost goes with
// their number, not with that of all variants.
func (s *Service) SoldOut(ctx context.Context, st *tenant.Store) (variantIDs []string, until time.Time, err error) {
	if s.off(st) {
		return nil, until, nil
	}
	levels, err := levelMap(ctx, st, selectLevels+`WHERE tracked = 1 AND backorder = 0 AND on_hand - reserved <= 0 AND variant_id IN (
		SELECT variant_id FROM inventory_level WHERE tracked = 1 AND on_hand <= 0 UNION SELECT variant_id FROM inventory_reservation WHERE until > ?1)`, s.moment())
	for id := range levels {
		variantIDs = append(variantIDs, id)
	}
	return variantIDs, inventorytype.ShownUntil(levels), err
}
