package flows

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"wizamart/framework/config"
	"wizamart/framework/database"
	"wizamart/framework/pagecache"
	"wizamart/modules/catalog"
	"wizamart/modules/cms"
	"wizamart/modules/inventory"
	"wizamart/modules/inventory/inventorytype"
	"wizamart/tenant"
	"wizamart/tests/harness"
)

// shelf is a shop with a product on the shelf, and a clock that a test can move.
type shelf struct {
	*harness.Platform
	st       *tenant.Store
	products *catalog.Service
	stock    *inventory.Service
	p        *catalog.Product
	ahead    atomic.Int64 // of the real clock
}

func openShelf(t *testing.T) *shelf {
	t.Helper()
	s := &shelf{}
	clock := func(c *config.Serve) {
		c.Clock = func() time.Time { return time.Now().Add(time.Duration(s.ahead.Load())) }
	}
	s.Platform = harness.Start(t, harness.WithoutBackground(), harness.Configure(clock))
	s.Store(t, "north", "EUR")
	s.st, s.products, s.stock = s.Open(t, "north"), harness.Service[*catalog.Service](s.Platform), harness.Service[*inventory.Service](s.Platform)
	s.p = s.add(t, "north", "Shell", 10)
	return s
}

func (s *shelf) add(t *testing.T, store, title string, pieces int) *catalog.Product {
	t.Helper()
	st := s.Open(t, store)
	v := catalog.NewVariant()
	v.Price = 1000
	p, err := s.products.Create(t.Context(), st, catalog.Product{Title: title, Status: catalog.Active, Variants: []catalog.Variant{v}})
	if err != nil {
		t.Fatal(err)
	}
	s.write(t, st, func(tx *tenant.Store) error {
		_, err := s.stock.Import(t.Context(), tx, []inventorytype.Initial{{VariantID: p.Variants[0].ID, Tracked: true, OnHand: pieces}}, true)
		return err
	})
	return p
}

func (s *shelf) write(t *testing.T, st *tenant.Store, fn func(tx *tenant.Store) error) {
	t.Helper()
	if err := st.Write(t.Context(), fn); err != nil {
		t.Fatal(err)
	}
}

func (s *shelf) page() string { return s.ShopURL("north", "/products/"+s.p.Slug) }

// from tells how many answers came from memory and how many were made, while fn ran.
func (s *shelf) from(fn func()) (kept, made uint64) {
	before := s.App.Pages.Stats()
	fn()
	after := s.App.Pages.Stats()
	return after.Hits - before.Hits, after.Misses - before.Misses
}

func TestKeptPageIsNeverOld(t *testing.T) {
	about(t, "core", "catalog", "inventory", "cms", "storefront")
	s := openShelf(t)
	ctx, guest := t.Context(), s.Guest(t)
	shop := harness.Service[*cms.Service](s.Platform)
	home := s.ShopURL("north", "/")
	variant := s.p.Variants[0].ID
	until := time.Now().Add(30 * time.Minute)
	turn := func(module string, on bool) func() error {
		return func() error { s.Switch(t, module, on); return nil }
	}
	title := func(to string) func() error {
		return func() error {
			_, err := s.products.Update(ctx, s.st, s.p.ID, func(p *catalog.Product) error { p.Title = to; return nil })
			return err
		}
	}
	take := func(n int) func() error {
		return func() error {
			return s.st.Write(ctx, func(tx *tenant.Store) error {
				return s.stock.Take(ctx, tx, "order", []inventorytype.Line{{VariantID: variant, Quantity: n}})
			})
		}
	}
	for _, c := range []struct {
		name, url string
		change    func() error
		want      string // on the very next page; "" for a page that stays
		status    int
	}{
		{"a title", s.page(), title("Shell II"), "Shell II", 200},
		{"the same on the opening page", home, title("Shell III"), "Shell III", 200},
		{"the theme", home, func() error { return shop.SaveTheme(ctx, s.st, cms.Theme{HeroTitle: "Good morning"}) }, "Good morning", 200},
		{"a content page that nobody wrote before", s.ShopURL("north", "/about"), func() error {
			_, err := shop.CreatePage(ctx, s.st, cms.PageInput{Title: "About", Slug: "about", Body: "Us", Published: true})
			return err
		}, "<p>Us</p>", 200},
		{"an order, with plenty left", s.page(), take(1), "", 200},
		{"an order that leaves few", s.page(), take(4), "Only 5 left", 200},
		{"one more", s.page(), take(1), "Only 4 left", 200},
		{"a reservation", s.page(), func() error {
			return s.st.Write(ctx, func(tx *tenant.Store) error {
				return s.stock.Reserve(ctx, tx, "o2", []inventorytype.Line{{VariantID: variant, Quantity: 4}}, until)
			})
		}, "Sold out", 200},
		{"its end, which nobody writes", s.page(), func() error { s.ahead.Store(int64(31 * time.Minute)); return nil }, "Only 4 left", 200},
		{"a module that is switched off", s.page(), turn("inventory", false), "In stock", 200},
		{"and on", s.page(), turn("inventory", true), "Only 4 left", 200},
		{"the catalogue off", s.page(), turn("catalog", false), "Page not found", 404},
		{"and on again", s.page(), turn("catalog", true), "Only 4 left", 200},
		{"a product that goes", s.page(), func() error { return s.products.Delete(ctx, s.st, s.p.ID) }, "not in the shop any more", 410},
	} {
		guest.Get(t, c.url)
		kept, made := s.from(func() { guest.Get(t, c.url) })
		if kept == 0 && made == 0 { // a page that is not there is nothing to keep
			t.Errorf("%s: the page does not come from the cache", c.name)
		}
		if err := c.change(); err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		var page *harness.Page
		kept, made = s.from(func() { page = guest.Get(t, c.url) })
		if page.Status != c.status || !strings.Contains(page.Body, c.want) {
			t.Errorf("after %s: %d, without %q:\n%s", c.name, page.Status, c.want, page.Text())
		}
		if c.want == "" && (kept != 1 || made != 0) {
			t.Errorf("%s changes nothing that is shown, and the page was made anew", c.name)
		}
	}
}

func TestScheduledProductComesByItself(t *testing.T) {
	about(t, "core", "catalog", "storefront")
	s := openShelf(t)
	guest := s.Guest(t)
	later := s.add(t, "north", "Tomorrow's shell", 5)
	at := time.Now().Add(time.Hour)
	if _, err := s.products.Update(t.Context(), s.st, later.ID, func(p *catalog.Product) error { p.PublishedAt = database.At(at); return nil }); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/", "/products", "/products?sort=title"} {
		for range 2 {
			if strings.Contains(guest.Get(t, s.ShopURL("north", path)).Body, "Tomorrow") {
				t.Fatalf("%s shows it before its time", path)
			}
		}
	}
	guest.Get(t, s.ShopURL("north", "/products/"+later.Slug)).Want(t, 404)
	s.ahead.Store(int64(time.Hour + time.Second))
	for _, path := range []string{"/", "/products", "/products?sort=title"} {
		if !strings.Contains(guest.Get(t, s.ShopURL("north", path)).Body, "Tomorrow") {
			t.Errorf("%s does not show it when its time has come", path)
		}
	}
	guest.Get(t, s.ShopURL("north", "/products/"+later.Slug)).Want(t, 200)
}

// Readers and writers at once: a page asked for after a change was answered shows that change or a later one.
func TestExactUnderConcurrentWrites(t *testing.T) {
	about(t, "core", "catalog", "storefront")
	s := openShelf(t)
	ctx, stop := context.WithCancel(t.Context())
	var written, reads atomic.Int64 // the number in the title that was answered last
	var all sync.WaitGroup
	for range 4 {
		guest := s.Guest(t)
		all.Go(func() {
			for ctx.Err() == nil {
				least := written.Load()
				body := guest.Get(t, s.page()).Body
				var n int64 = -1
				if _, after, ok := strings.Cut(body, "<h1"); ok {
					_, after, _ = strings.Cut(after, "Number ")
					fmt.Sscan(after, &n) //nolint:errcheck // -1 is an error too
				}
				if n < least && least > 0 {
					t.Errorf("number %d is answered, and %d was written before it was asked for", n, least)
					return
				}
				reads.Add(1)
			}
		})
	}
	for i := int64(1); i <= 60 || reads.Load() < 60; i++ {
		if _, err := s.products.Update(ctx, s.st, s.p.ID, func(p *catalog.Product) error { p.Title = fmt.Sprint("Number ", i); return nil }); err != nil {
			t.Fatal(err)
		}
		written.Store(i)
		time.Sleep(3 * time.Millisecond)
	}
	stop()
	all.Wait()
	if st := s.App.Pages.Stats(); st.Hits == 0 {
		t.Errorf("%d reads, %+v: the test shows little", reads.Load(), st)
	}
}

func TestNothingPersonalIsKept(t *testing.T) {
	about(t, "core", "cart", "customers", "storefront")
	s := openShelf(t)
	shopper, other := s.Guest(t), s.Guest(t)
	shopper.Get(t, s.page()).Want(t, 200)
	added := shopper.Post(t, s.ShopURL("north", "/cart/lines"), url.Values{"variant": {s.p.Variants[0].ID}, "quantity": {"3"}}).Want(t, 303)
	badge := ""
	for _, line := range added.Header.Values("Set-Cookie") {
		if strings.HasPrefix(line, "cart_badge=3") && !strings.Contains(line, "HttpOnly") {
			badge = line
		}
	}
	if badge == "" {
		t.Errorf("no script can show the number: %v", added.Header.Values("Set-Cookie"))
	}
	// The message is for who put it in, once, and is not kept for others.
	kept, made := s.from(func() { shopper.Get(t, s.page()).Want(t, 200).Has(t, ".toast", "Shell") })
	if kept+made != 0 {
		t.Error("a page with a message for one came from the cache or went into it")
	}
	for _, guest := range []*harness.Browser{shopper, other} {
		var page *harness.Page
		if kept, _ := s.from(func() { page = guest.Get(t, s.page()).Want(t, 200) }); kept != 1 {
			t.Error("a guest's page is made anew")
		}
		doc := page.Doc(t)
		if doc.Find(".toast").Length() > 0 || doc.Find("[data-cart-count]").Text() != "0" || len(page.Header.Values("Set-Cookie")) > 0 {
			t.Errorf("something of one visitor is in the page of all: %s", page.Text())
		}
		if _, hidden := doc.Find("[data-cart-count]").Attr("hidden"); !hidden {
			t.Error("the number of nobody's cart is shown")
		}
		if href, _ := doc.Find("a[data-cart-link]").Attr("href"); href != "/cart" {
			t.Errorf("the cart's link leads to %q", href)
		}
	}
	customer := s.Guest(t)
	s.SignUp(t, customer, "north", url.Values{"name": {"Ada Lovelace"}, "email": {"ada@example.test"}, "password": {harness.Password}}).Want(t, 303)
	customer.Get(t, s.page()) // takes the message of the sign-up
	var page *harness.Page
	if kept, made := s.from(func() { page = customer.Get(t, s.page()) }); kept+made != 0 {
		t.Error("a signed-in customer's page has to do with the cache")
	}
	page.Has(t, "a.shop-icon[aria-label='Your account']", "")
	if got := page.Header.Get("Cache-Control"); got != "no-store" {
		t.Errorf("a signed-in customer's page says %q", got)
	}
	other.Get(t, s.page()).Has(t, "a.shop-icon[aria-label='Sign in']", "")
}

func TestKeptPagesOfTenantsAndAddresses(t *testing.T) {
	about(t, "core", "tenancy", "storefront")
	s := openShelf(t)
	s.Store(t, "south", "EUR")
	guest := s.Guest(t)
	s.add(t, "south", "Shell", 3)
	for range 2 {
		guest.Get(t, s.ShopURL("north", "/products/shell")).Want(t, 200).Has(t, ".shop-logo", "North")
		guest.Get(t, s.ShopURL("south", "/products/shell")).Want(t, 200).Has(t, ".shop-logo", "South")
		guest.Get(t, "http://"+s.Base+"/stores/south/shop/products/shell").Want(t, 200).Has(t, ".shop-logo[href='/stores/south/shop/']", "South")
	}
	before := s.App.Platform.Version(s.App.Platform.ByCode("south"))
	if _, err := s.products.Update(t.Context(), s.st, s.p.ID, func(p *catalog.Product) error { p.Title = "Mussel"; return nil }); err != nil {
		t.Fatal(err)
	}
	if s.App.Platform.Version(s.App.Platform.ByCode("south")) != before {
		t.Error("what one store writes makes the pages of another anew")
	}
	// What does not count of a query finds the same page; what counts is another.
	count := func(path string) (kept, made uint64) {
		return s.from(func() { guest.Get(t, s.ShopURL("north", path)).Want(t, 200) })
	}
	count("/products?brand=a&brand=b")
	for path, want := range map[string][2]uint64{
		"/products?utm_source=mail&brand=a&brand=b": {1, 0}, "/products?brand=a&brand=b&from=&x=1": {1, 0}, "/products?brand=b": {0, 1},
		"/products?brand=" + strings.Repeat("x", 500): {0, 0}, "/search?q=shell": {0, 0}, "/cart": {0, 0}, "/products?%zz": {0, 0},
	} {
		if kept, made := count(path); kept != want[0] || made != want[1] {
			t.Errorf("%.60s: %d from memory and %d made, want %v", path, kept, made, want)
		}
	}
}

func TestKeptPageOverHTTP(t *testing.T) {
	about(t, "core", "storefront")
	s := openShelf(t)
	guest := s.Guest(t)
	ask := func(method string, header ...string) *harness.Page {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), method, s.page(), nil)
		if err != nil {
			t.Fatal(err)
		}
		for i := 0; i+1 < len(header); i += 2 {
			r.Header.Set(header[i], header[i+1])
		}
		return guest.Do(t, r)
	}
	first := ask("GET", "Accept-Encoding", "br")
	tag := first.Header.Get("ETag")
	if first.Status != 200 || first.Header.Get("Content-Encoding") != "br" || tag == "" || first.Header.Get("Content-Security-Policy") == "" || first.Header.Get("X-Request-Id") == "" {
		t.Fatalf("%d %v", first.Status, first.Header)
	}
	if same := ask("GET", "Accept-Encoding", "br", "If-None-Match", tag); same.Status != 304 || same.Body != "" || same.Header.Get("X-Request-Id") == first.Header.Get("X-Request-Id") {
		t.Errorf("%d %v", same.Status, same.Header)
	}
	if head := ask("HEAD", "Accept-Encoding", "br"); head.Status != 200 || head.Body != "" || head.Header.Get("Content-Length") != first.Header.Get("Content-Length") {
		t.Errorf("HEAD: %d %v", head.Status, head.Header)
	}
	if _, err := s.products.Update(t.Context(), s.st, s.p.ID, func(p *catalog.Product) error { p.Title = "Else"; return nil }); err != nil {
		t.Fatal(err)
	}
	if next := ask("GET", "Accept-Encoding", "br", "If-None-Match", tag); next.Status != 200 || next.Header.Get("ETag") == tag {
		t.Errorf("after a change: %d %s", next.Status, next.Header.Get("ETag"))
	}
	// A store's pages come from memory while its file is closed, and not at all while it is closed for another reason.
	if err := s.App.Platform.Usable(s.st.ID()); err != nil {
		t.Fatal(err)
	}
	var none pagecache.Stats
	if got := s.App.Pages.Stats(); got == none || got.Bytes == 0 {
		t.Errorf("%+v", got)
	}
	metrics := s.Guest(t).Get(t, "http://127.0.0.1/metrics").Body
	for _, name := range []string{"hits_total", "misses_total", "evicted_total", "bytes"} {
		if !strings.Contains(metrics, "wizamart_page_cache_"+name) {
			t.Errorf("no metric %s", name)
		}
	}
}
