package tenant_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"wizamart/framework/problem"
	"wizamart/tenant"
	"wizamart/tenant/tenanttest"
)

func TestUnknownStoresOpenAndCreateNothing(t *testing.T) {
	p := tenanttest.Open(t)
	stores := tenanttest.NewStores(t, p, "one")
	before := listing(t, p.Dir())
	for _, id := range []string{"", ".", "..", "../platform", "../../" + stores[0].ID, stores[0].ID + "/", "./" + stores[0].ID, ".new-" + stores[0].ID, "one", "00000000-0000-7000-8000-000000000000"} {
		if _, _, err := p.Acquire(context.Background(), id); !problem.Is(err, problem.NotFound) {
			t.Errorf("Acquire(%q): %v, want not found", id, err)
		}
	}
	for _, host := range []string{"nobody.example.test", "../one.example.test", "one.example.test/..", "nobody.example"} {
		if info := p.ByHost(host); info != nil {
			t.Errorf("ByHost(%q) = %v", host, info)
		}
	}
	if n := p.OpenStores(); n != 0 {
		t.Errorf("%d stores are open", n)
	}
	if after := listing(t, p.Dir()); !slices.Equal(before, after) {
		t.Errorf("the directory has changed:\n%v\n%v", before, after)
	}
}

// Every goroutine holds one store at a time, so that no more than goroutines are in use, and far fewer stay open.
func TestPoolBound(t *testing.T) {
	const limit, goroutines, rounds = 4, 64, 10
	o := tenanttest.Options(t, t.TempDir(), tenanttest.SQL("test", "", "CREATE TABLE test_hit (n INTEGER NOT NULL) STRICT"))
	o.MaxOpen = limit
	p := tenanttest.OpenWith(t, o)
	var codes []string
	for i := range 20 {
		codes = append(codes, fmt.Sprintf("shop%c", 'a'+i))
	}
	stores := tenanttest.NewStores(t, p, codes...)
	ctx := context.Background()
	var hits [20]atomic.Int64
	var wg sync.WaitGroup
	for range goroutines {
		wg.Go(func() {
			for range rounds {
				i := rand.IntN(len(stores))
				st, release, err := p.Acquire(ctx, stores[i].ID)
				if err != nil {
					t.Error(err)
					return
				}
				if st.ID() != stores[i].ID {
					t.Errorf("got %s, want %s", st.ID(), stores[i].ID)
				}
				err = st.Write(ctx, func(tx *tenant.Store) error {
					_, err := tx.ExecContext(ctx, "INSERT INTO test_hit VALUES (1)")
					return err
				})
				if err != nil {
					t.Errorf("write to a store that is held: %v", err)
				}
				hits[i].Add(1)
				release()
				release() // more than once is once
			}
		})
	}
	wg.Wait()
	if n := p.OpenStores(); n > limit {
		t.Errorf("%d stores stay open, the bound is %d", n, limit)
	}
	for i, s := range stores {
		st, release, err := p.Acquire(ctx, s.ID)
		if err != nil {
			t.Fatal(err)
		}
		var n int64
		if err := st.NewQuery("SELECT count(*) FROM test_hit").Row(&n); err != nil || n != hits[i].Load() {
			t.Errorf("%s has %d rows, want %d (%v)", s.Code, n, hits[i].Load(), err)
		}
		if open := p.OpenStores(); open > limit {
			t.Errorf("%d stores are open while one is in use, the bound is %d", open, limit)
		}
		release()
	}
}

func TestStoresInUseExceedTheBound(t *testing.T) {
	o := tenanttest.Options(t, t.TempDir())
	o.MaxOpen = 2
	p := tenanttest.OpenWith(t, o)
	ctx := context.Background()
	var releases []func()
	for _, s := range tenanttest.NewStores(t, p, "aa", "bb", "cc", "dd") {
		_, release, err := p.Acquire(ctx, s.ID)
		if err != nil {
			t.Fatal(err)
		}
		releases = append(releases, release)
	}
	if n := p.OpenStores(); n != 4 {
		t.Errorf("%d stores are open, want the 4 in use", n)
	}
	for i, release := range releases {
		release()
		if n, want := p.OpenStores(), max(2, 3-i); n != want {
			t.Errorf("%d stores are open after %d releases, want %d", n, i+1, want)
		}
	}
}

// A file in another store's place is refused, and the store whose file it is goes on.
func TestForeignFileIsRefused(t *testing.T) {
	dir := t.TempDir()
	o := tenanttest.Options(t, dir)
	p, err := tenant.Open(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	stores := tenanttest.NewStores(t, p, "one", "two")
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(filepath.Join(dir, "stores", stores[0].ID, "store.db"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "stores", stores[1].ID, "store.db"), data, 0o600); err != nil {
		t.Fatal(err)
	}
	p = tenanttest.OpenWith(t, o)
	_, _, err = p.Acquire(context.Background(), stores[1].ID)
	if !problem.Is(err, problem.Unavailable) || !strings.Contains(err.Error(), "belongs to store "+stores[0].ID) {
		t.Errorf("the copied file: %v", err)
	}
	tenanttest.Acquire(t, p, stores[0].ID)
	if n := p.OpenStores(); n != 1 {
		t.Errorf("%d stores are open, want only the sound one", n)
	}
}

func TestMissingFileIsNotCreated(t *testing.T) {
	p := tenanttest.Open(t)
	stores := tenanttest.NewStores(t, p, "one")
	dir := filepath.Join(p.Dir(), "stores", stores[0].ID)
	if err := os.Rename(dir, dir+".away"); err != nil {
		t.Fatal(err)
	}
	before := listing(t, p.Dir())
	if _, _, err := p.Acquire(context.Background(), stores[0].ID); !problem.Is(err, problem.Unavailable) {
		t.Errorf("a store without a file: %v", err)
	}
	if after := listing(t, p.Dir()); !slices.Equal(before, after) {
		t.Errorf("the directory has changed:\n%v\n%v", before, after)
	}
	if err := os.Rename(dir+".away", dir); err != nil {
		t.Fatal(err)
	}
	tenanttest.Acquire(t, p, stores[0].ID) // one failure is not for ever
}
