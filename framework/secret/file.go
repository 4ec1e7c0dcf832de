package secret

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

const fileTitle = "wizamart operator's key, version 1"

// DefaultFile is the key file of a data directory when nobody names another: beside it, so that a copy of the directory does not hold
// the key.
func DefaultFile(dataDir string) string { return filepath.Clean(dataDir) + ".key" }

// Load reads a key file: fs.ErrNotExist when there is none. One that others can read is refused.
func Load(file string) (*Keys, error) {
	info, err := os.Stat(file)
	if err != nil {
		return nil, fmt.Errorf("read the operator's key: %w", err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("the operator's key %s can be read by others (mode %04o): chmod 600 %s", file, info.Mode().Perm(), file)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read the operator's key: %w", err)
	}
	r := &ring{}
	lines := bufio.NewScanner(bytes.NewReader(text))
	for n := 0; lines.Scan(); {
		line := strings.TrimSpace(lines.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if n++; n == 1 {
			if line != fileTitle {
				return nil, fmt.Errorf("%s is no key file: it does not begin with %q", file, fileTitle)
			}
			continue
		}
		k, err := parseCode(line)
		if err != nil {
			return nil, fmt.Errorf("%s is damaged: put a copy of it in its place, or bring it back from its recovery code with “wizamart key restore”", file)
		}
		r.keys = append(r.keys, k)
	}
	if len(r.keys) == 0 {
		return nil, fmt.Errorf("%s holds no key", file)
	}
	k := &Keys{file: file}
	k.ring.Store(r)
	return k, nil
}

// Create makes a new key and its file, which must not exist.
func Create(file string) (*Keys, error) { return place(file, newKey()) }

// Recover makes the key file, which must not exist, from a recovery code.
func Recover(file, code string) (*Keys, error) {
	k, err := parseCode(code)
	if err != nil {
		return nil, err
	}
	return place(file, k)
}

func place(file string, k *key) (*Keys, error) {
	if _, err := os.Lstat(file); err == nil {
		return nil, fmt.Errorf("%s exists: a key file is never overwritten", file)
	} else if !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	r := &ring{keys: []*key{k}}
	if err := r.write(file); err != nil {
		return nil, fmt.Errorf("keep the operator's key in %s: %w", file, err)
	}
	out := &Keys{file: file}
	out.ring.Store(r)
	return out, nil
}

// write puts the file in its place, whole and durable.
func (r *ring) write(file string) error {
	var text bytes.Buffer
	fmt.Fprintf(&text, "# Whoever has this file and the databases reads the secrets in them; without it nobody does.\n# Keep a copy apart from both. The first key seals, the others still open.\n%s\n", fileTitle)
	for _, k := range r.keys {
		fmt.Fprintln(&text, k.code())
	}
	dir := filepath.Dir(file)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, ".key-*") // 0600
	if err != nil {
		return err
	}
	_, err = f.Write(text.Bytes())
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), file)
	}
	if err != nil {
		os.Remove(f.Name())
		return err
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
