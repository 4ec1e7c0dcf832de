package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/danielgtaylor/huma/v2"

	assets "wizamart/embed"
	"wizamart/framework/audit"
	"wizamart/framework/auth"
	"wizamart/framework/background"
	"wizamart/framework/config"
	"wizamart/framework/database"
	"wizamart/framework/disk"
	"wizamart/framework/event"
	"wizamart/framework/job"
	"wizamart/framework/limit"
	"wizamart/framework/mail"
	"wizamart/framework/observe"
	"wizamart/framework/pagecache"
	"wizamart/framework/permission"
	"wizamart/framework/replicate"
	"wizamart/framework/secret"
	"wizamart/framework/tlscert"
	"wizamart/framework/web"
	"wizamart/tenant"
	"wizamart/ui"
)

// Directory knows who staff are and what they may do, from an in-memory snapshot.
type Directory interface {
	// Load reads the snapshot. It is called once at boot.
	Load(ctx context.Context) error
	// Staff is the user, or nil for one who is unknown or disabled.
	Staff(userID string) *web.User
	// Grants is what the user may do in a store: nil for no member of it.
	Grants(userID string, store *tenant.Info) permission.Set
	// Operator is what the user may do on the platform's own surfaces: nil for one who is no operator.
	Operator(userID string) permission.Set
	// Admits is ErrEnrol for a user who must set up a second factor before they work in a store or, where store is nil, as an operator.
	Admits(userID string, store *tenant.Info) error
}

// Customers knows a store's customers.
type Customers interface {
	Customer(ctx context.Context, st *tenant.Store, id string) (*web.User, error)
}

// App is the assembled platform: an open data directory and everything that serves it.
type App struct {
	Config    config.Serve
	Log       *slog.Logger
	Registry  *Registry
	Platform  *tenant.Platform
	Auth      *auth.Service
	Relay     *event.Relay
	Jobs      *job.Runner
	Mail      *mail.Service // sends what mail.Queue has written
	Metrics   *observe.Metrics
	Traffic   *observe.Traffic  // what was answered in the last day
	Failures  *observe.Failures // who wants to know what went wrong
	Tools     *observe.Tools    // what the platform uses outside, and how that went
	Site      *web.Site
	Pages     *pagecache.Cache // nil when no page is kept
	Limits    *limit.Limiter   // nil when nothing is limited
	Shares    *limit.Shares    // each store's turns
	Disk      *disk.Watch
	Started   time.Time
	Now       func() time.Time
	Directory Directory
	Customers Customers
	Tokens    Tokens             // nil: there are no API tokens
	Door      Door               // nil: shops that are not open to everybody are seen by nobody
	Replica   *replicate.Manager // nil when nothing is replicated
	Changes   *replicate.Changes // which files were written; nil when nothing is replicated
	Secrets   *secret.Keys       // seals what is kept in databases with the operator's key
	KeyMade   bool               // the operator's key was made by this start
	// Certificates obtains and keeps them; nil where HTTPS is not this process's concern.
	Certificates *tlscert.Keeper
	Services     []any // of the modules: what a command's Run may ask for by type

	muxes         map[web.Surface]*web.Mux
	api           huma.API
	shopFallback  web.Handler
	fallbackRoute *web.Route // how shopFallback is answered
	plainRoutes   map[string]*web.Route
	sentry        *observe.Sentry // nil when failures go nowhere
	jobFailed     []func(job.End)
	composer      mail.Composer
	gaveUp        gaveUp
	phase         atomic.Int32
	health        healthCache
	sweeping      atomic.Bool
	assetsSeen    atomic.Uint64
	crossOrigin   *http.CrossOriginProtection
	engine        *background.Engine
	marks         marks
	duties        sync.WaitGroup
	endDuties     context.CancelFunc
}

// Framework lists the parts of the framework that own tables.
func Framework() []Source {
	return []Source{
		{"tenant", tenant.Migrations, tenant.Tables},
		{"secret", secret.Migrations, secret.Tables},
		{"tlscert", tlscert.Migrations, tlscert.Tables},
		{"auth", auth.Migrations, auth.Tables},
		{"event", event.Migrations, event.Tables},
		{"job", job.Migrations, job.Tables},
		{"audit", audit.Migrations, audit.Tables},
		{"mail", mail.Migrations, mail.Tables},
	}
}

// Assemble makes the modules of an App. They keep what they need of it; it is not complete
// while they are made.
type Assemble func(a *App) ([]Module, error)

// Open opens the data directory and puts the modules together. It starts no background work and listens nowhere.
func Open(ctx context.Context, dir string, cfg config.Serve, log *slog.Logger, assemble Assemble) (*App, error) {
	makeHeadroom()
	a := &App{
		Config: cfg, Log: log, Metrics: observe.NewMetrics(), Started: time.Now(), Now: time.Now,
		muxes: map[web.Surface]*web.Mux{}, plainRoutes: map[string]*web.Route{}, crossOrigin: http.NewCrossOriginProtection(),
	}
	if cfg.Clock != nil {
		a.Now = cfg.Clock
	}
	a.Traffic, a.Failures, a.Tools = observe.NewTraffic(time.Now), &observe.Failures{}, observe.NewTools()
	if err := a.report(); err != nil {
		return nil, err
	}
	modules, err := assemble(a)
	if err != nil {
		return nil, err
	}
	if a.Registry, err = NewRegistry(modules); err != nil {
		return nil, err
	}
	platform, err := a.Registry.Migrations(database.Platform, Framework())
	if err != nil {
		return nil, err
	}
	store, err := a.Registry.Migrations(database.Store, Framework())
	if err != nil {
		return nil, err
	}
	options := tenant.Options{
		Dir: dir, BaseDomain: cfg.BaseDomain, MaxOpen: cfg.OpenStores, PlatformMigrations: platform, StoreMigrations: store, Seed: a.seed, Log: log, Tables: a.Tables(),
		Replicate: func() (tenant.Replica, error) { return a.replicate(dir) },
	}
	if a.Platform, err = tenant.Open(ctx, options); err != nil {
		return nil, errors.Join(err, a.stopReplica(ctx))
	}
	if err := a.start(ctx); err != nil {
		return nil, errors.Join(err, a.Platform.Close(), a.stopReplica(ctx))
	}
	return a, nil
}

func (a *App) start(ctx context.Context) error {
	if err := a.unlock(ctx); err != nil {
		return err
	}
	var err error
	a.Auth, err = auth.New(a.Platform.DB, time.Now, auth.WithSealer(a.Secrets.At(signingKeys.Place("", ""))), auth.WithCost(cmp.Or(a.Config.PasswordCost, auth.DefaultCost)),
		auth.WithVault(a.Secrets, func(userID string) string { return secondFactors.Place("", userID) }))
	if err != nil {
		return err
	}
	if err := a.certificates(ctx); err != nil {
		return err
	}
	if err := a.background(); err != nil {
		return err
	}
	if err := a.pages(); err != nil {
		return err
	}
	a.keepPages()
	a.limits()
	a.watchDisk()
	a.Shares = limit.NewShares(max(2, runtime.GOMAXPROCS(0)))
	for _, s := range web.Surfaces {
		a.muxes[s] = web.NewMux()
	}
	a.newAPI()
	for _, m := range a.Registry.modules {
		if m.Routes != nil {
			m.Routes(&Router{app: a, module: m.Name})
		}
	}
	a.healthRoutes()
	a.measure()
	a.listTools()
	if a.Directory != nil {
		if err := a.Directory.Load(ctx); err != nil {
			return err
		}
	}
	return nil
}

// pages parses templates, messages and assets: from the binary, or from the source tree in development.
func (a *App) pages() error {
	live := a.Config.Development && a.Config.Source != ""
	layouts, dist := fs.FS(ui.Templates), fs.FS(nil)
	dist, err := fs.Sub(assets.Dist, "dist")
	if err != nil {
		return err
	}
	if live {
		layouts = os.DirFS(filepath.Join(a.Config.Source, "ui"))
		dist = os.DirFS(filepath.Join(a.Config.Source, "embed", "dist"))
	}
	var views []web.ViewSource
	var messages []fs.FS
	for _, m := range a.Registry.modules {
		files := m.Files
		if files == nil {
			continue
		}
		if live {
			files = os.DirFS(filepath.Join(a.Config.Source, "modules", m.Name))
		}
		views = append(views, web.ViewSource{Module: m.Name, Files: files})
		messages = append(messages, m.Files)
	}
	site := &web.Site{Log: a.Log, Signer: a.Auth.Signer(), Decorate: a.decorate, Failed: a.failed}
	if site.Assets, err = web.NewAssets(dist, live); err != nil {
		return err
	}
	if site.Texts, err = web.NewTexts(messages); err != nil {
		return err
	}
	if site.Templates, err = web.NewTemplates(layouts, views, site.Assets, live); err != nil {
		return err
	}
	a.Site = site
	return nil
}

// seed fills a new store with what the modules bring.
func (a *App) seed(ctx context.Context, tx *tenant.Store) error {
	for _, m := range a.Registry.modules {
		if m.Seed == nil {
			continue
		}
		if err := m.Seed(ctx, tx); err != nil {
			return fmt.Errorf("seed %s: %w", m.Name, err)
		}
	}
	return nil
}

// Routes are all registered routes of all surfaces.
func (a *App) Routes() []*web.Route {
	var out []*web.Route
	for _, s := range web.Surfaces {
		out = append(out, a.muxes[s].Routes()...)
	}
	return out
}

// Tables are all declared tables, the framework's and the modules'.
func (a *App) Tables() []database.Table {
	var out []database.Table
	for _, s := range Framework() {
		out = append(out, s.Tables...)
	}
	for _, m := range a.Registry.modules {
		out = append(out, m.Tables...)
	}
	return out
}

// Close ends background work and closes every database.
func (a *App) Close(ctx context.Context) error {
	a.Certificates.Close()
	err := errors.Join(a.stopBackground(ctx), a.Platform.Close(), a.stopReplica(ctx))
	a.sentry.Close(sentryWait)
	return err
}
