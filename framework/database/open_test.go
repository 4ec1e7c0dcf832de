package database

import (
	"os"
	"path/filepath"
	"testing"
)

// A file that is only read gets no write connection, whatever is left of its log; the first write opens it.
func TestFirstWriteOpensTheWriter(t *testing.T) {
	for name, open := range map[string]func(string, bool) (*DB, error){"plain": Open, "streamed": OpenStreamed} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "a.db")
			must := func(err error) {
				t.Helper()
				if err != nil {
					t.Fatal(err)
				}
			}
			write := func(db *DB, text string) {
				t.Helper()
				must(db.Write(t.Context(), func(tx *DB) error { _, err := tx.NewQuery(text).Execute(); return err }))
			}
			db, err := Open(path, true)
			must(err)
			write(db, "CREATE TABLE t (a TEXT)")
			must(db.Close())
			for want, log := range []string{"none", "closed", "closed again"} {
				if log == "none" {
					os.Remove(path + "-wal")
					os.Remove(path + "-shm")
				}
				db, err := open(path, false)
				must(err)
				var n int
				must(db.NewQuery("SELECT count(*) FROM t").Row(&n))
				if n != want || db.file.writer != nil {
					t.Errorf("log %s: %d rows, not %d; writer %v", log, n, want, db.file.writer)
				}
				write(db, "INSERT INTO t VALUES ('x')")
				must(db.NewQuery("SELECT count(*) FROM t").Row(&n))
				if n != want+1 {
					t.Errorf("log %s: %d rows after one more", log, n)
				}
				must(db.Close())
			}
		})
	}
}
