package tenant_test

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"wizamart/framework/database"
	"wizamart/framework/problem"
	"wizamart/tenant"
	"wizamart/tenant/tenanttest"
)

func due(t *testing.T, p *tenant.Platform, at time.Time) int {
	t.Helper()
	ids, err := p.Due(context.Background(), at, 100)
	if err != nil {
		t.Fatal(err)
	}
	return len(ids)
}

func nothing() (time.Time, bool, error) { return time.Time{}, false, nil }

var work = tenanttest.SQL("test", "", "CREATE TABLE test_work (n INTEGER PRIMARY KEY) STRICT")

func TestDrained(t *testing.T) {
	p := tenanttest.Open(t, work)
	ctx := context.Background()
	st := tenanttest.Acquire(t, p, tenanttest.NewStores(t, p, "one")[0].ID)
	now := time.Now()
	drained := func(pending func() (time.Time, bool, error)) {
		t.Helper()
		if err := st.Drained(ctx, pending); err != nil {
			t.Fatal(err)
		}
	}
	drained(nothing)
	if n := due(t, p, now.Add(time.Hour)); n != 0 {
		t.Fatalf("%d due after the new store was drained", n)
	}
	write := func(fn func() error) {
		t.Helper()
		if err := fn(); err != nil {
			t.Fatal(err)
		}
		if n := due(t, p, time.Now()); n != 1 {
			t.Fatalf("%d due after a write", n)
		}
	}
	write(func() error { return st.Write(ctx, func(*tenant.Store) error { return nil }) })
	drained(nothing)
	// The bare handle is no way around it.
	write(func() error { return st.DB.Write(ctx, func(*database.DB) error { return nil }) })
	drained(func() (time.Time, bool, error) { return now.Add(time.Hour), true, nil })
	if due(t, p, now.Add(59*time.Minute)) != 0 || due(t, p, now.Add(61*time.Minute)) != 1 {
		t.Fatal("the row was not moved to the time that pending gave")
	}
	write(func() error { return st.Write(ctx, func(*tenant.Store) error { return nil }) })
	// A write during the look keeps the row.
	drained(func() (time.Time, bool, error) {
		return time.Time{}, false, st.Write(ctx, func(*tenant.Store) error { return nil })
	})
	if due(t, p, time.Now()) != 1 {
		t.Fatal("a write during the drain was lost")
	}
	// So does one that began before and has not ended.
	err := st.Write(ctx, func(*tenant.Store) error { return st.Drained(ctx, nothing) })
	if err != nil || due(t, p, time.Now()) != 1 {
		t.Fatalf("a write around the drain was lost: %v", err)
	}
	broken := errors.New("cannot look")
	if err := st.Drained(ctx, func() (time.Time, bool, error) { return time.Time{}, false, broken }); !errors.Is(err, broken) || due(t, p, time.Now()) != 1 {
		t.Fatalf("a look that failed: %v", err)
	}
	drained(nothing)
	// A file that came with work of its own has no row yet.
	drained(func() (time.Time, bool, error) { return now.Add(time.Hour), true, nil })
	if due(t, p, now.Add(61*time.Minute)) != 1 {
		t.Fatal("work without a row was not noted")
	}
}

// Whatever is interleaved: work that is committed and not yet done is named by the platform. Who does the work asks the platform, and nobody else,
// so that what is forgotten once stays undone.
func TestNoWorkIsForgotten(t *testing.T) {
	p := tenanttest.Open(t, work)
	ctx := context.Background()
	st := tenanttest.Acquire(t, p, tenanttest.NewStores(t, p, "one")[0].ID)
	var next atomic.Int64
	exists := func(query string, args ...any) bool {
		rows, err := st.DB.QueryContext(ctx, query, args...)
		if err != nil {
			t.Error(err)
			return false
		}
		defer rows.Close()
		return rows.Next()
	}
	// A drain may move the row to its own time, which can be later than the one at which this begins.
	named := func() bool { return due(t, p, time.Now().Add(time.Minute)) > 0 }
	stop := make(chan struct{})
	var drainer, writers sync.WaitGroup
	drainer.Go(func() {
		for {
			select {
			case <-stop:
				return
			default:
			}
			if !named() {
				runtime.Gosched()
				continue
			}
			if err := st.DB.Write(ctx, func(tx *database.DB) error {
				_, err := tx.ExecContext(ctx, "DELETE FROM test_work")
				return err
			}); err != nil {
				t.Error(err)
			}
			err := st.Drained(ctx, func() (time.Time, bool, error) {
				left := exists("SELECT 1 FROM test_work LIMIT 1")
				time.Sleep(2 * time.Millisecond) // others write meanwhile
				return time.Now(), left, nil
			})
			if err != nil {
				t.Error(err)
			}
		}
	})
	// For a while, and on a slow machine until enough was tried.
	deadline, enough := time.Now().Add(time.Second), int64(90)
	for range 3 {
		writers.Go(func() {
			for (time.Now().Before(deadline) || next.Load() < enough) && !t.Failed() {
				n := next.Add(1)
				err := st.Write(ctx, func(tx *tenant.Store) error {
					if n%3 == 0 {
						return problem.New(problem.Invalid, "an undone write is a write, too")
					}
					if n%3 == 1 {
						return nil // nor does every write leave work
					}
					_, err := tx.ExecContext(ctx, "INSERT INTO test_work VALUES (?)", n)
					return err
				})
				if n%3 != 2 {
					continue
				}
				if err != nil {
					t.Error(err)
				}
				for !t.Failed() { // until it is done; all three wait here now and then, and the row goes
					known := named() // first the row, then the work: it is done before the row goes
					if !exists("SELECT 1 FROM test_work WHERE n = ?", n) {
						break
					}
					if !known {
						t.Errorf("work %d waits, and the platform does not know", n)
					}
					runtime.Gosched()
				}
			}
		})
	}
	writers.Wait()
	close(stop)
	drainer.Wait()
}
