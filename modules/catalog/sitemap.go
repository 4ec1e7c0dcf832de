package catalog

import (
	"context"
	"database/sql"
	"time"

	"wizamart/framework/app"
	"wizamart/framework/database"
	"wizamart/tenant"
)

// sitemaps are the products in the shop, and the categories with something in them.
func (s *Service) sitemaps() []app.Sitemap {
	return []app.Sitemap{
		{Name: "products", Extent: productExtent, Pages: productPages},
		{Name: "categories", Extent: s.categoryExtent, Pages: s.categoryPages},
		s.brandSitemap(),
	}
}

func productExtent(ctx context.Context, st *tenant.Store, now time.Time) (pages int, changed time.Time, err error) {
	var latest database.Time
	rows, err := st.QueryContext(ctx, "SELECT count(*), max(max(p.updated_at, p.published_at)) FROM catalog_product p WHERE "+inShop, database.At(now))
	list, err := collect(rows, err, func(rows *sql.Rows, n *int) error { return rows.Scan(n, &latest) })
	if err != nil {
		return 0, changed, wrap("count the products for search engines", err)
	}
	return list[0], latest.Time, nil
}

func productPages(ctx context.Context, st *tenant.Store, now time.Time, offset, limit int) ([]app.SitemapPage, error) {
	rows, err := st.QueryContext(ctx, "SELECT p.slug, max(p.updated_at, p.published_at) FROM catalog_product p WHERE "+inShop+" ORDER BY p.seq LIMIT ? OFFSET ?",
		database.At(now), limit, offset)
	list, err := collect(rows, err, func(rows *sql.Rows, p *app.SitemapPage) error {
		var changed database.Time
		err := rows.Scan(&p.Path, &changed)
		p.Path, p.Changed = "/products/"+p.Path, changed.Time
		return err
	})
	return list, wrap("list the products for search engines", err)
}

// categoryExtent counts all: there are few, and those that are empty are not looked for.
func (s *Service) categoryExtent(ctx context.Context, st *tenant.Store, now time.Time) (pages int, changed time.Time, err error) {
	list, err := s.categoryPages(ctx, st, now, 0, 1<<30)
	for _, p := range list {
		if p.Changed.After(changed) {
			changed = p.Changed
		}
	}
	return len(list), changed, err
}

func (s *Service) categoryPages(ctx context.Context, st *tenant.Store, now time.Time, offset, limit int) ([]app.SitemapPage, error) {
	all, err := s.shownCategories(ctx, st, database.At(now))
	if err != nil {
		return nil, err
	}
	count, err := categoryCounts(ctx, st, database.At(now))
	if err != nil {
		return nil, err
	}
	var out []app.SitemapPage
	for i := range all {
		if count[all[i].ID] > 0 {
			out = append(out, app.SitemapPage{Path: "/categories/" + all[i].Slug, Changed: all[i].UpdatedAt.Time})
		}
	}
	out = out[min(offset, len(out)):]
	return out[:min(limit, len(out))], nil
}
