package cart_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"wizamart/framework/problem"
	"wizamart/framework/web"
	"wizamart/modules/cart"
	"wizamart/modules/cart/carttype"
	"wizamart/modules/catalog"
	"wizamart/modules/inventory"
	"wizamart/modules/inventory/inventorytype"
	"wizamart/tenant"
	"wizamart/tests/harness"
)

type fixture struct {
	*harness.Platform
	cart     *cart.Service
	products *catalog.Service
	stock    *inventory.Service
}

func start(t *testing.T) fixture {
	t.Helper()
	p := harness.Start(t, harness.WithoutBackground())
	return fixture{p, harness.Service[*cart.Service](p), harness.Service[*catalog.Service](p), harness.Service[*inventory.Service](p)}
}

func (f fixture) product(t *testing.T, st *tenant.Store, title string, onHand int) string {
	t.Helper()
	v := catalog.NewVariant()
	v.Price = 1000
	p, err := f.products.Create(t.Context(), st, catalog.Product{Title: title, Status: catalog.Active, Variants: []catalog.Variant{v}})
	if err != nil {
		t.Fatal(err)
	}
	id := p.Variants[0].ID
	err = st.Write(t.Context(), func(tx *tenant.Store) error {
		_, err := f.stock.Import(t.Context(), tx, []inventorytype.Initial{{VariantID: id, Tracked: true, OnHand: onHand}}, true)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// request is a request with cookies; customer "" is a guest.
func (f fixture) request(st *tenant.Store, customer string, cookies map[string]string) (*web.Context, *httptest.ResponseRecorder) {
	r, w := httptest.NewRequest("GET", "/cart", nil), httptest.NewRecorder()
	for name, value := range cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	c := &web.Context{W: w, R: r, Surface: web.Storefront, Store: st, Site: f.App.Site}
	if customer != "" {
		c.User = &web.User{ID: customer}
	}
	return c, w
}

// cookies of an answer that are not taken away.
func cookies(w *httptest.ResponseRecorder) map[string]string {
	out := map[string]string{}
	for _, k := range w.Result().Cookies() {
		if k.MaxAge >= 0 {
			out[k.Name] = k.Value
		}
	}
	return out
}

func quantities(c carttype.Cart) map[string]int {
	out := map[string]int{}
	for _, l := range c.Lines {
		out[l.VariantID] = l.Quantity
	}
	return out
}

func TestMergeAtSignIn(t *testing.T) {
	f := start(t)
	f.Store(t, "fjord", "EUR")
	st := f.Open(t, "fjord")
	both, guestOnly, ownOnly := f.product(t, st, "Both", 9), f.product(t, st, "Guest only", 2), f.product(t, st, "Own only", 5)

	own, _ := f.request(st, "ada", nil)
	for id, n := range map[string]int{both: 4, ownOnly: 1} {
		if _, err := f.cart.Add(own, id, n); err != nil {
			t.Fatal(err)
		}
	}
	kept := map[string]string{}
	for id, n := range map[string]int{both: 6, guestOnly: 2} {
		guest, w := f.request(st, "", kept)
		if _, err := f.cart.Add(guest, id, n); err != nil {
			t.Fatal(err)
		}
		kept = cookies(w)
	}
	// One piece of what the guest holds is sold to somebody else meanwhile.
	if err := st.Write(t.Context(), func(tx *tenant.Store) error {
		_, err := f.stock.Import(t.Context(), tx, []inventorytype.Initial{{VariantID: guestOnly, Tracked: true, OnHand: 1}}, true)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	want := map[string]int{both: 6, guestOnly: 1, ownOnly: 1}
	for round := range 3 { // the same cookie again, as from a second tab
		c, w := f.request(st, "ada", kept)
		got, err := f.cart.Current(c)
		if err != nil {
			t.Fatal(err)
		}
		if q := quantities(got); len(q) != 3 || q[both] != want[both] || q[guestOnly] != want[guestOnly] || q[ownOnly] != want[ownOnly] {
			t.Errorf("round %d: %v, want %v", round, q, want)
		}
		if left, ok := cookies(w)["cart"]; ok {
			t.Errorf("round %d: the guest's cookie stays: %q", round, left)
		}
		if n := cookies(w)["cart_count"]; n != "8" {
			t.Errorf("round %d: the count is %q", round, n)
		}
	}
	other, _ := f.request(st, "bea", nil)
	if got, err := f.cart.Current(other); err != nil || !got.Empty() {
		t.Errorf("another customer sees %+v, %v", got, err)
	}
	c, _ := f.request(st, "ada", nil)
	if err := f.cart.Clear(c); err != nil {
		t.Fatal(err)
	}
	if got, err := f.cart.Current(c); err != nil || !got.Empty() {
		t.Errorf("after clearing: %+v, %v", got, err)
	}
}

func TestTamperedCookiesAreNoCart(t *testing.T) {
	f := start(t)
	f.Store(t, "fjord", "EUR")
	f.Store(t, "kaffe", "EUR")
	st, other := f.Open(t, "fjord"), f.Open(t, "kaffe")
	guest, w := f.request(st, "", nil)
	if _, err := f.cart.Add(guest, f.product(t, st, "Shell", 5), 2); err != nil {
		t.Fatal(err)
	}
	good := cookies(w)["cart"]
	parts := strings.Split(good, ".")
	for name, c := range map[string]struct {
		value string
		st    *tenant.Store
		lines int
	}{
		"as it was":            {good, st, 1},
		"of another store":     {good, other, 0},
		"another body":         {parts[0] + "." + parts[1] + "AA." + parts[2], st, 0},
		"without a signature":  {parts[0] + "." + parts[1] + ".", st, 0},
		"for another purpose":  {f.App.Site.Signer.Sign("flash", []byte{1, 2, 3}), st, 0},
		"signed but no cart":   {f.App.Site.Signer.Sign("cart:"+st.ID(), []byte("nonsense")), st, 0},
		"oversized":            {f.App.Site.Signer.Sign("cart:"+st.ID(), make([]byte, 3000)), st, 0},
		"very oversized":       {strings.Repeat("A", 100_000), st, 0},
		"not even three parts": {"x", st, 0},
	} {
		req, _ := f.request(c.st, "", map[string]string{"cart": c.value})
		got, err := f.cart.Current(req)
		if err != nil || len(got.Lines) != c.lines {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

func TestAdd(t *testing.T) {
	f := start(t)
	f.Store(t, "fjord", "EUR")
	st := f.Open(t, "fjord")
	shell, gone := f.product(t, st, "Shell", 3), f.product(t, st, "Gone", 0)
	kept := map[string]string{}
	for _, c := range []struct {
		variant  string
		quantity int
		code     problem.Code
		have     int
		short    bool
	}{
		{shell, 2, "", 2, false}, {shell, 2, "", 3, true}, {shell, 1, problem.Conflict, 0, false}, {gone, 1, problem.Conflict, 0, false},
		{"nothing", 1, problem.Invalid, 0, false}, {shell, 0, problem.Invalid, 0, false}, {shell, 1000, problem.Invalid, 0, false},
	} {
		req, w := f.request(st, "", kept)
		got, err := f.cart.Add(req, c.variant, c.quantity)
		if (c.code == "") != (err == nil) || err != nil && !problem.Is(err, c.code) {
			t.Errorf("%d of %s: %v, want %q", c.quantity, c.variant, err, c.code)
		}
		if err == nil {
			kept = cookies(w)
			if got.Quantity != c.have || got.Short != c.short || got.Count != c.have {
				t.Errorf("%d of %s: %+v", c.quantity, c.variant, got)
			}
		}
	}
	kept = map[string]string{}
	for i := range carttype.MaxLines + 1 {
		req, w := f.request(st, "", kept)
		_, err := f.cart.Add(req, f.product(t, st, "Many", 1), 1)
		if i < carttype.MaxLines {
			if err != nil {
				t.Fatal(err)
			}
			kept = cookies(w)
			if n := len(kept["cart"]); n > 3500 {
				t.Fatalf("the cookie has %d bytes", n)
			}
		} else if !problem.Is(err, problem.Conflict) {
			t.Errorf("line %d: %v", i+1, err)
		}
	}
}
