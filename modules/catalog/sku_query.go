package catalog

import (
	"context"

	"wizamart/tenant"
)

// RepeatedSKUs are those of the product's SKUs that more than one living variant of the store has. That is allowed, because stores
// come with such data, but merchants are told.
func (s *Service) RepeatedSKUs(ctx context.Context, st *tenant.Store, p *Product) (map[string]bool, error) {
	var skus []string
	for i := range p.Variants {
		if sku := p.Variants[i].SKU; sku != "" {
			skus = append(skus, sku)
		}
	}
	if len(skus) == 0 {
		return nil, nil
	}
	rows, err := st.QueryContext(ctx, `SELECT v.sku FROM catalog_variant v JOIN catalog_product p ON p.id = v.product_id AND p.deleted_at IS NULL
		WHERE v.sku IN (SELECT value FROM json_each(?)) AND v.sku <> '' AND v.deleted_at IS NULL GROUP BY v.sku HAVING count(*) > 1`, idList(skus))
	list, err := collect(rows, err, scanString)
	out := map[string]bool{}
	for _, sku := range list {
		out[sku] = true
	}
	return out, wrap("look for repeated SKUs", err)
}
