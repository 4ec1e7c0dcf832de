package catalog

import (
	"context"
	"database/sql"

	"wizamart/framework/database"
	"wizamart/framework/problem"
	"wizamart/modules/catalog/catalogtype"
	"wizamart/tenant"
)

const categoryColumns = `c.id, COALESCE(c.parent_id, ''), c.slug, c.name, c.text_source, c.text_html, COALESCE(c.media_hash, ''), c.position, c.rule, CASE WHEN c.best_selling THEN 'best-selling' ELSE c.sort END, c.publish_at, c.unpublish_at, c.created_at, c.updated_at, c.deleted_at`

func scanCategory(rows *sql.Rows, c *Category) error {
	return rows.Scan(&c.ID, &c.ParentID, &c.Slug, &c.Name, &c.TextSource, &c.TextHTML, &c.Hash, &c.Position, jsonColumn{&c.Rule}, &c.Sort, &c.PublishAt, &c.UnpublishAt, &c.CreatedAt, &c.UpdatedAt, &c.DeletedAt)
}

func categories(ctx context.Context, st *tenant.Store, tail string, args ...any) ([]Category, error) {
	rows, err := st.QueryContext(ctx, "SELECT "+categoryColumns+" FROM catalog_category c "+tail, args...)
	list, err := collect(rows, err, scanCategory)
	return list, wrap("read categories", err)
}

// Category reads a living category; problem.NotFound otherwise.
func (s *Service) Category(ctx context.Context, st *tenant.Store, id string) (*Category, error) {
	list, err := categories(ctx, st, "WHERE c.id = ? AND c.deleted_at IS NULL", id)
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, problem.New(problem.NotFound, "This category does not exist.")
	}
	return &list[0], nil
}

// CategoryRows reads all living categories, siblings in order.
func (s *Service) CategoryRows(ctx context.Context, st *tenant.Store) ([]Category, error) {
	return categories(ctx, st, "WHERE c.deleted_at IS NULL ORDER BY c.position, c.name COLLATE NOCASE, c.id")
}

// Categories lists the tree as the shop sees it, parents before children and siblings in order. Products counts those in the shop, of the
// category and of those below, each once.
func (s *Service) Categories(ctx context.Context, st *tenant.Store) ([]catalogtype.Category, error) {
	all, err := s.shownCategories(ctx, st, s.moment())
	if err != nil {
		return nil, err
	}
	count, err := categoryCounts(ctx, st, s.moment())
	if err != nil {
		return nil, err
	}
	pictures, err := categoryPictures(ctx, st)
	if err != nil {
		return nil, err
	}
	var out []catalogtype.Category
	for _, n := range tree(all) {
		c, m := n.Category, pictures[n.Hash]
		out = append(out, catalogtype.Category{
			ID: c.ID, ParentID: c.ParentID, Slug: c.Slug, Name: c.Name, Text: c.TextHTML, Picture: mediaURL(c.Hash), Products: count[c.ID],
			Width: m.Width, Height: m.Height, Sizes: m.Sizes, Focus: m.Crop(),
		})
	}
	return out, nil
}

// categoryPictures are the pictures of living categories by hash.
func categoryPictures(ctx context.Context, st *tenant.Store) (map[string]Media, error) {
	rows, err := st.QueryContext(ctx, "SELECT "+mediaColumns+" FROM catalog_media WHERE hash IN (SELECT media_hash FROM catalog_category WHERE deleted_at IS NULL)")
	list, err := collect(rows, err, scanMedia)
	out := make(map[string]Media, len(list))
	for _, m := range list {
		out[m.Hash] = m
	}
	return out, wrap("read the categories' pictures", err)
}

// categoryCounts is how many products of the shop a category and those below have, as shoppers see them while they see the category.
func categoryCounts(ctx context.Context, st *tenant.Store, now database.Time) (map[string]int, error) {
	rows, err := st.QueryContext(ctx, `WITH RECURSIVE above(id, ancestor) AS (
			SELECT id, id FROM catalog_category WHERE deleted_at IS NULL
			UNION SELECT above.id, c.parent_id FROM above JOIN catalog_category c ON c.id = above.ancestor WHERE c.parent_id IS NOT NULL AND c.deleted_at IS NULL AND `+categoryInShop+`)
		SELECT above.ancestor, count(DISTINCT cp.product_id) FROM above
		JOIN catalog_category_product cp ON cp.category_id = above.id AND `+stillIn+`
		JOIN catalog_product p ON p.id = cp.product_id AND `+inShop+`
		GROUP BY above.ancestor`, now, now, now)
	out := map[string]int{}
	_, err = collect(rows, err, func(r *sql.Rows, _ *struct{}) error {
		var id string
		var n int
		err := r.Scan(&id, &n)
		out[id] = n
		return err
	})
	return out, wrap("count the categories' products", err)
}
