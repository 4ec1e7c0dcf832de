package job

import (
	"context"
	"errors"
	"testing"
	"time"

	"wizamart/framework/database"
	"wizamart/framework/problem"
	"wizamart/tenant"
)

func TestProgress(t *testing.T) {
	b := newBench(t)
	st := b.store("one")
	step := make(chan func(ctx context.Context, run *Run) error)
	stepped := make(chan error)
	b.start(map[string]Func{"a.count": func(ctx context.Context, run *Run) error {
		for f := range step {
			stepped <- f(ctx, run)
		}
		return nil
	}})
	id := b.enqueue(st.DB, New{Kind: "a.count"})
	b.visit(st)
	progress := func(done int64) Job {
		t.Helper()
		step <- func(ctx context.Context, run *Run) error { return run.Progress(ctx, done, 200, "rows") }
		if err := <-stepped; err != nil {
			t.Fatal(err)
		}
		return b.get(st.DB, id)
	}
	if j := progress(1); j.Done != 1 || j.Total != 200 || j.Message != "rows" || j.Percent() != 0 {
		t.Errorf("%+v", j)
	}
	for n := range int64(50) {
		if j := progress(2 + n); j.Done != 1 {
			t.Fatalf("%d was written within a quarter of a second", j.Done)
		}
	}
	b.pass(progressEvery)
	if j := progress(100); j.Done != 100 || j.Percent() != 50 {
		t.Errorf("%+v", j)
	}
	progress(199)
	close(step)
	if j := b.ends(st.DB, id, Succeeded); j.Done != 199 || j.Message != "rows" {
		t.Errorf("the last word was lost: %+v", j)
	}
}

func TestCancel(t *testing.T) {
	ctx := context.Background()
	b := newBench(t)
	st := b.store("one")
	began := make(chan string, 10)
	b.start(map[string]Func{
		"a.waits": func(ctx context.Context, run *Run) error {
			began <- run.Job.ID
			<-ctx.Done()
			if !errors.Is(context.Cause(ctx), ErrCancelled) || !errors.Is(run.Progress(ctx, 1, 1, ""), ErrCancelled) {
				t.Errorf("cause %v", context.Cause(ctx))
			}
			return context.Cause(ctx)
		},
		"a.finishes": func(ctx context.Context, run *Run) error {
			began <- run.Job.ID
			<-ctx.Done()
			return nil
		},
	})
	b.p.OnSignal(func(string) {
		go b.r.Visit(ctx, st) //nolint:errcheck // the job does not end then
	})
	waits := b.enqueue(st.DB, New{Kind: "a.waits"})
	<-began
	queued := b.enqueue(st.DB, New{Kind: "a.waits"})
	for range 2 {
		if err := Cancel(ctx, st.DB, waits); err != nil && !problem.Is(err, problem.Conflict) {
			t.Fatal(err)
		}
	}
	if j := b.ends(st.DB, waits, Cancelled); j.Error != "" || j.FinishedAt.IsZero() {
		t.Errorf("%+v", j)
	}
	if err := Cancel(ctx, st.DB, waits); !problem.Is(err, problem.Conflict) {
		t.Errorf("cancel what has ended: %v", err)
	}
	if <-began != queued {
		t.Fatal("the next job did not start")
	}
	if err := Cancel(ctx, st.DB, queued); err != nil {
		t.Fatal(err)
	}
	b.ends(st.DB, queued, Cancelled)

	later := b.enqueue(st.DB, New{Kind: "a.waits", RunAt: b.now().Add(time.Hour)})
	if err := Cancel(ctx, st.DB, later); err != nil {
		t.Fatal(err)
	}
	if j := b.get(st.DB, later); j.State != Cancelled {
		t.Errorf("a job that waits: %+v", j)
	}
	finishes := b.enqueue(st.DB, New{Kind: "a.finishes"})
	<-began
	if err := Cancel(ctx, st.DB, finishes); err != nil {
		t.Fatal(err)
	}
	b.ends(st.DB, finishes, Succeeded) // the work is done: nobody is told otherwise
	if err := Cancel(ctx, st.DB, "none"); !problem.Is(err, problem.NotFound) {
		t.Errorf("cancel an unknown job: %v", err)
	}
}

// A cancel that is committed just before the worker knows the job reaches it all the same.
func TestCancelWhileClaimed(t *testing.T) {
	b := newBench(t)
	st := b.store("one")
	b.start(map[string]Func{"a.work": func(ctx context.Context, _ *Run) error {
		<-ctx.Done()
		return ctx.Err()
	}})
	id := b.enqueue(st.DB, New{Kind: "a.work"})
	for i := range 20 {
		b.visit(st)
		for b.get(st.DB, id).State == Queued {
			time.Sleep(50 * time.Microsecond)
		}
		if err := Cancel(context.Background(), st.DB, id); err != nil { // nobody visits after it: the worker's own look has to find it,
			t.Fatal(err)
		}
		if i%2 == 0 { // or a visit, whenever it comes
			b.visit(st)
		} else {
			time.Sleep(time.Millisecond)
			b.visit(st)
		}
		b.ends(st.DB, id, Cancelled)
		id = b.enqueue(st.DB, New{Kind: "a.work"})
	}
	if err := Cancel(context.Background(), st.DB, id); err != nil {
		t.Fatal(err)
	}
}

// A server that stops lets jobs end, then interrupts them, and they go on at the next start from their checkpoint.
func TestStopAndResume(t *testing.T) {
	ctx := context.Background()
	b := newBench(t)
	st := b.store("one")
	reached := make(chan struct{}, 100)
	rows := func(ctx context.Context, run *Run) error {
		at := 0
		if _, err := run.Resume(&at); err != nil {
			return err
		}
		for ; at < 10; at++ {
			if at == 5 && run.Job.Interrupted == 0 && len(run.Job.Checkpoint) == 0 {
				reached <- struct{}{}
				<-ctx.Done()
				return context.Cause(ctx)
			}
			err := run.Store.Write(ctx, func(tx *tenant.Store) error {
				if _, err := tx.ExecContext(ctx, "INSERT INTO test_row VALUES (?)", at); err != nil {
					return err
				}
				return run.Checkpoint(ctx, tx.DB, at+1)
			})
			if err != nil {
				return err
			}
		}
		return nil
	}
	r := b.start(map[string]Func{"a.rows": rows})
	id := b.enqueue(st.DB, New{Kind: "a.rows", MaxAttempts: 1})
	b.visit(st)
	<-reached
	if err := r.Stop(ctx, time.Millisecond); err != nil {
		t.Fatal(err)
	}
	if j := b.get(st.DB, id); j.State != Queued || j.Attempts != 0 || string(j.Checkpoint) != "5" {
		t.Fatalf("after the stop: %+v", j)
	}
	b.visit(st) // nothing starts any more
	b.start(map[string]Func{"a.rows": rows})
	b.visit(st)
	b.ends(st.DB, id, Succeeded)
	b.rows(st, 10)
}

func (b *bench) rows(st *tenant.Store, want int) {
	b.Helper()
	var n, distinct int
	if err := st.NewQuery("SELECT count(*), count(DISTINCT n) FROM test_row").Row(&n, &distinct); err != nil || n != want || distinct != want {
		b.Errorf("%d rows, %d distinct, want %d (%v)", n, distinct, want, err)
	}
}

// Jobs that were running when the process ended are taken up, but not for ever when they are what ends it.
func TestInterrupted(t *testing.T) {
	ctx := context.Background()
	b := newBench(t)
	st := b.store("one")
	b.start(map[string]Func{"a.work": func(context.Context, *Run) error { return nil }})
	left := func(interrupted int, cancelled any) string {
		t.Helper()
		id := b.enqueue(st.DB, New{Kind: "a.work", MaxAttempts: 1})
		err := st.DB.Write(ctx, func(tx *database.DB) error {
			_, err := tx.ExecContext(ctx, "UPDATE job SET state = 'running', attempts = 1, interrupted = ?, cancel_at = ? WHERE id = ?", interrupted, cancelled, id)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	once, often, cancelled := left(0, nil), left(maxInterrupted-1, nil), left(0, database.Now())
	if at, ok, err := b.r.Pending(ctx, st); err != nil || !ok || at.After(b.now()) {
		t.Errorf("pending: %s, %v, %v", at, ok, err)
	}
	b.visit(st)
	if j := b.ends(st.DB, once, Succeeded); j.Attempts != 1 || j.Interrupted != 1 {
		t.Errorf("%+v", j)
	}
	if j := b.ends(st.DB, often, Failed); j.Error == "" || j.FinishedAt.IsZero() {
		t.Errorf("%+v", j)
	}
	if j := b.ends(st.DB, cancelled, Cancelled); j.FinishedAt.IsZero() {
		t.Errorf("%+v", j)
	}
}

// A handler that does not listen is named, and its row is left for the next start.
func TestDeafHandler(t *testing.T) {
	b := newBench(t)
	st := b.store("one")
	began, end := make(chan struct{}), make(chan struct{})
	o := Options{Platform: b.p, Kinds: []Kind{{Name: "a.deaf", Run: func(context.Context, *Run) error {
		close(began)
		<-end
		return nil
	}}}}
	r, err := NewRunner(o)
	if err != nil {
		t.Fatal(err)
	}
	r.lastWait = 10 * time.Millisecond
	r.Start()
	b.r = r
	id := b.enqueue(st.DB, New{Kind: "a.deaf"})
	b.visit(st)
	<-began
	if err := r.Stop(context.Background(), 0); err == nil || err.Error() != "job: still running: "+id {
		t.Errorf("stop: %v", err)
	}
	if j := b.get(st.DB, id); j.State != Running {
		t.Errorf("%+v", j)
	}
	close(end)
	if err := r.Stop(context.Background(), time.Minute); err != nil {
		t.Error(err)
	}
}
