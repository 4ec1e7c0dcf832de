// Package tenanttest gives tests a real data directory with merchants and stores.
package tenanttest

import (
	"context"
	"io/fs"
	"testing"
	"testing/fstest"

	"wizamart/framework/database"
	"wizamart/tenant"
)

// Module is a module's name and its migrations.
type Module struct {
	Name  string
	Files fs.FS
}

// SQL is a module of one migration in each scope.
func SQL(name, platform, store string) Module {
	files := fstest.MapFS{}
	if platform != "" {
		files["migrations/platform/001_test.sql"] = &fstest.MapFile{Data: []byte(platform)}
	}
	if store != "" {
		files["migrations/store/001_test.sql"] = &fstest.MapFile{Data: []byte(store)}
	}
	return Module{name, files}
}

// Options are those of a platform in dir, with the schema of tenant and modules.
func Options(tb testing.TB, dir string, modules ...Module) tenant.Options {
	tb.Helper()
	o := tenant.Options{Dir: dir, BaseDomain: "example.test", MaxOpen: 8}
	for scope, into := range map[database.Scope]**database.Migrations{database.Platform: &o.PlatformMigrations, database.Store: &o.StoreMigrations} {
		var steps []database.Migration
		for _, m := range append([]Module{{"tenant", tenant.Migrations}}, modules...) {
			s, err := database.ReadMigrations(m.Name, m.Files, scope)
			if err != nil {
				tb.Fatal(err)
			}
			steps = append(steps, s...)
		}
		*into = database.NewMigrations(steps)
	}
	return o
}

// Open is a platform in a new directory that ends with the test.
func Open(tb testing.TB, modules ...Module) *tenant.Platform {
	tb.Helper()
	return OpenWith(tb, Options(tb, tb.TempDir(), modules...))
}

// OpenWith is a platform with the options, closed when the test ends.
func OpenWith(tb testing.TB, o tenant.Options) *tenant.Platform {
	tb.Helper()
	p, err := tenant.Open(context.Background(), o)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := p.Close(); err != nil {
			tb.Error(err)
		}
	})
	return p
}

// NewStores makes stores with the codes, of one new merchant.
func NewStores(tb testing.TB, p *tenant.Platform, codes ...string) []*tenant.Info {
	tb.Helper()
	ctx := context.Background()
	m, err := p.CreateMerchant(ctx, tenant.NewMerchant{Code: "m" + database.NewID()[24:], Name: "Acme", Email: "owner@example.com"})
	if err != nil {
		tb.Fatal(err)
	}
	var out []*tenant.Info
	for _, code := range codes {
		info, err := p.CreateStore(ctx, tenant.NewStore{MerchantID: m.ID, Code: code, Name: code, Currency: "EUR", Locale: "en", Launched: true})
		if err != nil {
			tb.Fatal(err)
		}
		out = append(out, info)
	}
	return out
}

// Acquire opens a store until the test ends.
func Acquire(tb testing.TB, p *tenant.Platform, id string) *tenant.Store {
	tb.Helper()
	st, release, err := p.Acquire(context.Background(), id)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(release)
	return st
}
