// Package monitoring shows the operator how the platform is: checks, databases, waiting work.
package monitoring

import (
	"context"
	"embed"
	"os"
	"runtime"
	"sort"
	"time"

	"wizamart/framework/app"
	"wizamart/framework/event"
	"wizamart/framework/permission"
	"wizamart/framework/web"
)

//go:embed views
var files embed.FS

// Service of the module.
type Service struct{ app *app.App }

// New makes the service.
func New(a *app.App) *Service { return &Service{a} }

// Module is the manifest.
func (s *Service) Module() app.Module {
	return app.Module{
		Name: "monitoring", Title: "Monitoring", Kind: app.Internal, Description: "Health, databases and waiting work.",
		Permissions: []permission.Permission{{Name: "monitoring.read", Title: "See the platform's health"}},
		Menu:        []app.MenuItem{{Surface: web.Admin, Group: "Operations", Label: "Health", Path: "/health", Icon: "heart-pulse", Permission: "monitoring.read", Order: 80}},
		Files:       files,
		Commands:    []app.Command{{Name: "replica", Help: "How stores are replicated, and where their replicas are.", Cmd: &replicaCmd{}}},
		Health:      func(context.Context) error { return s.replicaHealth() },
		Routes: func(r *app.Router) {
			r.Admin("GET", "/health", "monitoring.read", s.health)
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
	Replica    *replicaData
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
	d.Replica = s.replicaData()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	d.Heap = m.HeapAlloc >> 20
	d.Running, d.Waiting = s.app.Jobs.Running()
	var err error
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
