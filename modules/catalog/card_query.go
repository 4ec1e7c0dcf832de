package catalog

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"wizamart/framework/database"
	"wizamart/framework/money"
	"wizamart/modules/catalog/catalogtype"
	"wizamart/tenant"
)

// CardFilter says which products of the shop to list. Its zero value is all of them, newest first.
type CardFilter struct {
	Category string   // id; products of the categories below count too
	IDs      []string // only these, in this order unless Sort says otherwise
	Query    string   // search: see Search
	Brands   []string
	Types    []string
	Tags     []string // any of them
	PriceMin *int64   // minor units, of the cheapest variant
	PriceMax *int64
	Sale     bool   // only products with a compare-at price above the price
	Sort     string // newest, price, -price, title; "" is the category's own order, the ids', or relevance
	Limit    int    // 0 is 24
	Offset   int
}

// where gives the conditions on catalog_product p, joined with catalog_search when there is a query.
func (f *CardFilter) where(now database.Time) (from, where string, args []any) {
	from = "FROM catalog_product p"
	cond := []string{inShop}
	args = []any{now}
	add := func(sql string, a ...any) { cond, args = append(cond, sql), append(args, a...) }
	if f.Query != "" {
		from = "FROM catalog_search JOIN catalog_product p ON p.seq = catalog_search.rowid"
		add("catalog_search MATCH ?", matchQuery(f.Query))
	}
	if f.Category != "" {
		add(inCategory, f.Category)
	}
	in := func(column string, values []string) {
		if values != nil {
			add(column+" IN (SELECT value FROM json_each(?))", idList(values))
		}
	}
	in("p.id", f.IDs)
	in("p.brand", f.Brands)
	in("p.product_type", f.Types)
	if f.Tags != nil {
		add("p.id IN (SELECT product_id FROM catalog_product_tag WHERE tag IN (SELECT value FROM json_each(?)))", idList(f.Tags))
	}
	if f.PriceMin != nil {
		add("p.price_min >= ?", *f.PriceMin)
	}
	if f.PriceMax != nil {
		add("p.price_min <= ?", *f.PriceMax)
	}
	if f.Sale {
		add("p.compare_at > p.price_min")
	}
	return from, " WHERE " + strings.Join(cond, " AND "), args
}

// inCategory takes the id of a category: products of it and of those below.
const inCategory = `p.id IN (WITH RECURSIVE below(id) AS (
	SELECT ? UNION SELECT c.id FROM catalog_category c JOIN below ON c.parent_id = below.id WHERE c.deleted_at IS NULL)
	SELECT product_id FROM catalog_category_product WHERE category_id IN (SELECT id FROM below))`

func (f *CardFilter) order() (sql string, args []any) {
	switch f.Sort {
	case "newest":
		return "p.published_at DESC, p.seq DESC", nil
	case "price":
		return "p.price_min, p.seq", nil
	case "-price":
		return "p.price_min DESC, p.seq", nil
	case "title":
		return "p.title COLLATE NOCASE, p.seq", nil
	}
	switch {
	case f.Query != "":
		return searchRank + ", p.seq", nil
	case f.IDs != nil:
		return "(SELECT key FROM json_each(?) WHERE value = p.id)", []any{idList(f.IDs)}
	case f.Category != "":
		return "COALESCE((SELECT position FROM catalog_category_product WHERE category_id = ? AND product_id = p.id), 1 << 30), p.position, p.seq", []any{f.Category}
	}
	return "p.published_at DESC, p.seq DESC", nil
}

// Cards lists products as the shop shows them in a grid, with how many match in all. It takes a few queries, whatever the number.
func (s *Service) Cards(ctx context.Context, st *tenant.Store, f CardFilter) ([]catalogtype.Card, int, error) {
	f.Query = strings.TrimSpace(f.Query)
	if f.Query != "" && matchQuery(f.Query) == "" {
		return nil, 0, nil // no letter or digit: nothing can match
	}
	if f.Limit <= 0 {
		f.Limit = 24
	}
	if f.Category != "" && f.Sort == "" && f.Query == "" && f.IDs == nil {
		sort, err := categorySort(ctx, st, f.Category)
		if err != nil {
			return nil, 0, err
		}
		f.Sort = sort
	}
	from, where, args := f.where(s.moment())
	var total int
	rows, err := st.QueryContext(ctx, "SELECT count(*) "+from+where, args...)
	counts, err := collect(rows, err, func(r *sql.Rows, n *int) error { return r.Scan(n) })
	if err != nil {
		return nil, 0, fmt.Errorf("count cards: %w", err)
	}
	if total = counts[0]; total == 0 || f.Offset >= total {
		return nil, total, nil
	}
	order, orderArgs := f.order()
	args = append(append(args, orderArgs...), f.Limit, f.Offset)
	cards, err := cards(ctx, st, from+where+" ORDER BY "+order+" LIMIT ? OFFSET ?", args...)
	return cards, total, err
}

func cards(ctx context.Context, st *tenant.Store, tail string, args ...any) ([]catalogtype.Card, error) {
	currency := st.Currency()
	rows, err := st.QueryContext(ctx, `SELECT p.id, p.slug, p.title, p.brand, p.price_min, p.price_max, COALESCE(p.compare_at, 0), p.variants,
		(`+firstImage+`) `+tail, args...)
	imageIDs := map[string]*catalogtype.Card{}
	list, err := collect(rows, err, func(r *sql.Rows, c *catalogtype.Card) error {
		var image *string
		err := r.Scan(&c.ProductID, &c.Slug, &c.Title, &c.Brand, &c.Price.Minor, &c.PriceTo.Minor, &c.CompareAt.Minor, &c.Variants, &image)
		c.Price.Currency, c.PriceTo.Currency = currency, currency
		if c.CompareAt.Minor != 0 {
			c.CompareAt = money.New(c.CompareAt.Minor, currency)
		}
		if image != nil {
			c.Picture = *image // its id, until the pictures are read
		}
		return err
	})
	if err != nil || len(list) == 0 {
		return nil, wrap("read cards", err)
	}
	ids, at := make([]string, len(list)), map[string]*catalogtype.Card{}
	var pictures []string
	for i := range list {
		c := &list[i]
		ids[i], at[c.ProductID] = c.ProductID, c
		if c.Picture != "" {
			pictures, imageIDs[c.Picture] = append(pictures, c.Picture), c
			c.Picture = ""
		}
	}
	rows, err = st.QueryContext(ctx, `SELECT product_id, id FROM catalog_variant
		WHERE product_id IN (SELECT value FROM json_each(?)) AND deleted_at IS NULL ORDER BY product_id, position`, idList(ids))
	_, err = collect(rows, err, func(r *sql.Rows, _ *struct{}) error {
		var product, variant string
		err := r.Scan(&product, &variant)
		at[product].VariantIDs = append(at[product].VariantIDs, variant)
		return err
	})
	if err != nil {
		return nil, wrap("read the cards' variants", err)
	}
	if err := priorOfCards(ctx, st, list); err != nil {
		return nil, err
	}
	rows, err = st.QueryContext(ctx, `SELECT `+imageColumns+` FROM catalog_image i JOIN catalog_media m ON m.hash = i.media_hash
		WHERE i.id IN (SELECT value FROM json_each(?))`, idList(pictures))
	images, err := collect(rows, err, scanImage)
	for i := range images {
		im := &images[i]
		c := imageIDs[im.ID]
		c.Picture, c.Large, c.PictureAlt, c.Width, c.Height, c.Sizes, c.Focus = im.SmallURL(), im.URL(), im.Alt, im.Width, im.Height, im.Sizes, im.Focus()
	}
	return list, wrap("read the cards' pictures", err)
}

// firstImage is the id of the first image of product p that can be shown.
const firstImage = `SELECT id FROM catalog_image WHERE product_id = p.id AND deleted_at IS NULL AND media_hash IS NOT NULL ORDER BY position LIMIT 1`

func wrap(what string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", what, err)
}
