package tenant_test

import (
	"context"
	"testing"

	"wizamart/framework/database"
	"wizamart/tenant"
	"wizamart/tenant/tenanttest"
)

// A store's version changes with what anonymous visitors see of it, and with nothing else.
func TestVersion(t *testing.T) {
	o := tenanttest.Options(t, t.TempDir())
	o.Tables = tenant.Tables
	p := tenanttest.OpenWith(t, o)
	ctx := context.Background()
	stores := tenanttest.NewStores(t, p, "one", "two")
	st, release, err := p.Acquire(ctx, stores[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	defer release()
	nothing := func(*tenant.Store) error { return nil }
	for _, c := range []struct {
		name       string
		do         func() error
		own, other bool
	}{
		{"a write of nothing", func() error { return st.Write(ctx, nothing) }, false, false},
		{"a setting", func() error { return st.SetSettings(ctx, map[string]string{"a": "b"}) }, true, false},
		{"what it says itself", func() error { return st.Write(ctx, func(tx *tenant.Store) error { return tx.TouchPublic() }) }, true, false},
		{"a look at all stores", func() error { return p.Reload(ctx) }, false, false},
		{"its name", func() error {
			err := p.DB.Write(ctx, func(tx *database.DB) error {
				_, err := tx.ExecContext(ctx, "UPDATE tenant_store SET name = 'Uno' WHERE id = ?", stores[0].ID)
				return err
			})
			if err != nil {
				return err
			}
			return p.Reload(ctx)
		}, true, false},
		{"a setting of the platform", func() error { return p.SetSettings(ctx, map[string]string{"a.b": "x"}) }, true, true},
		{"a module that is switched off", func() error {
			return p.SwitchModules(ctx, "", map[string]bool{"x": false}, func(*database.DB) error { return nil })
		}, true, true},
	} {
		own, other := st.Version(), p.Version(p.ByCode("two"))
		if err := c.do(); err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		if got := st.Version() != own; got != c.own {
			t.Errorf("%s: the store's version changes: %v", c.name, got)
		}
		if got := p.Version(p.ByCode("two")) != other; got != c.other {
			t.Errorf("%s: the other store's version changes: %v", c.name, got)
		}
	}
}
