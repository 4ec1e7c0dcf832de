package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"sync"
	"time"
)

// Statuses of a check, as draft-inadarei-api-health-check names them.
const (
	Pass = "pass"
	Warn = "warn" // it works, and is not as it should be
	Fail = "fail"
)

// Check is how one part of the platform is.
type Check struct {
	Name   string        `json:"-"` // component:measurement
	Kind   string        `json:"componentType"`
	Status string        `json:"status"`
	Output string        `json:"output,omitempty"` // what is wrong
	Value  any           `json:"observedValue,omitempty"`
	Unit   string        `json:"observedUnit,omitempty"`
	Took   time.Duration `json:"-"`
	Millis float64       `json:"durationMs"`
	At     time.Time     `json:"time"`
}

// Health is how all parts are.
type Health struct {
	Status  string
	Release string
	Checks  []Check
}

// MarshalJSON writes it as draft-inadarei-api-health-check wants it: checks under their names.
func (h Health) MarshalJSON() ([]byte, error) {
	checks := map[string][]Check{}
	for _, c := range h.Checks {
		checks[c.Name] = append(checks[c.Name], c)
	}
	return json.Marshal(struct {
		Status  string             `json:"status"`
		Release string             `json:"releaseId,omitempty"`
		Checks  map[string][]Check `json:"checks"`
	}{h.Status, h.Release, checks})
}

// warning is an error that does not end the service.
type warning struct{ error }

func (w warning) Unwrap() error { return w.error }

// AsWarning makes an error of a module's Health a warning: the module works, and is not as it should be. nil stays nil.
func AsWarning(err error) error {
	if err == nil {
		return nil
	}
	return warning{err}
}

const (
	healthFor  = 5 * time.Second // how long what was found is believed
	checkLimit = 3 * time.Second // how long a check may take
	// A module that answers this many requests in five minutes and fails this part of them is not well.
	enoughRequests = 20
	failingPart    = 20 // one in twenty
)

// check is one part's: fn fills in what it observes.
type check struct {
	name, kind string
	fn         func(ctx context.Context, c *Check) error
}

// healthCache keeps the last result, so that asking often costs nothing.
type healthCache struct {
	mu      sync.Mutex
	last    Health
	at      time.Time
	running map[string]bool // checks that have not come back
}

// Health asks every part, at most once in five seconds however often it is called. It takes three seconds at most.
func (a *App) Health(ctx context.Context) Health {
	h := &a.health
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.last.Status != "" && time.Since(h.at) < healthFor {
		return h.last
	}
	h.last, h.at = a.ask(context.WithoutCancel(ctx)), time.Now()
	return h.last
}

// ForgetHealth has the next Health ask anew.
func (a *App) ForgetHealth() {
	a.health.mu.Lock()
	defer a.health.mu.Unlock()
	a.health.at = time.Time{}
}

// ask runs all checks beside each other. One that does not come back in time fails, and is not begun again before it has.
func (a *App) ask(ctx context.Context) Health {
	ctx, cancel := context.WithTimeout(ctx, checkLimit)
	defer cancel() // and not when the last check has ended: its answer, and others, may still wait to be heard
	list := a.checks()
	type result struct {
		i int
		c Check
	}
	results := make(chan result, len(list))
	out := Health{Status: Pass, Release: a.Config.Release, Checks: make([]Check, len(list))}
	if a.health.running == nil {
		a.health.running = map[string]bool{}
	}
	waiting := map[int]bool{}
	var ended sync.WaitGroup
	for i, k := range list {
		out.Checks[i] = Check{Name: k.name, Kind: k.kind, Status: Fail, Output: "It does not answer.", Took: checkLimit, Millis: float64(checkLimit.Milliseconds()), At: time.Now().UTC()}
		if a.health.running[k.name] {
			continue
		}
		waiting[i], a.health.running[k.name] = true, true
		ended.Go(func() { results <- result{i, k.run(ctx)} })
	}
	go func() { ended.Wait(); close(results) }()
	for len(waiting) > 0 {
		select {
		case r := <-results:
			out.Checks[r.i] = r.c
			delete(waiting, r.i)
			delete(a.health.running, r.c.Name)
		case <-ctx.Done():
			go func() {
				for r := range results {
					a.health.mu.Lock()
					delete(a.health.running, r.c.Name)
					a.health.mu.Unlock()
				}
			}()
			waiting = nil
		}
	}
	for _, c := range out.Checks {
		if c.Status == Fail || c.Status == Warn && out.Status == Pass {
			out.Status = c.Status
		}
	}
	return out
}

func (k check) run(ctx context.Context) (c Check) {
	c = Check{Name: k.name, Kind: k.kind, Status: Pass, At: time.Now().UTC()}
	began := time.Now()
	defer func() {
		if v := recover(); v != nil {
			c.Status, c.Output = Fail, fmt.Sprintf("The check panicked: %v", v)
		}
		c.Took = time.Since(began)
		c.Millis = float64(c.Took.Microseconds()) / 1000
	}()
	if err := k.fn(ctx, &c); err != nil {
		c.Status, c.Output = Fail, err.Error()
		var w warning
		if errors.As(err, &w) {
			c.Status = Warn
		}
	}
	return c
}

// checks are the platform's own and up to three of every module that is on: what it says itself, how its jobs are, and how its requests went of late.
func (a *App) checks() []check {
	out := []check{
		{"platform:database", "datastore", func(ctx context.Context, _ *Check) error { return a.platformAnswers(ctx) }},
		{"platform:data", "datastore", func(context.Context, *Check) error { return writable(a.Platform.Dir()) }},
		{"platform:disk", "system", func(_ context.Context, c *Check) error { return a.roomLeft(c) }},
		{"platform:stores", "datastore", func(_ context.Context, c *Check) error {
			n := len(a.Platform.Quarantined())
			if c.Value, c.Unit = n, "closed stores"; n > 0 {
				return AsWarning(fmt.Errorf("%d stores are closed because something is wrong with their files", n))
			}
			return nil
		}},
		{"platform:background", "component", func(_ context.Context, c *Check) error {
			n := len(a.engine.Failing())
			if c.Value, c.Unit = n, "files"; n > 0 {
				return AsWarning(fmt.Errorf("background work fails in %d files", n))
			}
			return nil
		}},
		{"platform:tools", "component", func(_ context.Context, c *Check) error {
			bad := a.BadTools()
			if c.Value, c.Unit = len(bad), "tools"; len(bad) > 0 {
				return AsWarning(fmt.Errorf("the last use failed: %v", bad))
			}
			return nil
		}},
	}
	for _, m := range a.Registry.modules {
		if !a.Enabled(m.Name) {
			continue
		}
		if m.Health != nil {
			out = append(out, check{m.Name + ":self", "component", func(ctx context.Context, _ *Check) error { return m.Health(ctx) }})
		}
		if len(m.Jobs) > 0 {
			out = append(out, check{m.Name + ":jobs", "component", func(ctx context.Context, c *Check) error { return a.jobsOf(ctx, m.Name, c) }})
		}
		out = append(out, check{m.Name + ":requests", "component", func(_ context.Context, c *Check) error {
			requests, failed := a.Traffic.Module(m.Name)
			if c.Value, c.Unit = failed, fmt.Sprintf("failed of %d requests in five minutes", requests); requests >= enoughRequests && failed*failingPart > requests {
				return AsWarning(fmt.Errorf("%d of %d requests failed in the last five minutes", failed, requests))
			}
			return nil
		}})
	}
	return out
}

func (a *App) platformAnswers(ctx context.Context) error {
	var one int
	return a.Platform.DB.NewQuery("SELECT 1").WithContext(ctx).Row(&one)
}

func writable(dir string) error {
	f, err := os.CreateTemp(dir, ".health-*")
	if err != nil {
		return fmt.Errorf("the data directory cannot be written: %w", err)
	}
	f.Close()
	return os.Remove(f.Name())
}

// BadTools are the titles of the tools whose last use failed.
func (a *App) BadTools() []string {
	var out []string
	for _, tool := range a.Tools.All() {
		if a.Tools.Last(tool.Name).Bad() {
			out = append(out, tool.Title)
		}
	}
	slices.Sort(out)
	return out
}
