package flows

import (
	"bytes"
	"fmt"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"wizamart/modules/catalog"
	"wizamart/tests/harness"
)

// Large uploads go through files; none of them stays.
func TestUploadsAreTidiedAway(t *testing.T) {
	about(t, "catalog", "cms", "dashboard")
	p := harness.Start(t, harness.WithoutBackground())
	p.Store(t, "north", "EUR")
	owner := p.Staff(t, "owner", "north")
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	made := owner.Post(t, p.DashboardURL("north", "/products"), url.Values{"title": {"Lamp"}})
	address := made.Header.Get("Location")
	if address == "" {
		address = made.URL
	}
	product := address[strings.LastIndexByte(address, '/')+1:]
	form := &harness.Form{URL: p.DashboardURL("north", "/products/"+product+"/images")}
	junk := make([]byte, 12<<20) // more than a form keeps in memory
	page := owner.SubmitFiles(t, form, harness.Upload{Field: "images", Name: "lamp.png", Data: bytes.NewReader(junk)})
	if page.Status >= 400 {
		t.Fatalf("%s: %d", page.URL, page.Status)
	}
	theme := &harness.Form{URL: p.DashboardURL("north", "/theme")}
	owner.SubmitFiles(t, theme, harness.Upload{Field: "logo_file", Name: "logo.png", Data: bytes.NewReader(junk)})
	if left, err := filepath.Glob(filepath.Join(dir, "*")); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

// Whatever answers, browsers are told to be careful with it.
func TestEveryAnswerIsGuarded(t *testing.T) {
	about(t, "core", "storefront", "dashboard", "portal", "api")
	p := harness.Start(t, harness.WithoutBackground())
	p.Store(t, "north", "EUR")
	guest := p.Guest(t)
	for _, address := range []string{
		p.ShopURL("north", "/"), p.ShopURL("north", "/nowhere"), p.ShopURL("north", "/theme.css"), p.ShopURL("north", "/favicon.svg"), p.ShopURL("north", "/assets/none"),
		p.ShopURL("north", "/media/none"), "http://nobody." + p.Base + "/", "http://" + p.Base + "/sign-in", "http://" + p.Base + "/health", "http://" + p.Base + p.App.Site.Assets.URL("app.css"),
		p.APIURL("/nowhere"), p.APIURL("/stores"),
	} {
		page := guest.Get(t, address)
		for _, name := range []string{"Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy"} {
			if page.Header.Get(name) == "" {
				t.Errorf("%s (%d) has no %s", address, page.Status, name)
			}
		}
	}
}

// A search field takes anything; nothing typed there holds the shop up.
func TestSearchesOfAnyLength(t *testing.T) {
	about(t, "catalog", "inventory", "orders", "customers", "core", "tenancy", "dashboard", "admin")
	p := harness.Start(t, harness.WithoutBackground())
	p.Store(t, "north", "EUR")
	owner, operator := p.Staff(t, "owner", "north"), p.Staff(t, "admin", "north")
	owner.Post(t, p.DashboardURL("north", "/products"), url.Values{"title": {"Lamp"}})
	for _, q := range []string{strings.Repeat("a ", 25_000), strings.Repeat("%_", 10_000), strings.Repeat("ä", 9_000)} {
		query := "?q=" + url.QueryEscape(q)
		for _, path := range []string{"/products", "/inventory", "/orders", "/customers", "/search", "/categories"} {
			started := time.Now()
			if page := owner.Get(t, p.DashboardURL("north", path+query)); page.Status >= 500 || time.Since(started) > time.Minute {
				t.Errorf("%s?q=%.4s…: %d after %s", path, q, page.Status, time.Since(started))
			}
		}
		for _, path := range []string{"/merchants", "/stores", "/users", "/search"} {
			if page := operator.Get(t, p.AdminURL(path+query)); page.Status >= 500 {
				t.Errorf("%s?q=%.4s…: %d", path, q, page.Status)
			}
		}
		if page := p.Guest(t).Get(t, p.ShopURL("north", "/search"+query)); page.Status >= 500 {
			t.Errorf("the shop's search for %.4s…: %d", q, page.Status)
		}
	}
}

// A page is not many times larger than what was asked: anybody can write anything into a shop's URL.
func TestListingsDoNotGrowWithTheirAddress(t *testing.T) {
	about(t, "catalog", "storefront")
	p := harness.Start(t, harness.WithoutBackground())
	p.Store(t, "north", "EUR")
	lamp := catalog.Product{Title: "Lamp", Status: catalog.Active, Variants: []catalog.Variant{catalog.NewVariant()}}
	if _, err := harness.Service[*catalog.Service](p).Create(t.Context(), p.Open(t, "north"), lamp); err != nil {
		t.Fatal(err)
	}
	guest := p.Guest(t)
	plain := len(guest.Get(t, p.ShopURL("north", "/products")).Want(t, 200).Body)
	many := url.Values{}
	for i := range 2000 {
		many.Add("brand", fmt.Sprint("brand ", i))
		many.Add("unknown", fmt.Sprint(i))
	}
	for name, query := range map[string]string{
		"the same again and again": strings.Repeat("opt=a:1&opt=a:2&", 1000), "many": many.Encode(), "long": "brand=" + strings.Repeat("b", 50_000), "unknown": "x=" + strings.Repeat("x", 50_000),
	} {
		started := time.Now()
		page := guest.Get(t, p.ShopURL("north", "/products?"+query))
		if page.Status != 200 || len(page.Body) > plain+500_000 || time.Since(started) > time.Minute {
			t.Errorf("%s: %d, %d bytes after %s; without filters %d bytes", name, page.Status, len(page.Body), time.Since(started), plain)
		}
	}
}
