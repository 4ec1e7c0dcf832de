package replicate

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"wizamart/framework/database"
	"wizamart/framework/replicate/replicatetest"
)

// install is a data directory with the database of one store, as tenant drives it.
type install struct {
	tb  testing.TB
	dir string
	m   *Manager
	db  *database.DB
}

const storeKey = "0190-store"

func start(tb testing.TB, dir string, t Target, change ...func(*Options)) *install {
	tb.Helper()
	cfg := DefaultConfig("")
	cfg.Target = t
	o := Options{Dir: dir, Config: cfg, Log: slog.New(slog.NewTextHandler(tb.Output(), nil)), Quiet: 300 * time.Millisecond, Lazy: 50 * time.Millisecond}
	for _, c := range change {
		c(&o)
	}
	m, err := Open(o)
	if err != nil {
		tb.Fatal(err)
	}
	in := &install{tb: tb, dir: dir, m: m}
	path := m.path(storeKey)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		tb.Fatal(err)
	}
	if in.db, err = database.OpenStreamed(path, true); err != nil {
		tb.Fatal(err)
	}
	in.db.Watch(database.Watch{
		BeforeWrite: func(ctx context.Context) (func(), error) { return m.Begin(ctx, storeKey) },
		Committed:   func() { m.Committed(storeKey) },
	})
	if err := in.db.Write(context.Background(), func(tx *database.DB) error {
		_, err := tx.NewQuery("CREATE TABLE IF NOT EXISTS orders (id TEXT PRIMARY KEY, filler TEXT) STRICT").Execute()
		return err
	}); err != nil && !errors.Is(err, ErrForeign) {
		tb.Fatal(err)
	}
	tb.Cleanup(in.stop)
	return in
}

func (in *install) stop() {
	if in.m == nil {
		return
	}
	if err := in.db.Close(); err != nil {
		in.tb.Error(err)
	}
	if err := in.m.Close(context.Background()); err != nil {
		in.tb.Error(err)
	}
	in.m = nil
}

func (in *install) order(id string) error {
	return in.db.Write(context.Background(), func(tx *database.DB) error {
		_, err := tx.ExecContext(context.Background(), "INSERT INTO orders VALUES (?, ?)", id, fmt.Sprintf("%0200d", len(id)))
		return err
	})
}

// place commits an order and waits until it is at the replica.
func (in *install) place(id string) error {
	if err := in.order(id); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), 90*time.Second)
	defer cancel()
	return in.m.Confirm(ctx, storeKey)
}

func (in *install) must(err error) {
	in.tb.Helper()
	if err != nil {
		in.tb.Fatal(err)
	}
}

func (in *install) idle() {
	in.tb.Helper()
	in.until("the file to be detached", func() bool { return in.m.Status(storeKey).State == Idle })
}

func (in *install) until(what string, ok func() bool) {
	in.tb.Helper()
	for end := time.Now().Add(90 * time.Second); !ok(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			in.tb.Fatalf("waited in vain for %s: %+v", what, in.m.Status(storeKey))
		}
	}
}

// restored are the orders of the newest copy.
func restored(tb testing.TB, t Target) map[string]bool {
	tb.Helper()
	src, err := OpenSource(t)
	if err != nil {
		tb.Fatal(err)
	}
	out := filepath.Join(tb.TempDir(), "restored.db")
	r, err := src.Restore(context.Background(), storeKey, out, time.Time{})
	if err != nil {
		tb.Fatal(err)
	}
	orders := readOrders(tb, out)
	if r.Tables["orders"] != len(orders) {
		tb.Errorf("the restore counts %d orders, there are %d", r.Tables["orders"], len(orders))
	}
	return orders
}

func readOrders(tb testing.TB, path string) map[string]bool {
	tb.Helper()
	db, err := database.Open(path, false)
	if err != nil {
		tb.Fatal(err)
	}
	defer db.Close()
	var ids []string
	if err := db.NewQuery("SELECT id FROM orders").Column(&ids); err != nil {
		tb.Fatal(err)
	}
	out := map[string]bool{}
	for _, id := range ids {
		out[id] = true
	}
	return out
}

func TestConfirmedOrdersAreAtTheReplica(t *testing.T) {
	eachTarget(t, func(t *testing.T, target Target) {
		in := start(t, t.TempDir(), target)
		for round := range 3 { // each round attaches anew
			var wg sync.WaitGroup
			for w := range 8 {
				wg.Go(func() {
					for i := range 10 {
						if err := in.place(fmt.Sprintf("%d-%d-%d", round, w, i)); err != nil {
							t.Error(err)
						}
					}
				})
			}
			wg.Wait()
			if n := len(restored(t, target)); n != (round+1)*80 {
				t.Fatalf("round %d: %d orders were restored", round, n)
			}
			in.idle()
		}
		s := in.m.Status(storeKey)
		t.Logf("240 orders in %d uploads", s.Syncs)
		if s.Syncs > 200 {
			t.Errorf("%d uploads for 240 orders of 8 at once: the waiters were not grouped", s.Syncs)
		}
	})
}

// What lies in the WAL when a process dies is copied by the next one.
// More files are written than may be attached at once: those that are copied make room.
func TestCrowd(t *testing.T) {
	cfg := DefaultConfig("")
	cfg.Target = Target{Dir: t.TempDir()}
	m, err := Open(Options{Dir: t.TempDir(), Config: cfg, Log: slog.New(slog.NewTextHandler(t.Output(), nil)), Quiet: time.Hour, Lazy: 20 * time.Millisecond, Limit: 2})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 90*time.Second)
	defer cancel()
	var all sync.WaitGroup
	for i := range 9 {
		key := fmt.Sprintf("0190-store-%d", i)
		if err := os.MkdirAll(filepath.Dir(m.path(key)), 0o700); err != nil {
			t.Fatal(err)
		}
		db, err := database.OpenStreamed(m.path(key), true)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { db.Close() })
		db.Watch(database.Watch{
			BeforeWrite: func(ctx context.Context) (func(), error) { return m.Begin(ctx, key) },
			Committed:   func() { m.Committed(key) },
		})
		all.Go(func() {
			if err := db.Write(ctx, func(tx *database.DB) error {
				_, err := tx.NewQuery("CREATE TABLE orders (id TEXT PRIMARY KEY) STRICT").Execute()
				return err
			}); err != nil {
				t.Error(err)
			}
			if err := m.Confirm(ctx, key); err != nil {
				t.Errorf("store %d: %v", i, err)
			}
		})
	}
	all.Wait()
	if err := m.Close(context.Background()); err != nil {
		t.Error(err)
	}
}

func TestWhatWasNotCopiedIsCopiedLater(t *testing.T) {
	eachTarget(t, func(t *testing.T, target Target) {
		dir := t.TempDir()
		in := start(t, dir, target)
		in.must(in.place("first"))
		in.idle()
		in.stop()
		passive := start(t, dir, target, func(o *Options) { o.Passive = true })
		for i := range 50 {
			passive.must(passive.order(fmt.Sprint("passive", i)))
		}
		passive.stop()
		cfg := DefaultConfig("")
		cfg.Target = target
		m, err := Open(Options{Dir: dir, Config: cfg, Log: slog.New(slog.DiscardHandler), Quiet: 10 * time.Millisecond})
		if err != nil {
			t.Fatal(err)
		}
		in = &install{tb: t, m: m} // nobody writes: the next process knows by itself
		in.until("the rest to be copied", func() bool { return !exists(filepath.Join(m.dirtyDir(), storeKey)) && m.Status(storeKey).State == Idle })
		if err := m.Close(context.Background()); err != nil {
			t.Error(err)
		}
		if n := len(restored(t, target)); n != 51 {
			t.Errorf("%d orders were restored", n)
		}
	})
}

// A process that lost its first place must never acknowledge again, and say so after a restart too.
func TestSecondWriterIsFenced(t *testing.T) {
	eachTarget(t, func(t *testing.T, target Target) {
		dir, twin := t.TempDir(), filepath.Join(t.TempDir(), "twin")
		in := start(t, dir, target)
		in.must(in.place("before"))
		in.idle()
		in.stop()
		if err := os.CopyFS(twin, os.DirFS(dir)); err != nil { // a copied machine: the same identity
			t.Fatal(err)
		}
		a, b := start(t, dir, target), start(t, twin, target)
		acknowledged := map[string]bool{"before": true}
		refused := 0
		for i := range 20 {
			for name, in := range map[string]*install{"a": a, "b": b} {
				id := fmt.Sprint(name, i)
				if err := in.place(id); err == nil {
					acknowledged[id] = true
				} else {
					refused++
				}
			}
		}
		sa, sb := a.m.Status(storeKey).State, b.m.Status(storeKey).State
		if (sa == Fenced) == (sb == Fenced) || refused < 20 {
			t.Errorf("a is %s, b is %s, %d were refused", sa, sb, refused)
		}
		for id := range acknowledged {
			if !restored(t, target)[id] {
				t.Errorf("%s was acknowledged and is lost", id)
			}
		}
		loser := dir
		if sb == Fenced {
			loser = twin
		}
		a.stop()
		b.stop()
		again, err := Open(Options{Dir: loser, Config: Config{Target: target, L0Retention: time.Minute}, Log: slog.New(slog.DiscardHandler)})
		if err != nil {
			t.Fatal(err)
		}
		defer again.Close(context.Background())
		if again.Usable(storeKey) == nil { // before anybody looks at the replica again
			t.Error("the fence does not hold over a restart")
		}
		if _, err := again.Begin(context.Background(), storeKey); err == nil {
			t.Error("the fenced store is written again")
		}
	})
}

// A server that goes on while its replica is taken over confirms nothing that the new one does not have.
func TestTakenOverWhileItWrites(t *testing.T) {
	eachTarget(t, func(t *testing.T, target Target) {
		const bound = 300 * time.Millisecond
		in := start(t, t.TempDir(), target, func(o *Options) { o.OwnedFor = bound })
		in.must(in.place("first"))
		src, err := OpenSource(target)
		in.must(err)
		var last time.Time
		acknowledged := map[string]bool{}
		done := make(chan struct{})
		go func() {
			defer close(done)
			for i := 0; ; i++ {
				id := fmt.Sprint(i)
				if in.place(id) != nil {
					return
				}
				acknowledged[id], last = true, time.Now()
			}
		}()
		time.Sleep(200 * time.Millisecond)
		in.must(takeOver(context.Background(), src.objects, storeKey, t.TempDir(), target.URL(""), 0))
		taken := time.Now()
		select {
		case <-done:
		case <-time.After(90 * time.Second):
			t.Fatal("the old server goes on confirming")
		}
		if late := last.Sub(taken); late > 2*bound {
			t.Errorf("it confirmed %s after the replica was taken", late)
		}
		in.until("the fence", func() bool { return in.m.Status(storeKey).State == Fenced })
		orders := restored(t, target)
		for id := range acknowledged {
			if !orders[id] {
				t.Errorf("%s was confirmed and is lost", id)
			}
		}
	})
}

// Another installation that finds a replica in its place leaves it alone.
func TestForeignReplicaIsNotTouched(t *testing.T) {
	eachTarget(t, func(t *testing.T, target Target) {
		in := start(t, t.TempDir(), target)
		in.must(in.place("mine"))
		in.idle()
		before, _, err := remoteOwner(t.Context(), in.m.objects, storeKey)
		in.must(err)
		other := t.TempDir()
		m, err := Open(Options{Dir: other, Config: Config{Target: target, L0Retention: time.Minute}, Log: slog.New(slog.DiscardHandler)})
		if err != nil {
			t.Fatal(err)
		}
		defer m.Close(context.Background())
		if _, err := m.Begin(context.Background(), storeKey); !errors.Is(err, ErrForeign) {
			t.Errorf("a foreign replica was accepted: %v", err)
		}
		if now, _, err := remoteOwner(t.Context(), in.m.objects, storeKey); err != nil || now != before {
			t.Errorf("it was taken: %+v, %v", now, err)
		}
		if n := len(restored(t, target)); n != 1 {
			t.Errorf("%d orders", n)
		}
	})
}

func eachTarget(t *testing.T, fn func(t *testing.T, target Target)) {
	t.Run("dir", func(t *testing.T) {
		fn(t, Target{Dir: filepath.Join(t.TempDir(), "replica")})
	})
	t.Run("s3", func(t *testing.T) {
		target, _ := onS3(t)
		fn(t, target)
	})
}

func onS3(t *testing.T) (Target, *replicatetest.Server) {
	t.Helper()
	if testing.Short() {
		t.Skip("SKIPPED: -short tries nothing against S3")
	}
	server := replicatetest.Start(t)
	t.Setenv("AWS_ACCESS_KEY_ID", replicatetest.AccessKey)
	t.Setenv("AWS_SECRET_ACCESS_KEY", replicatetest.SecretKey)
	t.Setenv("AWS_CA_BUNDLE", filepath.Join(t.TempDir(), "none.pem")) // the stock client would not start
	target, err := ParseURL(server.URL("shops/one"))
	if err != nil {
		t.Fatal(err)
	}
	return target, server
}

// The stock command restores what this program wrote.
func TestStockRestore(t *testing.T) {
	eachTarget(t, func(t *testing.T, target Target) {
		stock := replicatetest.Build(t, "github.com/benbjohnson/litestream/cmd/litestream")
		in := start(t, t.TempDir(), target)
		for i := range 30 {
			in.must(in.place(fmt.Sprint(i)))
		}
		url, err := in.m.Source().URL(context.Background(), storeKey)
		in.must(err)
		out := filepath.Join(t.TempDir(), "stock.db")
		cmd := exec.Command(stock, "restore", "-o", out, url)
		// The stock client refuses to start with its own connections and this variable; ours does not mind.
		cmd.Env = slices.DeleteFunc(os.Environ(), func(s string) bool { return strings.HasPrefix(s, "AWS_CA_BUNDLE=") })
		if text, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("litestream restore -o … %s: %v\n%s", url, err, text)
		}
		if n := len(readOrders(t, out)); n != 30 {
			t.Errorf("%d orders", n)
		}
	})
}

// While S3 is away nothing hangs and nothing is confirmed; afterwards the backlog drains by itself.
func TestS3Away(t *testing.T) {
	target, server := onS3(t)
	in := start(t, t.TempDir(), target)
	in.must(in.place("before"))
	server.Stop()
	in.must(in.order("during"))
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	if err := in.m.Confirm(ctx, storeKey); err == nil {
		t.Error("an order was confirmed without a replica")
	}
	in.until("the trouble to be seen", func() bool { return in.m.Bad(storeKey) != nil })
	server.Run()
	in.until("the backlog to drain", func() bool { return in.m.Bad(storeKey) == nil && in.m.Status(storeKey).Lag() == 0 })
	if got := restored(t, target); !got["before"] || !got["during"] {
		t.Errorf("restored %v", got)
	}
}
