package replicate

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/benbjohnson/litestream"

	"wizamart/framework/database"
)

// Source is a replica to restore from.
type Source struct {
	target  Target
	objects objects
}

// OpenSource opens the replica at a target.
func OpenSource(t Target) (*Source, error) {
	o, err := openObjects(t)
	return &Source{t, o}, err
}

// Source is the manager's own replica.
func (m *Manager) Source() *Source { return &Source{m.Config.Target, m.objects} }

// URL is where the newest generation of a file is: what the stock command restores from.
func (s *Source) URL(ctx context.Context, key string) (string, error) {
	o, _, err := remoteOwner(ctx, s.objects, key)
	if err != nil {
		return "", s.explain(key, err)
	}
	return s.target.URL(generationPrefix(key, o.Generation)), nil
}

func (s *Source) explain(key string, err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("there is no replica of %s at %s", prefixOf(key), s.target.URL(""))
	}
	return err
}

// Keys lists the files that the replica has: stores' ids, and "" for the platform's database.
func (s *Source) Keys(ctx context.Context) ([]string, error) {
	if _, _, err := remoteOwner(ctx, s.objects, ""); err != nil {
		return nil, s.explain("", err)
	}
	ids, err := s.objects.Folders(ctx, "stores/")
	if err != nil {
		return nil, fmt.Errorf("list the stores at the replica: %w", err)
	}
	slices.Sort(ids)
	return append([]string{""}, ids...), nil
}

// Restored is what came back.
type Restored struct {
	Generation int
	Point      time.Time      // of the last transaction that is in it; zero when that is not known
	PassedOver int            // full copies at the replica that turned out to be damaged
	Snapshot   string         // the snapshot that it comes from; "" for the stream
	Tables     map[string]int // rows
	Bytes      int64
	Took       time.Duration
}

// Rows is the sum over all tables.
func (r Restored) Rows() (n int) {
	for _, rows := range r.Tables {
		n += rows
	}
	return n
}

// Restore writes a file's newest copy to path, or the one of a moment, and checks it: SQLite's integrity_check, and each table
// read through. path must not exist. at may lie in an earlier generation.
func (s *Source) Restore(ctx context.Context, key, path string, at time.Time) (Restored, error) {
	began := time.Now()
	o, _, err := remoteOwner(ctx, s.objects, key)
	if err != nil {
		return Restored{}, s.explain(key, err)
	}
	if _, err := os.Stat(path); err == nil {
		return Restored{}, fmt.Errorf("%s exists: a restore never writes over a file", path)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return Restored{}, err
	}
	var tried error
	// A new generation begins with a full copy; a kill before that leaves it empty, and the one before is the newest.
	for generation := o.Generation; generation >= 1; generation-- {
		client := newClient(s.target, s.objects, generationPrefix(key, generation), os.TempDir(), func(error) {})
		out, err := restoreGeneration(ctx, client, path, at)
		if errors.Is(err, litestream.ErrTxNotAvailable) || errors.Is(err, litestream.ErrNoSnapshots) {
			tried = errors.Join(tried, err)
			continue
		}
		out.Generation, out.Took = generation, time.Since(began)
		if err != nil {
			return out, fmt.Errorf("restore %s: %w", prefixOf(key), err)
		}
		out.Point, err = lastTime(ctx, client, at)
		return out, err
	}
	return Restored{}, fmt.Errorf("restore %s: there is no copy of that time: %w", prefixOf(key), tried)
}

// inspect reads a restored file through.
func inspect(ctx context.Context, path string) (out Restored, err error) {
	if err := os.Chmod(path, 0o600); err != nil {
		return out, err
	}
	if out.Tables, err = database.Check(ctx, path); err != nil {
		return out, err
	}
	info, err := os.Stat(path)
	if err != nil {
		return out, err
	}
	out.Bytes = info.Size()
	return out, nil
}

// RestoreAll restores the platform's database, every store and its media into an empty data directory, and takes the
// replica over for it: it goes on with new generations, and the old installation is fenced if it still runs. each is told of every
// file that is in its place, the platform's first, done counting from 1; nobody uses it yet. A file whose stream is damaged comes
// from its newest snapshot, and Restored says so.
func (s *Source) RestoreAll(ctx context.Context, dataDir string, each func(done, all int, key string, r Restored) error) error {
	if entries, err := os.ReadDir(dataDir); err == nil && len(entries) > 0 {
		return fmt.Errorf("%s is not empty: a restore never writes over what is there", dataDir)
	} else if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	keys, err := s.Keys(ctx)
	if err != nil {
		return err
	}
	m := &Manager{Options: Options{Dir: dataDir}}
	// First the replica is ours: whoever still writes there confirms nothing more after ownedFor, and all it
	// confirmed before is restored. The new generations are empty yet, so the ones before are read.
	for _, key := range keys {
		if err := takeOver(ctx, s.objects, key, m.meta(key), s.target.URL(""), 0); err != nil {
			return fmt.Errorf("take over the replica of %s: %w", prefixOf(key), err)
		}
	}
	select {
	case <-time.After(ownedFor + ownedFor/5):
	case <-ctx.Done():
		return ctx.Err()
	}
	for i, key := range keys {
		r, err := s.restoreAnyhow(ctx, key, m.path(key))
		if err != nil {
			return err
		}
		if key != "" {
			if err := s.restoreMedia(ctx, key, filepath.Join(filepath.Dir(m.path(key)), "media")); err != nil {
				return fmt.Errorf("restore the media of %s: %w", prefixOf(key), err)
			}
		}
		// All of it has to be copied into the new generation.
		if err := writeFile(filepath.Join(m.dirtyDir(), markName(key)), nil); err != nil {
			return err
		}
		if err := each(i+1, len(keys), key, r); err != nil {
			return fmt.Errorf("make %s ready: %w", prefixOf(key), err)
		}
	}
	return nil
}

// takeOver makes the installation whose state is in meta the owner of key's replica, with a new generation, whoever had it before.
func takeOver(ctx context.Context, store objects, key, meta, target string, epoch int) error {
	remote, tag, err := remoteOwner(ctx, store, key)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	next := newOwner()
	if local, err := readLocalOwner(meta); err == nil {
		next.Generation = local.Generation + 1
	}
	next.Generation = max(next.Generation, remote.Generation+1)
	next.Target, next.Epoch = target, epoch
	if err := os.RemoveAll(filepath.Join(meta, "ltx")); err != nil {
		return err
	}
	if err := next.writeLocal(meta); err != nil {
		return err
	}
	name := prefixOf(key) + "/owner.json"
	if tag == "" {
		return store.Create(ctx, name, bytes.NewReader(next.remote()), nil)
	}
	return store.Replace(ctx, name, tag, next.remote())
}

func (s *Source) restoreMedia(ctx context.Context, key, dir string) error {
	prefix := mediaKey(key, "")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	return s.objects.List(ctx, prefix, "", func(o object) error {
		name := filepath.FromSlash(strings.TrimPrefix(o.Key, prefix))
		if !filepath.IsLocal(name) {
			return fmt.Errorf("%q is no name of a file", name)
		}
		return fetchObject(ctx, s.objects, o.Key, filepath.Join(dir, name))
	})
}

func fetchObject(ctx context.Context, store objects, key, file string) error {
	r, err := store.Open(ctx, key, 0, 0)
	if err != nil {
		return err
	}
	defer r.Close()
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(file), ".fetch-*")
	if err != nil {
		return err
	}
	_, err = io.Copy(f, r)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), file)
	}
	if err != nil {
		os.Remove(f.Name())
	}
	return err
}
