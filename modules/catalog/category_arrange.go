package catalog

import (
	"context"
	"slices"

	"wizamart/framework/problem"
	"wizamart/tenant"
)

// MaxArranged is how many products of a category are put in order by hand.
const MaxArranged = 500

// CategoryMembers are the ids of a category's own living products in its order by hand, at most MaxArranged.
func (s *Service) CategoryMembers(ctx context.Context, st *tenant.Store, id string) ([]string, error) {
	rows, err := st.QueryContext(ctx, `SELECT p.id FROM catalog_category_product cp JOIN catalog_product p ON p.id = cp.product_id AND p.deleted_at IS NULL
		WHERE cp.category_id = ? AND `+stillIn+` ORDER BY cp.position, p.position, p.seq LIMIT ?`, id, s.moment(), MaxArranged)
	list, err := collect(rows, err, scanString)
	return list, wrap("read a category's products", err)
}

// ArrangeCategory puts a category's products in an order by hand. Those that are not named follow in the order that they have.
func (s *Service) ArrangeCategory(ctx context.Context, st *tenant.Store, id string, productIDs []string) error {
	if len(productIDs) > MaxArranged {
		return problem.On("order", "Put at most %d products in order.", MaxArranged)
	}
	return st.Write(ctx, func(tx *tenant.Store) error {
		c, err := s.Category(ctx, tx, id)
		if err != nil {
			return err
		}
		was, err := s.CategoryMembers(ctx, tx, id)
		if err != nil {
			return err
		}
		is := slices.DeleteFunc(slices.Clone(productIDs), func(p string) bool { return !slices.Contains(was, p) })
		for _, p := range was {
			if !slices.Contains(is, p) {
				is = append(is, p)
			}
		}
		if slices.Equal(was, is) {
			return nil
		}
		_, err = tx.ExecContext(ctx, `UPDATE catalog_category_product AS cp SET position =
			COALESCE((SELECT key + 1 FROM json_each(?1) WHERE value = cp.product_id), cp.position + ?2) WHERE category_id = ?3`, idList(is), len(is), id)
		if err != nil {
			return wrap("put a category's products in order", err)
		}
		return record(ctx, tx, "catalog.category.arranged", "category", id, c.Name, map[string]any{"order": was}, map[string]any{"order": is})
	})
}
