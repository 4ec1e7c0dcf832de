//go:build browser

package browser

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"

	"wizamart/framework/app"
	"wizamart/modules"
	"wizamart/tests/harness"
)

// look is one way in which pages are seen.
type look struct {
	name          string
	width, height int64
	scripted      bool
	shop          string // of the demo, so that each theme and currency is walked through
}

var views = []look{
	{"phone", 390, 844, true, "fjord"}, {"desk", 1440, 900, true, "hoshi"},
	{"phone without scripts", 390, 844, false, "kaffe"}, {"desk without scripts", 1440, 900, false, "fjord"},
}

// TestWalk is the way of a shopper, a merchant and an operator.
func TestWalk(t *testing.T) {
	loadAxe(t)
	p := harness.Start(t)
	if _, err := modules.Demo(&app.Runtime{Ctx: context.Background(), App: p.App, Stdout: io.Discard, Stderr: io.Discard}); err != nil {
		t.Fatalf("seed the demo: %v", err)
	}
	p.Store(t, "north", "EUR")
	chromium := browser(t, p)
	for _, v := range views {
		t.Run(v.name, func(t *testing.T) {
			t.Parallel()
			w := &walk{Platform: p, tab: open(t, chromium, p.Base, v.name, v.width, v.height, v.scripted), look: v}
			w.shopper(t)
			w.merchant(t)
			w.operator(t)
		})
	}
}

type walk struct {
	*harness.Platform
	*tab
	look
	number, email string
	page          string // where the order at hand is paid
}

// at is an address as the browser sees it; the port is the one that the platform's own links have.
func (w *walk) at(host, path string) string { return "http://" + host + ":8080" + path }

func (w *walk) shopURL(path string) string { return w.at(w.shop+"."+w.Base, path) }

var addresses = map[string][2]string{ // postal code and region, by country
	"DE": {"10115", ""}, "DK": {"1050", ""}, "NO": {"0150", ""}, "SE": {"11122", ""}, "JP": {"100-0001", "Tokyo"}, "GB": {"SW1A 1AA", ""}, "AT": {"1010", ""}, "NL": {"1011 AB", ""},
}

func (w *walk) shopper(t *testing.T) {
	w.email = fmt.Sprintf("%s@mail.test", odd.ReplaceAllString(w.look.name, "-"))
	w.visit(w.shopURL("/"))
	w.looks("home")
	w.visit(w.shopURL("/products"))
	w.looks("listing")
	w.visit(w.shopURL("/search?q=a"))
	w.looks("search")
	w.visit(w.shopURL("/accessibility"))
	w.looks("accessibility statement")
	if w.scripts { // what the others show is made of the same parts
		w.visit(w.shopURL("/search?q=zzqqx"))
		w.looks("nothing found")
		w.visit(w.shopURL("/brands"))
		w.follow("main a[href*='/brands/']")
		w.looks("brand")
		w.visit(w.shopURL("/privacy"))
		w.looks("privacy")
		if w.shop == "fjord" {
			w.visit(w.shopURL("/products/gift-card-500-kr"))
			w.looks("gift card")
			w.visit(w.shopURL("/products/hut-hat-knitting-pattern"))
			w.looks("download")
		}
	}
	w.chooseProduct(t)
	w.looks("product")
	if w.scripts {
		w.press(`.product form[action$="/cart/lines"] button[type=submit]`)
		w.has("[data-cart-count]", "1")
		w.waitFor(`!!document.querySelector(".toasts [data-said]")?.textContent`) // screen readers hear of it
		w.visit(w.shopURL("/cart"))
	} else {
		w.follow(`.product form[action$="/cart/lines"] button[type=submit]`)
	}
	w.has("h1", "Your cart")
	w.looks("cart")
	w.follow(`form[action$="/checkout"] button[type=submit]`)

	w.follow(`.checkout-form button.btn-primary`) // empty: it says what is missing
	if !w.exists(`[aria-invalid="true"]`) {
		t.Errorf("%s: an empty address is taken", w.look.name)
	}
	w.looks("address refused")
	country := eval[string](w.tab, `(() => { const s = document.querySelector("[name=country]"); const all = [...s.options].map(o => o.value); return s.value || (all.includes("DE") ? "DE" : all.find(v => v)) })()`)
	known, ok := addresses[country]
	if !ok {
		t.Fatalf("%s: no address for %s", w.look.name, country)
	}
	w.choose("[name=country]", country)
	for _, f := range [][2]string{{"email", w.email}, {"name", "Ada Lovelace"}, {"line1", "Long Street 1"}, {"postal_code", known[0]}, {"city", "Town"}, {"region", known[1]}} {
		if f[1] != "" {
			w.fill("[name="+f[0]+"]", f[1])
		}
	}
	w.looks("address")
	w.follow(`.checkout-form button.btn-primary`)
	w.looks("delivery")
	w.follow(`.checkout-form button.btn-primary`)
	w.looks("payment")
	w.press("[name=payment_method][value=bank_transfer]") // cards are walked by TestCards
	w.follow(`.checkout-form button.btn-primary`)
	w.has("main", "Long Street 1")
	w.looks("review")
	if w.exists("[name=terms]") {
		w.press("[name=terms]")
	}
	w.follow(`.checkout-form button.btn-primary`)
	w.has("h1", "Thank you, Ada")
	w.looks("confirmation")
	w.number = regexp.MustCompile(`\d+`).FindString(eval[string](w.tab, `document.querySelector(".order-number").textContent`))
	w.visit(w.shopURL("/order-status"))
	w.fill("main [name=number]", w.number)
	w.fill("main [name=email]", w.email)
	w.looks("tracking form")
	w.follow("main form button[type=submit]")
	w.has("main", "Long Street 1")
	w.looks("tracking")
	w.visit(w.shopURL("/account/sign-in"))
	w.looks("sign-in of the shop")
	w.lands(w.shopURL("/no/such/page"), 404)
	w.looks("not found")
}

// chooseProduct finds one with options that can be bought, and chooses one.
func (w *walk) chooseProduct(t *testing.T) {
	w.visit(w.shopURL("/products"))
	links := eval[[]string](w.tab, `[...new Set([...document.querySelectorAll(".product-card a[href*='/products/']")].map(a => a.href))]`)
	for _, link := range links {
		w.visit(link)
		chip := `.chip[href]:not([data-unavailable]):not([aria-current])`
		if !w.exists(chip) {
			continue
		}
		before := eval[string](w.tab, `document.querySelector("[name=variant]")?.value ?? ""`)
		if w.scripts {
			w.press(chip)
			w.waitFor(`document.querySelector("[name=variant]")?.value !== ` + quote(before))
		} else {
			w.follow(chip)
		}
		if w.exists(`.product form[action$="/cart/lines"] button[type=submit]:not([disabled])`) {
			return
		}
	}
	t.Fatalf("%s: no product with options can be bought", w.look.name)
}

func (w *walk) merchant(t *testing.T) {
	w.visit(w.at(w.Base, "/sign-in"))
	w.looks("sign-in")
	w.signIn("owner@" + map[string]string{"fjord": "fjord", "kaffe": "fjord", "hoshi": "hoshi"}[w.shop] + ".test")
	dashboard := func(path string) string { return w.at(w.Base, "/store/"+w.shop+path) }
	for _, page := range []struct{ path, name string }{{"/", "dashboard"}, {"/products", "products"}, {"/inventory", "inventory"}, {"/categories", "categories"}, {"/product-types", "product types"}, {"/responsible-parties", "product safety"}, {"/customers", "customers"}, {"/settings", "settings"}, {"/theme", "theme"}, {"/delivery", "delivery methods"}, {"/visits", "visits"}} {
		w.visit(dashboard(page.path))
		w.looks(page.name)
	}
	w.visit(dashboard("/products"))
	w.follow("tbody a.row-title")
	w.looks("product's page")
	title := eval[string](w.tab, `document.querySelector("[name=title]").value`)
	w.fill("[name=title]", title+" II")
	w.follow(`form[action*="/products/"] .save-bar button[type=submit].btn-primary, form .save-bar button.btn-primary`)
	w.has(".toast, [role=status]", "aved")
	if got := eval[string](w.tab, `document.querySelector("[name=title]").value`); got != title+" II" {
		t.Errorf("%s: the title is %q after saving", w.look.name, got)
	}
	w.visit(dashboard("/orders?q=" + w.number))
	w.looks("orders")
	w.follow(`tbody a.row-title`)
	w.has("main", "Long Street 1")
	w.looks("order")
	w.fill(`#fulfil [name=tracking_number]`, "JJD000390007")
	w.follow(`#fulfil button.btn-primary`)
	w.has("main", "JJD000390007")
	w.looks("order sent")
	w.visit(w.shopURL("/order-status"))
	w.fill("main [name=number]", w.number)
	w.fill("main [name=email]", w.email)
	w.follow("main form button[type=submit]")
	w.has("main", "On its way")
}

func (w *walk) operator(t *testing.T) {
	admin := func(path string) string { return w.at("admin."+w.Base, path) }
	w.visit(admin("/"))
	w.signIn("admin@demo.test")
	for _, page := range []struct{ path, name string }{{"/", "admin"}, {"/merchants", "merchants"}, {"/stores", "stores"}, {"/users", "users"}, {"/monitoring", "monitoring"}, {"/errors", "errors"}, {"/jobs", "jobs"}, {"/outbox", "outbox"}, {"/disk", "disk"}, {"/health", "health"},
		{"/devtools/icons?q=a", "icons"}, {"/devtools/routes", "routes"}, {"/devtools/permissions", "permissions"}, {"/devtools/modules/orders", "module"}} {
		w.visit(admin(page.path))
		w.looks(page.name)
	}
	w.visit(admin("/merchants"))
	w.fill(`form[method=post] [name=name]`, "Merchant for the "+w.look.name)
	w.fill(`form[method=post] [name=email]`, "new@merchant.test")
	w.follow(`form[method=post][action$="/merchants"] button[type=submit]`)
	code := odd.ReplaceAllString(w.look.name, "-")
	w.fill("[name=store_name]", "Shop for the "+w.look.name)
	w.fill("[name=store_code]", code)
	w.looks("new store")
	w.follow(`form[action$="/stores"] button[type=submit]`)
	w.looks("store")
	w.visit(w.at(code+"."+w.Base, "/"))
	w.looks("empty shop")
	w.imports(t, code)
}

// imports brings the real catalogue into the new store.
func (w *walk) imports(t *testing.T, code string) {
	file := "../../../shared/data/shopify/apparel.csv"
	if _, err := os.Stat(file); err != nil {
		file = "../../modules/catalog/shopifycsv/testdata/today.classic.csv"
	}
	path, err := filepath.Abs(file)
	if err != nil {
		t.Fatal(err)
	}
	call(w.tab, network.ClearBrowserCookies, cdp.Empty{}) // of the merchant
	w.visit(w.at(w.Base, "/sign-in"))
	w.signIn("admin@demo.test")
	w.visit(w.at(w.Base, "/store/"+code+"/product-imports"))
	w.looks("import")
	obj, err := evalObject(w.tab, `document.querySelector("input[type=file]")`)
	if err != nil {
		t.Fatal(err)
	}
	call(w.tab, dom.SetFileInputFiles, dom.SetFileInputFilesParams{Files: []string{path}, ObjectID: obj})
	w.follow(`form[action$="/product-imports"] button[type=submit]`)
	w.has("h1", "This would be imported")
	w.looks("import preview")
	if w.exists("[name=fetch]:checked") {
		w.press("[name=fetch]")
	}
	w.follow(`form[action$="/starts"] button[type=submit]`)
	w.has("h1", "Imported")
	w.looks("imported")
	w.visit(w.at(w.Base, "/store/"+code+"/shop")) // past the password: it is not launched
	w.visit(w.at(code+"."+w.Base, "/products"))
	w.looks("imported shop")
	w.follow(".product-card a")
	w.looks("imported product")
}

func evalObject(b *tab, expression string) (runtime.RemoteObjectID, error) {
	r := call(b, runtime.Evaluate, runtime.EvaluateParams{Expression: expression})
	if r.Result == nil || r.Result.ObjectID == "" {
		return "", fmt.Errorf("%s is not there", expression)
	}
	return r.Result.ObjectID, nil
}

func (w *walk) signIn(email string) {
	if w.exists("[name=password]") {
		w.fill("[name=email]", email)
		w.fill("[name=password]", "wizamart-demo")
		w.follow("main form button[type=submit]")
	}
}

// choose takes an option of a select.
func (w *walk) choose(selector, value string) {
	w.find(selector)
	eval[bool](w.tab, fmt.Sprintf(`(() => { const e = document.querySelector(%s); e.value = %s; e.dispatchEvent(new Event("change", {bubbles: true})); return true })()`, quote(selector), quote(value)))
}
