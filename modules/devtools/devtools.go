// Package devtools is for those who build and operate: the component gallery, the explorer of routes, and the demo's data.
package devtools

import (
	"embed"
	"io/fs"
	"testing/fstest"

	"wizamart/framework/app"
	"wizamart/framework/observe"
	"wizamart/framework/permission"
	"wizamart/framework/web"
	"wizamart/ui"
)

//go:embed views
var files embed.FS

// Demo is the data of the demo: stores.json, a product file and a folder of pictures for each store.
//
//go:embed all:demo
var Demo embed.FS

// Service of the module.
type Service struct {
	app *app.App
	// Roles are those that staff can hold, the merchants' presets and the operators'.
	Roles func() []Role
}

// Role is a named set of permissions.
type Role struct {
	Name, Title string
	Set         permission.Set
}

// New makes the service.
func New(a *app.App) *Service { return &Service{app: a, Roles: func() []Role { return nil }} }

// on tells whether operators have the tools.
func (s *Service) on() bool {
	cfg := s.app.Config
	return cfg.DevTools == "on" || cfg.DevTools != "off" && cfg.Development
}

// Module is the manifest.
func (s *Service) Module() app.Module {
	m := app.Module{
		Name: "devtools", Title: "Developer tools", Kind: app.Internal, Description: "Components, icons, routes, permissions and modules at a glance.",
		Permissions: []permission.Permission{{Name: "devtools.read", Title: "Use the developer tools"}},
		Menu: []app.MenuItem{
			{Surface: web.Admin, Group: "Developer", Label: "Components", Path: "/devtools/components", Icon: "component", Permission: "devtools.read", Order: 90},
			{Surface: web.Admin, Group: "Developer", Label: "Icons", Path: "/devtools/icons", Icon: "sparkles", Permission: "devtools.read", Order: 90},
			{Surface: web.Admin, Group: "Developer", Label: "Routes", Path: "/devtools/routes", Icon: "route", Permission: "devtools.read", Order: 91},
			{Surface: web.Admin, Group: "Developer", Label: "Last requests", Path: requestsPath, Icon: "activity", Permission: "devtools.read", Order: 89},
			{Surface: web.Admin, Group: "Developer", Label: "Permissions", Path: "/devtools/permissions", Icon: "key", Permission: "devtools.read", Order: 91},
			{Surface: web.Admin, Group: "Developer", Label: "Mailbox", Path: "/devtools/mailbox", Icon: "mail", Permission: "devtools.read", Order: 89},
			{Surface: web.Admin, Group: "Developer", Label: "Module explorer", Path: "/devtools/modules", Icon: "blocks", Permission: "devtools.read", Order: 92},
		},
		Files: withGallery(),
		Routes: func(r *app.Router) {
			r.Admin("GET", "/devtools/components", "devtools.read", s.components)
			r.Admin("GET", "/devtools/icons", "devtools.read", s.icons)
			r.Admin("GET", "/devtools/permissions", "devtools.read", s.permissions)
			r.Admin("GET", "/devtools/modules/:name", "devtools.read", s.modulePage)
			r.Admin("GET", "/devtools/routes", "devtools.read", s.routes)
			r.Admin("GET", requestsPath, "devtools.read", s.requests)
			r.Admin("GET", "/devtools/mailbox", "devtools.read", s.mailbox)
			r.Admin("GET", "/devtools/mailbox/:file/:id", "devtools.read", s.mailPage)
			r.Admin("GET", "/devtools/mailbox/:file/:id/html", "devtools.read", s.mailHTML)
			r.Admin("GET", "/devtools/mailbox/:file/:id/raw", "devtools.read", s.mailRaw)
			r.Admin("GET", "/devtools/modules", "devtools.read", s.modules)
		},
	}
	if !s.on() {
		m.Menu, m.Routes = nil, nil
	} else if s.app.Recent == nil {
		s.app.Recent = &observe.Recent{}
	}
	return m
}

// withGallery adds the components' gallery, which lies beside the components, to the module's views.
func withGallery() fs.FS {
	all := fstest.MapFS{}
	add := func(src fs.FS, from, to string) {
		text, err := fs.ReadFile(src, from)
		if err != nil {
			panic(err) // both are embedded
		}
		if all[to] == nil {
			all[to] = &fstest.MapFile{}
		}
		all[to].Data = append(all[to].Data, text...)
	}
	add(ui.Gallery, "gallery/gallery.html", "views/admin/components.html")
	add(ui.Gallery, "gallery/icons.html", "views/admin/components.html")
	for _, name := range []string{"routes", "modules", "module", "icons", "permissions", "mailbox", "mail", "requests"} {
		add(files, "views/admin/"+name+".html", "views/admin/"+name+".html")
	}
	return all
}

// components shows every component, as the page is or in one of the two schemes.
func (s *Service) components(c *web.Context) error {
	scheme := c.Query("scheme")
	if scheme != "light" && scheme != "dark" {
		scheme = ""
	}
	tabs := []ui.Link{{Label: c.T("As the page is"), URL: c.URL("/devtools/components"), Active: scheme == ""}}
	for _, t := range []ui.Link{{Label: c.T("Light"), URL: "light", Icon: "sun"}, {Label: c.T("Dark"), URL: "dark", Icon: "moon"}} {
		t.Active, t.URL = t.URL == scheme, c.URL("/devtools/components?scheme="+t.URL)
		tabs = append(tabs, t)
	}
	return c.Render(web.Page{View: "devtools/admin/components", Title: c.T("Components"), D: map[string]any{"Scheme": scheme, "Tabs": tabs}})
}
