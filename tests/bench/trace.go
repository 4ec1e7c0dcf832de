package main

import (
	"slices"
	"strings"
	"sync"

	"wizamart/framework/database"
)

// call is one statement as it was run.
type call struct {
	query string
	args  []any
}

// writes tells whether the statement changes rows.
func (c call) writes() bool {
	verb, _, _ := strings.Cut(strings.TrimSpace(c.query), " ")
	return slices.Contains([]string{"INSERT", "UPDATE", "DELETE", "REPLACE"}, strings.ToUpper(verb))
}

// record runs do and gives the statements that ran on the databases meanwhile.
func record(do func() error, on ...*database.DB) ([]call, error) {
	var mu sync.Mutex
	var calls []call
	for _, db := range on {
		db.Trace(func(query string, args []any) {
			mu.Lock()
			defer mu.Unlock()
			calls = append(calls, call{query, slices.Clone(args)})
		})
		defer db.Trace(nil)
	}
	err := do()
	mu.Lock()
	defer mu.Unlock()
	return calls, err
}

// statements counts what one request asks of the store's and the platform's databases.
func statements(d *demo, request func() error) (float64, error) {
	calls, err := record(request, d.store.DB, d.app.Platform.DB)
	return float64(len(calls)), err
}

// writesOf gives the statements that changed rows, cut where begin ran.
func writesOf(calls []call, begin string) [][]call {
	var out [][]call
	for _, c := range calls {
		switch {
		case c.query == begin:
			out = append(out, nil)
		case c.writes() && len(out) > 0:
			out[len(out)-1] = append(out[len(out)-1], c)
		}
	}
	return out
}
