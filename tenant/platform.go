package tenant

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"

	"github.com/pocketbase/dbx"

	"wizamart/framework/database"
)

// Options of a data directory.
type Options struct {
	Dir                string // created when missing
	BaseDomain         string
	MaxOpen            int // store files kept open; at least 1
	PlatformMigrations *database.Migrations
	StoreMigrations    *database.Migrations
	Tables             []database.Table // all that are declared
	// Seed runs inside the first transaction of a new store's file.
	Seed func(ctx context.Context, st *Store) error
	// Replicate, when given, is asked once the directory is locked: the Replica keeps a copy of every file elsewhere, as it is written.
	Replicate func() (Replica, error)
	Log       *slog.Logger // slog.Default when nil
}

// Platform is a data directory: the platform database, the index of stores, and the pool of open
// store databases. One process owns it at a time.
type Platform struct {
	DB *database.DB // platform.db
	ID string       // the installation's default platform

	dir              string
	baseDomain       string
	opts             Options
	replica          Replica // nil for none
	lock             *os.File
	index            atomic.Pointer[index]
	reloading        sync.Mutex
	pool             *pool
	settings         atomic.Pointer[Settings]
	merchantSettings atomic.Pointer[map[string]*Settings] // by merchant
	public           map[string]uint64                    // tables of a store whose rows anonymous visitors see, with the bit of their module
	contentModules   map[string]int                       // number of each module's bit
	platforms        atomic.Pointer[platforms]
	arranging        sync.Mutex    // a change of the platforms, until its picture is swapped
	changes          atomic.Uint64 // of the platform's settings and switches
	signalled        atomic.Pointer[func(storeID string)]
	repairs          sync.WaitGroup // quarantines being noted
}

// Open locks the directory, migrates the platform database, finishes or removes stores whose creation
// was interrupted, and reads the index. It opens no store.
func Open(ctx context.Context, opts Options) (*Platform, error) {
	if err := os.MkdirAll(filepath.Join(opts.Dir, "stores"), 0o700); err != nil {
		return nil, fmt.Errorf("create the data directory: %w", err)
	}
	lock, err := lockDir(opts.Dir)
	if err != nil {
		return nil, err
	}
	p := &Platform{dir: opts.Dir, baseDomain: NormalizeHost(opts.BaseDomain), opts: opts, lock: lock}
	p.follow(opts.Tables)
	if opts.Replicate != nil {
		if p.replica, err = opts.Replicate(); err != nil {
			lock.Close()
			return nil, err
		}
	}
	p.pool = newPool(p, max(1, opts.MaxOpen))
	file := filepath.Join(opts.Dir, "platform.db")
	if err = opts.PlatformMigrations.Create(ctx, file); err == nil {
		p.DB, err = p.openDB(file, true)
	}
	if err != nil {
		lock.Close()
		return nil, err
	}
	p.DB.Watch(p.watch("", nil))
	if err := p.start(ctx); err != nil {
		return nil, errors.Join(err, p.Close())
	}
	return p, nil
}

func (p *Platform) start(ctx context.Context) error {
	if err := p.opts.PlatformMigrations.Migrate(ctx, p.DB); err != nil {
		return err
	}
	if err := p.DB.NewQuery("SELECT id FROM tenant_platform ORDER BY created_at LIMIT 1").Row(&p.ID); database.NotFound(err) {
		p.ID = database.NewID()
		err := p.DB.Write(ctx, func(tx *database.DB) error {
			_, err := tx.Insert("tenant_platform", dbx.Params{"id": p.ID, "name": "Default", "created_at": database.Now()}).Execute()
			return err
		})
		if err != nil {
			return fmt.Errorf("create the platform: %w", err)
		}
	} else if err != nil {
		return fmt.Errorf("read the platform: %w", err)
	}
	if err := errors.Join(p.loadPlatforms(ctx), p.loadSettings(ctx), p.loadMerchantSettings(ctx)); err != nil {
		return err
	}
	if err := p.recoverCreations(ctx); err != nil {
		return err
	}
	if err := p.loadQuarantine(ctx); err != nil {
		return err
	}
	return p.Reload(ctx)
}

// Dir is the data directory.
func (p *Platform) Dir() string { return p.dir }

// Close closes every database and gives the directory free. Stores still in use are waited for.
func (p *Platform) Close() error {
	err := p.pool.close()
	p.repairs.Wait()
	return errors.Join(err, p.DB.Close(), p.lock.Close())
}

func (p *Platform) storeDir(id string) string { return filepath.Join(p.dir, "stores", id) }
