package job

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"wizamart/framework/database"
	"wizamart/framework/problem"
	"wizamart/tenant"
	"wizamart/tenant/tenanttest"
)

// bench is a platform, a clock, and a runner whose kinds a test sets.
type bench struct {
	*testing.T
	p   *tenant.Platform
	off map[string]bool // modules
	r   *Runner

	mu   sync.Mutex
	time time.Time
}

func newBench(t *testing.T) *bench {
	b := &bench{T: t, time: time.Now(), off: map[string]bool{}}
	b.p = tenanttest.Open(t, tenanttest.Module{Name: "job", Files: Migrations}, tenanttest.SQL("test", "", "CREATE TABLE test_row (n INTEGER NOT NULL) STRICT"))
	return b
}

func (b *bench) now() time.Time {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.time
}

func (b *bench) pass(d time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.time = b.time.Add(d)
}

// start is a runner with kinds by name, stopped when the test ends.
func (b *bench) start(kinds map[string]Func) *Runner {
	b.Helper()
	o := Options{Platform: b.p, Now: b.now, Log: slog.New(slog.DiscardHandler), Enabled: func(_, module string) bool { return !b.off[module] }}
	for name, run := range kinds {
		o.Kinds = append(o.Kinds, Kind{Name: name, Run: run})
	}
	r, err := NewRunner(o)
	if err != nil {
		b.Fatal(err)
	}
	r.Start()
	b.Cleanup(func() {
		if err := r.Stop(context.Background(), time.Minute); err != nil {
			b.Error(err)
		}
	})
	b.r = r
	return r
}

func (b *bench) store(code string) *tenant.Store {
	b.Helper()
	return tenanttest.Acquire(b, b.p, tenanttest.NewStores(b, b.p, code)[0].ID)
}

func (b *bench) enqueue(db *database.DB, in New) (id string) {
	b.Helper()
	if in.RunAt.IsZero() {
		in.RunAt = b.now()
	}
	err := db.Write(context.Background(), func(tx *database.DB) (err error) {
		id, err = Enqueue(tx, in)
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	return id
}

func (b *bench) visit(st *tenant.Store) {
	b.Helper()
	if err := b.r.Visit(context.Background(), st); err != nil {
		b.Fatal(err)
	}
}

func (b *bench) get(db *database.DB, id string) Job {
	b.Helper()
	j, err := Get(context.Background(), db, id)
	if err != nil {
		b.Fatal(err)
	}
	return j
}

// until waits for a job to be as the test wants it.
func (b *bench) until(db *database.DB, id, what string, ok func(Job) bool) Job {
	b.Helper()
	for start := time.Now(); ; time.Sleep(2 * time.Millisecond) {
		j := b.get(db, id)
		if ok(j) {
			return j
		}
		if time.Since(start) > 90*time.Second {
			b.Fatalf("the job is not %s: %+v", what, j)
		}
	}
}

func (b *bench) ends(db *database.DB, id string, want State) Job {
	b.Helper()
	return b.until(db, id, string(want), func(j Job) bool { return j.State == want })
}

func TestSuccess(t *testing.T) {
	b := newBench(t)
	st := b.store("one")
	b.start(map[string]Func{"a.add": func(ctx context.Context, run *Run) error {
		var n []int
		if err := run.Decode(&n); err != nil {
			return err
		}
		if run.Store.ID() != st.ID() || run.Job.Actor != "Ann" || run.Job.Attempts != 1 {
			t.Errorf("%+v", run.Job)
		}
		return run.SetResult(map[string]int{"sum": n[0] + n[1]})
	}, "a.platform": func(_ context.Context, run *Run) error {
		if run.Store != nil || run.Platform != b.p {
			t.Error("a job of the platform has a store")
		}
		return nil
	}})
	id := b.enqueue(st.DB, New{Kind: "a.add", Payload: []int{2, 3}, Actor: "Ann"})
	own := b.enqueue(b.p.DB, New{Kind: "a.platform"})
	b.visit(st)
	b.visit(nil)
	j := b.ends(st.DB, id, Succeeded)
	if string(j.Result) != `{"sum":5}` || j.FinishedAt.IsZero() || j.StartedAt.IsZero() || j.Percent() != 100 {
		t.Errorf("%+v", j)
	}
	b.ends(b.p.DB, own, Succeeded)
	if _, err := Enqueue(st.DB, New{Kind: "a.add"}); !errors.Is(err, database.ErrNoTransaction) {
		t.Errorf("outside a transaction: %v", err)
	}
}

func TestFailures(t *testing.T) {
	b := newBench(t)
	st := b.store("one")
	var calls sync.Map
	count := func(k string) int {
		n, _ := calls.LoadOrStore(k, 0)
		calls.Store(k, n.(int)+1)
		return n.(int) + 1
	}
	b.start(map[string]Func{
		"a.twice": func(context.Context, *Run) error {
			if count("twice") < 3 {
				return errors.New("not yet")
			}
			return nil
		},
		"a.never":   func(context.Context, *Run) error { return errors.New("never") },
		"a.pointed": func(context.Context, *Run) error { return Permanent(errors.New("pointless")) },
		"a.invalid": func(context.Context, *Run) error { return problem.On("file", "This is not a CSV file.") },
		"a.broken":  func(context.Context, *Run) error { return problem.New(problem.Unavailable, "Come back later.") },
		"a.panics":  func(context.Context, *Run) error { panic("boom") },
		"a.decode":  func(_ context.Context, run *Run) error { var n int; return run.Decode(&n) },
	})
	run := func(kind string, attempts int) string {
		t.Helper()
		id := b.enqueue(st.DB, New{Kind: kind, MaxAttempts: attempts, Payload: "text"})
		b.visit(st)
		return id
	}
	id := run("a.twice", 5)
	j := b.until(st.DB, id, "failed once", func(j Job) bool { return j.State == Queued && j.Error != "" })
	if wait := j.RunAt.Sub(b.now()); wait < 9900*time.Millisecond || wait > 10*time.Second {
		t.Errorf("the second attempt is in %s, want 10 s", wait)
	}
	at, ok, err := b.r.Pending(context.Background(), st)
	if err != nil || !ok || !at.Equal(j.RunAt.Time) {
		t.Errorf("pending at %s, %v, %v", at, ok, err)
	}
	b.pass(9 * time.Second)
	b.visit(st)
	b.pass(time.Second)
	b.visit(st)
	j = b.until(st.DB, id, "failed twice", func(j Job) bool { return j.State == Queued && j.Attempts == 2 })
	if wait := j.RunAt.Sub(b.now()); wait < 39*time.Second || wait > 40*time.Second {
		t.Errorf("the third attempt is in %s, want 40 s", wait)
	}
	b.pass(40 * time.Second)
	b.visit(st)
	if j := b.ends(st.DB, id, Succeeded); j.Attempts != 3 || j.Error != "" {
		t.Errorf("%+v", j)
	}
	for kind, want := range map[string]struct{ err, message string }{
		"a.never": {"never", ""}, "a.pointed": {"pointless", ""}, "a.invalid": {"invalid", "Please check the marked fields."},
		"a.panics": {"panic: boom", ""}, "a.decode": {"decode the payload", ""},
	} {
		attempts := 5
		if kind == "a.never" || kind == "a.panics" {
			attempts = 1
		}
		j := b.ends(st.DB, run(kind, attempts), Failed)
		if !strings.Contains(j.Error, want.err) || strings.Contains(j.Error, "goroutine") || j.Message != want.message || j.Attempts != 1 {
			t.Errorf("%s: %+v", kind, j)
		}
	}
	j = b.until(st.DB, run("a.broken", 5), "to be retried", func(j Job) bool { return j.State == Queued && j.Attempts == 1 })
	if j.Message != "Come back later." {
		t.Errorf("%+v", j)
	}
}

func TestKey(t *testing.T) {
	b := newBench(t)
	st := b.store("one")
	first := b.enqueue(st.DB, New{Kind: "a.feed", Key: "daily"})
	if again := b.enqueue(st.DB, New{Kind: "a.feed", Key: "daily"}); again != first {
		t.Error("two unfinished jobs have one key")
	}
	if other := b.enqueue(st.DB, New{Kind: "a.other", Key: "daily"}); other == first {
		t.Error("a key belongs to its kind")
	}
	if one, two := b.enqueue(st.DB, New{Kind: "a.feed"}), b.enqueue(st.DB, New{Kind: "a.feed"}); one == two {
		t.Error("jobs without a key are one")
	}
	if err := Cancel(context.Background(), st.DB, first); err != nil {
		t.Fatal(err)
	}
	if b.enqueue(st.DB, New{Kind: "a.feed", Key: "daily"}) == first {
		t.Error("a finished job keeps its key")
	}
}

// No more than Workers at once, no more than one of a store, and every store has its turn.
func TestBounds(t *testing.T) {
	b := newBench(t)
	var mu sync.Mutex
	running, most, perStore := 0, 0, map[string]int{}
	var order []string
	b.start(map[string]Func{"a.work": func(_ context.Context, run *Run) error {
		id := run.Store.ID()
		mu.Lock()
		running++
		perStore[id]++
		most = max(most, running)
		if perStore[id] > 1 {
			t.Error("two jobs of one store run at once")
		}
		order = append(order, id)
		mu.Unlock()
		time.Sleep(3 * time.Millisecond)
		mu.Lock()
		running--
		perStore[id]--
		mu.Unlock()
		return nil
	}})
	var stores []*tenant.Store
	var ids [][]string
	for _, code := range []string{"aa", "bb", "cc", "dd"} {
		st := b.store(code)
		stores, ids = append(stores, st), append(ids, nil)
		for range 5 {
			ids[len(ids)-1] = append(ids[len(ids)-1], b.enqueue(st.DB, New{Kind: "a.work"}))
		}
	}
	for range 3 {
		for _, st := range stores {
			b.visit(st)
		}
	}
	for i, st := range stores {
		for _, id := range ids[i] {
			b.ends(st.DB, id, Succeeded)
		}
	}
	mu.Lock()
	defer mu.Unlock()
	if most != 2 || len(order) != 20 {
		t.Errorf("%d at once, want 2; %d in all, want 20", most, len(order))
	}
	seen := map[string]bool{}
	for _, id := range order[:8] {
		seen[id] = true
	}
	if len(seen) != 4 {
		t.Errorf("%d stores had a turn among the first 8 jobs, want all 4", len(seen))
	}
}

func TestModuleOff(t *testing.T) {
	b := newBench(t)
	st := b.store("one")
	ctx := context.Background()
	b.start(map[string]Func{"a.work": func(context.Context, *Run) error { return nil }})
	b.off["a"] = true
	id := b.enqueue(st.DB, New{Kind: "a.work"})
	b.visit(st)
	at, ok, err := b.r.Pending(ctx, st)
	if err != nil || !ok || at.Sub(b.now()) < heldBack-time.Second {
		t.Errorf("pending in %s, %v, %v: want an hour", at.Sub(b.now()), ok, err)
	}
	if j := b.get(st.DB, id); j.State != Queued || j.Attempts != 0 {
		t.Errorf("%+v", j)
	}
	b.off["a"] = false
	b.visit(st)
	b.ends(st.DB, id, Succeeded)
	b.enqueue(st.DB, New{Kind: "gone.kind"})
	b.visit(st)
	if _, ok, _ := b.r.Pending(ctx, st); !ok {
		t.Error("a job of an unknown kind is forgotten")
	}
	later := b.now().Add(time.Minute)
	b.enqueue(st.DB, New{Kind: "a.work", RunAt: later})
	if at, ok, _ := b.r.Pending(ctx, st); !ok || at.Sub(later).Abs() > time.Millisecond {
		t.Errorf("pending at %s, want %s", at, later)
	}
}

func TestListAndPrune(t *testing.T) {
	ctx := context.Background()
	b := newBench(t)
	st := b.store("one")
	b.start(map[string]Func{"a.work": func(context.Context, *Run) error { return nil }})
	var ids []string
	for range 5 {
		ids = append(ids, b.enqueue(st.DB, New{Kind: "a.work"}))
	}
	waits := b.enqueue(st.DB, New{Kind: "a.work", RunAt: b.now().Add(100 * 24 * time.Hour)})
	b.visit(st)
	for _, id := range ids {
		b.ends(st.DB, id, Succeeded)
	}
	list := func(f Filter) int {
		t.Helper()
		l, err := List(ctx, st.DB, f)
		if err != nil {
			t.Fatal(err)
		}
		return len(l)
	}
	if list(Filter{}) != 6 || list(Filter{Limit: 2}) != 2 || list(Filter{Before: ids[2]}) != 2 || list(Filter{Unfinished: true}) != 1 || list(Filter{Kind: "b.x"}) != 0 {
		t.Error("the lists are wrong")
	}
	if _, err := Get(ctx, st.DB, "none"); !problem.Is(err, problem.NotFound) {
		t.Errorf("an unknown job: %v", err)
	}
	b.pass(keepFinished + time.Hour)
	if err := b.r.Prune(ctx, st); err != nil {
		t.Fatal(err)
	}
	if l, err := List(ctx, st.DB, Filter{}); err != nil || len(l) != 1 || l[0].ID != waits {
		t.Errorf("kept: %v, %v", l, err)
	}
}

func TestKinds(t *testing.T) {
	ok := func(context.Context, *Run) error { return nil }
	for name, kinds := range map[string][]Kind{
		"no module": {{Name: "work", Run: ok}}, "no function": {{Name: "a.work"}}, "twice": {{Name: "a.work", Run: ok}, {Name: "a.work", Run: ok}},
	} {
		if _, err := NewRunner(Options{Kinds: kinds}); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}
