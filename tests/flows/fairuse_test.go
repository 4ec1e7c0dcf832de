package flows

import (
	"bytes"
	"image"
	"image/png"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"wizamart/framework/app"
	"wizamart/framework/config"
	"wizamart/framework/disk"
	"wizamart/framework/limit"
	"wizamart/framework/problem"
	"wizamart/modules/catalog"
	"wizamart/modules/fairuse"
	"wizamart/tests/harness"
)

// What the page cache answers is not counted; what has to be made is, by address, and only the trusted proxy's word tells whose it is.
func TestRateLimits(t *testing.T) {
	about(t, "network", "fairuse")
	p := harness.Start(t, harness.WithoutBackground(), harness.Limited(), harness.Configure(func(c *config.Serve) { c.TrustedProxies = []string{"127.0.0.1"}; c.RateLimits = 100 }))
	p.Store(t, "fjord", "EUR")
	set := func(class limit.Class, n string) {
		t.Helper()
		if err := p.App.Platform.SetSettings(t.Context(), map[string]string{app.LimitSetting(class, false): n}); err != nil {
			t.Fatal(err)
		}
	}
	set(limit.Search, "3")
	set(limit.Page, "3")
	set(limit.APIRead, "2")
	ask := func(address, at string) *harness.Page {
		t.Helper()
		r, err := http.NewRequest(http.MethodGet, at, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("X-Forwarded-For", address)
		r.Header.Set("Accept", "text/html")
		return p.Guest(t).Do(t, r)
	}
	for range 20 {
		ask("198.51.100.1", p.ShopURL("fjord", "/")).Want(t, 200)
	}
	for range 2 {
		if page := ask("198.51.100.1", p.ShopURL("fjord", "/cart")).Want(t, 200); page.Header.Get("RateLimit-Policy") != `"page";q=3;w=60` {
			t.Errorf("policy %q", page.Header.Get("RateLimit-Policy"))
		}
	}
	page := ask("198.51.100.1", p.ShopURL("fjord", "/cart")).Want(t, 429)
	page.Has(t, "h1", "One moment").Has(t, ".error-page", "Please wait a little")
	if page.Header.Get("Retry-After") == "" || page.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("headers %v", page.Header)
	}
	ask("198.51.100.1", p.ShopURL("fjord", "/")).Want(t, 200)              // from memory
	ask("198.51.100.1", p.ShopURL("fjord", "/search?q=coat")).Want(t, 200) // another class
	ask("198.51.100.2", p.ShopURL("fjord", "/cart")).Want(t, 200)          // another address
	for range 2 {
		ask("198.51.100.3", p.APIURL("/stores")).Want(t, 401)
	}
	refused := ask("198.51.100.3", p.APIURL("/stores")).Want(t, 429)
	if kind := refused.Header.Get("Content-Type"); kind != "application/problem+json" || !strings.Contains(refused.Body, "/problems/too_many") {
		t.Errorf("%s: %s", kind, refused.Body)
	}
	set(limit.APIRead, "0")
	ask("198.51.100.3", p.APIURL("/stores")).Want(t, 401)
	if p.App.Limits.Refusals(limit.APIRead) != 1 || p.App.Limits.Refusals(limit.Page) != 1 {
		t.Errorf("%d and %d refusals are counted", p.App.Limits.Refusals(limit.APIRead), p.App.Limits.Refusals(limit.Page))
	}
}

func TestQuotas(t *testing.T) {
	about(t, "catalog", "fairuse")
	p := harness.Start(t, harness.WithoutBackground())
	info := p.Store(t, "fjord", "EUR")
	p.Store(t, "kaffe", "EUR")
	owner, operator := p.Staff(t, "owner", "fjord"), p.Staff(t, "admin", "fjord")
	address := p.AdminURL("/stores/" + info.ID + "/usage")
	f := operator.Get(t, address).Want(t, 200).Has(t, "h1", "Usage").Form(t, `form[action$="/quotas"]`)
	operator.Submit(t, f.Set("products", "many")).Want(t, 422).Has(t, "#products-error", "whole number")
	f = operator.Get(t, address).Form(t, `form[action$="/quotas"]`)
	operator.Submit(t, f.Set("products", "5")).Want(t, 303)

	products, fair := harness.Service[*catalog.Service](p), harness.Service[*fairuse.Service](p)
	st := p.Open(t, "fjord")
	var first *catalog.Product
	for i := range 5 {
		made, err := products.Create(t.Context(), st, catalog.Product{Title: "Shell"})
		if err != nil {
			t.Fatalf("product %d: %v", i, err)
		}
		if first == nil {
			first = made
		}
	}
	_, err := products.Create(t.Context(), st, catalog.Product{Title: "One too many"})
	if !problem.Is(err, problem.Quota) {
		t.Fatalf("the sixth: %v", err)
	}
	if n, err := products.ProductCount(t.Context(), st); n != 5 || err != nil {
		t.Errorf("%d products are counted: %v", n, err)
	}
	owner.Post(t, p.DashboardURL("fjord", "/products"), url.Values{}).Want(t, 403).Has(t, "main", "all 5 products")
	fair.Forget(info.ID)
	owner.Get(t, p.DashboardURL("fjord", "/usage")).Want(t, 200).Has(t, ".alert-error", "all 5 are used").Has(t, ".progress", "5 of 5")
	if err := products.Delete(t.Context(), st, first.ID); err != nil {
		t.Fatal(err)
	}
	fair.Forget(info.ID)
	owner.Get(t, p.DashboardURL("fjord", "/")).Want(t, 200).Has(t, ".alert-warning", "4 of 5 are used")
	if _, err := products.Create(t.Context(), st, catalog.Product{Title: "In its place"}); err != nil {
		t.Fatal(err)
	}
	if _, err := products.Restore(t.Context(), st, first.ID); !problem.Is(err, problem.Quota) {
		t.Errorf("an undone deletion: %v", err)
	}
	if _, err := products.Create(t.Context(), p.Open(t, "kaffe"), catalog.Product{Title: "Elsewhere"}); err != nil {
		t.Errorf("the other store: %v", err)
	}

	one := int64(1) // MB: a new store's database is larger than that with a picture
	if err := fair.SetQuotas(t.Context(), info.ID, map[fairuse.Kind]*int64{fairuse.Disk: &one, fairuse.Products: nil}); err != nil {
		t.Fatal(err)
	}
	if _, err := products.Create(t.Context(), st, catalog.Product{Title: "The platform's setting again"}); err != nil {
		t.Error(err)
	}
	if err := fair.ForBytes(st, 2_000_000); !problem.Is(err, problem.Quota) {
		t.Errorf("2 MB more: %v", err)
	}
	// A file that is sold is refused by what is announced of it: nothing is received, and nothing counted.
	r := httptest.NewRequestWithContext(t.Context(), "POST", p.APIURL("/stores/fjord/products/"+first.ID+"/files?name=song.flac"), unasked{t})
	r.ContentLength = 2_000_000
	r.Header.Set("Expect", "100-continue")
	r.Header.Set("Authorization", "Bearer "+owner.Token)
	answer := httptest.NewRecorder()
	p.Server.Config.Handler.ServeHTTP(answer, r)
	if answer.Code != problem.Quota.Status() || !strings.Contains(answer.Body.String(), "MB") {
		t.Errorf("%d: %s", answer.Code, answer.Body)
	}
}

// unasked is a body that fails the test when it is read.
type unasked struct{ t *testing.T }

func (u unasked) Read([]byte) (int, error) {
	u.t.Error("the file is asked for")
	return 0, io.EOF
}

// An injected disk fills up: uploads go first, then new carts, and what is under way is finished.
func TestLowDisk(t *testing.T) {
	about(t, "checkout", "fairuse")
	var free atomic.Int64
	free.Store(10e9)
	p := harness.Start(t, harness.WithoutBackground(), harness.Configure(func(c *config.Serve) {
		c.FreeSpace = func(string) (int64, int64, error) { return free.Load(), 20e9, nil }
	}))
	p.Store(t, "fjord", "EUR")
	owner, operator := p.Staff(t, "owner", "fjord"), p.Staff(t, "admin", "fjord")
	products := harness.Service[*catalog.Service](p)
	st := p.Open(t, "fjord")
	v := catalog.NewVariant()
	v.Price = 1000
	made, err := products.Create(t.Context(), st, catalog.Product{Title: "Shell", Status: catalog.Active, Variants: []catalog.Variant{v}})
	if err != nil {
		t.Fatal(err)
	}
	level := func(n int64) { free.Store(n); p.App.Disk.Forget() }
	var picture bytes.Buffer
	if err := png.Encode(&picture, image.NewNRGBA(image.Rect(0, 0, 8, 8))); err != nil {
		t.Fatal(err)
	}
	guest := p.Guest(t)
	line := url.Values{"variant": {made.Variants[0].ID}, "quantity": {"1"}}
	guest.Post(t, p.ShopURL("fjord", "/cart/lines"), line).Want(t, 303)

	level(900e6)
	if _, err := products.StoreMedia(t.Context(), st, bytes.NewReader(picture.Bytes())); !problem.Is(err, problem.Full) {
		t.Errorf("a picture on a low disk: %v", err)
	}
	owner.Post(t, p.DashboardURL("fjord", "/product-imports"), url.Values{}).Want(t, 507).Has(t, "main", "kept for orders")
	owner.Get(t, p.DashboardURL("fjord", "/")).Want(t, 200).Has(t, ".alert-warning", "uploads and imports are refused")
	operator.Get(t, p.AdminURL("/")).Want(t, 200).Has(t, ".alert-warning", "nearly full")
	guest.Post(t, p.ShopURL("fjord", "/cart/lines"), line).Want(t, 303)
	guest.Post(t, p.ShopURL("fjord", "/checkout"), url.Values{}).Want(t, 303)
	if h := p.App.Health(t.Context()); h.Status == app.Fail {
		t.Error("a low disk is no failure")
	}

	level(200e6)
	page := guest.Post(t, p.ShopURL("fjord", "/cart/lines"), line).Want(t, 503).Has(t, "main", "takes no new orders")
	if page.Header.Get("Retry-After") == "" {
		t.Error("nothing says when to come back")
	}
	p.Guest(t).Post(t, p.ShopURL("fjord", "/checkout"), url.Values{}).Want(t, 503)
	guest.Get(t, p.ShopURL("fjord", "/checkout/address")).Want(t, 200) // what was begun goes on
	owner.Get(t, p.DashboardURL("fjord", "/")).Want(t, 200).Has(t, ".alert-error", "no new orders")
	if l := p.App.Disk.State().Level; l != disk.Full {
		t.Errorf("the disk is %v", l)
	}

	level(10e9)
	guest.Post(t, p.ShopURL("fjord", "/cart/lines"), line).Want(t, 303)
	if _, err := products.StoreMedia(t.Context(), st, bytes.NewReader(picture.Bytes())); err != nil {
		t.Error(err)
	}
}
