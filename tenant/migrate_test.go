package tenant_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"wizamart/framework/database"
	"wizamart/framework/problem"
	"wizamart/tenant"
	"wizamart/tenant/tenanttest"
)

// schema is a version of the program: each adds a step to the one before.
func schema(t *testing.T, dir string, steps ...string) tenant.Options {
	t.Helper()
	modules := []tenanttest.Module{tenanttest.SQL("test", "", "CREATE TABLE test_note (text TEXT NOT NULL UNIQUE) STRICT")}
	for i, step := range steps {
		modules = append(modules, tenanttest.SQL(string(rune('a'+i))+"step", "", step))
	}
	return tenanttest.Options(t, dir, modules...)
}

func opened(t *testing.T, o tenant.Options) *tenant.Platform {
	t.Helper()
	p, err := tenant.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func closed(t *testing.T, p *tenant.Platform) {
	t.Helper()
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
}

// notes of a store, through a handle of their own.
func notes(t *testing.T, p *tenant.Platform, id string) string {
	t.Helper()
	st, release, err := p.Acquire(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	defer release()
	var out []string
	if err := st.NewQuery("SELECT text FROM test_note ORDER BY text").Column(&out); err != nil {
		t.Fatal(err)
	}
	return strings.Join(out, " ")
}

func put(t *testing.T, p *tenant.Platform, id, text string) {
	t.Helper()
	st, release, err := p.Acquire(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	defer release()
	err = st.Write(t.Context(), func(tx *tenant.Store) error {
		_, err := tx.ExecContext(t.Context(), "INSERT INTO test_note VALUES (?)", text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func quarantined(t *testing.T, p *tenant.Platform, id string, why tenant.Reason) {
	t.Helper()
	_, release, err := p.Acquire(t.Context(), id)
	if err == nil {
		release()
		t.Fatalf("the store opens and should be quarantined: %s", why)
	}
	var q *tenant.QuarantinedError
	if !problem.Is(err, problem.Unavailable) || !errors.As(err, &q) || q.Reason != why {
		t.Fatalf("the store answers %v, not that it is quarantined: %s", err, why)
	}
	if got := p.InQuarantine(id); got == nil || got.Reason != why {
		t.Errorf("its state is %+v", got)
	}
}

// A migration that one store's rows do not allow closes that store alone, over restarts, until a program that can do it comes.
func TestAFailedMigrationQuarantinesOneStore(t *testing.T) {
	dir := t.TempDir()
	p := opened(t, schema(t, dir))
	stores := tenanttest.NewStores(t, p, "good", "odd")
	good, odd := stores[0].ID, stores[1].ID
	put(t, p, good, "one")
	put(t, p, odd, "two")
	put(t, p, odd, "twice")
	closed(t, p)

	// The step allows one row only.
	bad := schema(t, dir, "CREATE TABLE test_one (n INTEGER PRIMARY KEY CHECK (n = 1)) STRICT; INSERT INTO test_one SELECT rowid FROM test_note")
	for range 2 {
		p = opened(t, bad)
		done, failed, err := p.Sweep(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		quarantined(t, p, odd, tenant.Migration)
		if notes(t, p, good) != "one" {
			t.Error("the other store does not serve")
		}
		if done+failed > 2 {
			t.Errorf("the sweep looked at %d stores", done+failed)
		}
		if err := p.Retry(t.Context(), odd); err == nil {
			t.Error("the same program could do it at the second try")
		}
		quarantined(t, p, odd, tenant.Migration)
		closed(t, p)
	}
	if before, err := p.Befores(odd); err != nil || len(before) != 1 {
		t.Errorf("copies from before the migration: %v, %v", before, err)
	}

	p = opened(t, schema(t, dir)) // the program before opens it as it is
	if got := notes(t, p, odd); got != "twice two" {
		t.Errorf("after the failure it holds %q", got)
	}
	closed(t, p)
	p = opened(t, bad)
	defer p.Close()
	if _, _, err := p.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	quarantined(t, p, odd, tenant.Migration)
	if q := p.Quarantined(); len(q) != 1 || !strings.Contains(q[0].Advice("odd"), "store retry odd") || !strings.Contains(q[0].Detail, "CHECK") {
		t.Errorf("the operator is told %+v", q)
	}
}

// The way back: the version before refuses the newer file by name, and opens what the copy from before the migration brings back.
func TestRollbackToTheVersionBefore(t *testing.T) {
	dir := t.TempDir()
	old, next := schema(t, dir), schema(t, dir, "ALTER TABLE test_note ADD COLUMN more TEXT")
	p := opened(t, old)
	id := tenanttest.NewStores(t, p, "shop")[0].ID
	put(t, p, id, "before")
	closed(t, p)

	p = opened(t, next)
	if done, failed, err := p.Sweep(t.Context()); done != 1 || failed != 0 || err != nil {
		t.Fatalf("swept %d, %d, %v", done, failed, err)
	}
	if done, _, _ := p.Sweep(t.Context()); done != 0 {
		t.Error("the second sweep opens what is current")
	}
	st, release, err := p.Acquire(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	err = st.Write(t.Context(), func(tx *tenant.Store) error {
		_, err := tx.ExecContext(t.Context(), "INSERT INTO test_note VALUES ('after', '')")
		return err
	})
	release()
	if err != nil {
		t.Fatal(err)
	}
	closed(t, p)

	p = opened(t, old)
	quarantined(t, p, id, tenant.Newer)
	if d := p.InQuarantine(id).Detail; !strings.Contains(d, "store.db has schema astep/1") {
		t.Errorf("the newer file is refused with %q", d)
	}
	_, swapped, err := p.Rollback(t.Context(), id, nil)
	if err != nil {
		t.Fatal(err)
	}
	if got := notes(t, p, id); got != "before" {
		t.Errorf("rolled back it holds %q", got)
	}
	if swapped.Tables["test_note"] != 1 {
		t.Errorf("it was counted as %v", swapped.Tables)
	}
	kept, err := database.Check(t.Context(), filepath.Join(swapped.Aside, "store.db"))
	if err != nil || kept["test_note"] != 2 {
		t.Errorf("the newer rows were not kept: %v, %v", kept, err)
	}
	closed(t, p)

	// Under the newer program a store that was rolled back stays closed until somebody says otherwise.
	p = opened(t, next)
	defer p.Close()
	if _, _, err := p.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, _, err := p.Rollback(t.Context(), id, nil); err != nil {
		t.Fatal(err)
	}
	quarantined(t, p, id, tenant.RolledBack)
	if err := p.Retry(t.Context(), id); err != nil || notes(t, p, id) != "before" {
		t.Errorf("tried again: %v", err)
	}
}

// spoil overwrites the pages of a file from an offset on with what SQLite never wrote.
func spoil(t *testing.T, path string, from int64) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	junk := []byte(strings.Repeat("\xa5\x5a", 2048))
	for at := from; at < info.Size(); at += 4096 {
		if _, err := f.WriteAt(junk, at); err != nil {
			t.Fatal(err)
		}
	}
}

func TestADamagedFileClosesItsStoreAlone(t *testing.T) {
	for name, damage := range map[string]func(t *testing.T, path string){
		"pages": func(t *testing.T, path string) { spoil(t, path, 4096) },
		"no database at all": func(t *testing.T, path string) {
			if err := os.WriteFile(path, []byte(strings.Repeat("nothing of SQLite's", 1000)), 0o600); err != nil {
				t.Fatal(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			p := opened(t, schema(t, dir))
			stores := tenanttest.NewStores(t, p, "good", "bad")
			good, bad := stores[0].ID, stores[1].ID
			put(t, p, bad, "one")
			closed(t, p)
			damage(t, filepath.Join(dir, "stores", bad, "store.db"))
			p = opened(t, schema(t, dir))
			quarantined(t, p, bad, tenant.Damaged)
			put(t, p, good, "serves")
			closed(t, p)
			p = opened(t, schema(t, dir))
			defer p.Close()
			if q := p.InQuarantine(bad); q == nil || q.Reason != tenant.Damaged {
				t.Errorf("after a restart it is %+v", q)
			}
			if err := p.Retry(t.Context(), bad); err == nil {
				t.Error("a damaged file was opened again")
			}
		})
	}
}

// Damage that a statement meets while the store is in use closes it at once, and those who use it are not cut off.
func TestDamageAtRuntime(t *testing.T) {
	dir := t.TempDir()
	o := schema(t, dir)
	p := opened(t, o)
	id := tenanttest.NewStores(t, p, "shop")[0].ID
	st, release, err := p.Acquire(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	err = st.Write(t.Context(), func(tx *tenant.Store) error {
		_, err := tx.ExecContext(t.Context(), "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000) INSERT INTO test_note SELECT printf('%0500d', i) FROM n")
		return err
	})
	release()
	if err != nil {
		t.Fatal(err)
	}
	closed(t, p)
	p = opened(t, o)
	defer p.Close()
	if st, release, err = p.Acquire(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	spoil(t, filepath.Join(dir, "stores", id, "store.db"), 4096*200)
	var n int
	err = st.NewQuery("SELECT count(*) FROM test_note NOT INDEXED WHERE text LIKE '%9'").Row(&n)
	p.Report(id, err) // what a request does with an error it met
	release()
	if !database.Damaged(err) {
		t.Fatalf("the read gives %d, %v", n, err)
	}
	for range 200 { // noted a moment later: the one who reads is not made to wait
		if p.InQuarantine(id) != nil {
			break
		}
		time.Sleep(5 * time.Millisecond)
	}
	quarantined(t, p, id, tenant.Damaged)
}
