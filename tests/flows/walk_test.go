package flows

import (
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"wizamart/framework/auth"
	"wizamart/tests/harness"
)

const operatorPassword = "a long enough password"

// shop is what the steps of the walk hand on to each other.
type shop struct {
	*harness.Platform
	operator *harness.Browser
	shopper  *harness.Browser
	variant  string // bought
	number   string // of the order
	orderURL string // in the dashboard
}

// TestMainJob is the whole way without a script: from the one-time link to an order that is sent, and one that is cancelled.
func TestMainJob(t *testing.T) {
	about(t, "core", "tenancy", "catalog", "inventory", "cart", "checkout", "orders", "customers", "cms", "storefront", "dashboard", "admin", "portal")
	p := harness.Start(t)
	s := &shop{Platform: p, operator: p.Guest(t), shopper: p.Guest(t)}
	for _, step := range []struct {
		name string
		run  func(*testing.T, *shop)
	}{
		{"operator", operatorSetsUp}, {"merchant and store", operatorMakesStore}, {"empty shop", emptyShop}, {"import", merchantImports},
		{"browse", shopperBrowses}, {"cart", shopperFillsCart}, {"checkout", shopperChecksOut}, {"tracking", shopperTracks},
		{"fulfil", merchantFulfils}, {"sent", shopperSeesParcel}, {"cancel", merchantCancels}, {"account", shopperOpensAccount},
	} {
		if !t.Run(step.name, func(t *testing.T) { step.run(t, s) }) {
			return
		}
	}
}

func operatorSetsUp(t *testing.T, s *shop) {
	token, err := s.App.Auth.OneTime(t.Context(), s.App.Platform.DB, auth.PurposeSetup, "operator", time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	page := s.operator.Get(t, "http://"+s.Base+"/set-up?token="+url.QueryEscape(token)).Want(t, 200)
	form := page.Form(t, "form[method=post]")
	refused := s.operator.Submit(t, form.Set("name", "Ada Operator", "email", "ada@platform.test", "password", "short", "repeat", "short")).Want(t, 422)
	if got := refused.Form(t, "form[method=post]").Values.Get("email"); got != "ada@platform.test" {
		t.Errorf("what was typed is lost: e-mail is %q", got)
	}
	done := s.operator.Submit(t, form.Set("password", operatorPassword, "repeat", operatorPassword)).Want(t, 303)
	next := s.operator.Follow(t, done).Want(t, 303)
	s.operator.Follow(t, next).Want(t, 200).Has(t, "h1", "Base domain")
	s.Guest(t).Post(t, "http://"+s.Base+"/set-up", form.Values).Want(t, 410)
}

func operatorMakesStore(t *testing.T, s *shop) {
	admin := "http://" + s.Base + "/admin"
	page := s.operator.Get(t, admin+"/merchants").Want(t, 200)
	form := page.Form(t, `form[action$="/merchants"][method=post]`)
	made := s.operator.Submit(t, form.Set("name", "North & Sons", "email", "north@merchant.test")).Want(t, 303)
	merchant := s.operator.Follow(t, made).Want(t, 200).Has(t, "h1", "North & Sons")
	form = merchant.Form(t, `form[action$="/stores"]`).Set("store_name", "North", "store_code", "north", "currency", "EUR")
	made = s.operator.Submit(t, form).Want(t, 303)
	s.operator.Follow(t, made).Want(t, 200)
	again := s.operator.Submit(t, form).Want(t, 422, 409)
	if got := again.Form(t, `form[action$="/stores"]`).Values.Get("store_name"); got != "North" {
		t.Errorf("what was typed is lost: the name is %q", got)
	}
	s.operator.Get(t, s.DashboardURL("north", "/")).Want(t, 200)
	dashboard := s.DashboardURL("north", "")
	identity := s.operator.Get(t, dashboard+"/legal-identity").Want(t, 200).Form(t, `form[action$="/legal-identity"]`)
	s.operator.Submit(t, identity.Set("name", "North & Sons", "line1", "Quay 1", "city", "Bergen", "country", "NO", "email", "law@north.test")).Want(t, 303)
	s.Guest(t).Get(t, s.ShopURL("north", "/")).Want(t, 303)
	s.operator.Submit(t, s.operator.Get(t, dashboard+"/launch").Want(t, 200).Form(t, `form[action$="/launches"]`)).Want(t, 303)
	s.Guest(t).Get(t, s.ShopURL("north", "/")).Want(t, 200)
}

func emptyShop(t *testing.T, s *shop) {
	for _, path := range []string{"/", "/products", "/search?q=boots", "/cart", "/order-status"} {
		s.shopper.Get(t, s.ShopURL("north", path)).Want(t, 200)
	}
	for _, path := range []string{"/", "/products", "/categories", "/inventory", "/orders", "/customers", "/delivery", "/payment", "/theme", "/pages", "/settings", "/product-imports"} {
		s.operator.Get(t, s.DashboardURL("north", path)).Want(t, 200)
	}
}

func merchantImports(t *testing.T, s *shop) {
	file, real := products(t)
	page := s.operator.Get(t, s.DashboardURL("north", "/product-imports")).Want(t, 200)
	form := page.Form(t, `form[action$="/product-imports"]`)
	sent := s.operator.SubmitFiles(t, form, harness.Upload{Field: "file", Name: "apparel.csv", Data: open(t, file)}).Want(t, 303)
	preview := s.finished(t, sent, "This would be imported")
	start := preview.Form(t, `form[action$="/starts"]`)
	start.Values.Del("fetch")
	done := s.finished(t, s.operator.Submit(t, start).Want(t, 303), "Imported")
	if real {
		done.Has(t, "main", "25")
	}
	list := s.operator.Get(t, s.DashboardURL("north", "/products")).Want(t, 200)
	rows := list.Doc(t).Find("tbody tr").Length()
	if rows == 0 || real && rows != 25 {
		t.Fatalf("%d products after the import", rows)
	}
	// The same file again changes nothing.
	again := s.finished(t, s.operator.SubmitFiles(t, form, harness.Upload{Field: "file", Name: "apparel.csv", Data: open(t, file)}).Want(t, 303), "This would be imported")
	again.Has(t, "main", "New products0").Has(t, "main", "Changed products0").Has(t, "main", "As they were")
}

// finished follows an import to its end.
func (s *shop) finished(t *testing.T, p *harness.Page, title string) *harness.Page {
	t.Helper()
	for deadline := time.Now().Add(60 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		page := s.operator.Follow(t, p).Want(t, 200)
		head := strings.TrimSpace(page.Doc(t).Find("h1").First().Text())
		if head == title {
			return page
		}
		if time.Now().After(deadline) || head == "Something went wrong" || head == "This file cannot be read" {
			t.Fatalf("the import is at %q, want %q\n%s", head, title, page.Text())
		}
	}
}

func shopperBrowses(t *testing.T, s *shop) {
	home := s.shopper.Get(t, s.ShopURL("north", "/")).Want(t, 200)
	if home.Doc(t).Find(".product-card").Length() == 0 {
		t.Error("the opening page shows no products")
	}
	listing := s.shopper.Get(t, s.ShopURL("north", "/products")).Want(t, 200)
	link, _ := listing.Doc(t).Find(".product-card a").First().Attr("href")
	title := strings.TrimSpace(listing.Doc(t).Find(".product-card h2, .product-card h3").First().Text())
	if link == "" || title == "" {
		t.Fatalf("no product in the listing: %s", listing.Text())
	}
	product := s.shopper.Get(t, s.ShopURL("north", link)).Want(t, 200).Has(t, "h1", title)
	if canonical, ok := product.Doc(t).Find(`link[rel=canonical]`).Attr("href"); ok && !strings.Contains(canonical, "/products/") {
		t.Errorf("canonical address %q", canonical)
	}
	word := strings.Fields(title)[len(strings.Fields(title))-1]
	s.shopper.Get(t, s.ShopURL("north", "/search?q="+url.QueryEscape(word))).Want(t, 200).Has(t, "main", title)
	s.shopper.Get(t, s.ShopURL("north", "/search?q=nothing-is-called-this")).Want(t, 200)
	s.shopper.Get(t, s.ShopURL("north", "/products/no-such-product")).Want(t, 404).Has(t, "body", "North")
}

// buyable finds a product page that lets itself be bought, and chooses its options as one does without a script: by links.
func (s *shop) buyable(t *testing.T) *harness.Page {
	t.Helper()
	for _, path := range []string{"/products", "/products?page=2"} {
		listing := s.shopper.Get(t, s.ShopURL("north", path))
		var links []string
		listing.Doc(t).Find(".product-card a[href]").Each(func(_ int, a *goquery.Selection) { links = append(links, a.AttrOr("href", "")) })
		for _, link := range links {
			page := s.shopper.Get(t, s.ShopURL("north", link)).Want(t, 200)
			if chip := page.Doc(t).Find(".chip[href]:not([data-unavailable]):not([aria-current])").First(); chip.Length() > 0 {
				page = s.shopper.Get(t, resolve(t, page.URL, chip.AttrOr("href", ""))).Want(t, 200)
			}
			buy := page.Doc(t).Find(`form[action$="/cart/lines"] button[type=submit]:not([disabled])`)
			if buy.Length() > 0 && !strings.Contains(page.Doc(t).Find(".price").First().Text(), "0.00") {
				return page
			}
		}
	}
	t.Fatal("nothing in the shop can be bought")
	return nil
}

func resolve(t *testing.T, base, ref string) string {
	t.Helper()
	b, err := url.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	to, err := b.Parse(ref)
	if err != nil {
		t.Fatal(err)
	}
	return to.String()
}

func shopperFillsCart(t *testing.T, s *shop) {
	form := s.buyable(t).Form(t, `form[action$="/cart/lines"]`)
	s.variant = form.Values.Get("variant")
	cart := s.shopper.Follow(t, s.shopper.Submit(t, form.Set("quantity", "2")).Want(t, 303)).Want(t, 200)
	lines := cart.Form(t, `form[data-cart-form]`)
	cart = s.shopper.Follow(t, s.shopper.Submit(t, lines.Set("quantity-"+s.variant, "1")).Want(t, 303)).Want(t, 200)
	if got := cart.Form(t, `form[data-cart-form]`).Values.Get("quantity-" + s.variant); got != "1" {
		t.Errorf("the cart holds %q pieces, want 1", got)
	}
	// Removed, and back by the message's button.
	gone := s.shopper.Follow(t, s.shopper.Post(t, s.ShopURL("north", "/cart"), url.Values{"remove": {s.variant}}).Want(t, 303)).Want(t, 200)
	undo := gone.Form(t, `form[action*="/cart/lines?"]`)
	cart = s.shopper.Follow(t, s.shopper.Submit(t, undo).Want(t, 303)).Want(t, 200)
	if cart.Doc(t).Find(".cart-line").Length() != 1 {
		t.Error("what was removed did not come back")
	}
	// Nonsense does not get in.
	s.shopper.Post(t, s.ShopURL("north", "/cart/lines"), url.Values{"variant": {"no-such-variant"}, "quantity": {"1"}}).Want(t, 303, 404, 422)
	s.shopper.Post(t, s.ShopURL("north", "/cart/lines"), url.Values{"variant": {s.variant}, "quantity": {"-3"}}).Want(t, 303, 422)
}

var shopperAddress = []string{"email", "shopper@mail.test", "name", "Siri Shopper", "line1", "Storgata 1", "postal_code", "10115", "city", "Berlin", "country", "DE", "billing_same", "on"}

// checkout goes from the cart to the order's own page.
func (s *shop) checkout(t *testing.T) *harness.Page {
	t.Helper()
	cart := s.shopper.Get(t, s.ShopURL("north", "/cart")).Want(t, 200)
	page := s.shopper.Follow(t, s.shopper.Submit(t, cart.Form(t, `form[action$="/checkout"]`)).Want(t, 303)).Want(t, 200)
	form := page.Form(t, ".checkout-form")
	refused := s.shopper.Submit(t, form.Set("email", "not an address", "name", "Siri Shopper")).Want(t, 422)
	if refused.Form(t, ".checkout-form").Values.Get("name") != "Siri Shopper" || refused.Doc(t).Find(`[aria-invalid="true"]`).Length() == 0 {
		t.Error("the refused address form lost what was typed, or marks no field")
	}
	page = s.next(t, form.Set(shopperAddress...))
	for range 3 {
		form = page.Form(t, ".checkout-form")
		if strings.HasSuffix(form.URL, "/checkout/orders") {
			break
		}
		page = s.next(t, form)
	}
	page.Has(t, "main", "Storgata 1")
	if page.Doc(t).Find("input[name=terms]").Length() > 0 {
		form.Set("terms", "on")
	}
	placed := s.shopper.Submit(t, form).Want(t, 303)
	twice := s.shopper.Submit(t, form).Want(t, 303)
	if placed.Header.Get("Location") != twice.Header.Get("Location") {
		t.Errorf("pressing twice leads to %s and %s", placed.Header.Get("Location"), twice.Header.Get("Location"))
	}
	return s.shopper.Follow(t, placed).Want(t, 200)
}

func (s *shop) next(t *testing.T, f *harness.Form) *harness.Page {
	t.Helper()
	return s.shopper.Follow(t, s.shopper.Submit(t, f).Want(t, 303)).Want(t, 200)
}

var orderNumber = regexp.MustCompile(`\d{4,}`)

func shopperChecksOut(t *testing.T, s *shop) {
	page := s.checkout(t).Has(t, "h1", "Thank you, Siri")
	s.number = orderNumber.FindString(page.Doc(t).Find(".order-number").First().Text())
	if s.number == "" {
		t.Fatalf("no order number on the page: %s", page.Text())
	}
	s.shopper.Get(t, s.ShopURL("north", "/cart")).Want(t, 200)
	if s.shopper.Get(t, s.ShopURL("north", "/cart")).Doc(t).Find(".cart-line").Length() != 0 {
		t.Error("the cart is still full")
	}
}

func shopperTracks(t *testing.T, s *shop) {
	stranger := s.Guest(t)
	form := stranger.Get(t, s.ShopURL("north", "/order-status")).Want(t, 200).Form(t, `main form[method=post]`)
	found := stranger.Submit(t, form.Set("number", s.number, "email", "SHOPPER@mail.test")).Want(t, 303)
	stranger.Follow(t, found).Want(t, 200).Has(t, "main", "Siri Shopper")
	stranger.Submit(t, form.Set("email", "other@mail.test")).Want(t, 404)
	stranger.Get(t, s.ShopURL("north", "/orders/"+s.number)).Want(t, 404)
}

func (s *shop) stock(t *testing.T) int {
	t.Helper()
	page := s.operator.Get(t, s.DashboardURL("north", "/inventory/"+s.variant)).Want(t, 200)
	n, err := strconv.Atoi(page.Doc(t).Find(`input[name=was]`).First().AttrOr("value", ""))
	if err != nil {
		t.Fatalf("no stock on the variant's page: %v\n%s", err, page.Text())
	}
	return n
}

func merchantFulfils(t *testing.T, s *shop) {
	list := s.operator.Get(t, s.DashboardURL("north", "/orders")).Want(t, 200).Has(t, "tbody", s.number)
	s.orderURL = resolve(t, list.URL, list.Doc(t).Find(`tbody a[href*="/orders/"]`).First().AttrOr("href", ""))
	order := s.operator.Get(t, s.orderURL).Want(t, 200).Has(t, "main", "Storgata 1")
	paid := s.operator.Submit(t, order.Form(t, `form[action$="/payments"]`).Set("reference", "statement 12")).Want(t, 303)
	order = s.operator.Follow(t, paid).Want(t, 200)
	form := order.Form(t, `form[action$="/fulfilments"]`).Set("carrier", "DHL", "tracking_number", "JJD000390007")
	order = s.operator.Follow(t, s.operator.Submit(t, form).Want(t, 303)).Want(t, 200).Has(t, "main", "JJD000390007")
	if order.Doc(t).Find(`form[action$="/fulfilments"]`).Length() != 0 {
		t.Error("a sent order can be sent again")
	}
	s.operator.Post(t, form.URL, form.Values).Want(t, 409, 422)
}

func shopperSeesParcel(t *testing.T, s *shop) {
	form := s.shopper.Get(t, s.ShopURL("north", "/order-status")).Form(t, `main form[method=post]`)
	found := s.shopper.Submit(t, form.Set("number", s.number, "email", "shopper@mail.test")).Want(t, 303)
	s.shopper.Follow(t, found).Want(t, 200).Has(t, "main", "JJD000390007").Has(t, "main", "On its way")
}

func merchantCancels(t *testing.T, s *shop) {
	before := s.stock(t)
	s.shopper.Post(t, s.ShopURL("north", "/cart/lines"), url.Values{"variant": {s.variant}, "quantity": {"1"}}).Want(t, 303)
	page := s.checkout(t)
	number := orderNumber.FindString(page.Doc(t).Find(".order-number").First().Text())
	if got := s.stock(t); got != before-1 {
		t.Errorf("stock %d after the order, want %d", got, before-1)
	}
	list := s.operator.Get(t, s.DashboardURL("north", "/orders?q="+number)).Want(t, 200)
	order := s.operator.Get(t, resolve(t, list.URL, list.Doc(t).Find(`tbody a[href*="/orders/"]`).First().AttrOr("href", "")))
	cancel := order.Form(t, `form[action$="/cancellations"]`).Set("reason", "customer", "restock", "on")
	s.operator.Follow(t, s.operator.Submit(t, cancel).Want(t, 303)).Want(t, 200).Has(t, "h1", "Cancelled")
	if got := s.stock(t); got != before {
		t.Errorf("stock %d after the cancellation, want %d", got, before)
	}
	s.operator.Submit(t, cancel).Want(t, 409, 422)
}

func shopperOpensAccount(t *testing.T, s *shop) {
	b := s.Guest(t)
	form := b.Get(t, s.ShopURL("north", "/account/sign-up")).Want(t, 200).Form(t, `form[action$="/account/sign-up"]`)
	b.Submit(t, form.Set("name", "Siri Shopper", "email", "siri@mail.test", "password", harness.Password)).Want(t, 200)
	token := harness.SignUpToken(t, s.Open(t, "north"), "siri@mail.test")
	link := b.Get(t, s.ShopURL("north", "/account/confirmation?token="+token)).Want(t, 200).Form(t, `form[action$="/account/confirmation"]`)
	b.Follow(t, b.Submit(t, link).Want(t, 303)).Want(t, 200)
	b.Get(t, s.ShopURL("north", "/account")).Want(t, 200).Has(t, "main", "Siri")
	b.Get(t, s.ShopURL("north", "/account/orders")).Want(t, 200)
	customers := s.operator.Get(t, s.DashboardURL("north", "/customers")).Want(t, 200).Has(t, "tbody", "shopper@mail.test")
	if link, ok := customers.Doc(t).Find(`tbody a[href*="/customers/"]`).First().Attr("href"); ok {
		s.operator.Get(t, resolve(t, customers.URL, link)).Want(t, http.StatusOK)
	}
	s.operator.Get(t, s.DashboardURL("north", "/")).Want(t, 200).Has(t, "main", s.number)
}
