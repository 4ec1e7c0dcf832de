package background

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"wizamart/framework/database"
	"wizamart/framework/event"
	"wizamart/framework/job"
	"wizamart/tenant"
	"wizamart/tenant/tenanttest"
)

// counting is a consumer in the store, one on the platform, and an import of rows in chunks: each notes what it did.
func counting(tb testing.TB, p *tenant.Platform, rows int, pause time.Duration) *Engine {
	noted := func(tx *database.DB, what string) error {
		_, err := tx.ExecContext(context.Background(), "INSERT INTO test_note VALUES (?)", what)
		return err
	}
	return engine(tb, p, []event.Subscription{
		event.OnStore("a.store", func(_ context.Context, tx *tenant.Store, e event.Event, _ event.OrderPlaced) error {
			return noted(tx.DB, e.ID)
		}),
		event.OnPlatform("b.platform", func(_ context.Context, tx *database.DB, e event.Event, _ event.OrderPlaced) error {
			return noted(tx, e.ID)
		}),
	}, job.Kind{Name: "a.import", Run: func(ctx context.Context, run *job.Run) error {
		at := 0
		if _, err := run.Resume(&at); err != nil {
			return err
		}
		for ; at < rows; at++ {
			if err := run.Progress(ctx, int64(at), int64(rows), "importing"); err != nil {
				return err
			}
			err := run.Store.Write(ctx, func(tx *tenant.Store) error {
				if err := noted(tx.DB, fmt.Sprint("row ", at)); err != nil {
					return err
				}
				return run.Checkpoint(ctx, tx.DB, at+1)
			})
			if err != nil {
				return err
			}
			time.Sleep(pause)
		}
		return nil
	}})
}

// victim works until it is killed: orders are placed in two stores as fast as it goes.
func victim(t *testing.T, dir string) {
	ctx := context.Background()
	p, err := tenant.Open(ctx, options(t, dir))
	if err != nil {
		t.Fatal(err)
	}
	if err := counting(t, p, 1_000_000, 500*time.Microsecond).Start(ctx); err != nil {
		t.Fatal(err)
	}
	began := map[string]string{} // each import's checkpoint at first
	moved := map[string]bool{}   // the imports that have gone on
	for deadline := time.Now().Add(90 * time.Second); time.Now().Before(deadline); {
		for _, info := range p.Stores() {
			st, release, err := p.Acquire(ctx, info.ID)
			if err != nil {
				t.Fatal(err)
			}
			var id string
			err = st.Write(ctx, func(tx *tenant.Store) error {
				if id, err = job.Enqueue(tx.DB, job.New{Kind: "a.import", Key: "one"}); err != nil {
					return err
				}
				_, err := event.Publish(tx.DB, event.OrderPlaced{OrderID: "o"})
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			if !moved[info.ID] {
				j, err := job.Get(ctx, st.DB, id)
				if err != nil {
					t.Fatal(err)
				}
				if at, known := began[info.ID]; !known {
					began[info.ID] = string(j.Checkpoint)
				} else if at != string(j.Checkpoint) {
					moved[info.ID] = true
				}
				if len(moved) == len(p.Stores()) {
					if err := os.WriteFile(filepath.Join(dir, "ready"), nil, 0o600); err != nil {
						t.Fatal(err)
					}
				}
			}
			release()
		}
	}
}

// A process is killed again and again at any moment. In the end every event has been applied exactly once on both
// sides, no row of the import is missing or doubled, and the platform knew of all that was left to do.
func TestKilled(t *testing.T) {
	if dir := os.Getenv("BACKGROUND_TEST_VICTIM"); dir != "" {
		victim(t, dir)
		return
	}
	dir := t.TempDir()
	p, err := tenant.Open(context.Background(), options(t, dir))
	if err != nil {
		t.Fatal(err)
	}
	tenanttest.NewStores(t, p, "one", "two")
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	for range 4 {
		child := exec.Command(os.Args[0], "-test.run=^TestKilled$")
		child.Env = append(os.Environ(), "BACKGROUND_TEST_VICTIM="+dir)
		if err := child.Start(); err != nil {
			t.Fatal(err)
		}
		eventually(t, "both imports move", func() bool { _, err := os.Stat(filepath.Join(dir, "ready")); return err == nil })
		time.Sleep(time.Duration(rand.IntN(250)) * time.Millisecond)
		if err := child.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		child.Wait() //nolint:errcheck // killed
		if err := os.Remove(filepath.Join(dir, "ready")); err != nil {
			t.Fatal(err)
		}
	}
	p = tenanttest.OpenWith(t, options(t, dir))
	reached := map[string]int{} // how far each import was when the process was last killed
	for _, info := range p.Stores() {
		st := tenanttest.Acquire(t, p, info.ID)
		jobs, err := job.List(context.Background(), st.DB, job.Filter{})
		if err != nil || len(jobs) != 1 || jobs[0].Interrupted > 4 {
			t.Fatalf("jobs: %+v, %v", jobs, err)
		}
		at := 0
		if err := jobs[0].Checkpoint.Decode(&at); err != nil || at < 4 {
			t.Fatalf("the import came to %d, %v", at, err)
		}
		reached[info.ID] = at
	}
	// The import ends a little further on, whichever store was slower.
	end := 10 + max(reached[p.Stores()[0].ID], reached[p.Stores()[1].ID])
	start(t, counting(t, p, end, 0))
	eventually(t, "all is done", func() bool { return due(t, p, time.Now().Add(time.Hour)) == 0 })

	total := 0
	for _, info := range p.Stores() {
		st := tenanttest.Acquire(t, p, info.ID)
		var published, applied, twice, rows int
		for into, query := range map[*int]string{
			&published: "SELECT count(*) FROM event_outbox",
			&applied:   "SELECT count(*) FROM event_outbox WHERE id IN (SELECT what FROM test_note)",
			&twice:     "SELECT count(*) - count(DISTINCT what) FROM test_note",
			&rows:      "SELECT count(*) FROM test_note WHERE what LIKE 'row %'",
		} {
			if err := st.NewQuery(query).Row(into); err != nil {
				t.Fatal(err)
			}
		}
		if published == 0 || applied != published || twice != 0 || rows != end {
			t.Errorf("%s: %d of %d events applied, %d notes twice, %d of %d rows", info.Code, applied, published, twice, rows, end)
		}
		if n, err := event.Waiting(context.Background(), st.DB); err != nil || n != 0 {
			t.Errorf("%s: %d events wait, %v", info.Code, n, err)
		}
		total += published
	}
	var n, distinct int
	if err := p.DB.NewQuery("SELECT count(*), count(DISTINCT what) FROM test_note").Row(&n, &distinct); err != nil || n != total || distinct != total {
		t.Errorf("the platform applied %d (%d distinct) of %d events, %v", n, distinct, total, err)
	}
	t.Logf("%d events, imports reached %v", total, reached)
}
