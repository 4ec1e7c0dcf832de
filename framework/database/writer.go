package database

import (
	"context"
	"errors"
	"fmt"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

const (
	// maxBatch closures share one commit at most.
	maxBatch = 64
	// batchTime is how long a batch may run before it is committed as it is, so that closures
	// behind a slow one wait for no more than that one.
	batchTime = 20 * time.Millisecond
)

type request struct {
	ctx  context.Context
	fn   func(*DB) error
	done chan error
	err  error
	txn  *txn
}

// submit queues fn for the writer and waits for the commit that covers it.
func (f *file) submit(ctx context.Context, fn func(*DB) error) error {
	if onWriter() && goroutineID() == f.goid {
		return ErrOuterHandle
	}
	end, err := f.begin(ctx)
	if err != nil {
		return err
	}
	defer end()
	r := &request{ctx: ctx, fn: fn, done: make(chan error, 1)}
	f.mu.RLock()
	if f.closed {
		f.mu.RUnlock()
		return ErrClosed
	}
	select {
	case f.queue <- r:
		f.mu.RUnlock()
	case <-ctx.Done():
		f.mu.RUnlock()
		return ctx.Err()
	}
	// Once queued, the answer is awaited even when ctx ends: the closure may be committed, and
	// nobody may be told otherwise.
	return <-r.done
}

// run is the writer goroutine: the only code that uses the write connection.
func (f *file) run(ready chan<- struct{}) {
	f.goid = goroutineID()
	close(ready)
	defer close(f.stopped)
	var exec *connExecutor
	defer func() {
		if exec != nil {
			exec.cache.close()
		}
	}()
	serve := func(batch []*request) {
		if f.writer == nil {
			if err := f.openWriter(false); err != nil {
				for _, r := range batch {
					r.err = err
					r.answer(f)
				}
				return
			}
		}
		if exec == nil {
			exec = newConnExecutor(f.writer, &f.tracer)
		}
		f.batch(exec, batch)
	}
	for {
		select {
		case r := <-f.queue:
			serve(f.gather(r))
		case <-f.quit:
			for { // what was accepted before the close is still answered
				select {
				case r := <-f.queue:
					serve(f.gather(r))
				default:
					return
				}
			}
		}
	}
}

func (f *file) gather(first *request) []*request {
	batch := []*request{first}
	for len(batch) < maxBatch {
		select {
		case r := <-f.queue:
			batch = append(batch, r)
		default:
			return batch
		}
	}
	return batch
}

// batch commits the requests together where it can, and one by one where it must.
func (f *file) batch(exec *connExecutor, waiting []*request) {
	for len(waiting) > 0 {
		exec.cache.trim()
		ran, err := f.attempt(exec, waiting)
		if err != nil && len(waiting) > 1 {
			// The whole batch was rolled back: find out who can be committed alone.
			for _, r := range waiting {
				if _, err := f.attempt(exec, []*request{r}); err != nil {
					r.err = err
				}
				r.answer(f)
			}
			return
		}
		for _, r := range waiting[:ran] {
			if err != nil {
				r.err = err
			}
			r.answer(f)
		}
		waiting = waiting[ran:]
	}
}

func (r *request) answer(f *file) {
	f.saw(r.err) //nolint:errcheck // it goes to the one who wrote
	if r.err == nil && r.txn != nil {
		for _, fn := range r.txn.after {
			fn()
		}
		if w := f.watch.Load(); (r.txn.changed != 0 || r.txn.touched) && w != nil && w.Changed != nil {
			w.Changed(r.txn.changed)
		}
	}
	r.done <- r.err
}

// attempt runs requests in one transaction and tells how many it took: fewer than it was
// given when the batch ran long. An error means that nothing was committed.
func (f *file) attempt(exec *connExecutor, batch []*request) (int, error) {
	if err := exec.run("BEGIN IMMEDIATE"); err != nil {
		return len(batch), fmt.Errorf("begin: %w", err)
	}
	started := time.Now()
	ran := 0
	for _, r := range batch {
		ran++
		r.err, r.txn = nil, nil
		if err := r.ctx.Err(); err != nil {
			r.err = err
			continue
		}
		if fatal := f.runOne(exec, r, len(batch) == 1); fatal != nil {
			exec.run("ROLLBACK") //nolint:errcheck // SQLite may have rolled back by itself
			return len(batch), fatal
		}
		if time.Since(started) > batchTime {
			break
		}
	}
	if err := exec.run("COMMIT"); err != nil {
		exec.run("ROLLBACK") //nolint:errcheck // as above
		return len(batch), fmt.Errorf("commit: %w", err)
	}
	f.commits.Add(1)
	if w := f.watch.Load(); w != nil && w.Committed != nil {
		w.Committed()
	}
	return ran, nil
}

// runOne runs one request, in a savepoint unless it is alone: then the transaction is its own to undo. The error it returns is fatal to
// the batch; the request's own error is kept in r.err.
func (f *file) runOne(exec *connExecutor, r *request, alone bool) error {
	if !alone {
		if err := exec.run("SAVEPOINT w"); err != nil {
			return fmt.Errorf("open a savepoint: %w", err)
		}
	}
	// A handle of its own for each request: one that is kept fails after the transaction.
	own := &connExecutor{cache: exec.cache, tally: tallyOf(r.ctx)}
	t := &txn{file: f, exec: own}
	f.changed = 0
	r.err = guard(r.fn, t.handle())
	own.over, t.changed = true, t.changed|f.changed
	switch {
	case r.err == nil:
		r.txn = t
	case alone || poisons(r.err):
		return r.err
	default:
		if err := exec.run("ROLLBACK TO w"); err != nil {
			return fmt.Errorf("undo a savepoint: %w", err)
		}
	}
	if alone {
		return nil
	}
	if err := exec.run("RELEASE w"); err != nil {
		return fmt.Errorf("release a savepoint: %w", err)
	}
	return nil
}

// poisons tells whether SQLite may have rolled back the whole transaction by itself.
// See "Response To Errors Within A Transaction", https://sqlite.org/lang_transaction.html.
func poisons(err error) bool {
	var se *sqlite.Error
	if !errors.As(err, &se) {
		return false
	}
	switch se.Code() & 0xff {
	case sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_INTERRUPT, sqlite3.SQLITE_BUSY:
		return true
	}
	return false
}
