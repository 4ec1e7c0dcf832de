package tenant

import (
	"context"
	"path/filepath"
	"sync/atomic"

	"wizamart/framework/database"
)

// Store is one store's database, or a transaction on it, together with what the platform knows of
// the store. It is valid until released, a transaction's until its closure returns.
type Store struct {
	*database.DB
	shared *opened
}

// opened is what all handles of one open store share.
type opened struct {
	platform *Platform
	id       string
	db       *database.DB
	info     atomic.Pointer[Info]
	settings atomic.Pointer[Settings]
	due      due
}

// Info is what the platform knows of the store, as of now.
func (s *Store) Info() *Info { return s.shared.info.Load() }

// ID is the store's id.
func (s *Store) ID() string { return s.shared.id }

// Currency is the store's ISO 4217 currency.
func (s *Store) Currency() string { return s.Info().Currency }

// MediaDir is the directory of the store's content-addressed media files.
func (s *Store) MediaDir() string { return filepath.Join(s.shared.platform.storeDir(s.ID()), "media") }

// TempDir is a directory for files of running jobs, on the same file system as the media.
func (s *Store) TempDir() string { return filepath.Join(s.shared.platform.storeDir(s.ID()), "tmp") }

// Write runs fn in a transaction of the store; see database.DB.Write for the rules of fn.
// Before the first write of a busy period the platform notes that the store may have work waiting.
func (s *Store) Write(ctx context.Context, fn func(tx *Store) error) error {
	leaveTurn(ctx)
	run := func(db *database.DB) error { return fn(&Store{DB: db, shared: s.shared}) }
	return s.DB.Write(ctx, run)
}

// View runs fn on one consistent snapshot of the store.
func (s *Store) View(ctx context.Context, fn func(view *Store) error) error {
	return s.DB.View(ctx, func(db *database.DB) error { return fn(&Store{DB: db, shared: s.shared}) })
}
