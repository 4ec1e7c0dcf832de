package replicate

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// errChanged says that an object is no longer what it was when it was read.
var errChanged = errors.New("the object was changed meanwhile")

// object is an entry of a listing.
type object struct {
	Key      string
	Size     int64
	Modified time.Time
}

// objects is a place where immutable objects are kept by key, and a few that are replaced under a condition. Keys are slash paths.
// A missing object is fs.ErrNotExist, one that exists already fs.ErrExist.
type objects interface {
	// Get reads a whole small object; tag names this version of it.
	Get(ctx context.Context, key string) (data []byte, tag string, err error)
	// Open reads size bytes from offset, all when size is 0.
	Open(ctx context.Context, key string, offset, size int64) (io.ReadCloser, error)
	// Create writes an object that must not exist.
	Create(ctx context.Context, key string, body io.ReadSeeker, meta map[string]string) error
	// Put writes an object, whether it exists or not.
	Put(ctx context.Context, key string, body io.ReadSeeker, meta map[string]string) error
	// Replace writes a small object if it is still the version that tag names.
	Replace(ctx context.Context, key, tag string, data []byte) error
	// List gives the objects whose key begins with prefix and comes after the key after, by key.
	List(ctx context.Context, prefix, after string, each func(object) error) error
	// Folders gives the next path elements below prefix, which ends with a slash.
	Folders(ctx context.Context, prefix string) ([]string, error)
	// delete removes objects. One that is gone already is no error.
	delete(ctx context.Context, keys []string) error
}

func openObjects(t Target) (objects, error) {
	if t.Dir != "" {
		return &dirObjects{t.Dir}, nil
	}
	return newS3(t)
}

// dirObjects keeps objects as files. A file appears whole or not at all.
type dirObjects struct{ root string }

func (d *dirObjects) file(key string) string { return filepath.Join(d.root, filepath.FromSlash(key)) }

func (d *dirObjects) Get(_ context.Context, key string) ([]byte, string, error) {
	data, err := os.ReadFile(d.file(key))
	return data, string(data), err
}

func (d *dirObjects) Open(_ context.Context, key string, offset, size int64) (io.ReadCloser, error) {
	f, err := os.Open(d.file(key))
	if err != nil {
		return nil, err
	}
	if _, err := f.Seek(offset, io.SeekStart); err != nil {
		f.Close()
		return nil, err
	}
	if size == 0 {
		return f, nil
	}
	return struct {
		io.Reader
		io.Closer
	}{io.LimitReader(f, size), f}, nil
}

// write makes a synced temporary file beside the object.
func (d *dirObjects) write(key string, body io.Reader) (temp string, err error) {
	dir := filepath.Dir(d.file(key))
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}
	f, err := os.CreateTemp(dir, ".new-*")
	if err != nil {
		return "", err
	}
	_, err = io.Copy(f, body)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		os.Remove(f.Name())
		return "", err
	}
	return f.Name(), nil
}

func (d *dirObjects) Create(_ context.Context, key string, body io.ReadSeeker, meta map[string]string) error {
	if _, err := body.Seek(0, io.SeekStart); err != nil {
		return err
	}
	temp, err := d.write(key, body)
	if err != nil {
		return fmt.Errorf("create %s: %w", key, err)
	}
	defer os.Remove(temp)
	if at, err := time.Parse(time.RFC3339Nano, meta[stampName]); err == nil {
		if err := os.Chtimes(temp, at, at); err != nil { // where the stock client looks for the time
			return fmt.Errorf("create %s: %w", key, err)
		}
	}
	if err := os.Link(temp, d.file(key)); err != nil { // fails where the object exists
		return fmt.Errorf("create %s: %w", key, err)
	}
	return syncDir(filepath.Dir(d.file(key)))
}

func (d *dirObjects) Put(_ context.Context, key string, body io.ReadSeeker, _ map[string]string) error {
	temp, err := d.write(key, body)
	if err != nil {
		return fmt.Errorf("put %s: %w", key, err)
	}
	if err := os.Rename(temp, d.file(key)); err != nil {
		os.Remove(temp)
		return fmt.Errorf("put %s: %w", key, err)
	}
	return syncDir(filepath.Dir(d.file(key)))
}

func (d *dirObjects) Replace(ctx context.Context, key, tag string, data []byte) error {
	lock, err := os.OpenFile(filepath.Join(d.root, ".lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return fmt.Errorf("replace %s: %w", key, err)
	}
	defer lock.Close()
	if err := unix.Flock(int(lock.Fd()), unix.LOCK_EX); err != nil {
		return fmt.Errorf("replace %s: %w", key, err)
	}
	_, now, err := d.Get(ctx, key)
	if err != nil {
		return err
	}
	if now != tag {
		return errChanged
	}
	return d.Put(ctx, key, bytes.NewReader(data), nil)
}

func (d *dirObjects) List(_ context.Context, prefix, after string, each func(object) error) error {
	root := d.file(path.Dir(prefix + "x"))
	err := filepath.WalkDir(root, func(p string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || strings.HasPrefix(e.Name(), ".") {
			return err
		}
		rel, err := filepath.Rel(d.root, p)
		if err != nil {
			return err
		}
		key := filepath.ToSlash(rel)
		if !strings.HasPrefix(key, prefix) || key <= after {
			return nil
		}
		info, err := e.Info()
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		} else if err != nil {
			return err
		}
		return each(object{Key: key, Size: info.Size(), Modified: info.ModTime()})
	})
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

func (d *dirObjects) Folders(_ context.Context, prefix string) ([]string, error) {
	entries, err := os.ReadDir(d.file(prefix))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var out []string
	for _, e := range entries {
		if e.IsDir() {
			out = append(out, e.Name())
		}
	}
	return out, err
}

func (d *dirObjects) delete(_ context.Context, keys []string) error {
	for _, key := range keys {
		if err := os.Remove(d.file(key)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("delete %s: %w", key, err)
		}
	}
	return nil
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}
