package database

import (
	"context"
	"errors"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

func open(t *testing.T) *DB {
	t.Helper()
	db, err := Open(filepath.Join(t.TempDir(), "t.db"), true)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	err = db.Write(context.Background(), func(tx *DB) error {
		return tx.script("CREATE TABLE n (v INTEGER NOT NULL CHECK (v >= 0)) STRICT")
	})
	if err != nil {
		t.Fatal(err)
	}
	return db
}

func insert(tx *DB, v int) error {
	_, err := tx.ExecContext(context.Background(), "INSERT INTO n VALUES (?)", v)
	return err
}

func count(t *testing.T, db *DB) int {
	t.Helper()
	var n int
	if err := db.NewQuery("SELECT count(*) FROM n").Row(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestOneClosureHarmsNobodyElse(t *testing.T) {
	db := open(t)
	ctx := context.Background()
	cancelled, cancel := context.WithCancel(ctx)
	cancel()
	var wg sync.WaitGroup
	var mu sync.Mutex
	got := map[string]int{}
	note := func(kind string, err error) {
		mu.Lock()
		defer mu.Unlock()
		if err != nil {
			got[kind]++
		}
	}
	for i := range 200 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			switch i % 5 {
			case 0:
				note("error", db.Write(ctx, func(tx *DB) error { _ = insert(tx, i); return errors.New("no") }))
			case 1:
				note("panic", db.Write(ctx, func(tx *DB) error { _ = insert(tx, i); panic("boom") }))
			case 2:
				note("cancelled", db.Write(cancelled, func(tx *DB) error { return insert(tx, i) }))
			case 3:
				if i%50 == 3 {
					time.Sleep(time.Millisecond)
				}
				note("slow", db.Write(ctx, func(tx *DB) error { time.Sleep(time.Millisecond); return insert(tx, i) }))
			default:
				note("good", db.Write(ctx, func(tx *DB) error { return insert(tx, i) }))
			}
		}()
	}
	wg.Wait()
	if got["error"] != 40 || got["panic"] != 40 || got["cancelled"] != 40 || got["slow"] != 0 || got["good"] != 0 {
		t.Fatalf("wrong closures failed: %v", got)
	}
	if n := count(t, db); n != 80 {
		t.Fatalf("%d rows, want the 80 of the closures that succeeded", n)
	}
}

func TestWritesCompose(t *testing.T) {
	db := open(t)
	ctx := context.Background()
	committed := 0
	err := db.Write(ctx, func(tx *DB) error {
		if err := insert(tx, 1); err != nil {
			return err
		}
		inner := tx.Write(ctx, func(tx *DB) error {
			tx.AfterCommit(func() { committed += 100 })
			if err := insert(tx, 2); err != nil {
				return err
			}
			return errors.New("inner alone is undone")
		})
		if inner == nil {
			return errors.New("the inner error was lost")
		}
		tx.AfterCommit(func() { committed++ })
		return tx.Write(ctx, func(tx *DB) error { return insert(tx, 3) })
	})
	if err != nil {
		t.Fatal(err)
	}
	if n := count(t, db); n != 2 {
		t.Fatalf("%d rows, want 2", n)
	}
	if committed != 1 {
		t.Fatalf("after-commit functions ran %d, want only the outer one", committed)
	}
}

func TestOuterAndKeptHandlesFail(t *testing.T) {
	db := open(t)
	ctx := context.Background()
	var kept *DB
	err := db.Write(ctx, func(tx *DB) error {
		kept = tx
		return db.Write(ctx, func(tx *DB) error { return insert(tx, 1) })
	})
	if !errors.Is(err, ErrOuterHandle) {
		t.Fatalf("write through the outer handle: %v", err)
	}
	if err := insert(kept, 1); !errors.Is(err, errTxOver) {
		t.Fatalf("write through a kept handle: %v", err)
	}
	if err := insert(db, 1); err == nil {
		t.Fatal("a statement outside Write changed the file")
	}
}

func TestViewIsOneSnapshot(t *testing.T) {
	db := open(t)
	ctx := context.Background()
	err := db.View(ctx, func(view *DB) error {
		before := count(t, view)
		if err := db.Write(ctx, func(tx *DB) error { return insert(tx, 1) }); err != nil {
			return err
		}
		if after := count(t, view); after != before {
			t.Errorf("the snapshot moved from %d to %d rows", before, after)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if count(t, db) != 1 {
		t.Fatal("the write was lost")
	}
}

func TestCloseAnswersWhatWasAccepted(t *testing.T) {
	db := open(t)
	ctx := context.Background()
	var wg sync.WaitGroup
	for i := range 50 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			if err := db.Write(ctx, func(tx *DB) error { return insert(tx, i) }); err != nil && !errors.Is(err, ErrClosed) {
				t.Errorf("write during close: %v", err)
			}
		}()
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	wg.Wait()
	if err := db.Write(ctx, func(*DB) error { return nil }); !errors.Is(err, ErrClosed) {
		t.Fatalf("write after close: %v", err)
	}
}

func TestMigrate(t *testing.T) {
	db := open(t)
	ctx := context.Background()
	one := Migration{"a", 1, "a", "CREATE TABLE a (x) ; CREATE TABLE b (x); INSERT INTO a VALUES (1);"}
	two := Migration{"a", 2, "b", "INSERT INTO a VALUES (2)"}
	if err := NewMigrations([]Migration{one}).Migrate(ctx, db); err != nil {
		t.Fatal(err)
	}
	both := NewMigrations([]Migration{one, two})
	for range 2 {
		if err := both.Migrate(ctx, db); err != nil {
			t.Fatal(err)
		}
	}
	var n int
	if err := db.NewQuery("SELECT count(*) FROM a").Row(&n); err != nil || n != 2 {
		t.Fatalf("%d rows, %v", n, err)
	}
	var newer *NewerSchemaError
	if err := NewMigrations([]Migration{one}).Migrate(ctx, db); !errors.As(err, &newer) || newer.Version != 2 {
		t.Fatalf("an older binary opened a newer file: %v", err)
	}
	bad := Migration{"a", 3, "c", "CREATE TABLE c (x); nonsense"}
	if err := NewMigrations([]Migration{one, two, bad}).Migrate(ctx, db); err == nil {
		t.Fatal("a broken migration was taken")
	}
	if err := both.Migrate(ctx, db); err != nil {
		t.Fatalf("after a failed migration: %v", err)
	}
}
