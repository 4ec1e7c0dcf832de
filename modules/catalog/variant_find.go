package catalog

import (
	"context"
	"database/sql"
	"strings"

	"wizamart/modules/catalog/catalogtype"
	"wizamart/tenant"
)

// VariantFilter chooses variants of products that are not deleted.
type VariantFilter struct {
	Search string   // every word in the title, an option value, SKU or barcode; "" is all
	Only   []string // ids; nil is all, empty is none
	Except []string // ids
	Offset int
	Limit  int // 0 is 50
}

// FindVariants lists variants in the order of their products' titles and their own positions, with how many match in all.
func (s *Service) FindVariants(ctx context.Context, st *tenant.Store, f VariantFilter) ([]catalogtype.Sellable, int, error) {
	if f.Limit <= 0 {
		f.Limit = 50
	}
	where := "WHERE v.deleted_at IS NULL AND p.deleted_at IS NULL"
	var args []any
	words := strings.Fields(f.Search)
	for _, word := range words[:min(len(words), maxWords)] {
		where += " AND instr(lower(p.title || ' ' || v.option1 || ' ' || v.option2 || ' ' || v.option3 || ' ' || v.sku || ' ' || v.barcode), lower(?)) > 0"
		args = append(args, word)
	}
	if f.Only != nil {
		where, args = where+" AND v.id IN (SELECT value FROM json_each(?))", append(args, idList(f.Only))
	}
	if len(f.Except) > 0 {
		where, args = where+" AND v.id NOT IN (SELECT value FROM json_each(?))", append(args, idList(f.Except))
	}
	from := " FROM catalog_variant v JOIN catalog_product p ON p.id = v.product_id " + where
	rows, err := st.QueryContext(ctx, "SELECT count(*)"+from, args...)
	counts, err := collect(rows, err, func(r *sql.Rows, n *int) error { return r.Scan(n) })
	if err != nil {
		return nil, 0, wrap("count variants", err)
	}
	rows, err = st.QueryContext(ctx, "SELECT v.id"+from+" ORDER BY p.title COLLATE NOCASE, p.id, v.position LIMIT ? OFFSET ?", append(args, f.Limit, f.Offset)...)
	ids, err := collect(rows, err, func(r *sql.Rows, id *string) error { return r.Scan(id) })
	if err != nil {
		return nil, 0, wrap("find variants", err)
	}
	byID, err := s.Sellables(ctx, st, ids)
	if err != nil {
		return nil, 0, err
	}
	out := make([]catalogtype.Sellable, 0, len(ids))
	for _, id := range ids {
		out = append(out, byID[id])
	}
	return out, counts[0], nil
}

// Variants reads variants by id; those of deleted products are left out.
func (s *Service) Variants(ctx context.Context, st *tenant.Store, ids []string) (map[string]catalogtype.Sellable, error) {
	rows, err := st.QueryContext(ctx, `SELECT v.id FROM catalog_variant v JOIN catalog_product p ON p.id = v.product_id
		WHERE v.deleted_at IS NULL AND p.deleted_at IS NULL AND v.id IN (SELECT value FROM json_each(?))`, idList(ids))
	living, err := collect(rows, err, func(r *sql.Rows, id *string) error { return r.Scan(id) })
	if err != nil {
		return nil, wrap("read variants", err)
	}
	return s.Sellables(ctx, st, living)
}
