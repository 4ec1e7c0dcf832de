package database

import (
	"context"
	"errors"
)

// Watch is what a file's owner learns of the file, whichever handle is used to write.
type Watch struct {
	// BeforeWrite runs before a transaction is queued, on its caller's goroutine. An error refuses the
	// transaction; end runs when the transaction has been answered.
	BeforeWrite func(ctx context.Context) (end func(), err error)
	// Committed runs after each commit, before those who wrote are answered. It is quick and does no I/O.
	Committed func()
	// Follow names the tables whose changes matter to Changed, each with the bits that stand for it. It must not change any more.
	Follow map[string]uint64
	// Changed runs after the commit of each transaction that changed rows of a followed table, or called Touch: when its AfterCommit
	// functions have run, and before the one who wrote is answered. It is quick and does no I/O. What is in memory and in the file
	// is then at least as new as the number of times that it has run, so whatever is made after that number was read
	// is exact while the number stays the same. It gets the bits of the tables, none for a mere Touch.
	Changed func(tables uint64)
	// Damaged runs when a statement finds that the file is damaged; see Damaged. It is quick and does no I/O. Damage that shows
	// while rows are being read is not seen here: whoever reads them gets the error.
	Damaged func(err error)
	// Signalled runs after the commit of a transaction that called Signal. It is quick and does no I/O.
	Signalled func()
}

// ErrNoTransaction is returned for work that is only sound inside a transaction.
var ErrNoTransaction = errors.New("database: this has to happen inside a transaction")

// Watch sets the file's watch, replacing the one before.
func (db *DB) Watch(w Watch) { db.file.watch.Store(&w) }

// Signal says that this transaction leaves background work: the file's owner hears of it once it is
// durable, and not at all when it is undone. Outside a transaction it is ErrNoTransaction.
func (db *DB) Signal() error {
	if db.tx == nil {
		return ErrNoTransaction
	}
	f := db.file
	db.AfterCommit(func() {
		if w := f.watch.Load(); w != nil && w.Signalled != nil {
			w.Signalled()
		}
	})
	return nil
}

// begin asks the file's owner before a transaction is queued.
func (f *file) begin(ctx context.Context) (end func(), err error) {
	if w := f.watch.Load(); w != nil && w.BeforeWrite != nil {
		return w.BeforeWrite(ctx)
	}
	return func() {}, nil
}
