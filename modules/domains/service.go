// Package domains is how a store gets an address of its own: the claim of a domain, its proof by a TXT record, the primary
// domain, and what is known of its certificate.
package domains

import (
	"context"
	"embed"
	"net"
	"sync"
	"time"

	"wizamart/framework/app"
	"wizamart/framework/database"
	"wizamart/framework/permission"
	"wizamart/framework/web"
)

//go:embed migrations views
var files embed.FS

// Resolver asks the DNS. *net.Resolver is one.
type Resolver interface {
	LookupTXT(ctx context.Context, name string) ([]string, error)
	LookupHost(ctx context.Context, host string) ([]string, error)
}

// Service of the module.
type Service struct {
	app      *app.App
	Resolver Resolver
	Now      func() time.Time

	wake     chan struct{}
	checking sync.Map // claim id → struct{}: one check of a claim at a time
}

// New makes the service. It asks the machine's resolver, or the one that the configuration names.
func New(a *app.App) *Service {
	s := &Service{app: a, Now: time.Now, wake: make(chan struct{}, 1), Resolver: net.DefaultResolver}
	if server := a.Config.DNS; server != "" {
		s.Resolver = &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return (&net.Dialer{Timeout: 5 * time.Second}).DialContext(ctx, network, server)
		}}
	}
	return s
}

const (
	read  = "domains.read"
	write = "domains.write"
)

// Module is the manifest.
func (s *Service) Module() app.Module {
	return app.Module{
		Name: "domains", Title: "Domains", Kind: app.Core, Description: "Stores on their own domains, with HTTPS.",
		Permissions: []permission.Permission{
			{Name: read, Title: "See the store's domains"},
			{Name: write, Title: "Add and remove domains, and choose the primary one"},
		},
		Menu: []app.MenuItem{
			{Surface: web.Dashboard, Group: "Settings", Label: "Domains", Path: "/domains", Icon: "globe", Permission: read, Order: 91},
			{Surface: web.Admin, Label: "Domains", Path: "/domains", Icon: "globe", Permission: read, Order: 25},
		},
		Tables: []database.Table{{Name: "domains_claim", Scope: database.Platform, Class: database.Content}},
		Files:  files,
		Routes: s.routes,
		Steps:  s.steps,
		Duty:   s.duty,
		Health: s.health,
		Doctor: s.doctor, Decorate: s.decorate,
	}
}

func (s *Service) routes(r *app.Router) {
	r.Dashboard("GET", "/domains", read, s.page)
	r.Dashboard("POST", "/domains", write, s.postClaim)
	r.Dashboard("POST", "/domains/:domain/checks", write, s.postCheck)
	r.Dashboard("POST", "/domains/:domain/primaries", write, s.postPrimary)
	r.Dashboard("POST", "/domains/:domain/primary-removals", write, s.postNoPrimary)
	r.Dashboard("POST", "/domains/:domain/removals", write, s.postRemoval)

	r.Admin("GET", "/domains", read, s.list)
	r.Admin("GET", "/stores/:id/domains", read, s.page)
	r.Admin("POST", "/stores/:id/domains", write, s.postClaim)
	r.Admin("POST", "/stores/:id/domains/:domain/checks", write, s.postCheck)
	r.Admin("POST", "/stores/:id/domains/:domain/primaries", write, s.postPrimary)
	r.Admin("POST", "/stores/:id/domains/:domain/primary-removals", write, s.postNoPrimary)
	r.Admin("POST", "/stores/:id/domains/:domain/removals", write, s.postRemoval)
	s.api(r)
}
