// Package cms is what a shop looks like: its theme, its opening page, and its content pages.
package cms

import (
	"context"
	"embed"

	"wizamart/framework/app"
	"wizamart/framework/database"
	"wizamart/framework/limit"
	"wizamart/framework/permission"
	"wizamart/framework/web"
	"wizamart/modules/catalog/catalogtype"
	"wizamart/modules/inventory/inventorytype"
	"wizamart/tenant"
)

//go:embed migrations views
var files embed.FS

// Catalog is what the opening page and the navigation show of the catalogue. While that is off it answers with nothing.
type Catalog interface {
	// Newest gives the active products that were published last.
	Newest(ctx context.Context, st *tenant.Store, limit int) ([]catalogtype.Card, error)
	// Categories gives the whole tree, parents before children, in the merchant's order.
	Categories(ctx context.Context, st *tenant.Store) ([]catalogtype.Category, error)
}

// Stock tells what can be sold.
type Stock interface {
	Levels(ctx context.Context, st *tenant.Store, variantIDs []string) (map[string]inventorytype.Level, error)
}

// Allowance tells what a store has room for.
type Allowance interface {
	// ForBytes is nil when the store may keep so many bytes more.
	ForBytes(st *tenant.Store, more int64) error
}

// Service holds the module's use cases.
type Service struct {
	app     *app.App
	catalog Catalog
	stock   Stock
	shops   snapshots

	Allowance    Allowance                           // nil where everything has room
	Organization func(st *tenant.Store) Organization // who stands behind a store; nil where nobody knows
}

// New makes the module.
func New(a *app.App, catalog Catalog, stock Stock) *Service {
	return &Service{app: a, catalog: catalog, stock: stock}
}

// Permissions.
const (
	Read  = "cms.read"
	Write = "cms.write"
)

// Module is the manifest. The theme's settings have a page of their own, so they are not listed for the general one.
func (s *Service) Module() app.Module {
	return app.Module{
		Name: "cms", Title: "Online store", Kind: app.Core,
		Description: "How the shop looks: theme, opening page, content pages.",
		Permissions: []permission.Permission{{Name: Read, Title: "See the theme and the pages"}, {Name: Write, Title: "Change the theme and the pages"}},
		Menu: []app.MenuItem{
			{Surface: web.Dashboard, Group: "Online store", Label: "Theme", Path: "/theme", Icon: "palette", Permission: Read, Order: 60},
			{Surface: web.Dashboard, Group: "Online store", Label: "Pages", Path: "/pages", Icon: "file-text", Permission: Read, Order: 62},
			{Surface: web.Dashboard, Group: "Online store", Label: "Redirects", Path: "/redirects", Icon: "corner-down-right", Permission: Read, Order: 63},
		},
		Tables: []database.Table{
			{Name: "cms_page", Scope: database.Store, Class: database.Content}, {Name: "cms_redirect", Scope: database.Store, Class: database.Content},
		},
		Settings: []app.Setting{assessedSetting},
		Sitemaps: sitemaps(),
		Files:    files,
		Routes:   s.routes,
		Steps:    s.steps,
		Decorate: s.decorate,
	}
}

func (s *Service) routes(r *app.Router) {
	r.Shop("GET", "/", permission.Public, s.shopHome, app.Cached())
	r.Shop("GET", "/theme.css", permission.Public, s.shopStylesheet, app.AtTheDoor, app.WhileClosed)
	r.Shop("GET", "/favicon.svg", permission.Public, s.shopIcon, app.AtTheDoor, app.WhileClosed)
	r.Shop("GET", "/site-media/:name", permission.Public, s.shopPicture, app.Limit(limit.File))
	r.Shop("GET", "/robots.txt", permission.Public, s.shopRobots, app.Cached(), app.AtTheDoor)
	r.Shop("GET", "/sitemap.xml", permission.Public, s.shopSitemap, app.Cached())
	r.Shop("GET", "/sitemaps/:name", permission.Public, s.shopSitemapFile, app.Cached())
	r.ShopFallback(s.shopPage, app.Cached())

	r.Dashboard("GET", "/theme", Read, s.dashboardTheme)
	r.Dashboard("POST", "/theme", Write, s.dashboardSaveTheme, app.MaxBody(maxPictureBytes*3+1<<20))
	r.Dashboard("POST", "/theme/resets", Write, s.dashboardResetTheme)
	r.Dashboard("GET", "/theme-preview", Read, s.dashboardPreview)
	r.Dashboard("GET", "/site-media/:name", Read, s.shopPicture, app.Limit(limit.File))

	r.Dashboard("GET", "/pages", Read, s.dashboardPages)
	r.Dashboard("POST", "/pages", Write, s.dashboardCreatePage)
	r.Dashboard("GET", "/pages/:id", Read, s.dashboardPage)
	r.Dashboard("POST", "/pages/:id", Write, s.dashboardSavePage)
	r.Dashboard("POST", "/pages/:id/deletions", Write, s.dashboardDeletePage)
	r.Dashboard("POST", "/pages/:id/restorations", Write, s.dashboardRestorePage)

	r.Dashboard("GET", "/redirects", Read, s.dashboardRedirects)
	r.Dashboard("POST", "/redirects", Write, s.dashboardAddRedirects, app.MaxBody(4<<20))
	r.Dashboard("POST", "/redirects/:id/deletions", Write, s.dashboardDeleteRedirect)
	r.Dashboard("POST", "/redirects/:id/restorations", Write, s.dashboardRestoreRedirect)
	s.redirectAPI(r)
}
