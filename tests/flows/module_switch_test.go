package flows

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"wizamart/framework/app"
	"wizamart/framework/job"
	"wizamart/framework/web"
	"wizamart/modules/catalog"
	"wizamart/modules/platforms"
	"wizamart/modules/tenancy"
	"wizamart/tenant"
	"wizamart/tests/harness"
)

// two is an installation of two platforms with a store each: north on its own, south on the other.
type two struct {
	*shelf
	other *tenant.PlatformInfo
	owner *harness.Browser
	admin *harness.Browser
}

func openTwo(t *testing.T) *two {
	t.Helper()
	s := &two{shelf: openShelf(t)}
	ctx, staff := t.Context(), harness.Service[*tenancy.Service](s.Platform)
	var err error
	if s.other, err = harness.Service[*platforms.Service](s.Platform).CreatePlatform(ctx, tenant.PlatformChange{Name: "Second", BaseDomain: "Second.TEST"}); err != nil {
		t.Fatal(err)
	}
	m, err := staff.CreateMerchant(ctx, tenant.NewMerchant{PlatformID: s.other.ID, Name: "South", Email: "south@merchant.test"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := staff.CreateStore(ctx, tenant.NewStore{MerchantID: m.ID, Code: "south", Name: "South", Currency: "EUR", Locale: "en", Launched: true}); err != nil {
		t.Fatal(err)
	}
	s.owner, s.admin = s.Staff(t, "owner", "north"), s.Staff(t, "admin", "north")
	return s
}

var parameter = regexp.MustCompile(`[:*][a-z_]+`)

// ask calls a route with made-up ids, as somebody who may.
func (s *two) ask(t *testing.T, r *web.Route, guest *harness.Browser) int {
	t.Helper()
	path := parameter.ReplaceAllString(strings.Replace(r.Pattern, "/stores/:store", "/stores/north", 1), "x")
	switch {
	case r.Surface == web.Storefront:
		path = s.ShopURL("north", path)
	case r.Surface == web.Dashboard:
		path, guest = s.DashboardURL("north", path), s.owner
	case r.Surface == web.API:
		path, guest = s.APIURL(path), s.owner
	default:
		return 0 // the installation's
	}
	if r.Surface == web.API {
		return guest.JSON(t, r.Method, path, map[string]any{}).Status
	}
	if r.Method == http.MethodPost {
		return guest.Post(t, path, url.Values{}).Status
	}
	return guest.Get(t, path).Status
}

// A module that is off is nowhere to be found, on any surface, in the stores of that platform alone; and back it is as before.
func TestModuleOffIsOffEverywhere(t *testing.T) {
	about(t, "core", "platforms", "storefront", "dashboard", "api")
	s := openTwo(t)
	guest := s.Guest(t)
	for _, m := range s.App.Registry.Modules() {
		if m.Kind != app.Optional {
			continue
		}
		var mine []*web.Route
		for _, r := range s.App.Routes() {
			if r.Module == m.Name && !r.Always && (r.Surface != web.API || strings.HasPrefix(r.Pattern, "/stores/:store")) {
				mine = append(mine, r)
			}
		}
		entry := ""
		for _, item := range m.Menu {
			if item.Surface == web.Dashboard {
				entry = item.Path
			}
		}
		s.Switch(t, m.Name, false)
		for _, r := range mine {
			if got := s.ask(t, r, guest); got != 0 && got != 404 {
				t.Errorf("%s is off, but %s %s %s answers %d", m.Name, r.Surface, r.Method, r.Pattern, got)
			}
		}
		home := s.owner.Get(t, s.DashboardURL("north", "/")).Want(t, 200)
		for _, item := range m.Menu {
			if item.Surface == web.Dashboard && home.Doc(t).Find(fmt.Sprintf(".sidebar a[href='/store/north%s']", item.Path)).Length() > 0 {
				t.Errorf("%s is off, but %s stands in the menu", m.Name, item.Label)
			}
		}
		if entry != "" {
			s.admin.Get(t, s.DashboardURL("south", entry)).Want(t, 200) // the other platform knows nothing of it
		}
		s.Switch(t, m.Name, true)
		if entry != "" {
			s.owner.Get(t, s.DashboardURL("north", entry)).Want(t, 200).Has(t, fmt.Sprintf(".sidebar a[href='/store/north%s']", entry), "")
		}
	}
}

// What is off is not found, not allowed, not shown from memory, and its jobs wait; when it comes back they are due at once.
func TestModuleOffReachesMemorySearchAndJobs(t *testing.T) {
	about(t, "core", "platforms", "catalog", "storefront", "dashboard")
	s := openTwo(t)
	ctx, guest := t.Context(), s.Guest(t)
	find := s.DashboardURL("north", "/search?q=Shell")
	var kept uint64
	if kept, _ = s.from(func() { guest.Get(t, s.page()); guest.Get(t, s.page()).Want(t, 200) }); kept == 0 {
		t.Fatal("the page does not come from memory: the test shows nothing")
	}
	s.owner.Get(t, find).Want(t, 200).Has(t, ".list", "Shell")
	s.Switch(t, "catalog", false)
	guest.Get(t, s.page()).Want(t, 404)
	if s.owner.Get(t, find).Want(t, 200).Doc(t).Find(".list-link[href*='/products/']").Length() > 0 {
		t.Error("a search finds products")
	}
	s.write(t, s.st, func(tx *tenant.Store) error {
		_, err := job.Enqueue(tx.DB, job.New{Kind: "catalog.import", MaxAttempts: 1})
		return err
	})
	pending := func() time.Duration {
		at, ok, err := s.App.Jobs.Pending(ctx, s.st)
		if err != nil || !ok {
			t.Fatal(ok, err)
		}
		return time.Until(at)
	}
	if pending() < 30*time.Minute {
		t.Error("its job does not wait")
	}
	if err := s.st.Drained(ctx, func() (time.Time, bool, error) { return s.App.Jobs.Pending(ctx, s.st) }); err != nil {
		t.Fatal(err)
	}
	due := func() bool {
		ids, err := s.App.Platform.Due(ctx, time.Now(), 10)
		if err != nil {
			t.Fatal(err)
		}
		return slices.Contains(ids, s.st.ID())
	}
	if due() {
		t.Error("the store is due although all waits")
	}
	s.Switch(t, "catalog", true)
	if wait, is := pending(), due(); wait > 0 || !is {
		t.Error("its job is not due when it is back:", wait, is)
	}
	guest.Get(t, s.page()).Want(t, 200)
	s.owner.Get(t, find).Want(t, 200).Has(t, ".list", "Shell")
}

// Whoever asks while a module goes off and on gets the page or “not found”, never anything else, and in the end the page.
func TestModuleSwitchedUnderLoad(t *testing.T) {
	about(t, "core", "platforms", "catalog", "storefront", "dashboard")
	s := openTwo(t)
	var asking sync.WaitGroup
	done := make(chan struct{})
	for _, b := range []struct {
		who *harness.Browser
		url string
	}{{s.Guest(t), s.page()}, {s.owner, s.DashboardURL("north", "/products")}, {s.owner, s.APIURL("/stores/north/products")}, {s.owner, s.DashboardURL("north", "/")}} {
		asking.Go(func() {
			for n := 0; ; n++ {
				select {
				case <-done:
					return
				default:
				}
				if got := b.who.Get(t, b.url).Status; got != 200 && got != 404 {
					t.Errorf("%s: %d", b.url, got)
					return
				}
			}
		})
	}
	for range 15 {
		s.Switch(t, "catalog", false)
		s.Guest(t).Get(t, s.page()).Want(t, 404)
		s.Switch(t, "catalog", true)
		s.Guest(t).Get(t, s.page()).Want(t, 200)
	}
	close(done)
	asking.Wait()
	if n, err := harness.Service[*catalog.Service](s.Platform).StatusCounts(t.Context(), s.st); err != nil || n[catalog.Active] != 1 {
		t.Error(n, err)
	}
}

// The operator turns a module off after having been shown what goes with it, and on again with what it needs.
func TestOperatorSwitchesModules(t *testing.T) {
	about(t, "platforms", "admin")
	s := openTwo(t)
	page := s.admin.Get(t, s.AdminURL("/modules/orders")).Want(t, 200)
	page.Has(t, ".consequences", "not found").Has(t, "form", "go off with it").Has(t, ".along summary", "Messaging")
	stale := page.Form(t, "form[action$='/switches']")
	stale.Values.Set("agreed", "payments")
	s.admin.Submit(t, stale).Want(t, 303) // not what was shown
	if !s.App.EnabledFor(s.st, "orders") {
		t.Fatal("it is off although nobody agreed")
	}
	s.admin.Submit(t, page.Form(t, "form[action$='/switches']")).Want(t, 303)
	for _, name := range []string{"orders", "payments", "checkout", "messaging"} {
		if s.App.EnabledFor(s.st, name) || !s.App.EnabledIn(s.other.ID, name) {
			t.Errorf("%s is on, or off on the other platform too", name)
		}
	}
	s.admin.Get(t, s.AdminURL("/modules")).Want(t, 200).Has(t, "main", "waits for")
	need := s.admin.Get(t, s.AdminURL("/modules/checkout")).Want(t, 200).Has(t, "form", "turned on with it")
	s.admin.Follow(t, s.admin.Submit(t, need.Form(t, "form[action$='/switches']")).Want(t, 303)).Has(t, "main", "Customers were not written to")
	for _, name := range []string{"orders", "payments", "checkout", "messaging"} {
		if !s.App.EnabledFor(s.st, name) {
			t.Errorf("%s is not back", name)
		}
	}
	s.admin.Post(t, s.AdminURL("/modules/core/switches"), url.Values{"on": {"0"}}).Want(t, 303)
	if !s.App.EnabledFor(s.st, "core") {
		t.Error("the core can be switched off")
	}
	var n int
	if err := s.App.Platform.DB.NewQuery("SELECT count(*) FROM audit_entry WHERE action LIKE 'platforms.module.%' AND address <> '' AND actor_name <> ''").Row(&n); err != nil || n != 3 {
		t.Errorf("%d switches were noted, want 3 (%v)", n, err)
	}
	api := s.APIURL("/platforms/" + s.other.ID + "/modules/orders")
	s.admin.JSON(t, "PUT", api, map[string]any{"on": false}).Want(t, 409)
	s.admin.JSON(t, "PUT", api, map[string]any{"on": false, "along": []string{"payments", "checkout", "messaging"}}).Want(t, 200)
	if s.App.EnabledIn(s.other.ID, "messaging") || !s.App.EnabledFor(s.st, "orders") {
		t.Error("the API switched the wrong platform")
	}
}

// A second platform has its stores under its own base domain, and no other.
func TestSecondPlatform(t *testing.T) {
	about(t, "platforms", "admin", "storefront")
	s := openTwo(t)
	guest := s.Guest(t)
	guest.Get(t, "http://south.second.test/").Want(t, 200)
	guest.Get(t, "http://south.wizamart.test/").Want(t, 404)
	guest.Get(t, "http://north.second.test/").Want(t, 404)
	guest.Get(t, "http://second.test/sign-in").Want(t, 200)
	guest.Get(t, "http://second.test/admin/").Want(t, 303, 404)
	guest.Get(t, "http://admin.second.test/").Want(t, 404)
	for _, bad := range []string{"", "single", "10.0.0.1", "wizamart.test", "shops.wizamart.test", "test", "a.second.test"} {
		s.admin.Post(t, s.AdminURL("/platforms"), url.Values{"name": {"Third"}, "base_domain": {bad}}).Want(t, 422).Has(t, "#base_domain-error", "")
	}
	if _, err := s.App.Platform.CustomHost("shop.second.test"); err == nil {
		t.Error("a store could take a name under the base domain of a platform")
	}
	s.admin.Post(t, s.AdminURL("/platforms/"+s.other.ID), url.Values{"name": {"Moved"}, "base_domain": {"moved.test"}}).Want(t, 303)
	guest.Get(t, "http://south.moved.test/").Want(t, 200)
	guest.Get(t, "http://south.second.test/").Want(t, 404)
	s.admin.Get(t, s.AdminURL("/platforms")).Want(t, 200).Has(t, "table", "moved.test")
}
