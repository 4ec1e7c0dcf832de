package catalog

import (
	"context"
	"database/sql"

	"wizamart/modules/catalog/catalogtype"
	"wizamart/tenant"
)

func fileKnown(ctx context.Context, st *tenant.Store, hash string) (bool, error) {
	rows, err := st.QueryContext(ctx, "SELECT hash FROM catalog_file WHERE hash = ?", hash)
	list, err := collect(rows, err, scanString)
	return len(list) > 0, wrap("look for a file", err)
}

// ProductFiles are what a product and its variants give to their buyers, the oldest first.
func (s *Service) ProductFiles(ctx context.Context, st *tenant.Store, productID string) ([]ProductFile, error) {
	rows, err := st.QueryContext(ctx, `SELECT u.id, u.product_id, u.variant_id, u.hash, u.name, f.bytes, u.created_at FROM catalog_product_file u
		JOIN catalog_file f ON f.hash = u.hash WHERE u.product_id = ? ORDER BY u.id`, productID)
	list, err := collect(rows, err, func(r *sql.Rows, f *ProductFile) error {
		return r.Scan(&f.ID, &f.ProductID, &f.VariantID, &f.Hash, &f.Name, &f.Bytes, &f.CreatedAt)
	})
	return list, wrap("read a product's files", err)
}

// SoldFiles are the files that variants give to their buyers, by variant; those that give none are missing.
func (s *Service) SoldFiles(ctx context.Context, st *tenant.Store, variantIDs []string) (map[string][]catalogtype.File, error) {
	rows, err := st.QueryContext(ctx, `SELECT v.id, u.hash, u.name, f.bytes FROM catalog_variant v
		JOIN catalog_product_file u ON u.product_id = v.product_id AND u.variant_id IN ('', v.id)
		JOIN catalog_file f ON f.hash = u.hash WHERE v.id IN (SELECT value FROM json_each(?)) ORDER BY u.id`, idList(variantIDs))
	out := map[string][]catalogtype.File{}
	_, err = collect(rows, err, func(r *sql.Rows, f *catalogtype.File) error {
		var variant string
		err := r.Scan(&variant, &f.Hash, &f.Name, &f.Bytes)
		out[variant] = append(out[variant], *f)
		return err
	})
	return out, wrap("read the files of variants", err)
}

// givesFiles tells whether variant v of product p gives files to its buyers.
const givesFiles = `EXISTS (SELECT 1 FROM catalog_product_file u WHERE u.product_id = v.product_id AND u.variant_id IN ('', v.id))`
