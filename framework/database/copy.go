package database

import "errors"

// ReadCopy runs fn on a copy of a database that nobody else uses: a restored file, never a living one, which only its
// owner opens.
func ReadCopy(path string, fn func(db *DB) error) error {
	db, err := Open(path, false)
	if err != nil {
		return err
	}
	return errors.Join(fn(db), db.Close())
}
