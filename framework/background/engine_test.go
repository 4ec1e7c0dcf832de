package background

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"wizamart/framework/database"
	"wizamart/framework/event"
	"wizamart/framework/job"
	"wizamart/tenant"
	"wizamart/tenant/tenanttest"
)

const note = "CREATE TABLE test_note (what TEXT NOT NULL) STRICT"

func options(tb testing.TB, dir string) tenant.Options {
	return tenanttest.Options(tb, dir, tenanttest.Module{Name: "event", Files: event.Migrations},
		tenanttest.Module{Name: "job", Files: job.Migrations}, tenanttest.SQL("test", note, note))
}

// engine is one that looks often, with the subscriptions and kinds.
func engine(tb testing.TB, p *tenant.Platform, subscriptions []event.Subscription, kinds ...job.Kind) *Engine {
	tb.Helper()
	log := slog.New(slog.DiscardHandler)
	relay, err := event.NewRelay(event.Options{Platform: p, Subscriptions: subscriptions, Log: log, Backoff: func(int) time.Duration { return time.Millisecond }})
	if err != nil {
		tb.Fatal(err)
	}
	jobs, err := job.NewRunner(job.Options{Platform: p, Kinds: kinds, Log: log})
	if err != nil {
		tb.Fatal(err)
	}
	return New(Options{Platform: p, Relay: relay, Jobs: jobs, Every: 50 * time.Millisecond, Grace: 50 * time.Millisecond, Log: log})
}

func start(t *testing.T, e *Engine) {
	t.Helper()
	if err := e.Start(context.Background()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	})
}

func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for start := time.Now(); !ok(); time.Sleep(2 * time.Millisecond) {
		if time.Since(start) > 90*time.Second {
			t.Fatal("in vain: " + what)
		}
	}
}

func due(t *testing.T, p *tenant.Platform, at time.Time) int {
	t.Helper()
	ids, err := p.Due(context.Background(), at, 100)
	if err != nil {
		t.Fatal(err)
	}
	return len(ids)
}

// An event leads to a job, in the same store; then the store is drained, and the pool may close it.
func TestEventLeadsToJob(t *testing.T) {
	ctx := context.Background()
	p := tenanttest.OpenWith(t, options(t, t.TempDir()))
	one := tenanttest.NewStores(t, p, "one", "two")[0]
	var ran atomic.Int64
	start(t, engine(t, p, []event.Subscription{
		event.OnStore("a.mail", func(_ context.Context, tx *tenant.Store, _ event.Event, o event.OrderPlaced) error {
			_, err := job.Enqueue(tx.DB, job.New{Kind: "a.mail", Payload: o.OrderID})
			return err
		}),
	}, job.Kind{Name: "a.mail", Run: func(_ context.Context, run *job.Run) error {
		if run.Store.ID() == one.ID {
			ran.Add(1)
		}
		return nil
	}}))
	st := tenanttest.Acquire(t, p, one.ID)
	err := st.Write(ctx, func(tx *tenant.Store) error {
		_, err := event.Publish(tx.DB, event.OrderPlaced{OrderID: "o1"})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	eventually(t, "the job runs", func() bool { return ran.Load() == 1 })
	eventually(t, "the stores are drained", func() bool { return due(t, p, time.Now().Add(time.Hour)) == 0 })
}

// A job for later is remembered by the platform's row alone: its store is closed meanwhile.
func TestJobForLater(t *testing.T) {
	ctx := context.Background()
	o := options(t, t.TempDir())
	o.MaxOpen = 1
	p := tenanttest.OpenWith(t, o)
	stores := tenanttest.NewStores(t, p, "one", "two")
	var ran atomic.Int64
	at := time.Now().Add(600 * time.Millisecond)
	start(t, engine(t, p, nil, job.Kind{Name: "a.later", Run: func(context.Context, *job.Run) error {
		if time.Now().Before(at.Truncate(time.Millisecond)) {
			t.Error("too early")
		}
		ran.Add(1)
		return nil
	}}))
	st, release, err := p.Acquire(ctx, stores[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	err = st.Write(ctx, func(tx *tenant.Store) error {
		_, err := job.Enqueue(tx.DB, job.New{Kind: "a.later", RunAt: at})
		return err
	})
	release()
	if err != nil {
		t.Fatal(err)
	}
	eventually(t, "the row has moved", func() bool { return due(t, p, time.Now()) == 0 })
	if due(t, p, at.Add(time.Millisecond)) != 1 {
		t.Error("the platform does not know of the job")
	}
	tenanttest.Acquire(t, p, stores[1].ID) // takes the one place in the pool
	eventually(t, "the job runs", func() bool { return ran.Load() == 1 })
	eventually(t, "the store is drained", func() bool { return due(t, p, at.Add(time.Hour)) == 0 })
}

// A store that cannot be opened is left alone for a while; the others go on, and so does it when it is back.
func TestFailingStore(t *testing.T) {
	ctx := context.Background()
	o := options(t, t.TempDir())
	p := tenanttest.OpenWith(t, o)
	stores := tenanttest.NewStores(t, p, "one", "two")
	bad := filepath.Join(p.Dir(), "stores", stores[0].ID)
	if err := os.Rename(bad, bad+".away"); err != nil {
		t.Fatal(err)
	}
	var got atomic.Int64
	e := engine(t, p, []event.Subscription{
		event.OnPlatform("a.count", func(_ context.Context, tx *database.DB, _ event.Event, _ event.OrderPlaced) error {
			tx.AfterCommit(func() { got.Add(1) })
			return nil
		}),
	})
	start(t, e)
	st := tenanttest.Acquire(t, p, stores[1].ID)
	err := st.Write(ctx, func(tx *tenant.Store) error {
		_, err := event.Publish(tx.DB, event.OrderPlaced{})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	eventually(t, "the sound store is served", func() bool { return got.Load() == 1 })
	eventually(t, "the other one is reported", func() bool { return errors.Is(e.Failing()[stores[0].ID], os.ErrNotExist) })
	if n := due(t, p, time.Now()); n == 0 {
		t.Error("the failing store is forgotten")
	}
	if err := os.Rename(bad+".away", bad); err != nil {
		t.Fatal(err)
	}
	eventually(t, "it is taken up again", func() bool { return len(e.Failing()) == 0 && due(t, p, time.Now()) == 0 })
}

// Stop ends an engine that is busy, and one that was never started.
func TestStop(t *testing.T) {
	ctx := context.Background()
	p := tenanttest.OpenWith(t, options(t, t.TempDir()))
	st := tenanttest.Acquire(t, p, tenanttest.NewStores(t, p, "one")[0].ID)
	if err := engine(t, p, nil).Stop(ctx); err != nil {
		t.Fatal(err)
	}
	began := make(chan struct{}, 1)
	e := engine(t, p, nil, job.Kind{Name: "a.long", Run: func(ctx context.Context, _ *job.Run) error {
		began <- struct{}{}
		<-ctx.Done()
		return ctx.Err()
	}})
	if err := e.Start(ctx); err != nil {
		t.Fatal(err)
	}
	var id string
	err := st.Write(ctx, func(tx *tenant.Store) (err error) {
		id, err = job.Enqueue(tx.DB, job.New{Kind: "a.long"})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	<-began
	if err := e.Stop(ctx); err != nil {
		t.Fatal(err)
	}
	if j, err := job.Get(ctx, st.DB, id); err != nil || j.State != job.Queued {
		t.Errorf("%+v, %v", j, err)
	}
	if due(t, p, time.Now()) != 1 {
		t.Error("the platform does not know that a job waits")
	}
}
