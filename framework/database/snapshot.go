package database

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
)

// Snapshot writes a whole, compact copy of the SQLite file at path to dst and returns its size in bytes. path may be
// open and written meanwhile, by this process or another: the copy is the file at one moment, with
// what is still in its WAL, and nothing of path is checkpointed or changed. Pages that were free are left out.
//
// dst appears complete or not at all: the copy is made in a temporary file beside it, passes SQLite's integrity_check, is
// made durable, and only then takes the name, in place of what had it. dst is no WAL file and needs no other. Its
// directory must exist, with room for the copy; one read transaction stays open on path while it runs, so
// that its WAL cannot be begun anew.
//
// An error names path when that is damaged; a cancelled ctx leaves nothing behind.
func Snapshot(ctx context.Context, path, dst string) (size int64, err error) {
	if err := ready(); err != nil {
		return 0, err
	}
	if _, err := os.Stat(path); err != nil {
		return 0, fmt.Errorf("snapshot: %w", err)
	}
	fail := func(err error) (int64, error) { return 0, fmt.Errorf("snapshot %s: %w", filepath.Base(path), err) }
	// VACUUM INTO takes an empty file, so nobody else gets the name or its permissions.
	f, err := os.CreateTemp(filepath.Dir(dst), "."+filepath.Base(dst)+"-*.tmp")
	if err != nil {
		return fail(err)
	}
	defer f.Close()
	temp := f.Name()
	defer func() {
		if err != nil {
			os.Remove(temp)
			os.Remove(temp + "-journal")
		}
	}()
	if err := vacuumInto(ctx, path, temp); err != nil {
		return fail(err)
	}
	if err := sound(ctx, temp); err != nil {
		return fail(err)
	}
	if err := f.Sync(); err != nil { // SQLite does not: https://sqlite.org/lang_vacuum.html
		return fail(err)
	}
	info, err := f.Stat()
	if err != nil {
		return fail(err)
	}
	if err := os.Rename(temp, dst); err != nil {
		return fail(err)
	}
	dir, err := os.Open(filepath.Dir(dst))
	if err != nil {
		return fail(err)
	}
	return info.Size(), errors.Join(dir.Sync(), dir.Close())
}

// vacuumInto reads through a connection of its own that cannot write path.
func vacuumInto(ctx context.Context, path, dst string) error {
	source := "file:" + (&url.URL{Path: path}).EscapedPath() + "?mode=ro&_pragma=busy_timeout(5000)&_pragma=trusted_schema(0)"
	db, err := sql.Open("sqlite", source)
	if err != nil {
		return err
	}
	db.SetMaxOpenConns(1)
	_, err = db.ExecContext(ctx, "VACUUM INTO ?", dst)
	return errors.Join(err, db.Close())
}

// sound runs integrity_check on a file that nobody uses, without making it a WAL file.
func sound(ctx context.Context, path string) error {
	db, err := sql.Open("sqlite", "file:"+(&url.URL{Path: path}).EscapedPath()+"?mode=ro&immutable=1")
	if err != nil {
		return err
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	rows, err := db.QueryContext(ctx, "PRAGMA integrity_check(20)")
	if err != nil {
		return fmt.Errorf("integrity check: %w", err)
	}
	defer rows.Close()
	var lines []string
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			return err
		}
		lines = append(lines, line)
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("integrity check: %w", err)
	}
	if len(lines) != 1 || !strings.EqualFold(lines[0], "ok") {
		return fmt.Errorf("%w: its copy has %s", ErrDamaged, strings.Join(lines, "; "))
	}
	return nil
}
