package tenant

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"wizamart/framework/database"
)

// Replica keeps a copy of the files elsewhere. Keys are store ids; "" is the platform's database.
type Replica interface {
	// Usable is nil, or why the file must not be used at all.
	Usable(key string) error
	// Begin comes before a transaction; end after it has been answered. An error refuses the transaction.
	Begin(ctx context.Context, key string) (end func(), err error)
	// Committed comes after each commit, before the one who wrote is answered. It is quick and does no I/O.
	Committed(key string)
	// Confirm is nil once everything that was committed before the call is at the replica.
	Confirm(ctx context.Context, key string) error
	// Mark is the number of the file's newest commit.
	Mark(key string) uint64
	// ConfirmTo is nil once the commit of that number and all before it are at the replica.
	ConfirmTo(ctx context.Context, key string, mark uint64) error
	// Bad is nil while the file's replica works as far as is known.
	Bad(key string) error
	// Withdraw ends the copying of a file that nobody uses, for one that takes its place. What is not copied is given up.
	Withdraw(ctx context.Context, key string) error
	// Renew begins a new generation with the file as it is, after Withdraw or a fence.
	Renew(ctx context.Context, key string) error
	// PutMedia copies a file of the store's media directory, of that name, to the replica.
	PutMedia(ctx context.Context, key, name, file string) error
	// FetchMedia brings one back: fs.ErrNotExist when it is not there.
	FetchMedia(ctx context.Context, key, name, file string) error
}

// openDB opens a file whose WAL belongs to the replica when there is one.
func (p *Platform) openDB(path string, create bool) (*database.DB, error) {
	if p.replica != nil {
		return database.OpenStreamed(path, create)
	}
	return database.Open(path, create)
}

// watch is a file's watch: before, when given, and the replica are asked before each transaction.
func (p *Platform) watch(key string, before func(context.Context) (func(), error)) database.Watch {
	w := database.Watch{BeforeWrite: before, Signalled: func() { p.signal(key) }}
	if key != "" {
		w.Damaged = func(err error) { p.damaged(key, err) }
		w.Follow, w.Changed = p.public, func(modules uint64) { p.changed(key, modules) }
	}
	r := p.replica
	if r == nil {
		return w
	}
	w.Committed = func() { r.Committed(key) }
	w.BeforeWrite = func(ctx context.Context) (func(), error) {
		end, err := r.Begin(ctx, key)
		if err != nil || before == nil {
			return end, err
		}
		also, err := before(ctx)
		if err != nil {
			end()
			return nil, err
		}
		return func() { also(); end() }, nil
	}
	return w
}

// ErrNoReplica is returned where something has to be at the replica and there is none.
var ErrNoReplica = errors.New("tenant: nothing is replicated")

// Confirm returns nil once everything that was committed to the store before the call is at its replica. An error says that
// this is not known yet, never that the commit is undone. It must not be called inside a transaction.
func (s *Store) Confirm(ctx context.Context) error {
	r := s.shared.platform.replica
	switch {
	case r == nil:
		return ErrNoReplica
	case s.InTransaction():
		return errors.New("tenant: confirm inside a transaction")
	}
	leaveTurn(ctx)
	return r.Confirm(ctx, s.ID())
}

// Mark names a commit of one store, for this process; 0 names none.
type Mark uint64

// Marked calls fn with this transaction's commit once that is durable, before the one who wrote is answered. Outside a transaction it is
// database.ErrNoTransaction.
func (s *Store) Marked(fn func(Mark)) error {
	if !s.InTransaction() {
		return database.ErrNoTransaction
	}
	r, id := s.shared.platform.replica, s.ID()
	s.AfterCommit(func() {
		if r != nil {
			fn(Mark(r.Mark(id))) // commits are made one after the other, by whoever runs this
		}
	})
	return nil
}

// ConfirmTo is Confirm for one commit and those before it.
func (s *Store) ConfirmTo(ctx context.Context, m Mark) error {
	r := s.shared.platform.replica
	switch {
	case r == nil:
		return ErrNoReplica
	case s.InTransaction():
		return errors.New("tenant: confirm inside a transaction")
	}
	return r.ConfirmTo(ctx, s.ID(), uint64(m))
}

// ReplicaBad is nil while the store's replica works as far as is known.
func (s *Store) ReplicaBad() error {
	if r := s.shared.platform.replica; r != nil {
		return r.Bad(s.ID())
	}
	return nil
}

// KeepMedia copies a file of the media directory to the replica. It comes before the row that names the file commits.
func (s *Store) KeepMedia(ctx context.Context, name string) error {
	r := s.shared.platform.replica
	if r == nil {
		return nil
	}
	return r.PutMedia(ctx, s.ID(), name, filepath.Join(s.MediaDir(), name))
}

// OpenMedia opens a file of the media directory; one that is missing is fetched from the replica first.
func (s *Store) OpenMedia(ctx context.Context, name string) (*os.File, error) {
	return s.openMedia(ctx, name, 10*time.Second)
}

// OpenLargeMedia is OpenMedia for files that take minutes to come from the replica.
func (s *Store) OpenLargeMedia(ctx context.Context, name string) (*os.File, error) {
	return s.openMedia(ctx, name, 10*time.Minute)
}

func (s *Store) openMedia(ctx context.Context, name string, patience time.Duration) (*os.File, error) {
	if !filepath.IsLocal(name) {
		return nil, fs.ErrNotExist
	}
	path := filepath.Join(s.MediaDir(), name)
	f, err := os.Open(path)
	r := s.shared.platform.replica
	if r == nil || !errors.Is(err, fs.ErrNotExist) {
		return f, err
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if err := r.FetchMedia(ctx, s.ID(), name, path); err != nil {
		return nil, err
	}
	return os.Open(path)
}
