// Package devtools is for those who build and operate: the component gallery, the explorer of routes, and the demo's data.
package devtools

import (
	"embed"
	"io/fs"
	"testing/fstest"

	"wizamart/framework/app"
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
type Service struct{ app *app.App }

// New makes the service.
func New(a *app.App) *Service { return &Service{a} }

// Module is the manifest.
func (s *Service) Module() app.Module {
	return app.Module{
		Name: "devtools", Title: "Developer tools", Kind: app.Internal, Description: "Components, routes and modules at a glance.",
		Permissions: []permission.Permission{{Name: "devtools.read", Title: "Use the developer tools"}},
		Menu: []app.MenuItem{
			{Surface: web.Admin, Group: "Developer", Label: "Components", Path: "/devtools/components", Icon: "component", Permission: "devtools.read", Order: 90},
			{Surface: web.Admin, Group: "Developer", Label: "Routes", Path: "/devtools/routes", Icon: "route", Permission: "devtools.read", Order: 91},
			{Surface: web.Admin, Group: "Developer", Label: "Mailbox", Path: "/devtools/mailbox", Icon: "mail", Permission: "devtools.read", Order: 89},
			{Surface: web.Admin, Group: "Developer", Label: "Modules", Path: "/devtools/modules", Icon: "blocks", Permission: "devtools.read", Order: 92},
		},
		Files: withGallery(),
		Routes: func(r *app.Router) {
			r.Admin("GET", "/devtools/components", "devtools.read", s.components)
			r.Admin("GET", "/devtools/routes", "devtools.read", s.routes)
			r.Admin("GET", "/devtools/mailbox", "devtools.read", s.mailbox)
			r.Admin("GET", "/devtools/mailbox/:file/:id", "devtools.read", s.mailPage)
			r.Admin("GET", "/devtools/mailbox/:file/:id/html", "devtools.read", s.mailHTML)
			r.Admin("GET", "/devtools/mailbox/:file/:id/raw", "devtools.read", s.mailRaw)
			r.Admin("GET", "/devtools/modules", "devtools.read", s.modules)
		},
	}
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
	for _, name := range []string{"routes", "modules", "mailbox", "mail"} {
		add(files, "views/admin/"+name+".html", "views/admin/"+name+".html")
	}
	return all
}

func (s *Service) components(c *web.Context) error {
	return c.Render(web.Page{View: "devtools/admin/components", Title: c.T("Components")})
}

func (s *Service) routes(c *web.Context) error {
	return c.Render(web.Page{View: "devtools/admin/routes", Title: c.T("Routes"), D: s.app.Routes()})
}

type moduleRow struct {
	app.Module
	On         bool
	NeededBy   []string
	RouteCount int
}

func (s *Service) modules(c *web.Context) error {
	count := map[string]int{}
	for _, r := range s.app.Routes() {
		count[r.Module]++
	}
	var rows []moduleRow
	for _, m := range s.app.Registry.Modules() {
		rows = append(rows, moduleRow{m, s.app.Enabled(m.Name), s.app.Registry.DependsOn(m.Name), count[m.Name]})
	}
	return c.Render(web.Page{View: "devtools/admin/modules", Title: c.T("Modules"), D: rows})
}
