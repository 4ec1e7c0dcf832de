package catalog

import (
	"context"
	"database/sql"

	"wizamart/framework/money"
	"wizamart/modules/catalog/catalogtype"
	"wizamart/tenant"
)

const sellableQuery = `SELECT v.id, v.product_id, p.slug, p.title, v.option1, v.option2, v.option3, v.sku, v.price, COALESCE(v.compare_at, 0), v.grams,
	v.requires_shipping, CASE WHEN p.gift_card = 1 THEN '` + voucherClass + `' WHEN v.taxable = 0 THEN '` + exemptClass + `' ELSE v.tax_class END, coalesce(` + inShop + `, 0) AND v.deleted_at IS NULL,
	COALESCE(i.media_hash, ''), COALESCE(i.alt, ''), COALESCE(m.sizes, 0), ` + givesFiles + `
	FROM catalog_variant v JOIN catalog_product p ON p.id = v.product_id
	LEFT JOIN catalog_image i ON i.id = COALESCE(
		(SELECT o.id FROM catalog_image o WHERE o.id = v.image_id AND o.deleted_at IS NULL AND o.media_hash IS NOT NULL), (` + firstImage + `))
	LEFT JOIN catalog_media m ON m.hash = i.media_hash
	WHERE v.id IN (SELECT value FROM json_each(?))`

// Sellables reads variants as carts and orders see them, by id, in one query. Variants that are no longer sold are there with
// OnSale false; unknown ids are missing.
func (s *Service) Sellables(ctx context.Context, st *tenant.Store, variantIDs []string) (map[string]catalogtype.Sellable, error) {
	if len(variantIDs) == 0 {
		return map[string]catalogtype.Sellable{}, nil
	}
	currency := st.Currency()
	rows, err := st.QueryContext(ctx, sellableQuery, s.moment(), idList(variantIDs))
	list, err := collect(rows, err, func(r *sql.Rows, v *catalogtype.Sellable) error {
		var values [MaxOptions]string
		var price, compareAt int64
		var hash string
		var sizes catalogtype.Sizes
		err := r.Scan(&v.VariantID, &v.ProductID, &v.Slug, &v.Title, &values[0], &values[1], &values[2], &v.SKU, &price, &compareAt, &v.WeightGrams,
			&v.RequiresShipping, &v.TaxClass, &v.OnSale, &hash, &v.PictureAlt, &sizes, &v.Downloads)
		v.VariantTitle, v.Price, v.Picture = title(values[:]), money.New(price, currency), smallURL(hash, sizes)
		if compareAt != 0 {
			v.CompareAt = money.New(compareAt, currency)
		}
		return err
	})
	if err != nil {
		return nil, wrap("read sellables", err)
	}
	out := make(map[string]catalogtype.Sellable, len(list))
	for _, v := range list {
		out[v.VariantID] = v
	}
	return out, nil
}
