package catalog

import (
	"context"

	"wizamart/tenant"
)

// StockChanged keeps the categories exact whose rules look at the stock, in the transaction in which a variant's pieces change.
func (s *Service) StockChanged(ctx context.Context, tx *tenant.Store, variantID string) error {
	list, err := categories(ctx, tx, `WHERE c.deleted_at IS NULL AND instr(c.rule, '"stock_') > 0`)
	if err != nil || len(list) == 0 {
		return err
	}
	rows, err := tx.QueryContext(ctx, "SELECT product_id FROM catalog_variant WHERE id = ? AND deleted_at IS NULL", variantID)
	products, err := collect(rows, err, scanString)
	if err != nil || len(products) == 0 {
		return wrap("read whose stock changed", err)
	}
	for i := range list {
		taken, err := s.ruleMatches(ctx, tx, list[i].Rule, idList(products))
		if err != nil {
			return err
		}
		member := ruledMember{product: products[0]}
		if len(taken) > 0 {
			member = taken[0]
		}
		if err := setRuled(ctx, tx, list[i].ID, member, len(taken) > 0); err != nil {
			return err
		}
	}
	return nil
}
