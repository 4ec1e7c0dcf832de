package database

import (
	"database/sql"
	"fmt"

	"modernc.org/sqlite"
)

// follow has SQLite name the table of each row that the write connection inserts, changes or deletes, so that a cascade, a
// trigger, or a statement that nobody thought of counts like any other. changed gets the bits of those that the file's owner follows.
func (f *file) follow(conn *sql.Conn) error {
	return conn.Raw(func(driver any) error {
		hooks, ok := driver.(sqlite.HookRegisterer)
		if !ok {
			return fmt.Errorf("follow writes: %T has no hooks", driver)
		}
		hooks.RegisterPreUpdateHook(func(row sqlite.SQLitePreUpdateData) {
			if w := f.watch.Load(); w != nil {
				f.changed |= w.Follow[row.TableName]
			}
		})
		return nil
	})
}

// Touch counts this transaction among those that changed a followed table: see Watch.Changed. It is for tables that are not
// followed, because most of what is written to them is nothing to whoever follows. Outside a transaction it is ErrNoTransaction.
func (db *DB) Touch() error {
	if db.tx == nil {
		return ErrNoTransaction
	}
	db.tx.touched = true
	return nil
}
