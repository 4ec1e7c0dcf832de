package database

import (
	"context"
	"database/sql"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	_ "modernc.org/sqlite"
)

// Litestream opens and closes a descriptor of its own on a file that we write, which drops the locks that POSIX gives a process. A foreign
// sqlite3 that comes then, and closes last as far as it can see, removes the log that is in use: what is written later is lost. Locks that
// belong to descriptors (OFD) prevent it.
func TestAForeignProcessKeepsTheLog(t *testing.T) {
	if path := os.Getenv("DATABASE_FOREIGN"); path != "" {
		foreign, err := sql.Open("sqlite", "file:"+path+"?_pragma=busy_timeout(2000)") // as any other program would
		if err != nil {
			t.Fatal(err)
		}
		var n int
		if err := foreign.QueryRow("SELECT count(*) FROM t").Scan(&n); err != nil || foreign.Close() != nil {
			t.Fatalf("%d rows, %v", n, err)
		}
		return
	}
	path := filepath.Join(t.TempDir(), "a.db")
	db, err := OpenStreamed(path, true)
	if err != nil {
		t.Fatal(err)
	}
	write := func(query string, args ...any) {
		t.Helper()
		if err := db.Write(context.Background(), func(tx *DB) error {
			_, err := tx.ExecContext(context.Background(), query, args...)
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
	write("CREATE TABLE t (a TEXT) STRICT")
	write("INSERT INTO t VALUES ('before')")
	for range 3 {
		for _, suffix := range []string{"", "-shm"} { // as Litestream does, and whoever copies files
			f, err := os.Open(path + suffix)
			if err != nil {
				t.Fatal(err)
			}
			f.Close()
		}
		cmd := exec.Command(os.Args[0], "-test.run=^TestAForeignProcessKeepsTheLog$")
		cmd.Env = append(os.Environ(), "DATABASE_FOREIGN="+path)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("the foreign process: %v\n%s", err, out)
		}
		if _, err := os.Stat(path + "-wal"); err != nil {
			t.Fatalf("the log was removed under the server: %v", err)
		}
		write("INSERT INTO t VALUES (?)", "after")
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if err := ReadCopy(path, func(db *DB) error {
		var n int
		if err := db.NewQuery("SELECT count(*) FROM t").Row(&n); err != nil || n != 4 {
			t.Errorf("%d rows of 4 are there, %v", n, err)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}

// Every writer syncs its log before it answers, streamed or not.
func TestWritersSync(t *testing.T) {
	for name, open := range map[string]func(string, bool) (*DB, error){"streamed": OpenStreamed, "alone": Open} {
		db, err := open(filepath.Join(t.TempDir(), name+".db"), true)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		for range 3 {
			if err := db.Write(context.Background(), func(tx *DB) error {
				var level int
				const full = 2 // https://sqlite.org/pragma.html#pragma_synchronous
				if err := tx.NewQuery("PRAGMA synchronous").Row(&level); err != nil || level < full {
					t.Errorf("%s: synchronous is %d, %v", name, level, err)
				}
				return nil
			}); err != nil {
				t.Fatal(err)
			}
		}
	}
}
