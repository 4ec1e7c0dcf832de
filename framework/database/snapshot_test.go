package database

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A snapshot is whole while the file is written, holds what is only in the WAL, and changes nothing of a streamed file.
func TestSnapshot(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	path, dst := filepath.Join(dir, "a b%.db"), filepath.Join(dir, "copies", "copy.db")
	if err := os.Mkdir(filepath.Dir(dst), 0o700); err != nil {
		t.Fatal(err)
	}
	db, err := OpenStreamed(path, true)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	insert := func(n int) {
		t.Helper()
		err := db.Write(ctx, func(tx *DB) error {
			_, err := tx.ExecContext(ctx, "WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM c WHERE i < ?) INSERT INTO note SELECT hex(randomblob(100)), 'x' FROM c", n)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := db.Write(ctx, func(tx *DB) error {
		_, err := tx.ExecContext(ctx, "CREATE TABLE note (id TEXT PRIMARY KEY, text TEXT NOT NULL) STRICT")
		return err
	}); err != nil {
		t.Fatal(err)
	}
	insert(1000)
	wal := func() int64 {
		info, err := os.Stat(path + "-wal")
		if err != nil {
			t.Fatal(err)
		}
		return info.Size()
	}
	before := wal()
	for n, want := range []int{1000, 1500} { // the second takes the first one's place
		size, err := Snapshot(ctx, path, dst)
		if err != nil {
			t.Fatal(err)
		}
		info, err := os.Stat(dst)
		if err != nil || info.Size() != size || info.Mode().Perm() != 0o600 {
			t.Errorf("%v, %v; returned %d", info, err, size)
		}
		insert(500) // goes on while the copy is there
		got, err := Check(ctx, dst)
		if err != nil || got["note"] != want {
			t.Errorf("snapshot %d has %v, %v; want %d", n, got, err, want)
		}
	}
	if after := wal(); after < before {
		t.Errorf("the WAL went from %d to %d bytes: the snapshot checkpointed it", before, after)
	}
	only(t, filepath.Dir(dst), "copy.db")
}

// What is no sound database leaves nothing, and what stood there before stays.
func TestSnapshotRefused(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	path, dst := filepath.Join(dir, "store.db"), filepath.Join(dir, "copies", "copy.db")
	if err := os.Mkdir(filepath.Dir(dst), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(dst, []byte("before"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Snapshot(ctx, path, dst); err == nil {
		t.Error("a file that does not exist was copied")
	} else if _, err := os.Stat(path); err == nil {
		t.Error("the file was created")
	}
	db, err := Open(path, true)
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Write(ctx, func(tx *DB) error {
		_, err := tx.NewQuery("CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT)").Execute()
		if err == nil {
			_, err = tx.NewQuery("WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM c WHERE i < 5000) INSERT INTO note SELECT i, hex(randomblob(50)) FROM c").Execute()
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	gone, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := Snapshot(gone, path, dst); err == nil {
		t.Error("a cancelled snapshot succeeded")
	}
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteAt([]byte(strings.Repeat("\xff", 4096)), 4096*20); err != nil {
		t.Fatal(err)
	}
	f.Close()
	if _, err := Snapshot(ctx, path, dst); err == nil || !strings.Contains(err.Error(), "store.db") {
		t.Errorf("a damaged file: %v", err)
	}
	if got, err := os.ReadFile(dst); err != nil || string(got) != "before" {
		t.Errorf("what stood there is %q, %v", got, err)
	}
	only(t, filepath.Dir(dst), "copy.db")
}

func only(t *testing.T, dir, name string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 1 || entries[0].Name() != name {
		t.Errorf("%s holds %v, %v", dir, entries, err)
	}
}
