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

// begins tells whether the statement begins a closure of database.Write: of several that share a commit each has a savepoint, one alone has none.
func (c call) begins() bool { return c.query == "BEGIN IMMEDIATE" || c.query == "SAVEPOINT w" }

// writesOf gives the statements that changed rows, closure by closure.
func writesOf(calls []call) [][]call {
	var out [][]call
	for _, c := range calls {
		switch {
		case c.begins():
			out = append(out, nil)
		case c.writes() && len(out) > 0:
			out[len(out)-1] = append(out[len(out)-1], c)
		}
	}
	return slices.DeleteFunc(out, func(w []call) bool { return len(w) == 0 })
}
