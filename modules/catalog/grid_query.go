package catalog

import (
	"context"
	"database/sql"

	"wizamart/framework/database"
	"wizamart/tenant"
)

const gridColumns = `p.id, v.id, p.title, v.option1, v.option2, v.option3, p.status, v.sku, v.barcode, v.price, v.compare_at, v.cost, v.grams, v.tax_class, p.updated_at, p.options IN ('[]', 'null')`

func scanGrid(rows *sql.Rows, r *GridRow) error {
	var values [MaxOptions]string
	var seen database.Time
	var plain bool
	err := rows.Scan(&r.ProductID, &r.VariantID, &r.Product, &values[0], &values[1], &values[2], &r.Status, &r.SKU, &r.Barcode, &r.Price, &r.CompareAt, &r.Cost,
		&r.Grams, &r.TaxClass, &seen, &plain)
	if r.Seen = seen.UnixMilli(); !plain {
		r.Variant = title(values[:])
	}
	return err
}

func countGrid(ctx context.Context, st *tenant.Store, f *ListFilter) (int, error) {
	from, where, args := f.where()
	rows, err := st.QueryContext(ctx, "SELECT count(*) "+from+" JOIN catalog_variant v ON v.product_id = p.id AND v.deleted_at IS NULL"+where, args...)
	n, err := collect(rows, err, func(r *sql.Rows, n *int) error { return r.Scan(n) })
	if err != nil {
		return 0, wrap("count the grid's rows", err)
	}
	return n[0], nil
}

func gridRows(ctx context.Context, st *tenant.Store, f *ListFilter, limit, offset int) ([]GridRow, error) {
	from, where, args := f.where()
	order := f.order()
	if f.Sort == "ids" {
		order, args = "(SELECT key FROM json_each(?) WHERE value = p.id)", append(args, idList(f.IDs))
	}
	rows, err := st.QueryContext(ctx, "SELECT "+gridColumns+" "+from+" JOIN catalog_variant v ON v.product_id = p.id AND v.deleted_at IS NULL"+where+
		" ORDER BY "+order+", v.position, v.id LIMIT ? OFFSET ?", append(args, limit, offset)...)
	list, err := collect(rows, err, scanGrid)
	return list, wrap("read the grid", err)
}

func gridByVariant(ctx context.Context, st *tenant.Store, ids []string) ([]GridRow, error) {
	rows, err := st.QueryContext(ctx, "SELECT "+gridColumns+` FROM catalog_variant v JOIN catalog_product p ON p.id = v.product_id AND p.deleted_at IS NULL
		WHERE v.id IN (SELECT value FROM json_each(?)) AND v.deleted_at IS NULL ORDER BY p.title COLLATE NOCASE, p.seq, v.position`, idList(ids))
	list, err := collect(rows, err, scanGrid)
	return list, wrap("read rows of the grid", err)
}
