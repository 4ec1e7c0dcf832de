package tenant

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/bojanz/currency"
	"github.com/pocketbase/dbx"
	"golang.org/x/text/language"

	"wizamart/framework/database"
	"wizamart/framework/problem"
)

// NewStore is what a store needs to exist.
type NewStore struct {
	MerchantID string
	Code       string
	Name       string
	Currency   string // ISO 4217
	Locale     string // BCP 47
	Launched   bool   // open to everybody at once; otherwise its shop asks for a password until it is launched
}

func (in *NewStore) validate() error {
	in.Code, in.Name = strings.ToLower(strings.TrimSpace(in.Code)), strings.TrimSpace(in.Name)
	in.Currency = strings.ToUpper(strings.TrimSpace(in.Currency))
	var f problem.Fields
	checkCode(&f, in.Code)
	f.Check(in.Name != "" && utf8.RuneCountInString(in.Name) <= 100, "name", "Enter a name of at most 100 characters.")
	f.Check(currency.IsValid(in.Currency), "currency", "Choose an ISO 4217 currency, such as EUR.")
	_, err := language.Parse(in.Locale)
	f.Check(err == nil, "locale", "Choose a language, such as en or de-AT.")
	return f.Err()
}

// CreateStore makes a store: a row, a migrated and seeded file, and its name under the base domain.
// It is atomic: a crash half-way leaves nothing behind, or a store that the next start completes.
func (p *Platform) CreateStore(ctx context.Context, in NewStore) (*Info, error) {
	if err := in.validate(); err != nil {
		return nil, err
	}
	id, platform := database.NewID(), ""
	err := p.DB.Write(ctx, func(tx *database.DB) error {
		var taken int
		if err := tx.NewQuery("SELECT count(*) FROM tenant_store WHERE code = {:c}").Bind(dbx.Params{"c": in.Code}).Row(&taken); err != nil {
			return err
		}
		if taken > 0 {
			return problem.On("code", "There is a store with the code “%s” already.", in.Code)
		}
		err := tx.NewQuery("SELECT platform_id FROM tenant_merchant WHERE id = {:m} AND deleted_at IS NULL").Bind(dbx.Params{"m": in.MerchantID}).Row(&platform)
		if database.NotFound(err) {
			return problem.On("merchant", "This merchant does not exist.")
		}
		if err != nil {
			return err
		}
		var launched any
		if in.Launched {
			launched = database.Now()
		}
		_, err = tx.Insert("tenant_store", dbx.Params{
			"id": id, "platform_id": platform, "merchant_id": in.MerchantID, "code": in.Code, "name": in.Name,
			"currency": in.Currency, "locale": in.Locale, "state": Creating, "created_at": database.Now(), "launched_at": launched,
		}).Execute()
		return err
	})
	if err != nil {
		return nil, err
	}
	info := &Info{ID: id, PlatformID: platform, MerchantID: in.MerchantID, Code: in.Code, Name: in.Name, Currency: in.Currency, Locale: in.Locale, State: Creating, Base: p.PlatformByID(platform).BaseDomain}
	if err := p.buildStore(ctx, info); err != nil {
		return nil, errors.Join(err, p.abandon(ctx, id))
	}
	if err := p.publish(ctx, id); err != nil {
		return nil, err
	}
	if p.replica != nil {
		p.repairs.Go(func() { p.firstCopy(id) })
	}
	return p.ByID(id), nil
}

// firstCopy has a new store's file go to the replica, which otherwise hears of it with the first write.
func (p *Platform) firstCopy(id string) {
	st, release, err := p.Acquire(context.Background(), id)
	if err != nil {
		return // it goes there when it is first written, or looked after
	}
	defer release()
	if err := st.Write(context.Background(), func(*Store) error { return nil }); err != nil {
		p.log().Warn("a new store is not at the replica yet", "store", id, "error", err)
	}
}

// buildStore makes the file under a temporary name and moves it to its place when it is whole.
func (p *Platform) buildStore(ctx context.Context, info *Info) error {
	temp := p.storeDir(".new-" + info.ID)
	if err := os.MkdirAll(filepath.Join(temp, "media"), 0o700); err != nil {
		return fmt.Errorf("create the store's directory: %w", err)
	}
	file := filepath.Join(temp, "store.db")
	if err := p.opts.StoreMigrations.Create(ctx, file); err != nil {
		return fmt.Errorf("build the store's file: %w", err)
	}
	db, err := database.Open(file, false)
	if err != nil {
		return err
	}
	o := &opened{platform: p, id: info.ID, db: db}
	o.info.Store(info)
	o.settings.Store(&Settings{})
	err = (&Store{DB: db, shared: o}).Write(ctx, func(tx *Store) error {
		if _, err := tx.Insert("tenant_identity", dbx.Params{"store_id": info.ID, "created_at": database.Now()}).Execute(); err != nil {
			return err
		}
		if p.opts.Seed == nil {
			return nil
		}
		return p.opts.Seed(ctx, tx)
	})
	if err := errors.Join(err, db.Close()); err != nil {
		return fmt.Errorf("build the store's file: %w", err)
	}
	if err := os.Rename(temp, p.storeDir(info.ID)); err != nil {
		return fmt.Errorf("put the store in its place: %w", err)
	}
	return syncDir(filepath.Join(p.dir, "stores"))
}

// publish makes a built store live.
func (p *Platform) publish(ctx context.Context, id string) error {
	err := p.DB.Write(ctx, func(tx *database.DB) error {
		n, err := tx.Exec("UPDATE tenant_store SET state = 'live' WHERE id = {:id} AND state = 'creating'", dbx.Params{"id": id})
		if err != nil || n == 0 {
			return err
		}
		return writeDue(tx, id, time.Now(), "new") // what the seed left to be done
	})
	if err != nil {
		return fmt.Errorf("publish the store: %w", err)
	}
	return p.Reload(ctx)
}

func (p *Platform) abandon(ctx context.Context, id string) error {
	err := os.RemoveAll(p.storeDir(".new-" + id))
	return errors.Join(err, p.DB.Write(context.WithoutCancel(ctx), func(tx *database.DB) error {
		_, err := tx.Exec("DELETE FROM tenant_store WHERE id = {:id} AND state = 'creating'", dbx.Params{"id": id})
		return err
	}))
}

// recoverCreations completes the stores whose file is whole and removes the rest.
func (p *Platform) recoverCreations(ctx context.Context) error {
	var ids []string
	if err := p.DB.NewQuery("SELECT id FROM tenant_store WHERE state = 'creating'").Column(&ids); err != nil {
		return fmt.Errorf("find interrupted creations: %w", err)
	}
	for _, id := range ids {
		if _, err := os.Stat(filepath.Join(p.storeDir(id), "store.db")); err == nil {
			if err := p.publish(ctx, id); err != nil {
				return err
			}
		} else if err := p.abandon(ctx, id); err != nil {
			return err
		}
	}
	stale, err := filepath.Glob(p.storeDir(".new-*"))
	if err != nil {
		return err
	}
	for _, dir := range stale {
		if err := os.RemoveAll(dir); err != nil {
			return fmt.Errorf("remove an unfinished store: %w", err)
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
