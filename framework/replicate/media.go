package replicate

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// PutMedia copies a store's file below its media directory to the replica. Media are named after their content, so one that is
// there already is the same. A passive manager leaves it to the next one that is not.
func (m *Manager) PutMedia(ctx context.Context, key, name, file string) error {
	if m.Passive {
		if err := os.Remove(m.mediaMark(key)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		return nil
	}
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	err = m.objects.Create(ctx, mediaKey(key, name), f, nil)
	if err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("copy %s to the replica: %w", name, err)
	}
	return nil
}

// FetchMedia brings a store's file back from the replica: fs.ErrNotExist when it is not there either.
func (m *Manager) FetchMedia(ctx context.Context, key, name, file string) error {
	return fetchObject(ctx, m.objects, mediaKey(key, name), file)
}

func mediaKey(key, name string) string { return prefixOf(key) + "/media/" + filepath.ToSlash(name) }

// mediaMark holds the target that has all of a store's media.
func (m *Manager) mediaMark(key string) string { return filepath.Join(m.meta(key), "media") }

// allMedia copies what a store had before it was replicated, or got while it was not.
func (m *Manager) allMedia(ctx context.Context, key string) error {
	want := fmt.Sprintf("%s %d\n", m.target(), m.epoch)
	if mark, err := os.ReadFile(m.mediaMark(key)); key == "" || err == nil && string(mark) == want {
		return nil
	}
	dir := filepath.Join(filepath.Dir(m.path(key)), "media")
	there := map[string]bool{}
	prefix := mediaKey(key, "")
	if err := m.objects.List(ctx, prefix, "", func(o object) error { there[strings.TrimPrefix(o.Key, prefix)] = true; return nil }); err != nil {
		return err
	}
	err := filepath.WalkDir(dir, func(p string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || strings.HasPrefix(e.Name(), ".") {
			return err
		}
		name, err := filepath.Rel(dir, p)
		if err != nil || there[filepath.ToSlash(name)] {
			return err
		}
		return m.PutMedia(ctx, key, name, p)
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return writeFile(m.mediaMark(key), []byte(want))
}
