package monitoring

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"wizamart/framework/database"
	"wizamart/framework/replicate"
)

// Ledger reads a store's orders, in the living file and in a copy of it.
type Ledger interface {
	// Newest is the newest order whose number is at most upTo, and how many there are up to it; upTo 0 is all.
	Newest(ctx context.Context, db *database.DB, upTo int64) (number int64, id string, count int, err error)
	// Since counts the orders placed since a moment.
	Since(ctx context.Context, db *database.DB, t time.Time) (int, error)
}

// newest is a store's newest order, and how many orders there are.
type newest struct {
	number int64
	id     string
	count  int
}

func (n newest) String() string {
	if n.count == 0 {
		return "no orders"
	}
	return fmt.Sprintf("%d orders up to #%d (%s)", n.count, n.number, n.id)
}

// Drill restores a file elsewhere, from the replica alone, and compares the copy with the living file: SQLite's integrity_check, the
// position, and the newest order. The result is recorded; an error says that not even that was possible. One drill or snapshot runs
// at a time.
func (s *Service) Drill(ctx context.Context, key string) (Record, error) {
	if s.app.Replica == nil {
		return Record{}, errNoReplica
	}
	if err := s.turn(ctx); err != nil {
		return Record{}, err
	}
	defer s.done()
	if err := s.takeChange(ctx, key); err != nil {
		return Record{}, err
	}
	began := s.now()
	out, orders, err := s.rehearse(ctx, key)
	if ctx.Err() != nil {
		return Record{}, context.Cause(ctx)
	}
	return s.change(ctx, key, func(r *Record) {
		r.DrillAt, r.DrillPlace, r.DrillError = database.At(began), s.app.Replica.Place(), ""
		switch {
		case err == nil:
			r.DrillResult, r.SoundAt = Sound, r.DrillAt
			r.DrillTXID, r.DrillOrders, r.DrillNewest = int64(out.TXID), orders.count, orders.number //nolint:gosec // transactions since the store began
			r.DrillBytes, r.DrillMS = out.Bytes, out.Took.Milliseconds()
			return
		case errors.Is(err, replicate.ErrForeign):
			r.DrillResult = Foreign
		case errors.Is(err, replicate.ErrLost):
			r.DrillResult = Lost
		default:
			r.DrillResult = Untried
		}
		r.DrillError = err.Error()
		s.app.Log.Error("the restore drill failed", "store", s.name(key), "result", r.DrillResult, "error", err)
	})
}

func (s *Service) rehearse(ctx context.Context, key string) (out replicate.Rehearsed, orders newest, err error) {
	dir, err := s.temp(key)
	if err != nil {
		return out, orders, err
	}
	defer os.RemoveAll(dir)
	if err := s.app.Replica.Cover(ctx, key); err != nil {
		return out, orders, err
	}
	// What is read here was committed before the rehearsal, which waits until it is at the replica.
	orders, closed := s.living(ctx, key)
	copied := filepath.Join(dir, "copy.db")
	if out, err = s.app.Replica.Rehearse(ctx, key, copied); err != nil {
		return out, orders, err
	}
	if closed != nil {
		return out, orders, fmt.Errorf("the copy is sound, but the living file cannot be read to compare them: %w", closed)
	}
	if key == "" || orders.count == 0 {
		return out, orders, nil
	}
	there := newest{}
	err = database.ReadCopy(copied, func(db *database.DB) (err error) {
		there.number, there.id, there.count, err = s.Ledger.Newest(ctx, db, orders.number)
		return err
	})
	if err != nil {
		return out, orders, fmt.Errorf("%w: %w", replicate.ErrLost, err)
	}
	if there != orders {
		return out, orders, fmt.Errorf("%w: the store has %s, its copy %s", replicate.ErrLost, orders, there)
	}
	return out, orders, nil
}

func (s *Service) living(ctx context.Context, key string) (n newest, err error) {
	if key == "" || s.Ledger == nil {
		return n, nil
	}
	st, release, err := s.app.Platform.Acquire(ctx, key)
	if err != nil {
		return n, err
	}
	defer release()
	n.number, n.id, n.count, err = s.Ledger.Newest(ctx, st.DB, 0)
	return n, err
}

// waiting is how many of a store's orders are not known to be at the replica.
func (s *Service) waiting(ctx context.Context, f file) (int, error) {
	if f.ID == "" || s.app.Replica == nil || s.Ledger == nil {
		return 0, nil
	}
	st, release, err := s.app.Platform.Acquire(ctx, f.ID)
	if err != nil {
		return 0, nil // the page says why it is closed
	}
	defer release()
	since, any := s.app.Replica.Uncopied(f.ID)
	if !any {
		return 0, nil
	}
	return s.Ledger.Since(ctx, st.DB, since)
}

// temp makes a directory for copies of a file, inside the data directory. It refuses when the disk could not hold them.
func (s *Service) temp(key string) (dir string, err error) {
	path := s.app.Platform.DB.Path()
	if key != "" {
		path = filepath.Join(s.app.Platform.Dir(), "stores", key, "store.db")
	}
	info, err := os.Stat(path)
	if err != nil {
		return "", err
	}
	root := filepath.Join(s.app.Platform.Dir(), "tmp")
	if err := os.MkdirAll(root, 0o700); err != nil {
		return "", err
	}
	if need := 2 * info.Size(); s.app.Disk.Room(need) != nil { // the same rule as for uploads: what is left is for orders
		d := s.app.Disk.State()
		return "", fmt.Errorf("%d MB are free on the disk: %d MB for a copy would leave less than the %d MB below which uploads and copies are refused", d.Free/1e6, need/1e6, d.Low/1e6)
	}
	return os.MkdirTemp(root, tempPrefix+"*")
}

const tempPrefix = "rehearsal-"

// sweepTemp takes away what a killed process left.
func (s *Service) sweepTemp() {
	left, _ := filepath.Glob(filepath.Join(s.app.Platform.Dir(), "tmp", tempPrefix+"*"))
	for _, dir := range left {
		os.RemoveAll(dir)
	}
}

// takeChange notes in the record that the file was written, and forgets the mark: what is written from now on is new.
func (s *Service) takeChange(ctx context.Context, key string) error {
	if !s.app.Changes.Changed(key) {
		return nil
	}
	now := database.At(s.now())
	if _, err := s.change(ctx, key, func(r *Record) { r.ChangedAt = now }); err != nil {
		return err
	}
	return s.app.Changes.Take(key)
}

// turn waits until nobody else copies files about: one at a time is gentle.
func (s *Service) turn(ctx context.Context) error {
	select {
	case s.busy <- struct{}{}:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func (s *Service) done() { <-s.busy }

func (s *Service) now() time.Time {
	if s.Now != nil {
		return s.Now()
	}
	return time.Now()
}
