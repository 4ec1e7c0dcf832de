package main

import (
	"context"
	"fmt"
	"path/filepath"
	"sync"
	"time"

	"wizamart/framework/database"
)

const (
	insertTable = "CREATE TABLE IF NOT EXISTS bench_row (id INTEGER PRIMARY KEY, worker INTEGER NOT NULL, note TEXT NOT NULL) STRICT"
	insertRow   = "INSERT INTO bench_row (worker, note) VALUES (?, ?)"
	insertNote  = "a row of about a hundred bytes, as a movement of stock or a line of an order would be in a store"
)

// writers measures writes to one file by many at a time: through database.Write, which commits those that wait together, against one
// commit each, under a mutex, on a connection with the same settings.
func (b *bench) writers() error {
	for _, n := range []int{1, 16, 64} {
		name := fmt.Sprintf("writers/%s on one file", count(n, "writer"))
		if !b.wants(name) {
			continue
		}
		if err := b.writersOf(name, n); err != nil {
			return err
		}
	}
	return nil
}

func (b *bench) writersOf(name string, n int) error {
	grouped, err := database.Open(filepath.Join(b.dir, fmt.Sprintf("grouped-%d.db", n)), true)
	if err != nil {
		return err
	}
	defer grouped.Close()
	err = grouped.Write(b.ctx, func(tx *database.DB) error {
		_, err := tx.ExecContext(b.ctx, insertTable)
		return err
	})
	if err != nil {
		return err
	}
	single, err := openStraight(b.ctx, filepath.Join(b.dir, fmt.Sprintf("single-%d.db", n)))
	if err != nil {
		return err
	}
	defer single.close()
	if err := single.exec(insertTable); err != nil {
		return err
	}
	ctx := context.Background()
	var ours, theirs waits
	var mu sync.Mutex
	row, err := b.duel(name,
		ours.loop(n, func(w int) error {
			return grouped.Write(ctx, func(tx *database.DB) error {
				_, err := tx.ExecContext(ctx, insertRow, w, insertNote)
				return err
			})
		}),
		theirs.loop(n, func(w int) error {
			mu.Lock()
			defer mu.Unlock()
			return single.transaction("BEGIN IMMEDIATE", func() error { return single.exec(insertRow, w, insertNote) })
		}))
	if err != nil {
		return err
	}
	row.Unit, row.LimitIs = "tx/s", "one commit each"
	row.Note = fmt.Sprintf("p99 %s ms against %s ms", figure(ours.p99()), figure(theirs.p99()))
	if n == 16 {
		row.reached("≥ 3×", row.Ratio >= 3)
	}
	return nil
}

// waits keeps how long each piece of work took, by round.
type waits struct {
	rounds []float64 // p99, ms
}

// loop is loop, timed.
func (t *waits) loop(n int, do func(worker int) error) side {
	return func(d time.Duration) (float64, error) {
		took := make([][]float64, n)
		run := loop(n, func(w int) error {
			started := time.Now()
			err := do(w)
			took[w] = append(took[w], float64(time.Since(started).Microseconds())/1000)
			return err
		})
		v, err := run(d)
		var all []float64
		for _, one := range took {
			all = append(all, one...)
		}
		t.rounds = append(t.rounds, quantile(all, 0.99))
		return v, err
	}
}

// p99 is the median of the rounds' 99th percentiles, in ms, without the warming up.
func (t *waits) p99() float64 { return median(t.rounds[1:]) }
