// Package database opens SQLite files and runs reads and group-committed writes on them.
//
// A file has one write connection, owned by one goroutine, and a few read-only ones. Writes are
// closures: those that wait are run together, each in its own SAVEPOINT, and committed once.
package database

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/pocketbase/dbx"
)

// DB is one SQLite file, or one transaction on it: code that takes a *DB composes either way.
// Outside a transaction its builder reads through read-only connections, so a statement
// that writes fails there; writes go through Write.
type DB struct {
	dbx.Builder
	file *file
	tx   *txn // nil outside a transaction
}

// ErrClosed is returned for work on a file that has been closed.
var ErrClosed = errors.New("database: file is closed")

// ErrOuterHandle is returned when a closure writes through the handle it was not given.
// Waiting for the writer inside the writer would never end.
var ErrOuterHandle = errors.New("database: write through the outer handle inside a transaction: use the one the closure was given")

// Write runs fn in a transaction and returns once it is durable (synchronous=FULL).
//
// fn is short, does no I/O, and can be run again: after a full disk or an I/O error the batch it
// was in is rolled back and retried one by one. It runs on the file's writer goroutine. An error or
// a panic in fn undoes its own statements alone. ctx is looked at before fn runs and never again.
// On a transaction, Write opens a nested SAVEPOINT and fn runs at once.
func (db *DB) Write(ctx context.Context, fn func(tx *DB) error) error {
	if db.tx != nil {
		return db.tx.nested(fn)
	}
	return db.file.submit(ctx, fn)
}

// View runs fn on one consistent snapshot of the file. On a transaction fn sees that transaction.
func (db *DB) View(ctx context.Context, fn func(view *DB) error) error {
	if db.tx != nil {
		return fn(db)
	}
	snapshot, err := db.file.readers.BeginTx(context.WithoutCancel(ctx), nil)
	if err != nil {
		return fmt.Errorf("begin a snapshot: %w", err)
	}
	exec := &snapshotExecutor{tx: snapshot, pool: db.file.readExec, tally: tallyOf(ctx)}
	defer exec.end()
	return fn(&DB{Builder: dbx.NewSqliteBuilder(db.file.dialect, exec), file: db.file, tx: &txn{file: db.file, exec: exec}})
}

// InTransaction tells whether statements run inside a transaction of Write or View.
func (db *DB) InTransaction() bool { return db.tx != nil }

// AfterCommit has fn run once the transaction is durable and before its writer is answered.
// It is not run when the transaction is undone. fn is quick and takes no lock that a closure holds.
// Outside a transaction it runs at once.
func (db *DB) AfterCommit(fn func()) {
	if db.tx == nil {
		fn()
		return
	}
	db.tx.after = append(db.tx.after, fn)
}

// Commits counts the commits of the file since it was opened, in memory. It has grown before the writer of a transaction is
// answered, so what was read after it was asked for is as new as it says: a copy kept beside it is exact while it
// stays the same. It begins anew when the file is opened again.
func (db *DB) Commits() uint64 { return db.file.commits.Load() }

// Path is the file's path.
func (db *DB) Path() string { return db.file.path }

// QueryContext runs a read with positional parameters through the statement cache. It is what hot paths
// use instead of the builder, which parses its named parameters anew each time.
func (db *DB) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	return db.executor().QueryContext(ctx, query, args...)
}

// ExecContext runs a statement with positional parameters through the statement cache.
func (db *DB) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	return db.executor().ExecContext(ctx, query, args...)
}

// Exec runs a statement built with dbx's named parameters, {:name}, and returns how many rows changed.
func (db *DB) Exec(query string, params dbx.Params) (int64, error) {
	res, err := db.NewQuery(query).Bind(params).Execute()
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

// Close waits for the writes already accepted, checkpoints, and closes the file. Later calls do nothing.
func (db *DB) Close() error {
	if db.tx != nil {
		return errors.New("database: close inside a transaction")
	}
	return db.file.close()
}

func (db *DB) executor() dbx.Executor {
	if db.tx != nil {
		return db.tx.exec
	}
	return db.file.readExec
}

// NotFound tells whether err says that no row matched.
func NotFound(err error) bool { return errors.Is(err, sql.ErrNoRows) }
