package catalog

import (
	"context"
	"database/sql"
	"strings"

	"wizamart/modules/catalog/catalogtype"
	"wizamart/tenant"
)

// CategoriesOf gives for each product the ids of its categories and of those above them.
func (s *Service) CategoriesOf(ctx context.Context, st *tenant.Store, productIDs []string) (map[string][]string, error) {
	rows, err := st.QueryContext(ctx, `WITH RECURSIVE above(product_id, id) AS (
			SELECT cp.product_id, cp.category_id FROM catalog_category_product cp JOIN catalog_category c ON c.id = cp.category_id
			WHERE cp.product_id IN (SELECT value FROM json_each(?)) AND c.deleted_at IS NULL AND `+stillIn+`
			UNION SELECT above.product_id, c.parent_id FROM above JOIN catalog_category c ON c.id = above.id WHERE c.parent_id IS NOT NULL)
		SELECT product_id, id FROM above`, idList(productIDs), s.moment())
	out := map[string][]string{}
	_, err = collect(rows, err, func(r *sql.Rows, _ *struct{}) error {
		var product, category string
		err := r.Scan(&product, &category)
		out[product] = append(out[product], category)
		return err
	})
	return out, wrap("read the categories of products", err)
}

// FindProducts finds products that are not deleted by words of their titles, in the order of these.
func (s *Service) FindProducts(ctx context.Context, st *tenant.Store, search string, limit int) ([]catalogtype.Named, error) {
	where, args := "deleted_at IS NULL", []any{}
	words := strings.Fields(search)
	for _, word := range words[:min(len(words), maxWords)] {
		where, args = where+" AND instr(lower(title), lower(?)) > 0", append(args, word)
	}
	return named(ctx, st, where+" ORDER BY title COLLATE NOCASE, id LIMIT ?", append(args, limit)...)
}

// ProductNames are the products of these ids that are not deleted.
func (s *Service) ProductNames(ctx context.Context, st *tenant.Store, ids []string) ([]catalogtype.Named, error) {
	return named(ctx, st, "deleted_at IS NULL AND id IN (SELECT value FROM json_each(?)) ORDER BY title COLLATE NOCASE, id", idList(ids))
}

func named(ctx context.Context, st *tenant.Store, where string, args ...any) ([]catalogtype.Named, error) {
	rows, err := st.QueryContext(ctx, "SELECT id, title FROM catalog_product WHERE "+where, args...)
	list, err := collect(rows, err, func(r *sql.Rows, n *catalogtype.Named) error { return r.Scan(&n.ID, &n.Title) })
	return list, wrap("read products", err)
}
