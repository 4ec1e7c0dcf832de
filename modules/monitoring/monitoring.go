// Package monitoring shows the operator how the platform is: checks, databases, waiting work.
package monitoring

import (
	"context"
	"embed"
	"os"
	"runtime"
	"sort"
	"sync"
	"time"

	"wizamart/framework/app"
	"wizamart/framework/database"
	"wizamart/framework/event"
	"wizamart/framework/permission"
	"wizamart/framework/web"
)

//go:embed views migrations
var files embed.FS

// Service of the module.
type Service struct {
	app    *app.App
	Ledger Ledger
	Now    func() time.Time // time.Now when nil
	Settle time.Duration    // before the first drill after a start; settleDown when 0

	busy    chan struct{} // one drill or snapshot at a time
	wake    chan struct{}
	writing sync.Mutex
	mu      sync.Mutex
	known   map[string]Record // nil until they are read
	wanted  map[work]bool     // asked for by a person
	running work              // while runs
	runs    bool
}

// New makes the service.
func New(a *app.App, ledger Ledger) *Service {
	return &Service{app: a, Ledger: ledger, busy: make(chan struct{}, 1), wake: make(chan struct{}, 1), wanted: map[work]bool{}}
}

// Module is the manifest.
func (s *Service) Module() app.Module {
	return app.Module{
		Name: "monitoring", Title: "Monitoring", Kind: app.Internal, Description: "Health, replicas, restore drills and snapshots.",
		Permissions: []permission.Permission{
			{Name: "monitoring.read", Title: "See the platform's health"},
			{Name: "monitoring.write", Title: "Run restore drills and take snapshots"},
		},
		Menu: []app.MenuItem{
			{Surface: web.Admin, Group: "Operations", Label: "Health", Path: "/health", Icon: "heart-pulse", Permission: "monitoring.read", Order: 80},
			{Surface: web.Admin, Group: "Operations", Label: "Replication", Path: "/replication", Icon: "database-backup", Permission: "monitoring.read", Order: 81},
		},
		Settings: settings,
		Tables:   []database.Table{{Name: "monitoring_file", Scope: database.Platform, Class: database.Ephemeral}},
		Files:    files,
		Commands: []app.Command{
			{Name: "replica", Help: "How stores are replicated, where their replicas are, and whether they can be restored.", Cmd: &replicaCmd{}},
			{Name: "snapshot", Help: "The independent copies that stand beside the replicas.", Cmd: &snapshotCmd{}},
		},
		Duty:   s.duty,
		Doctor: s.doctor,
		Health: func(context.Context) error { return s.replicaHealth() },
		Routes: func(r *app.Router) {
			r.Admin("GET", "/health", "monitoring.read", s.health)
			r.Admin("GET", "/replication", "monitoring.read", s.listPage)
			r.Admin("GET", "/replication/:id", "monitoring.read", s.filePage)
			r.Admin("POST", "/replication/:id/drills", "monitoring.write", s.postDrill)
			r.Admin("POST", "/replication/:id/snapshots", "monitoring.write", s.postSnapshot)
			s.app.Metrics.Registry.MustRegister(collector{s})
		},
	}
}

type healthData struct {
	OK         bool
	Checks     []check
	Failing    []check
	Up         time.Time
	Heap       uint64 // MiB
	Goroutines int
	Open       int
	Stores     int
	Running    int
	Waiting    int
	Events     int // undelivered in the platform's own outbox
	Parked     []event.Parked
	DBSize     int64 // KiB
	Replica    *summary
}

type check struct {
	Name  string
	OK    bool
	Error string
}

func (s *Service) health(c *web.Context) error {
	ok, checks := s.app.Health(c.Ctx())
	d := healthData{OK: ok, Up: s.app.Started, Goroutines: runtime.NumGoroutine(), Open: s.app.Platform.OpenStores(), Stores: len(s.app.Platform.Stores())}
	for name, ch := range checks {
		d.Checks = append(d.Checks, check{name, ch.OK, ch.Error})
	}
	sort.Slice(d.Checks, func(i, j int) bool { return d.Checks[i].Name < d.Checks[j].Name })
	for id, err := range s.app.Failing() {
		name := "platform"
		if info := s.app.Platform.ByID(id); info != nil {
			name = info.Name
		}
		d.Failing = append(d.Failing, check{Name: name, Error: err.Error()})
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	d.Heap = m.HeapAlloc >> 20
	d.Running, d.Waiting = s.app.Jobs.Running()
	all, err := s.files(c.Ctx())
	if err != nil {
		return err
	}
	d.Replica = s.summary(all)
	if d.Events, err = event.Waiting(c.Ctx(), s.app.Platform.DB); err != nil {
		return err
	}
	if d.Parked, err = s.app.Relay.Backlog(c.Ctx(), 20); err != nil {
		return err
	}
	if info, err := os.Stat(s.app.Platform.DB.Path()); err == nil {
		d.DBSize = info.Size() >> 10
	}
	return c.Render(web.Page{View: "monitoring/admin/health", Title: c.T("Health"), D: d})
}
