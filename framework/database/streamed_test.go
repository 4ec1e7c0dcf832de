package database

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// A streamed file's WAL is the replicator's: closing and opening must not move a frame of it into the file, or a tail that was
// not copied yet would be overwritten by the next writer.
func TestStreamedFileIsNeverCheckpointed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	ctx := context.Background()
	var before []byte
	for round := range 4 {
		db, err := OpenStreamed(path, round == 0)
		if err != nil {
			t.Fatal(err)
		}
		for i := range 1500 { // more than SQLite's 1,000 pages between checkpoints
			err := db.Write(ctx, func(tx *DB) error {
				if round == 0 && i == 0 {
					if _, err := tx.NewQuery("CREATE TABLE t (a TEXT)").Execute(); err != nil {
						return err
					}
				}
				_, err := tx.ExecContext(ctx, "INSERT INTO t VALUES (?)", fmt.Sprint(round, i))
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		var n int
		if err := db.NewQuery("SELECT count(*) FROM t").Row(&n); err != nil || n != (round+1)*1500 {
			t.Fatalf("%d rows, %v", n, err)
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		wal, err := os.ReadFile(path + "-wal")
		if err != nil {
			t.Fatal("the WAL was removed:", err)
		}
		if len(wal) <= len(before) || string(wal[:len(before)]) != string(before) {
			t.Fatalf("round %d: the WAL was begun anew: %d bytes after %d", round, len(wal), len(before))
		}
		before = wal
	}
}
