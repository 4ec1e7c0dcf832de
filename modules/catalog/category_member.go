package catalog

import (
	"context"
	"database/sql"
	"slices"

	"wizamart/framework/database"
	"wizamart/modules/inventory/inventorytype"
	"wizamart/tenant"
)

// saveCategories writes the categories that a product was assigned to by hand, and those that take it by rule.
func (s *Service) saveCategories(ctx context.Context, tx *tenant.Store, before, p *Product) error {
	moved := !slices.Equal(sorted(before.Categories), sorted(p.Categories))
	if moved {
		for _, id := range before.Categories {
			if slices.Contains(p.Categories, id) {
				continue
			}
			if _, err := tx.ExecContext(ctx, "DELETE FROM catalog_category_product WHERE category_id = ? AND product_id = ?", id, p.ID); err != nil {
				return wrap("leave a category", err)
			}
		}
		// A category that was deleted meanwhile is left out.
		_, err := tx.ExecContext(ctx, `INSERT INTO catalog_category_product (category_id, product_id, position)
			SELECT id, ?, (SELECT COALESCE(max(position), 0) + 1 FROM catalog_category_product WHERE category_id = c.id)
			FROM catalog_category c WHERE id IN (SELECT value FROM json_each(?)) AND deleted_at IS NULL
			ON CONFLICT (category_id, product_id) DO UPDATE SET by_rule = 0, until = NULL`, p.ID, idList(p.Categories))
		if err != nil {
			return wrap("join the categories", err)
		}
	}
	return s.joinByRules(ctx, tx, p)
}

// joinByRules makes p a member of the categories whose rules take it, and no longer one of those where the rule alone had taken it.
func (s *Service) joinByRules(ctx context.Context, tx *tenant.Store, p *Product) error {
	rules, err := ruledCategories(ctx, tx)
	if err != nil || len(rules) == 0 {
		return err
	}
	var levels map[string]inventorytype.Level
	if slices.ContainsFunc(rules, func(c Category) bool { return c.Rule.usesStock() }) {
		if levels, err = s.levels(ctx, tx, p); err != nil {
			return err
		}
	}
	rows, err := tx.QueryContext(ctx, "SELECT category_id, by_rule, until FROM catalog_category_product WHERE product_id = ?", p.ID)
	is, ruled, ends := map[string]bool{}, map[string]bool{}, map[string]database.Time{}
	_, err = collect(rows, err, func(r *sql.Rows, _ *struct{}) error {
		var id string
		var byRule bool
		var until database.Time
		err := r.Scan(&id, &byRule, &until)
		is[id], ruled[id], ends[id] = true, byRule, until
		return err
	})
	if err != nil {
		return wrap("read the product's categories", err)
	}
	facts := factsOf(p, levels, s.moment())
	for i := range rules {
		id := rules[i].ID
		taken, until := rules[i].Rule.takes(facts, tx.Currency())
		if taken && is[id] && (!ruled[id] || ends[id].Equal(until.Time)) || !taken && !ruled[id] {
			continue
		}
		if err := setRuled(ctx, tx, id, ruledMember{p.ID, until}, taken); err != nil {
			return err
		}
	}
	return nil
}
