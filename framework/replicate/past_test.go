package replicate

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"

	"wizamart/framework/database"
)

// A full copy that was made after the file was damaged does not lose the store: what came before it, and what was written since, does.
func TestADamagedFullCopyIsPassedOver(t *testing.T) {
	dir, target := t.TempDir(), Target{Dir: t.TempDir()}
	path := filepath.Join(dir, "stores", storeKey, "store.db")
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	db, err := database.Open(path, true) // what is checkpointed is in the file, where the disk can damage it
	if err != nil {
		t.Fatal(err)
	}
	err = db.Write(t.Context(), func(tx *database.DB) error {
		for _, q := range []string{"CREATE TABLE orders (id TEXT PRIMARY KEY, filler TEXT) STRICT", "CREATE TABLE old (text TEXT NOT NULL) STRICT",
			"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500) INSERT INTO old SELECT printf('%0300d', i) FROM n"} {
			if _, err := tx.ExecContext(t.Context(), q); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	in := start(t, dir, target, func(o *Options) { o.Config.Snapshots = time.Millisecond })
	in.must(in.place("before"))
	in.idle() // with a full copy
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	in.must(err)
	info, err := f.Stat()
	in.must(err)
	for at := info.Size() - 8*4096; at < info.Size(); at += 4096 {
		_, err := f.WriteAt(bytes.Repeat([]byte{0xa5, 0x5a}, 2048), at)
		in.must(err)
	}
	in.must(f.Close())
	in.must(in.place("after"))
	in.idle() // with another one, of the damaged file
	in.must(in.place("last"))

	src, err := OpenSource(target)
	in.must(err)
	out, err := src.Restore(t.Context(), storeKey, filepath.Join(t.TempDir(), "restored.db"), time.Time{})
	in.must(err)
	if out.PassedOver == 0 {
		t.Error("the newest full copy should have been damaged")
	}
	if out.Tables["old"] != 500 || out.Tables["orders"] != 3 {
		t.Errorf("%d old rows and %d orders came back, want 500 and 3", out.Tables["old"], out.Tables["orders"])
	}
	if _, err := database.Check(t.Context(), path); !database.Damaged(err) {
		t.Errorf("the living file is %v: this tries nothing", err)
	}
}
