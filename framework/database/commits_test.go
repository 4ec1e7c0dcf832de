package database

import (
	"context"
	"errors"
	"path/filepath"
	"testing"
)

func TestCommitsGrowBeforeTheAnswer(t *testing.T) {
	db, err := Open(filepath.Join(t.TempDir(), "n.db"), true)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	last := db.Commits()
	for range 3 {
		if err := db.Write(context.Background(), func(tx *DB) error {
			_, err := tx.ExecContext(context.Background(), "CREATE TABLE IF NOT EXISTS n (a INTEGER)")
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if now := db.Commits(); now <= last {
			t.Fatalf("after a commit the count is %d, before it %d", now, last)
		}
		last = db.Commits()
	}
	if _, err := db.QueryContext(context.Background(), "SELECT 1"); err != nil || db.Commits() != last {
		t.Errorf("a read changed the count: %v", errors.Join(err))
	}
}
