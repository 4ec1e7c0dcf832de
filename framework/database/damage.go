package database

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// ErrDamaged is what checks of a whole file fail with. See Damaged.
var ErrDamaged = errors.New("the file is damaged")

// Damaged tells whether err says that the file itself is damaged: a page is not what SQLite wrote, or the file is none of SQLite's. A
// damaged index of a virtual table is not meant: it can be built anew from what is sound.
func Damaged(err error) bool {
	if errors.Is(err, ErrDamaged) {
		return true
	}
	var se *sqlite.Error
	if !errors.As(err, &se) || se.Code() == sqlite3.SQLITE_CORRUPT_VTAB {
		return false
	}
	code := se.Code() & 0xff
	return code == sqlite3.SQLITE_CORRUPT || code == sqlite3.SQLITE_NOTADB
}

// Surrounding tells whether err comes from what is around a file, such as a full disk or a lock, and may be gone when it is
// tried again.
func Surrounding(err error) bool {
	var se *sqlite.Error
	if !errors.As(err, &se) {
		return false
	}
	switch se.Code() & 0xff {
	case sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_INTERRUPT, sqlite3.SQLITE_BUSY,
		sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL:
		return true
	}
	return false
}

// saw tells the file's owner of damage. It returns err as it is.
func (f *file) saw(err error) error {
	if err != nil && Damaged(err) {
		if w := f.watch.Load(); w != nil && w.Damaged != nil {
			w.Damaged(err)
		}
	}
	return err
}

// FileMark is the schema mark (user_version) in a closed or open file's header, without SQLite. What lies in the file's WAL is not
// seen: it may be older than the file really is, never newer than it was. 0 for a file without one.
func FileMark(path string) (int32, error) {
	f, err := os.Open(path)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	var b [4]byte
	if _, err := f.ReadAt(b[:], 60); errors.Is(err, io.EOF) { // https://sqlite.org/fileformat.html#user_version_number
		return 0, nil
	} else if err != nil {
		return 0, fmt.Errorf("read the header of %s: %w", filepath.Base(path), err)
	}
	return int32(binary.BigEndian.Uint32(b[:])), nil
}
