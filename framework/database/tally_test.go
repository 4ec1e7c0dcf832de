package database_test

import (
	"context"
	"math"
	"path/filepath"
	"testing"

	"wizamart/framework/database"
)

// Reads, snapshots and writes of one's own are counted, and nobody else's.
func TestTally(t *testing.T) {
	db, err := database.Open(filepath.Join(t.TempDir(), "a.db"), true)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	insert := func(ctx context.Context, n int) {
		t.Helper()
		if err := db.Write(ctx, func(tx *database.DB) error {
			_, err := tx.ExecContext(context.Background(), "INSERT INTO a VALUES (?)", n)
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
	count := func(ctx context.Context, db *database.DB) {
		t.Helper()
		var n int
		if err := db.NewQuery("SELECT count(*) FROM a").WithContext(ctx).Row(&n); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.Write(t.Context(), func(tx *database.DB) error {
		_, err := tx.ExecContext(t.Context(), "CREATE TABLE a (n INTEGER) STRICT")
		return err
	}); err != nil {
		t.Fatal(err)
	}
	var mine, theirs database.Tally
	me, them := database.WithTally(t.Context(), &mine), database.WithTally(t.Context(), &theirs)
	insert(me, 1)
	count(me, db)
	insert(them, 2)
	if err := db.View(me, func(view *database.DB) error { count(context.Background(), view); return nil }); err != nil {
		t.Fatal(err)
	}
	count(t.Context(), db) // nobody's
	if mine.Statements() != 3 || theirs.Statements() != 1 {
		t.Errorf("counted %d and %d statements, want 3 and 1", mine.Statements(), theirs.Statements())
	}
	if mine.Took() <= 0 {
		t.Error("they took no time")
	}
	// How often a read allocates hangs a little on how its goroutines are scheduled: the fewest of a few times, of ten reads of which each would
	// allocate once more.
	fewest := func(ctx context.Context) float64 {
		least := math.Inf(1)
		for range 5 {
			least = min(least, testing.AllocsPerRun(20, func() {
				for range 10 {
					count(ctx, db)
				}
			}))
		}
		return least
	}
	if counted, plain := fewest(me), fewest(t.Context()); counted >= plain+9 {
		t.Errorf("ten counted reads allocate %.0f times, ten that are not %.0f", counted, plain)
	}
}
