package tenant

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"wizamart/framework/database"
	"wizamart/framework/problem"
)

// Before a store's file is migrated it is copied to stores/<id>/before/, as <time>-<schema mark>.db.
const (
	beforeForm = "20060102T150405.000Z"
	keepBefore = 30 * 24 * time.Hour // the newest one stays for good
)

// Before is a copy of a store from before a migration.
type Before struct {
	Path  string
	Taken time.Time
	Mark  int32 // schema mark of the file, as database.FileMark
}

func (p *Platform) beforeDir(id string) string { return filepath.Join(p.storeDir(id), "before") }

// Befores lists the copies of a store from before migrations, the newest first.
func (p *Platform) Befores(id string) ([]Before, error) {
	entries, err := os.ReadDir(p.beforeDir(id))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	var out []Before
	for _, e := range entries {
		stamp, mark, ok := strings.Cut(strings.TrimSuffix(e.Name(), ".db"), "-")
		at, err := time.Parse(beforeForm, stamp)
		n, err2 := strconv.ParseInt(mark, 16, 32)
		if ok && err == nil && err2 == nil && filepath.Ext(e.Name()) == ".db" {
			out = append(out, Before{filepath.Join(p.beforeDir(id), e.Name()), at, int32(n)})
		}
	}
	slices.SortFunc(out, func(a, b Before) int { return b.Taken.Compare(a.Taken) })
	return out, nil
}

// migrate brings a store's file up to date. A copy is made before; what the binary cannot bring up to date is quarantined.
func (p *Platform) migrate(ctx context.Context, id string, db *database.DB) error {
	steps := p.opts.StoreMigrations
	s, err := steps.Compare(ctx, db)
	if err != nil {
		return err
	}
	if s.Newer != nil {
		return p.quarantine(ctx, id, Newer, s.Newer)
	}
	if !s.New && len(s.Pending) > 0 {
		if err := p.copyBefore(ctx, id, db); err != nil {
			return fmt.Errorf("copy the store before its migration: %w", err)
		}
	}
	err = steps.Migrate(ctx, db)
	if err == nil || database.Surrounding(err) || database.Damaged(err) || ctx.Err() != nil || errors.Is(err, database.ErrClosed) {
		return err
	}
	var refused *problem.Error // the replica belongs to somebody else
	if errors.As(err, &refused) {
		return err
	}
	return p.quarantine(ctx, id, Migration, err)
}

func (p *Platform) copyBefore(ctx context.Context, id string, db *database.DB) error {
	var mark int32
	if err := db.NewQuery("PRAGMA user_version").WithContext(ctx).Row(&mark); err != nil {
		return err
	}
	all, err := p.Befores(id)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(p.beforeDir(id), 0o700); err != nil {
		return err
	}
	now := time.Now().UTC()
	file := filepath.Join(p.beforeDir(id), fmt.Sprintf("%s-%08x.db", now.Format(beforeForm), uint32(mark)))
	if _, err := database.Snapshot(ctx, db.Path(), file); err != nil {
		return err
	}
	for _, old := range all { // of each schema one copy is enough
		if old.Mark == mark || now.Sub(old.Taken) > keepBefore {
			if err := os.Remove(old.Path); err != nil {
				return err
			}
		}
	}
	return nil
}

// Sweep opens every store whose file is not of this version's schema, so that none waits for its first visitor with its migration,
// one after another until ctx ends. It looks at files' headers alone to find them. Stores that fail are quarantined,
// or tried again when they are next opened, and are counted.
func (p *Platform) Sweep(ctx context.Context) (done, failed int, err error) {
	mark := p.opts.StoreMigrations.Mark()
	for _, info := range p.Stores() {
		if err := ctx.Err(); err != nil {
			return done, failed, err
		}
		if p.pool.settled(info.ID) {
			continue
		}
		if m, err := database.FileMark(filepath.Join(p.storeDir(info.ID), "store.db")); err == nil && m == mark {
			continue
		}
		_, release, err := p.Acquire(ctx, info.ID)
		if err != nil {
			failed++
			p.log().ErrorContext(ctx, "a store was not brought to this version's schema", "store", info.Code, "error", err)
			continue
		}
		release()
		done++
	}
	return done, failed, nil
}
