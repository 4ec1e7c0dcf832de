package tenant

import (
	"context"
	"fmt"
	"net/mail"
	"strings"
	"unicode/utf8"

	"github.com/gosimple/slug"
	"github.com/pocketbase/dbx"

	"wizamart/framework/database"
	"wizamart/framework/problem"
)

// NewMerchant is what a merchant needs to exist. An empty Code is made from the name; without a PlatformID it is the installation's own.
type NewMerchant struct{ PlatformID, Code, Name, Email string }

func (in *NewMerchant) validate() error {
	in.Name, in.Email, in.Code = strings.TrimSpace(in.Name), strings.TrimSpace(in.Email), strings.TrimSpace(in.Code)
	if in.Code == "" {
		in.Code = slug.Make(in.Name)
	}
	var f problem.Fields
	f.Check(in.Name != "" && utf8.RuneCountInString(in.Name) <= 100, "name", "Enter a name of at most 100 characters.")
	a, err := mail.ParseAddress(in.Email)
	f.Check(err == nil && a.Address == in.Email && len(in.Email) <= 254, "email", "Enter an e-mail address, such as owner@example.com.")
	f.Check(codeForm.MatchString(in.Code) && len(in.Code) <= 40, "code", "Use at most 40 lower-case letters, digits and single hyphens, starting with a letter.")
	return f.Err()
}

// CreateMerchant adds a merchant.
func (p *Platform) CreateMerchant(ctx context.Context, in NewMerchant) (Merchant, error) {
	if err := in.validate(); err != nil {
		return Merchant{}, err
	}
	platform := p.PlatformByID(in.PlatformID)
	if platform == nil {
		return Merchant{}, problem.On("platform", "Choose a platform.")
	}
	m := Merchant{ID: database.NewID(), PlatformID: platform.ID, Code: in.Code, Name: in.Name, Email: in.Email, CreatedAt: database.Now()}
	err := p.DB.Write(ctx, func(tx *database.DB) error {
		var taken int
		if err := tx.NewQuery("SELECT count(*) FROM tenant_merchant WHERE code = {:c}").Bind(dbx.Params{"c": m.Code}).Row(&taken); err != nil {
			return err
		}
		if taken > 0 {
			return problem.On("code", "There is a merchant with the code “%s” already.", m.Code)
		}
		_, err := tx.Insert("tenant_merchant", dbx.Params{
			"id": m.ID, "platform_id": m.PlatformID, "code": m.Code, "name": m.Name, "email": m.Email, "created_at": m.CreatedAt,
		}).Execute()
		return err
	})
	return m, err
}

// UpdateMerchant changes a merchant's name and e-mail.
func (p *Platform) UpdateMerchant(ctx context.Context, id string, in NewMerchant) error {
	if err := in.validate(); err != nil {
		return err
	}
	err := p.DB.Write(ctx, func(tx *database.DB) error {
		n, err := tx.Exec("UPDATE tenant_merchant SET name = {:n}, email = {:e} WHERE id = {:id} AND deleted_at IS NULL",
			dbx.Params{"id": id, "n": in.Name, "e": in.Email})
		if err == nil && n == 0 {
			return problem.New(problem.NotFound, "This merchant does not exist.")
		}
		return err
	})
	if err != nil {
		return err
	}
	return p.Reload(ctx)
}

// Merchants lists merchants by name; search looks in name, code and e-mail.
func (p *Platform) Merchants(ctx context.Context, search string) ([]Merchant, error) {
	var out []Merchant
	err := p.DB.NewQuery(`SELECT id, platform_id, code, name, email, created_at, suspended_at, suspend_reason FROM tenant_merchant WHERE deleted_at IS NULL
		AND ({:q} = '' OR instr(lower(name || ' ' || code || ' ' || email), lower({:q})) > 0) ORDER BY name COLLATE NOCASE`).
		Bind(dbx.Params{"q": strings.TrimSpace(search)}).WithContext(ctx).All(&out)
	if err != nil {
		return nil, fmt.Errorf("list merchants: %w", err)
	}
	return out, nil
}

// Merchant finds one by id or code.
func (p *Platform) Merchant(ctx context.Context, idOrCode string) (Merchant, error) {
	var m Merchant
	err := p.DB.NewQuery(`SELECT id, platform_id, code, name, email, created_at, suspended_at, suspend_reason FROM tenant_merchant
		WHERE deleted_at IS NULL AND (id = {:x} OR code = {:x})`).Bind(dbx.Params{"x": idOrCode}).WithContext(ctx).One(&m)
	if database.NotFound(err) {
		return m, problem.New(problem.NotFound, "There is no merchant “%s”.", idOrCode)
	}
	return m, err
}

// StoreChange is what can be changed of a store.
type StoreChange struct {
	Name   string
	Locale string
}

// UpdateStore changes a store's name and language.
func (p *Platform) UpdateStore(ctx context.Context, id string, in StoreChange) error {
	info := p.ByID(id)
	if info == nil {
		return problem.New(problem.NotFound, "This store does not exist.")
	}
	check := NewStore{Code: info.Code, Name: in.Name, Currency: info.Currency, Locale: in.Locale}
	if err := check.validate(); err != nil {
		return err
	}
	err := p.DB.Write(ctx, func(tx *database.DB) error {
		_, err := tx.Exec("UPDATE tenant_store SET name = {:n}, locale = {:l} WHERE id = {:id}", dbx.Params{"id": id, "n": check.Name, "l": in.Locale})
		return err
	})
	if err != nil {
		return fmt.Errorf("update the store: %w", err)
	}
	return p.Reload(ctx)
}
