// Package audit shows the audit log: to the operator the platform's, to a store's staff their store's. What is in it, and that nobody
// changes it, is the matter of framework/audit.
package audit

import (
	"embed"

	"wizamart/framework/app"
	"wizamart/framework/job"
	"wizamart/framework/permission"
	"wizamart/framework/web"
)

//go:embed views
var files embed.FS

const read = "audit.read"

// Service of the module.
type Service struct {
	app *app.App
	// path is where a thing has its page on a surface; "" where it has none.
	path func(surface web.Surface, kind, id string) string
}

// New makes the service. path gives the page of a thing that other modules keep, without the surface's prefix, or "".
func New(a *app.App, path func(surface web.Surface, kind, id string) string) *Service {
	return &Service{app: a, path: path}
}

// Module is the manifest.
func (s *Service) Module() app.Module {
	return app.Module{
		Name: "audit", Title: "Audit log", Kind: app.Core, Description: "Who changed what, when and from where, with what it was before.",
		Permissions: []permission.Permission{{Name: read, Title: "Read the audit log"}},
		Menu: []app.MenuItem{
			{Surface: web.Dashboard, Group: "Settings", Label: "Audit log", Path: "/audit", Icon: "history", Permission: read, Order: 95},
			{Surface: web.Admin, Group: "Operations", Label: "Audit log", Path: "/audit", Icon: "history", Permission: read, Order: 86},
		},
		Settings: settings,
		Jobs:     []job.Kind{{Name: pruneJob, Run: s.prune, Always: true}},
		Duty:     s.duty,
		Files:    files,
		Routes: func(r *app.Router) {
			r.Dashboard("GET", "/audit", read, s.page)
			r.Dashboard("GET", "/audit-exports", read, s.export)
			r.Admin("GET", "/audit", read, s.page)
			r.Admin("GET", "/audit-exports", read, s.export)
			s.api(r)
		},
	}
}
