package tlscert

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/caddyserver/certmagic"
	"github.com/pocketbase/dbx"

	"wizamart/framework/database"
	"wizamart/framework/secret"
)

// Column is where certificates and keys are kept, sealed.
var Column = secret.Column{Scope: database.Platform, Table: "tlscert_entry", Key: "key", Value: "value"}

// storage is a certmagic.Storage in the platform database. Everything in it is sealed. One process owns the database, so that its
// locks are in memory.
type storage struct {
	db   *database.DB
	keys *secret.Keys

	mu    sync.Mutex
	locks map[string]chan struct{}
}

var _ certmagic.Storage = (*storage)(nil)

// place is for the sealing: where an entry stands. Its parts hold no slash.
func place(key string) string { return Column.Place("", key) }

func (s *storage) Lock(ctx context.Context, name string) error {
	for {
		s.mu.Lock()
		held := s.locks[name]
		if held == nil {
			s.locks[name] = make(chan struct{})
			s.mu.Unlock()
			return nil
		}
		s.mu.Unlock()
		select {
		case <-held:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (s *storage) Unlock(_ context.Context, name string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	held := s.locks[name]
	if held == nil {
		return fmt.Errorf("the lock %s is not held", name)
	}
	delete(s.locks, name)
	close(held)
	return nil
}

func (s *storage) Store(ctx context.Context, key string, value []byte) error {
	sealed, err := s.keys.Seal(place(key), value)
	if err != nil {
		return err
	}
	return s.db.Write(ctx, func(tx *database.DB) error {
		_, err := tx.Exec(`INSERT INTO tlscert_entry (key, value, size, modified_at) VALUES ({:k}, {:v}, {:n}, {:now})
			ON CONFLICT (key) DO UPDATE SET value = excluded.value, size = excluded.size, modified_at = excluded.modified_at`,
			dbx.Params{"k": key, "v": sealed, "n": len(value), "now": database.Now()})
		return err
	})
}

func (s *storage) Load(ctx context.Context, key string) ([]byte, error) {
	var sealed []byte
	err := s.db.NewQuery("SELECT value FROM tlscert_entry WHERE key = {:k}").Bind(dbx.Params{"k": key}).WithContext(ctx).Row(&sealed)
	if database.NotFound(err) {
		return nil, fs.ErrNotExist
	} else if err != nil {
		return nil, err
	}
	return s.keys.Open(place(key), sealed)
}

// under is the condition for a key and all that stands below it.
const under = "(key = {:k} OR substr(key, 1, length({:k}) + 1) = {:k} || '/')"

func (s *storage) Delete(ctx context.Context, key string) error {
	return s.db.Write(ctx, func(tx *database.DB) error {
		_, err := tx.Exec("DELETE FROM tlscert_entry WHERE "+under, dbx.Params{"k": key})
		return err
	})
}

func (s *storage) Exists(ctx context.Context, key string) bool {
	_, err := s.Stat(ctx, key)
	return err == nil
}

func (s *storage) List(ctx context.Context, prefix string, recursive bool) ([]string, error) {
	var keys []string
	condition, params := under, dbx.Params{"k": strings.Trim(prefix, "/")}
	if params["k"] == "" {
		condition = "1"
	}
	if err := s.db.NewQuery("SELECT key FROM tlscert_entry WHERE " + condition + " ORDER BY key").Bind(params).WithContext(ctx).Column(&keys); err != nil {
		return nil, err
	}
	if len(keys) == 0 {
		return nil, fs.ErrNotExist
	}
	if recursive {
		return keys, nil
	}
	var out []string
	for _, key := range keys {
		first, _, _ := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(key, params["k"].(string)), "/"), "/")
		out = append(out, path.Join(params["k"].(string), first))
	}
	return slices.Compact(out), nil
}

func (s *storage) Stat(ctx context.Context, key string) (certmagic.KeyInfo, error) {
	var row struct {
		Size       int64
		ModifiedAt database.Time
	}
	err := s.db.NewQuery("SELECT size, modified_at FROM tlscert_entry WHERE key = {:k}").Bind(dbx.Params{"k": key}).WithContext(ctx).One(&row)
	if err == nil {
		return certmagic.KeyInfo{Key: key, Modified: row.ModifiedAt.Time, Size: row.Size, IsTerminal: true}, nil
	}
	if !database.NotFound(err) {
		return certmagic.KeyInfo{}, err
	}
	below, err := s.List(ctx, key, true)
	if err != nil {
		return certmagic.KeyInfo{}, err
	}
	if len(below) == 0 {
		return certmagic.KeyInfo{}, errors.Join(fs.ErrNotExist)
	}
	return certmagic.KeyInfo{Key: key, Modified: time.Time{}}, nil
}
