package database

import (
	"context"
	"slices"
	"sync"
	"testing"
)

func TestTraceSeesEveryStatement(t *testing.T) {
	db := open(t)
	ctx := context.Background()
	var mu sync.Mutex
	var seen []string
	db.Trace(func(query string, _ []any) {
		mu.Lock()
		defer mu.Unlock()
		seen = append(seen, query)
	})
	if err := db.Write(ctx, func(tx *DB) error { return insert(tx, 1) }); err != nil {
		t.Fatal(err)
	}
	count(t, db)
	if err := db.View(ctx, func(view *DB) error { count(t, view); return nil }); err != nil {
		t.Fatal(err)
	}
	db.Trace(nil)
	count(t, db)
	want := []string{"BEGIN IMMEDIATE", "INSERT INTO n VALUES (?)", "COMMIT", "SELECT count(*) FROM n", "SELECT count(*) FROM n"}
	if !slices.Equal(seen, want) {
		t.Errorf("seen %q, want %q", seen, want)
	}
}
