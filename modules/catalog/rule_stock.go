package catalog

import (
	"context"

	"wizamart/framework/database"
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
		was, is := false, len(taken) > 0
		err = tx.One(ctx, func(row database.Row) error { return row.Scan(&was) },
			"SELECT EXISTS (SELECT 1 FROM catalog_category_product WHERE category_id = ? AND product_id = ? AND by_rule = 1)", list[i].ID, products[0])
		if err != nil {
			return wrap("read who is in a category by its rule", err)
		}
		if was == is { // nearly always: most pieces change nothing
			continue
		}
		member := ruledMember{product: products[0]}
		if is {
			member = taken[0]
		}
		if err := setRuled(ctx, tx, list[i].ID, member, is); err != nil {
			return err
		}
	}
	return nil
}
