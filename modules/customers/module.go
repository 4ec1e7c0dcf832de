// Package customers knows who buys: the merchant's records of customers, and the accounts that shoppers
// sign in to. See Account for what an account may and may not show.
package customers

import (
	"context"
	"embed"
	"time"

	"golang.org/x/time/rate"

	"wizamart/framework/app"
	"wizamart/framework/auth"
	"wizamart/framework/database"
	"wizamart/framework/job"
	"wizamart/framework/permission"
	"wizamart/framework/web"
	"wizamart/modules/orders/ordertype"
	"wizamart/tenant"
)

//go:embed migrations views
var files embed.FS

// Orders are a customer's orders, newest first.
type Orders interface {
	// ForCustomer are those that belong to them in the merchant's eyes.
	ForCustomer(ctx context.Context, st *tenant.Store, customerID string) ([]ordertype.Brief, error)
	// ForAccount are those that they placed while signed in.
	ForAccount(ctx context.Context, st *tenant.Store, customerID string) ([]ordertype.Brief, error)
}

// Service is the module's use cases.
type Service struct {
	app      *app.App
	orders   Orders
	resetsTo *auth.Throttle // mails, by store and e-mail address
}

// New is the module on an app.
func New(a *app.App, orders Orders) *Service {
	return &Service{app: a, orders: orders, resetsTo: auth.NewThrottle(nil, rate.Every(20*time.Minute), 3)}
}

// Module is the manifest.
func (s *Service) Module() app.Module {
	return app.Module{
		Name: "customers", Title: "Customers", Description: "Customers and their accounts.", Kind: app.Core,
		Permissions: []permission.Permission{
			{Name: "customers.read", Title: "See customers"},
			{Name: "customers.write", Title: "Edit customers"},
			{Name: "customers.delete", Title: "Delete and erase customers"},
		},
		Menu: []app.MenuItem{{Surface: web.Dashboard, Label: "Customers", Path: "/customers", Icon: "users", Permission: "customers.read", Order: 30}},
		Tables: []database.Table{
			{Name: "customers_customer", Scope: database.Store, Class: database.Personal},
			{Name: "customers_account", Scope: database.Store, Class: database.Personal},
			{Name: "customers_credential", Scope: database.Store, Class: database.Secret},
		},
		Files: files, Routes: s.routes, Subscriptions: s.subscriptions(), Jobs: []job.Kind{{Name: resetJob, Run: s.runReset}},
	}
}

func (s *Service) routes(r *app.Router) {
	s.dashboardRoutes(r)
	s.shopRoutes(r)
	s.apiRoutes(r)
}
