package tenancy_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"wizamart/framework/auth"
	"wizamart/framework/config"
	"wizamart/framework/problem"
	"wizamart/modules/tenancy"
	"wizamart/tests/harness"
)

func TestRolesReachWhatTheySay(t *testing.T) {
	p := harness.Start(t, harness.WithoutBackground())
	p.Store(t, "one", "EUR")
	p.Store(t, "two", "EUR")
	pages := map[string]string{ // path → permission
		"/": "core.read", "/products": "catalog.read", "/orders": "orders.read", "/customers": "customers.read",
		"/inventory": "inventory.read", "/theme": "cms.read", "/settings": "core.settings",
	}
	for _, role := range tenancy.Roles {
		staff := p.Staff(t, role.Name, "one")
		for path, perm := range pages {
			want := http.StatusOK
			if !role.Set.Allows(perm) {
				want = http.StatusForbidden
			}
			page := staff.Get(t, p.DashboardURL("one", path)).Want(t, want)
			if want == http.StatusForbidden && strings.Contains(page.Body, `aria-current="page"`) {
				t.Errorf("%s sees a menu entry for %s", role.Name, path)
			}
			staff.Get(t, p.DashboardURL("two", path)).Want(t, http.StatusNotFound)
		}
		staff.Get(t, p.AdminURL("/")).Want(t, http.StatusForbidden)
	}
}

func TestAccessChangesOnTheNextRequest(t *testing.T) {
	p := harness.Start(t, harness.WithoutBackground())
	p.Store(t, "one", "EUR")
	staff := harness.Service[*tenancy.Service](p)
	b := p.Staff(t, "viewer", "one")
	u, err := p.App.Auth.UserByEmail(t.Context(), p.App.Platform.DB, "viewer-one@staff.test")
	if err != nil {
		t.Fatal(err)
	}
	settings, api := p.DashboardURL("one", "/settings"), p.APIURL("/stores/one/products")
	b.Get(t, settings).Want(t, http.StatusForbidden)
	b.Get(t, api).Want(t, http.StatusOK)
	m := staff.Memberships(u.ID)[0]
	m.Role = "owner"
	if err := staff.AddMembership(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	b.Get(t, settings).Want(t, http.StatusOK)
	if len(staff.Memberships(u.ID)) != 1 {
		t.Fatal("a role in the same place is replaced, not added")
	}
	if err := staff.RemoveMembership(t.Context(), u.ID, staff.Memberships(u.ID)[0].ID); err != nil {
		t.Fatal(err)
	}
	b.Get(t, settings).Want(t, http.StatusNotFound)
	b.Get(t, api).Want(t, http.StatusNotFound)
	if err := staff.SetUserDisabled(t.Context(), u.ID, true); err != nil {
		t.Fatal(err)
	}
	b.Get(t, "http://"+p.Base+"/").Want(t, http.StatusSeeOther)
}

func TestFormsKeepWhatWasTyped(t *testing.T) {
	p := harness.Start(t, harness.WithoutBackground())
	info := p.Store(t, "one", "EUR")
	admin := p.Staff(t, "admin", "one")
	for _, tt := range []struct {
		path  string
		form  url.Values
		field string
		keeps map[string]string
	}{
		{"/merchants", url.Values{"name": {"Løve & Søn"}, "email": {"not an address"}}, "email", map[string]string{"name": "Løve & Søn", "email": "not an address"}},
		{"/merchants", url.Values{"name": {"Twice"}, "email": {"a@b.test"}, "code": {"one-merchant"}}, "code", map[string]string{"name": "Twice"}},
		{"/stores", url.Values{"merchant": {info.MerchantID}, "store_name": {"Admin"}, "store_code": {"admin"}, "currency": {"EUR"}, "locale": {"en"}}, "store_code", map[string]string{"store_name": "Admin", "store_code": "admin"}},
		{"/stores", url.Values{"merchant": {info.MerchantID}, "store_name": {"Up"}, "store_code": {"../up"}, "currency": {"EUR"}, "locale": {"en"}}, "store_code", map[string]string{"store_code": "../up"}},
		{"/users", url.Values{"name": {"Ann"}, "email": {"ann@x.test"}, "password": {"short"}}, "password", map[string]string{"name": "Ann", "email": "ann@x.test"}},
	} {
		page := admin.Post(t, p.AdminURL(tt.path), tt.form).Want(t, http.StatusUnprocessableEntity)
		doc := page.Doc(t)
		if invalid := doc.Find(`[name="` + tt.field + `"][aria-invalid="true"]`); invalid.Length() != 1 {
			t.Errorf("%s: the field %s is not marked", tt.path, tt.field)
		}
		for name, value := range tt.keeps {
			if got, _ := doc.Find(`form[method="post"] [name="` + name + `"]`).Last().Attr("value"); got != value {
				t.Errorf("%s: %s became %q", tt.path, name, got)
			}
		}
	}
}

func TestDemoUsersAreForLoopbackAlone(t *testing.T) {
	p := harness.Start(t, harness.WithoutBackground(), harness.Configure(func(c *config.Serve) { c.Development, c.Listen = false, "0.0.0.0:80" }))
	p.Store(t, "one", "EUR")
	u := p.User(t, "owner", "one")
	staff := harness.Service[*tenancy.Service](p)
	if err := staff.MarkDemo(t.Context(), u.Email); err != nil {
		t.Fatal(err)
	}
	for _, email := range []string{u.Email, strings.ToUpper(u.Email), " " + u.Email + " "} {
		if _, err := staff.SignIn(t.Context(), email, harness.Password, "192.0.2.1"); !problem.Is(err, problem.Forbidden) {
			t.Errorf("%q: %v, want it refused", email, err)
		}
	}
	if _, err := staff.CreateUser(t.Context(), auth.NewUser{Email: "real@x.test", Name: "Real", Password: harness.Password}); err != nil {
		t.Fatal(err)
	}
	if _, err := staff.SignIn(t.Context(), "real@x.test", harness.Password, "192.0.2.1"); err != nil {
		t.Errorf("a real user: %v", err)
	}
}
