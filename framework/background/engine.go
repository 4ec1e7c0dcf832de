// Package background decides when files are looked at: it is the one engine that drives event.Relay
// and job.Runner.
//
// It stands apart from both because they share what is hard about it. Thousands of stores cannot be polled, so
// a file is visited for one of two reasons: a commit in this process signalled that it left work there
// (event.Publish, job.Enqueue), or the platform database says that the store is due (tenant.Platform.Due), which
// is asked at the start and every few seconds. The first is fast and the second survives a kill.
// A visit for the second reason ends with tenant.Store.Drained, so a busy store is noted and drained
// once in that time, not once a commit. A file that has been visited rests for a moment, for the same reason: what
// orders leave there meanwhile is read, delivered and noted together.
package background

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"wizamart/framework/event"
	"wizamart/framework/job"
	"wizamart/framework/problem"
	"wizamart/tenant"
)

// Options of an Engine. Platform, Relay and Jobs are needed.
type Options struct {
	Platform *tenant.Platform
	Relay    *event.Relay
	Jobs     *job.Runner
	Every    time.Duration    // between two looks at what is due; 5 s when 0
	Rest     time.Duration    // of a file after a visit; 100 ms when 0
	Visitors int              // files visited at once; 4 when 0
	Grace    time.Duration    // for running jobs when the engine stops; 10 s when 0
	Now      func() time.Time // time.Now when nil
	Log      *slog.Logger     // slog.Default when nil
}

// Engine visits the files that have background work.
type Engine struct {
	Options
	wake   chan struct{}
	cancel context.CancelFunc
	ended  sync.WaitGroup

	mu       sync.Mutex
	wanted   map[string]bool // files to be visited; true: and drained. "" is the platform's.
	visiting map[string]bool
	failing  map[string]failure
}

type failure struct {
	attempts int
	until    time.Time
	err      error
}

// New is an engine that has not been started.
func New(o Options) *Engine {
	o.Every = cmp.Or(o.Every, 5*time.Second)
	o.Rest = cmp.Or(o.Rest, 100*time.Millisecond)
	o.Visitors = cmp.Or(o.Visitors, 4)
	o.Grace = cmp.Or(o.Grace, 10*time.Second)
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	return &Engine{Options: o, wake: make(chan struct{}, 1), wanted: map[string]bool{}, visiting: map[string]bool{}, failing: map[string]failure{}}
}

// Start takes up what was left by the process before, and goes on until Stop. ctx bounds nothing but the start.
func (e *Engine) Start(ctx context.Context) error {
	if err := e.look(ctx); err != nil {
		return fmt.Errorf("start background work: %w", err)
	}
	run, cancel := context.WithCancel(context.WithoutCancel(ctx))
	e.cancel = cancel
	e.Jobs.Start()
	e.Platform.OnSignal(func(storeID string) { e.want(storeID, false) })
	e.ended.Go(func() { e.run(run) })
	return nil
}

// Stop ends deliveries after the transaction at hand, and gives running jobs Options.Grace before it ends their
// contexts. What is unfinished goes on at the next start.
func (e *Engine) Stop(ctx context.Context) error {
	if e.cancel == nil {
		return nil
	}
	e.Platform.OnSignal(func(string) {})
	e.cancel()
	e.ended.Wait()
	return e.Jobs.Stop(ctx, e.Grace)
}

// want has a file visited soon.
func (e *Engine) want(file string, drain bool) {
	e.mu.Lock()
	e.wanted[file] = e.wanted[file] || drain
	e.mu.Unlock()
	select {
	case e.wake <- struct{}{}:
	default:
	}
}

// look asks the platform database which stores are due.
func (e *Engine) look(ctx context.Context) error {
	e.want("", true)
	ids, err := e.Platform.Due(ctx, e.Now(), 10_000)
	if err != nil {
		return err
	}
	for _, id := range ids {
		e.want(id, true)
	}
	return nil
}

func (e *Engine) run(ctx context.Context) {
	tick := time.NewTicker(e.Every)
	defer tick.Stop()
	free := make(chan struct{}, e.Visitors)
	for {
		for {
			file, drain, ok := e.take()
			if !ok {
				break
			}
			select {
			case free <- struct{}{}:
			case <-ctx.Done():
				return
			}
			e.ended.Go(func() {
				err := e.visit(ctx, file, drain)
				<-free
				select {
				case <-time.After(e.Rest):
				case <-ctx.Done():
				}
				e.visited(file, err, ctx.Err() != nil)
			})
		}
		select {
		case <-e.wake:
		case <-tick.C:
			if err := e.look(ctx); err != nil && ctx.Err() == nil {
				e.Log.Error("background work cannot be looked up", "error", err)
			}
		case <-ctx.Done():
			return
		}
	}
}

// take chooses a file that is wanted, not being visited, and not left alone after a failure.
func (e *Engine) take() (file string, drain, ok bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	now := e.Now()
	for file, drain = range e.wanted {
		if e.visiting[file] {
			continue // visited is going to wake the loop
		}
		delete(e.wanted, file)
		if f, bad := e.failing[file]; bad && now.Before(f.until) {
			continue // it is still due, and comes again with a later look
		}
		e.visiting[file] = true
		return file, drain, true
	}
	return "", false, false
}

// visited notes how a visit ended. A file that fails is left alone for a growing time, up to five minutes.
func (e *Engine) visited(file string, err error, stopping bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	delete(e.visiting, file)
	switch {
	case err == nil || problem.Is(err, problem.NotFound):
		delete(e.failing, file)
	case !stopping:
		if file != "" {
			e.Platform.Report(file, err)
		}
		f := e.failing[file]
		f.attempts++
		f.err, f.until = err, e.Now().Add(min(time.Second<<min(f.attempts, 20), 5*time.Minute))
		e.failing[file] = f
		e.Log.Error("background work failed", "store", file, "attempt", f.attempts, "error", err)
	}
	if len(e.wanted) > 0 {
		select {
		case e.wake <- struct{}{}:
		default:
		}
	}
}

func (e *Engine) visit(ctx context.Context, file string, drain bool) error {
	var st *tenant.Store
	if file != "" {
		s, release, err := e.Platform.Acquire(ctx, file)
		if err != nil {
			return err
		}
		defer release()
		st = s
	}
	err := errors.Join(e.Relay.Visit(ctx, st), e.Jobs.Visit(ctx, st))
	if err != nil || !drain {
		return err
	}
	if err := errors.Join(e.Relay.Prune(ctx, st), e.Jobs.Prune(ctx, st)); err != nil || st == nil {
		return err
	}
	return st.Drained(ctx, func() (time.Time, bool, error) { return e.pending(ctx, st) })
}

// pending is when the store wants to be visited next.
func (e *Engine) pending(ctx context.Context, st *tenant.Store) (time.Time, bool, error) {
	event, waits, err := e.Relay.Pending(ctx, st)
	if err != nil {
		return event, false, err
	}
	job, queued, err := e.Jobs.Pending(ctx, st)
	if !waits || queued && job.Before(event) {
		event = job
	}
	return event, waits || queued, err
}

// Failing lists the files that could not be worked on, by store id ("" is the platform's), with the last error.
func (e *Engine) Failing() map[string]error {
	e.mu.Lock()
	defer e.mu.Unlock()
	out := map[string]error{}
	for file, f := range e.failing {
		out[file] = f.err
	}
	return out
}
