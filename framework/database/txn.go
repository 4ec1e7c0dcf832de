package database

import (
	"errors"
	"fmt"
	"runtime/debug"

	"github.com/pocketbase/dbx"
)

// txn is one open transaction (or savepoint) and what it wants done after the commit.
type txn struct {
	file    *file
	exec    dbx.Executor
	after   []func()
	depth   int
	changed uint64 // bits of the followed tables with changed rows; what a nested savepoint undid may be among them
	touched bool
}

func (t *txn) handle() *DB {
	return &DB{Builder: dbx.NewSqliteBuilder(t.file.dialect, t.exec), file: t.file, tx: t}
}

// nested runs fn in a savepoint of its own, so that its error undoes its own statements alone.
func (t *txn) nested(fn func(*DB) error) error {
	t.depth++
	defer func() { t.depth-- }()
	name := fmt.Sprintf("n%d", t.depth)
	kept := len(t.after)
	if _, err := t.exec.Exec("SAVEPOINT " + name); err != nil {
		return fmt.Errorf("open a savepoint: %w", err)
	}
	err := guard(fn, t.handle())
	if err != nil {
		t.after = t.after[:kept]
		_, e1 := t.exec.Exec("ROLLBACK TO " + name)
		_, e2 := t.exec.Exec("RELEASE " + name)
		return errors.Join(err, e1, e2)
	}
	if _, err := t.exec.Exec("RELEASE " + name); err != nil {
		return fmt.Errorf("release a savepoint: %w", err)
	}
	return nil
}

// PanicError is a closure's panic, turned into an error so that the writer lives on.
type PanicError struct {
	Value any
	Stack []byte
}

func (e *PanicError) Error() string { return fmt.Sprintf("panic in a transaction: %v", e.Value) }

func guard(fn func(*DB) error, tx *DB) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = &PanicError{Value: v, Stack: debug.Stack()}
		}
	}()
	return fn(tx)
}
