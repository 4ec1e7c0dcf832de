package database

import (
	"context"
	"sync/atomic"
	"time"
)

// Tally counts the statements that somebody has run, such as one request, in all files. It is safe for concurrent use, and costs a statement no allocation.
type Tally struct {
	n    atomic.Int64
	took atomic.Int64 // nanoseconds
}

// Statements so far.
func (t *Tally) Statements() int64 { return t.n.Load() }

// Took is how long they took, a read until its first row. Waiting for the writer and for the disk at a commit is not in it.
func (t *Tally) Took() time.Duration { return time.Duration(t.took.Load()) }

func (t *Tally) add(began time.Time) {
	t.n.Add(1)
	t.took.Add(int64(time.Since(began)))
}

type tallyKey struct{}

// WithTally has statements counted that run with ctx, or in a transaction that was begun with it.
func WithTally(ctx context.Context, t *Tally) context.Context {
	return context.WithValue(ctx, tallyKey{}, t)
}

// tallyOf is ctx's, or nil.
func tallyOf(ctx context.Context) *Tally {
	t, _ := ctx.Value(tallyKey{}).(*Tally)
	return t
}
