package database

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"testing"
)

func TestChangedTables(t *testing.T) {
	db, err := Open(filepath.Join(t.TempDir(), "n.db"), true)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	ctx := context.Background()
	exec := func(statements ...string) func(*DB) error {
		return func(tx *DB) error {
			for _, s := range statements {
				if _, err := tx.ExecContext(ctx, s); err != nil {
					return err
				}
			}
			return nil
		}
	}
	err = db.Write(ctx, exec(
		"CREATE TABLE page (id INTEGER PRIMARY KEY, a INTEGER)",
		"CREATE TABLE word (name TEXT PRIMARY KEY, page_id INTEGER REFERENCES page (id) ON DELETE CASCADE) WITHOUT ROWID",
		"CREATE TABLE cart (id INTEGER PRIMARY KEY, a INTEGER)",
		"CREATE TRIGGER cart_gone AFTER DELETE ON cart BEGIN UPDATE page SET a = a + 1; END",
		"INSERT INTO page VALUES (1, 1), (2, 2)", "INSERT INTO word VALUES ('x', 2)",
	))
	if err != nil {
		t.Fatal(err)
	}
	changes, settled := 0, false
	db.Watch(Watch{Follow: map[string]uint64{"page": 1, "word": 1}, Changed: func(uint64) {
		if !settled {
			t.Error("Changed ran before the functions after the commit")
		}
		changes++
	}})
	refuse := errors.New("refused")
	for _, c := range []struct {
		name    string
		fn      func(*DB) error
		changes int
	}{
		{"another table", exec("INSERT INTO cart VALUES (1, 1), (2, 2)", "UPDATE cart SET a = 3"), 0},
		{"nothing but reading", exec("SELECT a FROM page"), 0},
		{"no row", exec("UPDATE page SET a = 9 WHERE id = 77", "DELETE FROM page WHERE id = 77"), 0},
		{"an insert", exec("INSERT INTO page VALUES (3, 3)"), 1},
		{"several rows, once", exec("UPDATE page SET a = 5", "INSERT INTO page VALUES (4, 4)"), 1},
		{"a table without row ids", exec("INSERT INTO word VALUES ('y', 3)"), 1},
		{"a cascade", exec("DELETE FROM page WHERE id = 2"), 1},
		{"a trigger", exec("DELETE FROM cart WHERE id = 1"), 1},
		{"all rows", exec("DELETE FROM word"), 1},
		{"upsert", exec("INSERT INTO page VALUES (1, 8) ON CONFLICT (id) DO UPDATE SET a = excluded.a"), 1},
		{"undone", func(tx *DB) error {
			if err := exec("UPDATE page SET a = 6")(tx); err != nil {
				return err
			}
			return refuse
		}, 0},
		{"the next one after that", exec("UPDATE cart SET a = 4"), 0},
		{"nested", func(tx *DB) error { return tx.Write(ctx, exec("UPDATE page SET a = 7")) }, 1},
		{"touched", func(tx *DB) error { return tx.Touch() }, 1},
		{"touched in a nested one", func(tx *DB) error { return tx.Write(ctx, func(in *DB) error { return in.Touch() }) }, 1},
		{"touched and undone", func(tx *DB) error { return errors.Join(tx.Touch(), refuse) }, 0},
	} {
		changes, settled = 0, false
		err := db.Write(ctx, func(tx *DB) error {
			tx.AfterCommit(func() { settled = true })
			return c.fn(tx)
		})
		if err != nil && !errors.Is(err, refuse) {
			t.Fatalf("%s: %v", c.name, err)
		}
		if changes != c.changes {
			t.Errorf("%s: %d changes, want %d", c.name, changes, c.changes)
		}
	}
	if err := db.Touch(); !errors.Is(err, ErrNoTransaction) {
		t.Errorf("touched outside a transaction: %v", err)
	}
}

// In a batch that is committed together each transaction counts for itself.
func TestChangedInABatch(t *testing.T) {
	db := open(t)
	changes := 0
	db.Watch(Watch{Follow: map[string]uint64{"n": 1}, Changed: func(uint64) { changes++ }})
	started, gate := make(chan struct{}), make(chan struct{})
	done := make(chan error, 10)
	go func() {
		done <- db.Write(context.Background(), func(*DB) error { close(started); <-gate; return nil })
	}()
	<-started
	for i := range 9 {
		go func() {
			done <- db.Write(context.Background(), func(tx *DB) error {
				if i%3 > 0 {
					return nil
				}
				_, err := tx.ExecContext(context.Background(), fmt.Sprintf("INSERT INTO n (v) VALUES (%d)", i))
				return err
			})
		}()
	}
	close(gate)
	for range 10 {
		if err := <-done; err != nil {
			t.Fatal(err)
		}
	}
	if changes != 3 {
		t.Errorf("%d changes, want 3", changes)
	}
}
