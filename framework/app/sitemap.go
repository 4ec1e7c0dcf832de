package app

import (
	"context"
	"time"

	"wizamart/tenant"
)

// Sitemap lists pages of a store's shop for search engines (sitemaps.org, protocol 0.9). Only pages that may be indexed belong in it.
type Sitemap struct {
	Name string // of its files: "products" is /sitemaps/products-1.xml
	// Extent is how many pages there are at the moment now, and when one of them changed last.
	Extent func(ctx context.Context, st *tenant.Store, now time.Time) (pages int, changed time.Time, err error)
	// Pages are at most limit of them from offset on, in an order that stays the same when one changes.
	Pages func(ctx context.Context, st *tenant.Store, now time.Time, offset, limit int) ([]SitemapPage, error)
}

// SitemapPage is a path of the shop, without the surface's prefix.
type SitemapPage struct {
	Path    string
	Changed time.Time
}

// Sitemaps are those of the modules that are on for a store.
func (a *App) Sitemaps(st *tenant.Store) (out []Sitemap) {
	for _, m := range a.Registry.modules {
		if a.EnabledFor(st, m.Name) {
			out = append(out, m.Sitemaps...)
		}
	}
	return out
}
