// Package monitoring shows the operator how the platform is: checks, databases, waiting work.
package monitoring

import (
	"context"
	"embed"
	"sync"
	"time"

	"wizamart/framework/app"
	"wizamart/framework/database"
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

	gather     sync.Mutex // what is noted while requests are answered; no I/O under it
	flushing   sync.Mutex
	pending    map[string]*seen // failures by fingerprint
	failedJobs []failedJob
	usage      map[string]Usage // by store id
	measuring  chan struct{}    // somebody asked for sizes that are still to be measured

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
	s := &Service{
		app: a, Ledger: ledger, busy: make(chan struct{}, 1), wake: make(chan struct{}, 1), wanted: map[work]bool{}, pending: map[string]*seen{}, usage: map[string]Usage{}, measuring: make(chan struct{}, 1),
	}
	a.Failures.Tell(s.noteFailure)
	a.OnJobFailed(s.noteJob)
	return s
}

// Module is the manifest.
func (s *Service) Module() app.Module {
	return app.Module{
		Name: "monitoring", Title: "Monitoring", Kind: app.Internal, Description: "Traffic, health, failures, jobs, disk, replicas, restore drills and snapshots.",
		Permissions: []permission.Permission{
			{Name: "monitoring.read", Title: "See the platform's health"},
			{Name: "monitoring.write", Title: "Run restore drills, take snapshots, retry and cancel jobs, and resolve failures"},
		},
		Menu: []app.MenuItem{
			{Surface: web.Admin, Group: "Operations", Label: "Monitoring", Path: "/monitoring", Icon: "activity", Permission: "monitoring.read", Order: 74},
			{Surface: web.Admin, Group: "Operations", Label: "Errors", Path: "/errors", Icon: "bug", Permission: "monitoring.read", Order: 75},
			{Surface: web.Admin, Group: "Operations", Label: "Jobs", Path: "/jobs", Icon: "list", Permission: "monitoring.read", Order: 76},
			{Surface: web.Admin, Group: "Operations", Label: "Outbox", Path: "/outbox", Icon: "send", Permission: "monitoring.read", Order: 77},
			{Surface: web.Admin, Group: "Operations", Label: "Disk", Path: "/disk", Icon: "hard-drive", Permission: "monitoring.read", Order: 78},
			{Surface: web.Admin, Group: "Operations", Label: "Health", Path: "/health", Icon: "heart-pulse", Permission: "monitoring.read", Order: 80},
			{Surface: web.Admin, Group: "Operations", Label: "Replication", Path: "/replication", Icon: "database-backup", Permission: "monitoring.read", Order: 81},
		},
		Settings: settings,
		Tables: []database.Table{
			{Name: "monitoring_file", Scope: database.Platform, Class: database.Ephemeral},
			{Name: "monitoring_failure", Scope: database.Platform, Class: database.Ephemeral},
			{Name: "monitoring_job", Scope: database.Platform, Class: database.Ephemeral},
		},
		Files: files,
		Commands: []app.Command{
			{Name: "replica", Help: "How stores are replicated, where their replicas are, and whether they can be restored.", Cmd: &replicaCmd{}},
			{Name: "snapshot", Help: "The independent copies that stand beside the replicas.", Cmd: &snapshotCmd{}},
		},
		Duty:   s.duties,
		Doctor: s.doctor,
		Health: func(context.Context) error { return s.replicaHealth() },
		Routes: func(r *app.Router) {
			s.routes(r)
			s.api(r)
			s.app.Metrics.Registry.MustRegister(collector{s})
		},
	}
}

func (s *Service) routes(r *app.Router) {
	const read, write = "monitoring.read", "monitoring.write"
	r.Admin("GET", "/monitoring", read, s.overviewPage)
	r.Admin("GET", "/monitoring/charts/:name", read, s.chartPicture)
	r.Admin("GET", "/errors", read, s.failuresPage)
	r.Admin("GET", "/errors/:id", read, s.failurePage)
	r.Admin("POST", "/errors/:id/resolutions", write, s.postFailure(Resolved))
	r.Admin("POST", "/errors/:id/mutes", write, s.postFailure(Muted))
	r.Admin("POST", "/errors/:id/reopenings", write, s.postFailure(Open))
	r.Admin("GET", "/jobs", read, s.jobsPage)
	r.Admin("GET", "/jobs/:file/:id", read, s.jobPage)
	r.Admin("POST", "/jobs/:file/:id/retries", write, s.postRetry)
	r.Admin("POST", "/jobs/:file/:id/cancellations", write, s.postCancel)
	r.Admin("GET", "/outbox", read, s.outboxPage)
	r.Admin("POST", "/outbox/:event/retries", write, s.postDelivery)
	r.Admin("GET", "/disk", read, s.diskPage)
	r.Admin("GET", "/health", read, s.healthPage)
	r.Admin("POST", "/health/:tool/checks", write, s.postTool)
	r.Admin("GET", "/replication", read, s.listPage)
	r.Admin("GET", "/replication/:id", read, s.filePage)
	r.Admin("POST", "/replication/:id/drills", write, s.postDrill)
	r.Admin("POST", "/replication/:id/snapshots", write, s.postSnapshot)
	r.Admin("POST", "/replication/:id/retries", write, s.postRetryStore)
	r.Admin("POST", "/replication/:id/rollbacks", write, s.postRollback)
	s.repairAPI(r)
}

// duties are drills and snapshots, and keeping what was noted of failures and sizes.
func (s *Service) duties(ctx context.Context) {
	var all sync.WaitGroup
	all.Go(func() { s.keepNotes(ctx) })
	all.Go(func() { s.keepMeasuring(ctx) })
	s.duty(ctx)
	all.Wait()
}
