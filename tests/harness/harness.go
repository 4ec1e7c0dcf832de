// Package harness starts a whole platform on a temporary directory for tests: all modules, real databases, real HTTP on
// loopback.
//
//	p := harness.Start(t)
//	st := p.Store(t, "fjord", "EUR")          // a merchant and a store
//	owner := p.Staff(t, "owner", "fjord")     // a browser that is signed in
//	page := owner.Get(t, p.DashboardURL("fjord", "/products"))
//	page.Want(t, 200).Has(t, "h1", "Products")
//
// Use cases are tried on p.Open(t, "fjord"), a *tenant.Store that is released when the test ends. A module's service is
// harness.Service[*catalog.Service](p).
package harness

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"wizamart/framework/app"
	"wizamart/framework/auth"
	"wizamart/framework/config"
	"wizamart/modules"
	"wizamart/modules/tenancy"
	"wizamart/tenant"
)

// Password of every user that the harness makes.
const Password = "correct horse battery"

// Platform is a running platform.
type Platform struct {
	App    *app.App
	Server *httptest.Server
	Dir    string
	Base   string // base domain
}

// Option changes how the platform is started.
type Option func(*setup)

type setup struct {
	dir        string
	background bool
	change     func(*config.Serve)
	log        io.Writer
}

// In opens an existing data directory instead of an empty one.
func In(dir string) Option { return func(s *setup) { s.dir = dir } }

// WithoutBackground delivers no events and runs no jobs.
func WithoutBackground() Option { return func(s *setup) { s.background = false } }

// Configure changes the configuration.
func Configure(change func(*config.Serve)) Option { return func(s *setup) { s.change = change } }

// Limited has rate limits in force, which are off otherwise: all of a test's requests come from one address.
func Limited() Option {
	return func(s *setup) {
		change := s.change
		s.change = func(cfg *config.Serve) {
			cfg.RateLimits = 100
			if change != nil {
				change(cfg)
			}
		}
	}
}

// Start starts a platform. It is stopped when the test ends.
func Start(t testing.TB, options ...Option) *Platform {
	t.Helper()
	s := setup{background: true, log: io.Discard}
	if testing.Verbose() {
		s.log = os.Stderr
	}
	for _, o := range options {
		o(&s)
	}
	if s.dir == "" {
		s.dir = t.TempDir()
	}
	cfg := config.Serve{Listen: "127.0.0.1:8080", BaseDomain: "wizamart.test", PublicScheme: "http", OpenStores: 32, PageCache: 16, ShutdownGrace: 5, Development: true, PasswordCost: 4}
	cfg.FreeSpace = func(string) (free, total int64, err error) { return 1 << 40, 1 << 41, nil } // the machine's own disk is not what is tested
	if s.change != nil {
		s.change(&cfg)
	}
	log := slog.New(slog.NewTextHandler(s.log, &slog.HandlerOptions{Level: slog.LevelWarn}))
	ctx := context.Background()
	a, err := app.Open(ctx, s.dir, cfg, log, modules.Assemble)
	if err != nil {
		t.Fatalf("start a platform: %v", err)
	}
	p := &Platform{App: a, Dir: s.dir, Base: cfg.BaseDomain}
	p.Server = httptest.NewServer(a.Handler())
	if s.background {
		if err := a.StartBackground(ctx); err != nil {
			t.Fatalf("start background work: %v", err)
		}
	}
	t.Cleanup(func() { p.Stop(t) })
	return p
}

// Stop ends the platform; later calls do nothing.
func (p *Platform) Stop(t testing.TB) {
	if p.Server == nil {
		return
	}
	p.Server.Close()
	p.Server = nil
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	if err := p.App.Close(ctx); err != nil {
		t.Errorf("stop the platform: %v", err)
	}
}

// Service finds a module's service by its type.
func Service[S any](p *Platform) S {
	for _, s := range p.App.Services {
		if found, ok := s.(S); ok {
			return found
		}
	}
	var none S
	return none
}

// Store makes a store, and its merchant <code>-merchant.
func (p *Platform) Store(t testing.TB, code, currency string) *tenant.Info {
	t.Helper()
	ctx := context.Background()
	staff := Service[*tenancy.Service](p)
	m, err := staff.CreateMerchant(ctx, tenant.NewMerchant{Code: code + "-merchant", Name: "Merchant of " + code, Email: code + "@merchant.test"})
	if err != nil {
		t.Fatalf("create a merchant: %v", err)
	}
	info, err := staff.CreateStore(ctx, tenant.NewStore{MerchantID: m.ID, Code: code, Name: strings.ToUpper(code[:1]) + code[1:], Currency: currency, Locale: "en", Launched: true})
	if err != nil {
		t.Fatalf("create a store: %v", err)
	}
	return info
}

// Open opens a store by its code until the test ends.
func (p *Platform) Open(t testing.TB, code string) *tenant.Store {
	t.Helper()
	st, release, err := p.App.Platform.Acquire(context.Background(), p.App.Platform.ByCode(code).ID)
	if err != nil {
		t.Fatalf("open store %s: %v", code, err)
	}
	// Released before Stop: cleanups run last in, first out.
	t.Cleanup(release)
	return st
}

// User makes a user with a role in the store's merchant; role admin is an operator, role none has no membership.
func (p *Platform) User(t testing.TB, role, store string) auth.User {
	t.Helper()
	ctx := context.Background()
	staff := Service[*tenancy.Service](p)
	u, err := staff.CreateUser(ctx, auth.NewUser{Email: strings.ToLower(role + "-" + store + "@staff.test"), Name: role + " " + store, Password: Password, Admin: role == "admin"})
	if err != nil {
		t.Fatalf("create a user: %v", err)
	}
	if role != "admin" && role != "none" {
		info := p.App.Platform.ByCode(store)
		if err := staff.AddMembership(ctx, tenancy.Membership{UserID: u.ID, MerchantID: info.MerchantID, StoreID: info.ID, Role: role}); err != nil {
			t.Fatalf("add a membership: %v", err)
		}
	}
	return u
}

// ShopURL is an address in a store's shop.
func (p *Platform) ShopURL(code, path string) string { return "http://" + code + "." + p.Base + path }

// DashboardURL is an address in a store's dashboard.
func (p *Platform) DashboardURL(code, path string) string {
	return "http://" + p.Base + "/store/" + code + path
}

// AdminURL is an address in the platform admin.
func (p *Platform) AdminURL(path string) string { return "http://admin." + p.Base + path }

// APIURL is an address in the API.
func (p *Platform) APIURL(path string) string { return "http://" + p.Base + "/api/v1" + path }

// transport sends every host's requests to the test server.
func (p *Platform) transport() *http.Transport {
	addr := p.Server.Listener.Addr().String()
	return &http.Transport{DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, network, addr)
	}}
}
