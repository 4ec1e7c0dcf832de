// Package core is what every store has: the dashboard's home, its settings, and its search.
package core

import (
	"context"
	"embed"

	"wizamart/framework/app"
	"wizamart/framework/permission"
	"wizamart/framework/web"
	"wizamart/modules/orders/ordertype"
	"wizamart/tenant"
)

//go:embed views
var files embed.FS

// Sales gives the figures of the home page.
type Sales interface {
	Figures(ctx context.Context, st *tenant.Store) (ordertype.Figures, error)
}

// Hit is something that the dashboard's search found.
type Hit struct{ Kind, Icon, Label, Sub, URL string }

// Finder looks for q in one module's things, the best first.
type Finder struct {
	Permission string
	Find       func(ctx context.Context, st *tenant.Store, q string, limit int) ([]Hit, error)
}

// Notice is something that wants to be done, on the home page.
type Notice struct {
	Icon, Title, Text, Action, URL string
}

// Deps is what other modules give.
type Deps struct {
	Sales   Sales
	Finders []Finder
	// Notices of a module, for those who hold the permission.
	Notices []func(c *web.Context) ([]Notice, error)
}

// Service of the module.
type Service struct {
	app  *app.App
	deps Deps
}

// New makes the service.
func New(a *app.App, deps Deps) *Service { return &Service{app: a, deps: deps} }

// Module is the manifest.
func (s *Service) Module() app.Module {
	return app.Module{
		Name: "core", Title: "Core", Kind: app.Core, Description: "The dashboard's home, settings and search.",
		Permissions: []permission.Permission{
			{Name: "core.read", Title: "Open the dashboard"},
			{Name: "core.settings", Title: "Change the store's settings"},
			{Name: merchantSettings, Title: "Change settings of all the merchant's stores", People: true},
			{Name: "core.platform", Title: "Change the platform's settings"},
		},
		Menu: []app.MenuItem{
			{Surface: web.Dashboard, Label: "Home", Path: "/", Icon: "house", Permission: "core.read", Order: 0, Keep: true},
			{Surface: web.Dashboard, Group: "Settings", Label: "General", Path: "/settings", Icon: "settings", Permission: "core.settings", Order: 90, Keep: true},
			{Surface: web.Admin, Group: "Operations", Label: "Settings", Path: "/settings", Icon: "settings", Permission: "core.platform", Order: 85, Keep: true},
			{Surface: web.Admin, Group: "Operations", Label: "Mail", Path: "/mail", Icon: "mail", Permission: "core.platform", Order: 84},
		},
		Settings: []app.Setting{timeZoneSetting},
		Files:    files,
		Routes: func(r *app.Router) {
			r.Portal("GET", "/api", permission.Public, s.apiPage)
			r.Dashboard("GET", "/", "core.read", s.home)
			r.Dashboard("POST", "/checklist-dismissals", "core.settings", s.postHidden)
			r.Dashboard("POST", "/checklist-returns", "core.settings", s.postShown)
			s.checklistAPI(r)
			r.Dashboard("GET", "/search", "core.read", s.search)
			r.Dashboard("GET", "/settings", "core.settings", s.settings)
			r.Dashboard("POST", "/settings", "core.settings", s.saveSettings)
			r.Dashboard("GET", "/merchant-settings", merchantSettings, s.merchantPage)
			r.Dashboard("POST", "/merchant-settings", merchantSettings, s.saveMerchant)
			r.Admin("GET", "/settings", "core.platform", s.platformSettings)
			r.Admin("POST", "/settings", "core.platform", s.savePlatformSettings)
			r.Admin("GET", "/mail", "core.platform", s.mailPage)
			r.Admin("POST", "/mail", "core.platform", s.saveMail)
			r.Admin("POST", "/mail-tests", "core.platform", s.postTestMail)
			s.api(r)
			s.merchantAPI(r)
		},
	}
}
