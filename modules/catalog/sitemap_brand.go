package catalog

import (
	"context"
	"time"

	"wizamart/framework/app"
	"wizamart/framework/database"
	"wizamart/tenant"
)

// brandSitemap is the list of brands, and the page of each that has something in the shop.
func (s *Service) brandSitemap() app.Sitemap {
	return app.Sitemap{Name: "brands", Extent: s.brandExtent, Pages: s.brandPages}
}

func (s *Service) brandExtent(ctx context.Context, st *tenant.Store, now time.Time) (pages int, changed time.Time, err error) {
	list, err := s.brandPages(ctx, st, now, 0, 1<<30)
	for _, p := range list {
		if p.Changed.After(changed) {
			changed = p.Changed
		}
	}
	return len(list), changed, err
}

func (s *Service) brandPages(ctx context.Context, st *tenant.Store, now time.Time, offset, limit int) ([]app.SitemapPage, error) {
	brands, err := s.brandsInShop(ctx, st, database.At(now))
	if err != nil || len(brands) == 0 {
		return nil, err
	}
	out := []app.SitemapPage{{Path: "/brands"}}
	for i := range brands {
		out = append(out, app.SitemapPage{Path: "/brands/" + brands[i].Slug, Changed: brands[i].UpdatedAt.Time})
		if brands[i].UpdatedAt.After(out[0].Changed) {
			out[0].Changed = brands[i].UpdatedAt.Time
		}
	}
	out = out[min(offset, len(out)):]
	return out[:min(limit, len(out))], nil
}
