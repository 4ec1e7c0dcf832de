// Package fairuse keeps one store, and one client, from taking what others need: it declares the rate limits, counts what each store keeps against what it
// may have, and says when the disk runs low.
package fairuse

import (
	"context"
	"embed"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"wizamart/framework/app"
	"wizamart/framework/database"
	"wizamart/framework/disk"
	"wizamart/framework/permission"
	"wizamart/framework/web"
	"wizamart/tenant"
)

//go:embed migrations views
var files embed.FS

// write is for operators. What a store uses is seen by those who may change its settings.
const (
	read  = "core.settings"
	write = "fairuse.write"
)

// Counts tells how many of something a store has, from a counter that is kept and not by counting.
type Counts interface {
	ProductCount(ctx context.Context, st *tenant.Store) (int, error)
}

// Seats tells how many people work for a store, from memory.
type Seats interface {
	StaffCount(info *tenant.Info) int
}

// Programs tells how many API tokens a store has, from memory.
type Programs interface {
	TokenCount(storeID string) int
}

// Service is the module.
type Service struct {
	app    *app.App
	counts Counts
	seats  Seats

	Programs Programs

	loading sync.Mutex
	own     atomic.Pointer[map[string]quotas] // by store: what is set for it alone

	mu   sync.Mutex
	kept map[string]kept // by store: what was last found
}

// New makes the module.
func New(a *app.App, counts Counts, seats Seats) *Service {
	return &Service{app: a, counts: counts, seats: seats, kept: map[string]kept{}}
}

// Module is the manifest.
func (s *Service) Module() app.Module {
	return app.Module{
		Name: "fairuse", Title: "Fair use", Kind: app.Core, Description: "Rate limits, what stores may have, and room on the disk.",
		Permissions: []permission.Permission{
			{Name: write, Title: "Change what stores may have"},
		},
		Menu: []app.MenuItem{
			{Surface: web.Dashboard, Group: "Settings", Label: "Usage", Path: "/usage", Icon: "gauge", Permission: read, Order: 98},
		},
		Settings: settings(),
		Tables:   []database.Table{{Name: "fairuse_quota", Scope: database.Platform, Class: database.Content}},
		Files:    files,
		Routes:   s.routes,
		Decorate: s.decorate,
		Duty:     s.duty,
		Health:   s.health,
	}
}

func (s *Service) routes(r *app.Router) {
	r.Dashboard("GET", "/usage", read, s.dashboardPage)
	r.Admin("GET", "/stores/:id/usage", write, s.adminPage)
	r.Admin("POST", "/stores/:id/quotas", write, s.postQuotas)
	s.api(r)
}

// health fails when new orders are refused.
func (s *Service) health(context.Context) error {
	if d := s.app.Disk.State(); d.Level == disk.Full {
		return fmt.Errorf("%d MB are free on the disk: no new orders are taken", d.Free/1_000_000)
	}
	return nil
}

// duty says in the log when the disk's level changes.
func (s *Service) duty(ctx context.Context) {
	tick := time.NewTicker(10 * time.Second)
	defer tick.Stop()
	before := disk.Plenty
	for {
		d := s.app.Disk.State()
		if d.Level != before {
			before = d.Level
			log := s.app.Log.Warn
			if d.Level == disk.Plenty {
				log = s.app.Log.Info
			}
			log("the disk's level has changed", "level", d.Level.String(), "free_mb", d.Free/1_000_000)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}
