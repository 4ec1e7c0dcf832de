package catalog

import (
	"context"
	"database/sql"
	"strings"

	"wizamart/framework/money"
	"wizamart/tenant"
)

func (f *ListFilter) where() (from, where string, args []any) {
	from = "FROM catalog_product p"
	cond := []string{"p.deleted_at IS NULL"}
	add := func(sql string, a ...any) { cond, args = append(cond, sql), append(args, a...) }
	if f.Search != "" {
		from = "FROM catalog_search JOIN catalog_product p ON p.seq = catalog_search.rowid"
		add("catalog_search MATCH ?", matchQuery(f.Search))
	}
	if f.IDs != nil {
		add("p.id IN (SELECT value FROM json_each(?))", idList(f.IDs))
	}
	if f.Status != "" {
		add("p.status = ?", f.Status)
	}
	if f.Category != "" {
		add(inCategory, f.Category, f.now)
	}
	if f.Type != "" {
		add("p.product_type = ? COLLATE NOCASE", f.Type)
	}
	if f.Safety == LacksSafety {
		add(lacksSafety)
	}
	if f.Brand != "" {
		add("p.brand = ?", f.Brand)
	}
	if where := scheduleWhere(f.Schedule); where != "" {
		add(where, f.now)
	}
	if f.Tag != "" {
		add("p.id IN (SELECT product_id FROM catalog_product_tag WHERE tag = ?)", f.Tag)
	}
	return from, " WHERE " + strings.Join(cond, " AND "), args
}

func (f *ListFilter) order() string {
	column := map[string]string{"title": "p.title COLLATE NOCASE", "price": "p.price_min", "created": "p.created_at", "updated": "p.updated_at"}[f.Sort]
	switch {
	case column != "" && f.Desc:
		return column + " DESC, p.seq DESC"
	case column != "":
		return column + ", p.seq"
	case f.Search != "":
		return searchRank + ", p.seq"
	}
	return "p.updated_at DESC, p.seq DESC"
}

func countRows(ctx context.Context, st *tenant.Store, f *ListFilter) (int, error) {
	from, where, args := f.where()
	rows, err := st.QueryContext(ctx, "SELECT count(*) "+from+where, args...)
	n, err := collect(rows, err, func(r *sql.Rows, n *int) error { return r.Scan(n) })
	if err != nil {
		return 0, wrap("count products", err)
	}
	return n[0], nil
}

// listRows reads rows without their stock. limit -1 reads all.
func listRows(ctx context.Context, st *tenant.Store, f *ListFilter, limit, offset int) ([]Row, error) {
	from, where, args := f.where()
	currency := st.Currency()
	rows, err := st.QueryContext(ctx, `SELECT p.seq, p.id, p.slug, p.title, p.brand, p.product_type, p.status, p.price_min, p.price_max, p.variants, p.updated_at, p.published_at, p.unpublish_at,
		COALESCE((SELECT m.hash || CASE WHEN m.sizes & 1 THEN '-200' WHEN m.sizes & 2 THEN '-400' ELSE '' END FROM catalog_image i JOIN catalog_media m ON m.hash = i.media_hash
			WHERE i.product_id = p.id AND i.deleted_at IS NULL ORDER BY i.position LIMIT 1), '') `+from+where+" ORDER BY "+f.order()+" LIMIT ? OFFSET ?",
		append(args, limit, offset)...)
	list, err := collect(rows, err, func(r *sql.Rows, row *Row) error {
		var low, high int64
		var picture string
		err := r.Scan(&row.seq, &row.ID, &row.Slug, &row.Title, &row.Brand, &row.Type, &row.Status, &low, &high, &row.Variants, &row.UpdatedAt, &row.From, &row.Until, &picture)
		row.Price, row.PriceTo, row.Picture = money.New(low, currency), money.New(high, currency), mediaURL(picture)
		row.InShop = row.Status == Active && shown(row.From, row.Until, f.now)
		return err
	})
	return list, wrap("list products", err)
}

// variantIDs are the living variants of products, by product.
func variantIDs(ctx context.Context, st *tenant.Store, productIDs []string) (map[string][]string, error) {
	rows, err := st.QueryContext(ctx, `SELECT product_id, id FROM catalog_variant
		WHERE product_id IN (SELECT value FROM json_each(?)) AND deleted_at IS NULL ORDER BY product_id, position`, idList(productIDs))
	out := map[string][]string{}
	_, err = collect(rows, err, func(r *sql.Rows, _ *struct{}) error {
		var product, variant string
		err := r.Scan(&product, &variant)
		out[product] = append(out[product], variant)
		return err
	})
	return out, wrap("read the products' variants", err)
}

// StatusCounts is how many living products each status has.
func (s *Service) StatusCounts(ctx context.Context, st *tenant.Store) (map[Status]int, error) {
	rows, err := st.QueryContext(ctx, "SELECT status, count(*) FROM catalog_product WHERE deleted_at IS NULL GROUP BY status")
	out := map[Status]int{}
	_, err = collect(rows, err, func(r *sql.Rows, _ *struct{}) error {
		var status Status
		var n int
		err := r.Scan(&status, &n)
		out[status] = n
		return err
	})
	return out, wrap("count products", err)
}

// words of living products, for filters and suggestions: the most used first, at most limit.
func words(ctx context.Context, st *tenant.Store, query string, limit int) ([]string, error) {
	rows, err := st.QueryContext(ctx, query, limit)
	list, err := collect(rows, err, scanString)
	return list, wrap("read the words in use", err)
}

// Types of products in use.
func (s *Service) Types(ctx context.Context, st *tenant.Store, limit int) ([]string, error) {
	return words(ctx, st, `SELECT product_type FROM catalog_product WHERE deleted_at IS NULL AND product_type <> '' GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT ?`, limit)
}

// Brands in use.
func (s *Service) Brands(ctx context.Context, st *tenant.Store, limit int) ([]string, error) {
	return words(ctx, st, `SELECT brand FROM catalog_product WHERE deleted_at IS NULL AND brand <> '' GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT ?`, limit)
}

// Tags in use.
func (s *Service) Tags(ctx context.Context, st *tenant.Store, limit int) ([]string, error) {
	return words(ctx, st, `SELECT tag FROM catalog_product_tag JOIN catalog_product p ON p.id = product_id AND p.deleted_at IS NULL GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT ?`, limit)
}

// inCategory takes the id of a category, and now: products of it and of those below.
const inCategory = `p.id IN (WITH RECURSIVE below(id) AS (
	SELECT ? UNION SELECT c.id FROM catalog_category c JOIN below ON c.parent_id = below.id WHERE c.deleted_at IS NULL)
	SELECT product_id FROM catalog_category_product cp WHERE category_id IN (SELECT id FROM below) AND ` + stillIn + `)`
