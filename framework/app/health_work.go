package app

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"wizamart/framework/database"
	"wizamart/framework/job"
	"wizamart/tenant"
)

const (
	// warmStores is how many open stores a health check looks into at most. It opens none: who asks for 10,000 files' health would have them all opened.
	warmStores = 50
	// Overdue is how long after its time work may begin before it counts as not being done.
	Overdue = 10 * time.Minute
	// gaveUpFor is how long a module is not well after a job of its used its last attempt.
	gaveUpFor = time.Hour
)

// EachWarm hands fn stores that are open at this moment and sell, at most fifty. It ends with ctx, and with the first error.
func (a *App) EachWarm(ctx context.Context, fn func(st *tenant.Store) error) error {
	for _, id := range a.Platform.Warm(warmStores) {
		if err := ctx.Err(); err != nil {
			return err
		}
		if info := a.Platform.ByID(id); info == nil || !info.Open() || a.Platform.InQuarantine(id) != nil {
			continue
		}
		st, release, err := a.Platform.Acquire(ctx, id)
		if err != nil {
			return err
		}
		err = fn(st)
		release()
		if err != nil {
			return err
		}
	}
	return nil
}

// CountWarm sums what a query counts in the open stores, and in how many of them that was more than nothing.
func (a *App) CountWarm(ctx context.Context, query string, args ...any) (n, stores int, err error) {
	err = a.EachWarm(ctx, func(st *tenant.Store) error {
		var here int
		if err := st.One(ctx, func(row database.Row) error { return row.Scan(&here) }, query, args...); err != nil {
			return err
		}
		if n += here; here > 0 {
			stores++
		}
		return nil
	})
	return n, stores, err
}

// gaveUp remembers when jobs of each module used their last attempt, since the start.
type gaveUp struct {
	mu   sync.Mutex
	last map[string][]time.Time // of the last hour, 100 at most
}

func (g *gaveUp) note(e job.End) {
	module, _, _ := strings.Cut(e.Job.Kind, ".")
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.last == nil {
		g.last = map[string][]time.Time{}
	}
	list := append(g.last[module], time.Now())
	g.last[module] = list[max(0, len(list)-100):]
}

func (g *gaveUp) recent(module string) (n int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, at := range g.last[module] {
		if time.Since(at) < gaveUpFor {
			n++
		}
	}
	return n
}

// jobsOf is how a module's jobs are: a warning when one was given up in the last hour, or waits in an open store long after its time.
func (a *App) jobsOf(ctx context.Context, module string, c *Check) error {
	c.Unit = "jobs"
	if n := a.gaveUp.recent(module); n > 0 {
		c.Value = n
		return AsWarning(fmt.Errorf("%d jobs were given up in the last hour", n))
	}
	late := database.At(a.Now().Add(-Overdue))
	n, stores, err := a.CountWarm(ctx, "SELECT count(*) FROM job WHERE state = 'queued' AND run_at < ? AND kind >= ? AND kind < ?", late, module+".", module+"/")
	if err != nil {
		return err
	}
	if c.Value = n; n > 0 {
		return AsWarning(fmt.Errorf("%d jobs of %d open stores wait for longer than %s", n, stores, Overdue))
	}
	return nil
}
