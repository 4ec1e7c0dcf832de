package replicate

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"wizamart/framework/database"
)

// Snapshots stand beside the stream and need nothing of it: each is one whole database, made by SQLite itself and
// packed with gzip, in <prefix>/snapshots/20261124T120000Z.db.gz. When Litestream's files turn out to be damaged, they
// are what is left. They are kept over generations.

const snapshotForm = "20060102T150405Z"

// Saved is a snapshot at the replica.
type Saved struct {
	Name  string // 20261124T120000Z
	At    time.Time
	Bytes int64 // packed
}

func snapshotPrefix(key string) string            { return prefixOf(key) + "/snapshots/" }
func snapshotKey(key, name string) string         { return snapshotPrefix(key) + name + ".db.gz" }
func snapshotTime(name string) (time.Time, error) { return time.Parse(snapshotForm, name) }

// Snapshots lists the snapshots of a file, the newest first.
func (s *Source) Snapshots(ctx context.Context, key string) ([]Saved, error) {
	var out []Saved
	err := s.objects.List(ctx, snapshotPrefix(key), "", func(o object) error {
		name, ok := strings.CutSuffix(path.Base(o.Key), ".db.gz")
		at, err := snapshotTime(name)
		if ok && err == nil {
			out = append(out, Saved{name, at, o.Size})
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("list the snapshots of %s: %w", prefixOf(key), err)
	}
	slices.SortFunc(out, func(a, b Saved) int { return b.At.Compare(a.At) })
	return out, nil
}

// FetchSnapshot writes a snapshot to file, which must not exist, and checks it as Restore does. An empty name is the newest.
func (s *Source) FetchSnapshot(ctx context.Context, key, name, file string) (Restored, error) {
	began := time.Now()
	if name == "" {
		saved, err := s.Snapshots(ctx, key)
		if err != nil {
			return Restored{}, err
		}
		if len(saved) == 0 {
			return Restored{}, fmt.Errorf("there is no snapshot of %s at %s", prefixOf(key), s.target.URL(""))
		}
		name = saved[0].Name
	}
	if _, err := snapshotTime(name); err != nil {
		return Restored{}, fmt.Errorf("%q is no name of a snapshot: they look like %s", name, snapshotForm)
	}
	if _, err := os.Stat(file); err == nil {
		return Restored{}, fmt.Errorf("%s exists: a restore never writes over a file", file)
	}
	r, err := s.objects.Open(ctx, snapshotKey(key, name), 0, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return Restored{}, fmt.Errorf("there is no snapshot %s of %s", name, prefixOf(key))
	} else if err != nil {
		return Restored{}, err
	}
	defer r.Close()
	if err := unpack(r, file); err != nil {
		return Restored{}, fmt.Errorf("unpack the snapshot %s of %s: %w", name, prefixOf(key), err)
	}
	out, err := inspect(ctx, file)
	out.Took, out.Snapshot = time.Since(began), name
	out.Point, _ = snapshotTime(name)
	return out, err
}

// restoreAnyhow restores a file's newest copy, and when the stream does not give it back its newest snapshot. A replica that fails
// for a moment is no damaged one: the stream is tried again first.
func (s *Source) restoreAnyhow(ctx context.Context, key, file string) (r Restored, err error) {
	for range 3 {
		if r, err = s.Restore(ctx, key, file, time.Time{}); err == nil || ctx.Err() != nil {
			return r, err
		}
		for _, suffix := range []string{"", "-wal", "-shm", ".tmp"} { // what the attempt left
			if e := os.Remove(file + suffix); e != nil && !errors.Is(e, fs.ErrNotExist) {
				return r, errors.Join(err, e)
			}
		}
	}
	if _, _, e := remoteOwner(ctx, s.objects, key); e != nil {
		return r, err // the replica is away
	}
	out, e := s.FetchSnapshot(ctx, key, "", file)
	if e != nil {
		return r, errors.Join(err, e)
	}
	return out, nil
}

func unpack(r io.Reader, file string) error {
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	z, err := gzip.NewReader(r)
	if err == nil {
		_, err = io.Copy(f, z) //nolint:gosec // our own file, as large as the store is
	}
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		os.Remove(file)
	}
	return err
}

// TakeSnapshot copies the file as it is now to the replica, beside its stream, and takes those away that keep gives up. temp is
// a directory with room for the file and its packed copy. It is ErrForeign, and nothing is written or taken away, when the
// replica belongs to somebody else.
func (m *Manager) TakeSnapshot(ctx context.Context, key, temp string, keep Retention) (Saved, error) {
	if err := m.mine(ctx, key); err != nil {
		return Saved{}, err
	}
	dir, err := os.MkdirTemp(temp, "snapshot-*")
	if err != nil {
		return Saved{}, err
	}
	defer os.RemoveAll(dir)
	plain, packed := filepath.Join(dir, "plain.db"), filepath.Join(dir, "packed.gz")
	at := time.Now().UTC().Truncate(time.Second)
	if _, err := database.Snapshot(ctx, m.path(key), plain); err != nil {
		return Saved{}, err
	}
	if err := pack(ctx, plain, packed); err != nil {
		return Saved{}, fmt.Errorf("pack a snapshot of %s: %w", prefixOf(key), err)
	}
	if err := os.Remove(plain); err != nil {
		return Saved{}, err
	}
	f, err := os.Open(packed)
	if err != nil {
		return Saved{}, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return Saved{}, err
	}
	out := Saved{at.Format(snapshotForm), at, info.Size()}
	if err := m.objects.Create(ctx, snapshotKey(key, out.Name), f, nil); errors.Is(err, fs.ErrExist) {
		return Saved{}, fmt.Errorf("there is a snapshot of %s of this second already", prefixOf(key))
	} else if err != nil {
		return Saved{}, fmt.Errorf("keep a snapshot of %s: %w", prefixOf(key), err)
	}
	all, err := m.Source().Snapshots(ctx, key)
	if err != nil {
		return out, err
	}
	if !slices.Contains(all, out) { // the listing tells the size that arrived
		return out, fmt.Errorf("the snapshot %s of %s did not arrive whole", out.Name, prefixOf(key))
	}
	var gone []string
	for _, s := range keep.Expired(all) {
		gone = append(gone, snapshotKey(key, s.Name))
	}
	if err := m.objects.delete(ctx, gone); err != nil {
		return out, fmt.Errorf("take old snapshots of %s away: %w", prefixOf(key), err)
	}
	return out, nil
}

// pack is gentle: the fastest level, and an end when ctx ends.
func pack(ctx context.Context, from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	z, err := gzip.NewWriterLevel(out, gzip.BestSpeed)
	if err != nil {
		return err
	}
	_, err = io.Copy(z, readerFunc(func(p []byte) (int, error) {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		return in.Read(p)
	}))
	return errors.Join(err, z.Close(), out.Close())
}

type readerFunc func(p []byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

// Retention says which snapshots stay: the last of each of the newest Daily days that have any, and of the newest
// Weekly weeks (ISO 8601). Days without a snapshot do not count, so what an idle store has stays. The newest one always stays.
type Retention struct{ Daily, Weekly int }

// Expired are those of all, newest first, that need not stay.
func (r Retention) Expired(all []Saved) []Saved {
	days, weeks := map[string]bool{}, map[string]bool{}
	var out []Saved
	for i, s := range all {
		day := s.At.UTC().Format(time.DateOnly)
		year, n := s.At.UTC().ISOWeek()
		week := fmt.Sprint(year, "-", n)
		daily := !days[day] && len(days) < r.Daily
		weekly := !weeks[week] && len(weeks) < r.Weekly
		if daily {
			days[day] = true
		}
		if weekly {
			weeks[week] = true
		}
		if i > 0 && !daily && !weekly {
			out = append(out, s)
		}
	}
	return out
}
