package database

import (
	"os"
	"path/filepath"
	"testing"
)

func TestCreate(t *testing.T) {
	ctx, dir := t.Context(), t.TempDir()
	schema := NewMigrations([]Migration{{"made", 1, "first", "CREATE TABLE a (x TEXT); INSERT INTO a VALUES ('one')"}, {"made", 2, "second", "ALTER TABLE a ADD COLUMN y TEXT"}})
	read := func(path string) (n int) {
		t.Helper()
		db, err := Open(path, false)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		if s, err := schema.Compare(ctx, db); err != nil || !s.Current() || s.New {
			t.Errorf("%s: %+v, %v", path, s, err)
		}
		if err := db.NewQuery("SELECT count(*) FROM a WHERE y IS NULL").Row(&n); err != nil {
			t.Fatal(err)
		}
		err = db.Write(ctx, func(tx *DB) error {
			_, err := tx.NewQuery("INSERT INTO a VALUES ('two', '')").Execute()
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	for _, name := range []string{"migrated", "copied", "copied-again"} {
		path := filepath.Join(dir, name)
		for _, left := range []string{".new", ".new-wal"} { // of a process that was killed
			if err := os.WriteFile(path+left, []byte("left behind"), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if err := schema.Create(ctx, path); err != nil {
			t.Fatal(err)
		}
		if n := read(path); n != 1 {
			t.Errorf("%s: %d rows, so it is a copy of one that was used", name, n)
		}
		if err := schema.Create(ctx, path); err != nil { // nothing
			t.Fatal(err)
		}
		if n := read(path); n != 1 {
			t.Errorf("%s: %d rows after another Create", name, n)
		}
	}
	log := filepath.Join(dir, "lost")
	if err := os.WriteFile(log+"-wal", nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := schema.Create(ctx, log); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(log); err == nil {
		t.Error("a new file was put beside the log of an old one")
	}
	broken := NewMigrations([]Migration{{"broken", 1, "first", "CREATE NONSENSE"}})
	if err := broken.Create(ctx, filepath.Join(dir, "broken")); err == nil {
		t.Error("a file was made with a schema that fails")
	}
	if _, err := os.Stat(filepath.Join(dir, "broken")); err == nil {
		t.Error("a file is there that failed")
	}
}
