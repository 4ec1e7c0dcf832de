package catalog

import (
	"context"
	"database/sql"

	"wizamart/framework/database"
	"wizamart/framework/money"
	"wizamart/modules/catalog/catalogtype"
	"wizamart/tenant"
)

// priorOfCards fills in the lowest price before for cards that announce a reduction, in one query more where there are any.
func priorOfCards(ctx context.Context, st *tenant.Store, cards []catalogtype.Card) error {
	if !showsPrior(st) {
		return nil
	}
	var products []string
	for i := range cards {
		if c := &cards[i]; c.CompareAt.Minor > c.Price.Minor {
			products = append(products, c.ProductID)
		}
	}
	if len(products) == 0 {
		return nil
	}
	rows, err := st.QueryContext(ctx, `SELECT v.product_id, v.id, h.price, h.at FROM catalog_variant v
		JOIN catalog_product p ON p.id = v.product_id AND v.price = p.price_min JOIN catalog_price_change h ON h.variant_id = v.id
		WHERE v.product_id IN (SELECT value FROM json_each(?)) AND v.deleted_at IS NULL ORDER BY v.product_id, v.position, v.id, h.at, h.id`, idList(products))
	cheapest, changes := map[string]string{}, map[string][]priceChange{} // by product: the first of its cheapest variants
	_, err = collect(rows, err, func(r *sql.Rows, _ *struct{}) error {
		var product, variant string
		var c priceChange
		err := r.Scan(&product, &variant, &c.price, &c.at)
		if first, ok := cheapest[product]; !ok || first == variant {
			cheapest[product], changes[product] = variant, append(changes[product], c)
		}
		return err
	})
	for i := range cards {
		if lowest, ok := prior(changes[cards[i].ProductID]); ok {
			cards[i].Prior = money.New(lowest, st.Currency())
		}
	}
	return wrap("read what cards cost before", err)
}

// priors are the lowest prices of the 30 days before today's, by variant; variants that have had no other price are missing.
func priors(ctx context.Context, st *tenant.Store, variantIDs []string) (map[string]int64, error) {
	out := map[string]int64{}
	if len(variantIDs) == 0 {
		return out, nil
	}
	rows, err := st.QueryContext(ctx, `SELECT variant_id, price, at FROM catalog_price_change
		WHERE variant_id IN (SELECT value FROM json_each(?)) AND at <= ? ORDER BY variant_id, at, id`, idList(variantIDs), database.Now())
	changes := map[string][]priceChange{}
	_, err = collect(rows, err, func(r *sql.Rows, _ *struct{}) error {
		var id string
		var c priceChange
		err := r.Scan(&id, &c.price, &c.at)
		changes[id] = append(changes[id], c)
		return err
	})
	for id, list := range changes {
		if lowest, ok := prior(list); ok {
			out[id] = lowest
		}
	}
	return out, wrap("read what prices were", err)
}
