package database

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
)

// blanks are new files as the migrations leave them, by the mark of their schema.
var blanks sync.Map // int32 → []byte

// Create makes the file at path with the whole schema, and does nothing where there is a file, or the log of one. The first
// of a schema is migrated step by step; those that the process makes after it are copies, with the times in its ledger. The file
// appears whole or not at all; its name lasts from its first transaction on.
func (m *Migrations) Create(ctx context.Context, path string) error {
	for _, name := range []string{path, path + "-wal"} {
		if _, err := os.Stat(name); !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	temp := path + ".new"
	for _, stale := range []string{temp, temp + "-wal", temp + "-shm"} {
		if err := os.Remove(stale); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("create %s: %w", filepath.Base(path), err)
		}
	}
	write := m.migrated
	if blank, ok := blanks.Load(m.mark); ok {
		write = func(_ context.Context, path string) error { return writeSynced(path, blank.([]byte)) }
	}
	if err := write(ctx, temp); err != nil {
		return err
	}
	return os.Rename(temp, path)
}

// migrated makes a blank file at path, and keeps what it holds.
func (m *Migrations) migrated(ctx context.Context, path string) error {
	db, err := Open(path, true)
	if err != nil {
		return err
	}
	if err := errors.Join(m.Migrate(ctx, db), db.Close()); err != nil {
		return err
	}
	blank, err := os.ReadFile(path)
	if err == nil {
		blanks.Store(m.mark, blank)
	}
	return err
}

func writeSynced(path string, data []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}
