package catalog

import (
	"context"
	"database/sql"
	"slices"

	"wizamart/framework/database"
	"wizamart/framework/money"
	"wizamart/modules/catalog/catalogtype"
	"wizamart/tenant"
)

// firstImage is the id of the first image of product p that can be shown.
const firstImage = `SELECT id FROM catalog_image WHERE product_id = p.id AND deleted_at IS NULL AND media_hash IS NOT NULL ORDER BY position LIMIT 1`

// secondImage is the id of the second image of product p that can be shown.
const secondImage = firstImage + ` OFFSET 1`

// shopCards reads a grid in one query.
func shopCards(ctx context.Context, st *tenant.Store, tail string, args ...any) ([]catalogtype.Card, error) {
	currency := st.Currency()
	rows, err := st.QueryContext(ctx, `SELECT p.id, p.slug, p.title, p.brand, p.price_min, p.price_max, COALESCE(p.compare_at, 0), p.variants,
		(SELECT json_group_array(v.id) FROM catalog_variant v WHERE v.product_id = p.id AND v.deleted_at IS NULL),
		COALESCE(m.hash, ''), COALESCE(i.alt, ''), COALESCE(m.width, 0), COALESCE(m.height, 0), COALESCE(m.sizes, 0), COALESCE(m.focus_x, 50), COALESCE(m.focus_y, 50),
		COALESCE(m2.hash, ''), COALESCE(m2.sizes, 0)
		FROM catalog_product p
		LEFT JOIN catalog_image i ON i.id = (`+firstImage+`) LEFT JOIN catalog_media m ON m.hash = i.media_hash
		LEFT JOIN catalog_image i2 ON i2.id = (`+secondImage+`) LEFT JOIN catalog_media m2 ON m2.hash = i2.media_hash `+tail, args...)
	list, err := collect(rows, err, func(r *sql.Rows, c *catalogtype.Card) error {
		var hash, hash2 string
		var sizes2 catalogtype.Sizes
		var x, y int
		err := r.Scan(&c.ProductID, &c.Slug, &c.Title, &c.Brand, &c.Price.Minor, &c.PriceTo.Minor, &c.CompareAt.Minor, &c.Variants,
			jsonColumn{&c.VariantIDs}, &hash, &c.PictureAlt, &c.Width, &c.Height, &c.Sizes, &x, &y, &hash2, &sizes2)
		c.Price.Currency, c.PriceTo.Currency = currency, currency
		if c.CompareAt.Minor != 0 {
			c.CompareAt = money.New(c.CompareAt.Minor, currency)
		}
		c.Picture, c.Large, c.Hover, c.Focus = smallURL(hash, c.Sizes), mediaURL(hash), smallURL(hash2, sizes2), catalogtype.FocusClass(x, y)
		return err
	})
	if err != nil {
		return nil, wrap("read cards", err)
	}
	return list, priorOfCards(ctx, st, list)
}

// Newest gives the products of the shop that were published last, in one query.
func (s *Service) Newest(ctx context.Context, st *tenant.Store, limit int) ([]catalogtype.Card, error) {
	return shopCards(ctx, st, "WHERE p.seq IN (SELECT p.seq FROM catalog_product p WHERE "+inShop+
		" ORDER BY p.published_at DESC, p.position, p.seq DESC LIMIT ?) ORDER BY p.published_at DESC, p.position, p.seq DESC", s.moment(), limit)
}

// cardsByID reads cards in the order of ids.
func cardsByID(ctx context.Context, st *tenant.Store, ids []string) ([]catalogtype.Card, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	return shopCards(ctx, st, "JOIN json_each(?) wanted ON wanted.value = p.id ORDER BY wanted.key", idList(ids))
}

// nearby are products that have the same value in a column, on both sides of a seq; its parameters are the value and the seq, twice. Few
// are taken, so that a page costs the same in a large store.
func nearby(column, score string) string {
	arm := "SELECT * FROM (SELECT id, " + score + " FROM catalog_product WHERE deleted_at IS NULL AND " + column + " = ? AND " + column + " <> '' AND seq "
	return arm + "> ? ORDER BY seq LIMIT 24) UNION ALL " + arm + "< ? ORDER BY seq DESC LIMIT 24)"
}

// relatedPick chooses before anything of a card is read: ids are of one time's order, so neighbours by id were made at about the same time.
var relatedPick = `JOIN (SELECT p.id, max(near.score) + (p.product_type = ?) * 3 AS score, abs(p.seq - ?) AS far, p.seq FROM (
	SELECT * FROM (SELECT o.product_id AS id, 4 AS score FROM catalog_category_product mine JOIN catalog_category_product o
		ON o.category_id = mine.category_id AND o.product_id > mine.product_id WHERE mine.product_id = ? ORDER BY o.product_id LIMIT 24)
	UNION ALL SELECT * FROM (SELECT o.product_id, 4 FROM catalog_category_product mine JOIN catalog_category_product o
		ON o.category_id = mine.category_id AND o.product_id < mine.product_id WHERE mine.product_id = ? ORDER BY o.product_id DESC LIMIT 24)
	UNION ALL ` + nearby("product_type", "2") + " UNION ALL " + nearby("brand", "1") + `
	) near JOIN catalog_product p ON p.id = near.id WHERE ` + inShop + ` GROUP BY p.id ORDER BY score DESC, far, p.seq LIMIT ?
	) pick ON pick.id = p.id ORDER BY pick.score DESC, pick.far, pick.seq`

// relatedCards gives products of the shop that go with p: of its categories first, then of its type, then of its brand.
func relatedCards(ctx context.Context, st *tenant.Store, p *Product, now database.Time, limit int) ([]catalogtype.Card, error) {
	return shopCards(ctx, st, relatedPick, p.Type, p.Seq, p.ID, p.ID, p.Type, p.Seq, p.Type, p.Seq, p.Brand, p.Seq, p.Brand, p.Seq, now, limit)
}

// categoryPath is the product's first category that shoppers see with those above it, the top first. There is none while they do not see one of them.
func categoryPath(ctx context.Context, st *tenant.Store, productID string, now database.Time) ([]Category, error) {
	rows, err := st.QueryContext(ctx, `WITH RECURSIVE up(id, depth) AS (
		SELECT * FROM (SELECT c.id, 0 FROM catalog_category_product cp JOIN catalog_category c ON c.id = cp.category_id AND c.deleted_at IS NULL AND `+categoryInShop+`
			WHERE cp.product_id = ? AND `+stillIn+` ORDER BY c.parent_id IS NULL, c.position, c.id LIMIT 1)
		UNION ALL SELECT c.parent_id, up.depth + 1 FROM up JOIN catalog_category c ON c.id = up.id WHERE c.parent_id IS NOT NULL AND up.depth < 10)
		SELECT `+categoryColumns+` FROM up JOIN catalog_category c ON c.id = up.id AND c.deleted_at IS NULL ORDER BY up.depth DESC`, now, productID, now)
	list, err := collect(rows, err, scanCategory)
	if slices.ContainsFunc(list, func(c Category) bool { return !c.shown(now) }) {
		list = nil
	}
	return list, wrap("read the product's category", err)
}
