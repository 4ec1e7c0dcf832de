package catalog

import (
	"errors"
	"os"
	"path/filepath"

	"wizamart/tenant"
)

// writeMedia puts a file into the store's media directory, whole and durable, or not at all. One that is there already has the
// same content, because its name is its hash.
func writeMedia(st *tenant.Store, name string, data []byte) (err error) {
	dir := st.MediaDir()
	target := filepath.Join(dir, name)
	if info, err := os.Stat(target); err == nil && info.Size() == int64(len(data)) {
		return nil
	}
	for _, d := range []string{dir, st.TempDir()} {
		if err := os.MkdirAll(d, 0o700); err != nil {
			return wrap("create the media directory", err)
		}
	}
	f, err := os.CreateTemp(st.TempDir(), "media-*")
	if err != nil {
		return wrap("create a media file", err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(wrap("write a media file", err), os.Remove(f.Name()))
		}
	}()
	_, err = f.Write(data)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err = os.Rename(f.Name(), target); err != nil {
		return err
	}
	d, err := os.Open(dir)
	if err != nil {
		return nil //nolint:nilerr // the file is in its place; only its name's durability is unknown
	}
	defer d.Close()
	return wrap("sync the media directory", d.Sync())
}
