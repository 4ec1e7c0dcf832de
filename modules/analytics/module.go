// Package analytics counts the visits of a shop without following anybody: no cookie, no script, no third party, no address that is kept.
package analytics

import (
	"context"
	"embed"
	"sync"
	"sync/atomic"
	"time"

	"wizamart/framework/app"
	"wizamart/framework/database"
	"wizamart/framework/permission"
	"wizamart/framework/web"
	"wizamart/tenant"
)

//go:embed migrations views
var files embed.FS

// Read is the permission to see the figures.
const Read = "analytics.read"

// Orders counts a store's orders of the storefront that were placed from a moment on and before another, without cancelled ones.
type Orders func(ctx context.Context, st *tenant.Store, from, before time.Time) (int, error)

// Service is the module.
type Service struct {
	app    *app.App
	orders Orders

	today atomic.Pointer[day]
	mu    sync.Mutex
	past  map[pastKey]*counter // of days that are over, until they are written
}

// pastKey names a store's count of a day.
type pastKey struct {
	store string
	day   int64
}

// New makes the module.
func New(a *app.App, orders Orders) *Service {
	return &Service{app: a, orders: orders, past: map[pastKey]*counter{}}
}

// Module is the manifest. The figures are no content: counting changes no page of the shop, and a shop that goes back to an earlier
// moment was visited all the same.
func (s *Service) Module() app.Module {
	return app.Module{
		Name: "analytics", Title: "Analytics", Kind: app.Optional,
		Description: "Counts the visits of shops, without cookies and without anybody's address.",
		Permissions: []permission.Permission{{Name: Read, Title: "See how the shop is visited"}},
		Menu: []app.MenuItem{
			{Surface: web.Dashboard, Group: "Analytics", Label: "Visits", Path: "/visits", Icon: "chart-column", Permission: Read, Order: 56},
		},
		Tables: []database.Table{
			{Name: "analytics_day", Scope: database.Store, Class: database.Ledger}, {Name: "analytics_count", Scope: database.Store, Class: database.Ledger},
		},
		Files:  files,
		Routes: s.routes,
		Viewed: s.Viewed,
		Duty:   s.duty,
	}
}

func (s *Service) routes(r *app.Router) {
	r.Dashboard("GET", "/visits", Read, s.page)
	r.Dashboard("GET", "/visits/chart", Read, s.picture)
	s.api(r)
}
