package platforms_test

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"wizamart/tests/harness"
)

// The operator arranges the sidebar with buttons alone; what would lock people out cannot be hidden, and all comes back.
func TestArrangeMenu(t *testing.T) {
	p := harness.Start(t, harness.WithoutBackground())
	p.Store(t, "fjord", "EUR")
	admin, owner := p.Staff(t, "admin", "fjord"), p.Staff(t, "owner", "fjord")
	at := p.AdminURL("/menus?surface=dashboard")
	sidebar := func() (out []string) {
		owner.Get(t, p.DashboardURL("fjord", "/")).Want(t, 200).Doc(t).Find(".sidebar .nav-group a").Each(func(_ int, s *goquery.Selection) {
			out = append(out, strings.TrimPrefix(s.AttrOr("href", ""), "/store/fjord"))
		})
		return out
	}
	usual := sidebar()
	press := func(name, value string, hide ...string) {
		t.Helper()
		f := admin.Get(t, at).Want(t, 200).Form(t, "form[x-data]")
		for _, entry := range hide {
			f.Values["shown"] = slices.DeleteFunc(f.Values["shown"], func(v string) bool { return v == entry })
		}
		if name != "" {
			f.Values.Set(name, value)
		}
		admin.Submit(t, f).Want(t, 303)
	}
	press("move", "up /categories", "/mails", "/")
	got := sidebar()
	if slices.Contains(got, "/mails") || !slices.Contains(got, "/") || slices.Index(got, "/categories")+1 != slices.Index(got, "/products") {
		t.Errorf("%v", got)
	}
	owner.Get(t, p.DashboardURL("fjord", "/mails")).Want(t, 200) // hidden is not forbidden
	groups := func() (out []string) {
		owner.Get(t, p.DashboardURL("fjord", "/")).Want(t, 200).Doc(t).Find(".sidebar .nav-group-title").Each(func(_ int, s *goquery.Selection) { out = append(out, strings.TrimSpace(s.Text())) })
		return out
	}
	before := groups()
	at2 := slices.Index(before, "Settings")
	press("move_group", "up Settings")
	want := slices.Clone(before)
	want[at2-1], want[at2] = want[at2], want[at2-1]
	if got := groups(); at2 < 2 || !slices.Equal(got, want) {
		t.Errorf("one press: %v, want %v", got, want)
	}
	// A group of which nothing is shown is no place to stop at.
	press("move_group", "up Settings", "/theme", "/pages", "/redirects")
	if got, want := groups(), slices.DeleteFunc(slices.Clone(want), func(g string) bool { return g == "Online store" }); slices.Index(got, "Settings") != slices.Index(want, "Settings")-1 || len(got) != len(want) {
		t.Errorf("past a hidden group: %v, before %v", got, want)
	}
	p.Switch(t, "catalog", false)
	press("move", "down /domains")
	p.Switch(t, "catalog", true)
	if got := sidebar(); slices.Index(got, "/categories")+1 != slices.Index(got, "/products") {
		t.Errorf("a module that was off lost its places: %v", got)
	}
	press("reset", "1")
	if got := sidebar(); !slices.Equal(got, usual) {
		t.Errorf("%v, want %v", got, usual)
	}
	admin.Post(t, p.AdminURL("/menus"), url.Values{"surface": {"storefront"}}).Want(t, 404)
	api := p.APIURL("/platforms/default/menus/admin")
	admin.JSON(t, "PUT", api, map[string]any{"entries": []map[string]any{{"entry": "/modules", "hidden": true}}}).Want(t, 422)
	admin.JSON(t, "PUT", api, map[string]any{"entries": []map[string]any{{"entry": "/stores", "hidden": true}}}).Want(t, 200)
	owner.JSON(t, "PUT", api, map[string]any{"entries": []map[string]any{}}).Want(t, 403)
}
