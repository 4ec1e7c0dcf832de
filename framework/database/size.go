package database

import (
	"errors"
	"io/fs"
	"os"
)

// Size of a database with its log, in bytes.
func Size(path string) (int64, error) {
	main, log, err := Sizes(path)
	return main + log, err
}

// Sizes of a database and of its log, in bytes. A log that is not there has none.
func Sizes(path string) (main, log int64, err error) {
	info, err := os.Stat(path)
	if err != nil {
		return 0, 0, err
	}
	wal, err := os.Stat(path + "-wal")
	if errors.Is(err, fs.ErrNotExist) {
		return info.Size(), 0, nil
	}
	if err != nil {
		return 0, 0, err
	}
	return info.Size(), wal.Size(), nil
}
