package database

import "sync/atomic"

// tracer is told of every statement of a file, when somebody listens.
type tracer struct {
	fn atomic.Pointer[func(query string, args []any)]
}

// Trace has fn see each statement before it runs, with its arguments: reads, writes, and the writer's BEGIN, SAVEPOINT and
// COMMIT. The arguments are the caller's, as they stand before the driver converts them. fn is called from several goroutines, is quick,
// and keeps args only by copying. nil ends it; without a listener a statement pays one atomic load.
// It serves benchmarks and diagnosis.
func (db *DB) Trace(fn func(query string, args []any)) {
	if fn == nil {
		db.file.tracer.fn.Store(nil)
		return
	}
	db.file.tracer.fn.Store(&fn)
}

func (t *tracer) saw(query string, args []any) {
	if fn := t.fn.Load(); fn != nil {
		(*fn)(query, args)
	}
}
