package catalog

import (
	"context"
	"database/sql"
	"sync"
	"time"

	"wizamart/framework/database"
	"wizamart/framework/money"
	"wizamart/modules/catalog/catalogtype"
	"wizamart/tenant"
)

const sellableQuery = `SELECT v.id, v.product_id, p.slug, p.title, v.option1, v.option2, v.option3, v.sku, v.price, COALESCE(v.compare_at, 0), v.grams,
	v.requires_shipping, CASE WHEN p.gift_card = 1 THEN '` + voucherClass + `' WHEN v.taxable = 0 THEN '` + exemptClass + `' ELSE v.tax_class END, coalesce(` + inShop + `, 0) AND v.deleted_at IS NULL,
	COALESCE(i.media_hash, ''), COALESCE(i.alt, ''), COALESCE(m.sizes, 0), ` + givesFiles + `, p.unpublish_at
	FROM catalog_variant v JOIN catalog_product p ON p.id = v.product_id
	LEFT JOIN catalog_image i ON i.id = COALESCE(
		(SELECT o.id FROM catalog_image o WHERE o.id = v.image_id AND o.deleted_at IS NULL AND o.media_hash IS NOT NULL), (` + firstImage + `))
	LEFT JOIN catalog_media m ON m.hash = i.media_hash
	WHERE v.id IN (SELECT value FROM json_each(?))`

// Sellables gives variants as carts and orders see them, by id: from memory while the catalog stays as it is, and otherwise in one query. Variants
// that are no longer sold are there with OnSale false; unknown ids are missing.
func (s *Service) Sellables(ctx context.Context, st *tenant.Store, variantIDs []string) (map[string]catalogtype.Sellable, error) {
	out := make(map[string]catalogtype.Sellable, len(variantIDs))
	if len(variantIDs) == 0 {
		return out, nil
	}
	kept, err := s.sold.Of(st, func() (*sellables, error) { return &sellables{}, nil })
	if err != nil {
		return nil, err
	}
	missing := kept.take(variantIDs, s.now(), out)
	if len(missing) == 0 {
		return out, nil
	}
	fresh, err := s.readSellables(ctx, st, missing)
	if err != nil {
		return nil, err
	}
	if !st.InTransaction() { // what others in the same commit wrote may still be undone
		kept.put(fresh)
	}
	for _, v := range fresh {
		out[v.VariantID] = v.Sellable
	}
	return out, nil
}

// soldUntil is a sellable, and when it leaves the shop by itself; zero is never.
type soldUntil struct {
	catalogtype.Sellable
	until database.Time
}

func (s *Service) readSellables(ctx context.Context, st *tenant.Store, variantIDs []string) ([]soldUntil, error) {
	currency := st.Currency()
	rows, err := st.QueryContext(ctx, sellableQuery, s.moment(), idList(variantIDs))
	list, err := collect(rows, err, func(r *sql.Rows, v *soldUntil) error {
		var values [MaxOptions]string
		var price, compareAt int64
		var hash string
		var sizes catalogtype.Sizes
		err := r.Scan(&v.VariantID, &v.ProductID, &v.Slug, &v.Title, &values[0], &values[1], &values[2], &v.SKU, &price, &compareAt, &v.WeightGrams,
			&v.RequiresShipping, &v.TaxClass, &v.OnSale, &hash, &v.PictureAlt, &sizes, &v.Downloads, &v.until)
		v.VariantTitle, v.Price, v.Picture = title(values[:]), money.New(price, currency), smallURL(hash, sizes)
		if compareAt != 0 {
			v.CompareAt = money.New(compareAt, currency)
		}
		return err
	})
	return list, wrap("read sellables", err)
}

// sellables are those of a store that were asked for since its catalog changed, as they are on sale. What is not on sale is not among them: its time may
// come without a change.
type sellables struct {
	mu   sync.RWMutex
	byID map[string]soldUntil
}

// maxSellables are kept of a store, about 0.4 KiB each; with one more all are forgotten.
const maxSellables = 1000

// take moves what is known, and still holds now, into out, and gives the ids of what is not.
func (k *sellables) take(ids []string, now time.Time, out map[string]catalogtype.Sellable) (missing []string) {
	k.mu.RLock()
	defer k.mu.RUnlock()
	for _, id := range ids {
		if v, ok := k.byID[id]; ok && (v.until.IsZero() || now.Before(v.until.Time)) {
			out[id] = v.Sellable
		} else {
			missing = append(missing, id)
		}
	}
	return missing
}

func (k *sellables) put(list []soldUntil) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.byID == nil || len(k.byID)+len(list) > maxSellables {
		k.byID = map[string]soldUntil{}
	}
	for _, v := range list {
		if v.OnSale {
			k.byID[v.VariantID] = v
		}
	}
}
