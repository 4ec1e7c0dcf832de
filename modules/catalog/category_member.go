package catalog

import (
	"context"
	"slices"

	"wizamart/tenant"
)

// saveCategories writes the categories that a product was assigned to by hand, and those that take it by rule.
func saveCategories(ctx context.Context, tx *tenant.Store, before, p *Product) error {
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
			ON CONFLICT (category_id, product_id) DO UPDATE SET by_rule = 0`, p.ID, idList(p.Categories))
		if err != nil {
			return wrap("join the categories", err)
		}
	}
	if before.ID != "" && !moved && before.Type == p.Type && slices.Equal(before.Tags, p.Tags) {
		return nil
	}
	rules, err := categories(ctx, tx, "WHERE c.rule <> '{}' AND c.deleted_at IS NULL")
	if err != nil {
		return err
	}
	for i := range rules {
		if err := joinByRule(ctx, tx, &rules[i], p); err != nil {
			return err
		}
	}
	return nil
}

// joinByRule makes p a member of c if c's rule takes it, and no longer one if the rule alone had taken it.
func joinByRule(ctx context.Context, tx *tenant.Store, c *Category, p *Product) error {
	var err error
	if c.Rule.Takes(p) {
		_, err = tx.ExecContext(ctx, `INSERT INTO catalog_category_product (category_id, product_id, position, by_rule)
			VALUES (?, ?, (SELECT COALESCE(max(position), 0) + 1 FROM catalog_category_product WHERE category_id = ?), 1) ON CONFLICT DO NOTHING`, c.ID, p.ID, c.ID)
	} else {
		_, err = tx.ExecContext(ctx, "DELETE FROM catalog_category_product WHERE category_id = ? AND product_id = ? AND by_rule = 1", c.ID, p.ID)
	}
	return wrap("apply a category's rule", err)
}

// applyRule writes down a category's members by rule anew.
func applyRule(ctx context.Context, tx *tenant.Store, c *Category) error {
	if _, err := tx.ExecContext(ctx, "DELETE FROM catalog_category_product WHERE category_id = ? AND by_rule = 1", c.ID); err != nil {
		return wrap("clear a category's rule", err)
	}
	if c.Rule.Empty() {
		return nil
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO catalog_category_product (category_id, product_id, position, by_rule)
		SELECT ?, id, seq, 1 FROM catalog_product p WHERE deleted_at IS NULL AND (
			(product_type <> '' AND product_type COLLATE NOCASE IN (SELECT value FROM json_each(?)))
			OR EXISTS (SELECT 1 FROM catalog_product_tag t WHERE t.product_id = p.id AND t.tag COLLATE NOCASE IN (SELECT value FROM json_each(?))))
		ON CONFLICT DO NOTHING`, c.ID, idList(c.Rule.Types), idList(c.Rule.Tags))
	return wrap("apply a category's rule", err)
}
