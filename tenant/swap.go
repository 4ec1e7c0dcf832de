package tenant

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"wizamart/framework/database"
	"wizamart/framework/problem"
)

const (
	closeWait = 30 * time.Second // for those who use a store that is to be replaced
	copyWait  = 20 * time.Second // for what it has and the replica has not
)

// Swap replaces a store's file.
type Swap struct {
	// Fill writes the new file to path, where nothing is.
	Fill func(ctx context.Context, path string) error
	// Lose accepts that what is only in the old file is in use no more. Without it, a store whose newest writes are not at its
	// replica is left alone.
	Lose bool
	// Closed leaves the store quarantined as rolled back: the program would migrate it at once.
	Closed bool
	// Step is told what is being done; nil for nobody.
	Step func(what string)
}

// Swapped is how a store's file was replaced.
type Swapped struct {
	Aside  string         // directory with the old file
	Tables map[string]int // rows of the new one
	Lost   error          // why what was only in the old file could not be copied; nil when nothing was lost
}

// ErrUncopied is the cause of a refusal to replace a file that has something which is nowhere else.
var ErrUncopied = errors.New("the store has written what is not at its replica")

// Replace puts another file in a store's place. The store is closed for everybody else meanwhile; its newest writes are copied to
// the replica; the new file is checked while it is still elsewhere; the old one is moved aside, and kept; the replica goes on
// with a new generation. What fails before the old file is moved changes nothing. A process that ends in between leaves the
// store quarantined, and the same command does it again.
func (p *Platform) Replace(ctx context.Context, id string, s Swap) (out Swapped, err error) {
	info := p.ByID(id)
	if info == nil {
		return out, problem.New(problem.NotFound, "This store does not exist.")
	}
	step := func(what string) {
		if s.Step != nil {
			s.Step(what)
		}
	}
	step("closing the store")
	before, err := p.pool.replacing(id, p.opts.StoreMigrations.Mark())
	if err != nil {
		return out, err
	}
	moved := false
	defer func() {
		p.pool.mu.Lock()
		delete(p.pool.underWay, id)
		p.pool.mu.Unlock()
		if err != nil && !moved {
			err = errors.Join(err, p.undoReplacing(context.WithoutCancel(ctx), id, before))
		}
	}()
	if err := p.noteQuarantine(ctx, p.InQuarantine(id)); err != nil {
		return out, err
	}
	wait, cancel := context.WithTimeout(ctx, closeWait)
	defer cancel()
	if err := p.pool.gone(wait, id); err != nil {
		return out, err
	}
	if p.replica != nil {
		step("copying what is not at the replica yet")
		if out.Lost, err = p.drain(ctx, id, s.Lose); err != nil {
			return out, err
		}
	}
	dir := p.storeDir(id)
	temp := filepath.Join(dir, ".swap-"+database.NewID()+".db")
	defer removeDatabase(temp)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return out, err
	}
	step("fetching the copy")
	if err := s.Fill(ctx, temp); err != nil {
		return out, err
	}
	step("checking the copy")
	if out.Tables, err = p.checkFile(ctx, temp, id); err != nil {
		return out, err
	}
	step("putting it in its place")
	if p.replica != nil {
		if err := p.replica.Withdraw(ctx, id); err != nil {
			return out, err
		}
	}
	moved = true
	if out.Aside, err = p.moveAside(id); err != nil {
		return out, err
	}
	if err := os.Rename(temp, filepath.Join(dir, "store.db")); err != nil {
		return out, err
	}
	if err := syncDir(dir); err != nil {
		return out, err
	}
	if r := p.replica; r != nil {
		step("beginning a new generation at the replica")
		if err := r.Renew(ctx, id); err != nil {
			return out, fmt.Errorf("the file is in its place, but its replica cannot be renewed: %w", err)
		}
	}
	if s.Closed {
		q := &Quarantine{StoreID: id, Reason: RolledBack, Detail: "put back to before its migration", SchemaMark: p.opts.StoreMigrations.Mark(), Since: database.Now()}
		p.pool.mu.Lock()
		p.pool.barred[id] = q
		p.pool.mu.Unlock()
		return out, p.noteQuarantine(ctx, q)
	}
	step("opening the store")
	if err := p.lift(ctx, id); err != nil {
		return out, err
	}
	if err := p.noteDue(ctx, id, time.Now(), "restored"); err != nil {
		return out, err
	}
	_, release, err := p.Acquire(ctx, id)
	if err != nil {
		return out, err
	}
	release()
	return out, nil
}

// replacing bars a store for the one who replaces its file, and tells what it was barred for before.
func (pl *pool) replacing(id string, mark int32) (before *Quarantine, err error) {
	pl.mu.Lock()
	if pl.underWay[id] {
		pl.mu.Unlock()
		return nil, problem.New(problem.Conflict, "This store's file is being replaced already.")
	}
	pl.underWay[id] = true
	before = pl.barred[id]
	q := &Quarantine{StoreID: id, Reason: Replacing, Detail: "its file is being replaced", SchemaMark: mark, Since: database.Now()}
	if before != nil {
		q.Since = before.Since
		pl.barred[id] = q
	}
	pl.mu.Unlock()
	if before == nil {
		pl.bar(q)
	}
	return before, nil
}

// undoReplacing leaves the store as it was found.
func (p *Platform) undoReplacing(ctx context.Context, id string, before *Quarantine) error {
	if before == nil {
		return p.lift(ctx, id)
	}
	p.pool.mu.Lock()
	p.pool.barred[id] = before
	p.pool.mu.Unlock()
	return p.noteQuarantine(ctx, before)
}

// drain has the replica take what it has not got. lost says why it could not, when that is accepted.
func (p *Platform) drain(ctx context.Context, id string, lose bool) (lost, err error) {
	ctx, cancel := context.WithTimeout(ctx, copyWait)
	defer cancel()
	cause := p.replica.Confirm(ctx, id)
	if cause == nil || lose {
		return cause, nil
	}
	return nil, &problem.Error{Code: problem.Conflict, Message: "What this store wrote last is not at its replica and cannot be copied there (" + cause.Error() + "). Nothing was changed. Look at “wizamart replica status”; to go back to what the replica has, and keep the rest in the old file only, add --lose-newest.", Cause: ErrUncopied}
}

// checkFile reads a copy of a store's file through, and makes sure whose it is.
func (p *Platform) checkFile(ctx context.Context, path, id string) (map[string]int, error) {
	tables, err := database.Check(ctx, path)
	if err != nil {
		return nil, fmt.Errorf("the copy is not used: %w", err)
	}
	db, err := database.Open(path, false)
	if err != nil {
		return nil, err
	}
	var owner string
	err = db.NewQuery("SELECT store_id FROM tenant_identity").WithContext(ctx).Row(&owner)
	if err = errors.Join(err, db.Close()); err != nil {
		return nil, fmt.Errorf("read the copy's identity: %w", err)
	}
	if owner != id {
		return nil, fmt.Errorf("the copy is store %s's, not %s's", owner, id)
	}
	for _, suffix := range []string{"-wal", "-shm"} {
		if err := os.Remove(path + suffix); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	return tables, errors.Join(f.Sync(), f.Close())
}

// moveAside keeps a store's file, with what belongs to it, in stores/<id>/aside/<time>/.
func (p *Platform) moveAside(id string) (string, error) {
	dir := p.storeDir(id)
	aside := filepath.Join(dir, "aside", time.Now().UTC().Format(beforeForm))
	if err := os.MkdirAll(aside, 0o700); err != nil {
		return "", err
	}
	for _, suffix := range []string{"", "-wal", "-shm"} {
		err := os.Rename(filepath.Join(dir, "store.db"+suffix), filepath.Join(aside, "store.db"+suffix))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return "", fmt.Errorf("move the old file aside: %w", err)
		}
	}
	return aside, errors.Join(syncDir(aside), syncDir(filepath.Dir(aside)))
}

func removeDatabase(path string) {
	for _, suffix := range []string{"", "-wal", "-shm", "-journal"} {
		os.Remove(path + suffix) //nolint:errcheck // it may never have been
	}
}

// Retry opens a quarantined store again, and migrates it if that is what failed. It is closed again when it fails again.
func (p *Platform) Retry(ctx context.Context, id string) error {
	q := p.InQuarantine(id)
	if q == nil {
		return problem.New(problem.Conflict, "This store is not quarantined.")
	}
	p.pool.mu.Lock()
	busy := p.pool.underWay[id]
	p.pool.mu.Unlock()
	if busy {
		return problem.New(problem.Conflict, "This store's file is being replaced.")
	}
	if _, err := os.Stat(filepath.Join(p.storeDir(id), "store.db")); err != nil {
		return fmt.Errorf("the store has no file: %w", err)
	}
	wait, cancel := context.WithTimeout(ctx, closeWait)
	defer cancel()
	if err := p.pool.gone(wait, id); err != nil {
		return err
	}
	if q.Reason == Damaged || q.Reason == Replacing {
		if _, err := database.Check(ctx, filepath.Join(p.storeDir(id), "store.db")); err != nil {
			return err
		}
	}
	if q.Reason == Replacing && p.replica != nil { // which of the two files it is, is not known
		if err := errors.Join(p.replica.Withdraw(ctx, id), p.replica.Renew(ctx, id)); err != nil {
			return err
		}
	}
	if err := p.lift(ctx, id); err != nil {
		return err
	}
	_, release, err := p.Acquire(ctx, id)
	if err != nil {
		return err
	}
	release()
	return nil
}

// Rollback puts a store back to before its last migration. The store is left closed unless that is this program's schema: it
// would be migrated again at once.
func (p *Platform) Rollback(ctx context.Context, id string, step func(string)) (from Before, out Swapped, err error) {
	all, err := p.Befores(id)
	if err != nil {
		return from, out, err
	}
	if len(all) == 0 {
		return from, out, problem.New(problem.NotFound, "There is no copy of this store from before a migration.")
	}
	from = all[0]
	out, err = p.Replace(ctx, id, Swap{
		Fill:   func(_ context.Context, path string) error { return copyFile(from.Path, path) },
		Lose:   true, // the old file is kept, and the newest of it is not what is wanted
		Closed: from.Mark != p.opts.StoreMigrations.Mark(),
		Step:   step,
	})
	return from, out, err
}

func copyFile(from, to string) error {
	data, err := os.Open(from)
	if err != nil {
		return err
	}
	defer data.Close()
	f, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.ReadFrom(data)
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}
