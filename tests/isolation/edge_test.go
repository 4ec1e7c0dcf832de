package isolation

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"wizamart/framework/auth"
	"wizamart/framework/secret"
	"wizamart/framework/web"
	"wizamart/tests/harness"
)

// ask sends a request that belongs to no route.
func (w *world) ask(method, address string, who *actor) answer {
	w.t.Helper()
	r := httptest.NewRequest(method, address, nil)
	who.identify(r)
	rec := httptest.NewRecorder()
	w.handler.ServeHTTP(rec, r)
	p := &harness.Page{Status: rec.Code, Header: rec.Header(), Body: rec.Body.String(), URL: address}
	return answer{Page: p, words: words(p)}
}

// placesWithoutRoutes: what no route answers tells nobody of any store, and makes nothing on disk.
func placesWithoutRoutes(w *world, t *testing.T) {
	shopA, shopB, base, admin := "http://"+w.a.host, "http://"+w.b.host, "http://"+w.Base, "http://admin."+w.Base
	everyone := append(w.actors(), w.b.owner)
	table := []struct {
		name, method, url string
		status            []int
		may               sight
	}{
		{"health", "GET", base + "/health", []int{200, 503}, nothing},
		{"live", "GET", base + "/health/live", []int{200}, nothing},
		{"ready", "GET", base + "/health/ready", []int{200}, nothing},
		{"metrics from outside", "GET", base + "/metrics", []int{404}, nothing},
		{"health on a shop's host", "GET", shopB + "/health", []int{404}, nothing},
		{"metrics on a shop's host", "GET", shopB + "/metrics", []int{404}, nothing},
		{"dashboard on a shop's host", "GET", shopB + "/store/ask/products", []int{404}, nothing},
		{"API on a shop's host", "GET", shopB + "/api/v1/stores/ask/products", []int{404}, nothing},
		{"admin on a shop's host", "GET", shopB + "/admin/stores", []int{404}, nothing},
		{"dashboard on the admin's host", "GET", admin + "/store/ask/products", []int{303, 403, 404}, nothing},
		{"unknown path of a shop", "GET", shopB + "/nowhere/at/all", []int{404}, nothing},
		{"unknown path of the dashboard", "GET", base + "/store/ask/nowhere", []int{303, 404}, nameOnly},
		{"unknown store's dashboard", "GET", base + "/store/nobody/", []int{404}, nothing},
		{"unknown path of the admin", "GET", admin + "/nowhere", []int{303, 404}, nothing},
		{"unknown path of the API", "GET", base + "/api/v1/nowhere", []int{401, 404}, nothing},
		{"unknown store of the API", "GET", base + "/api/v1/stores/nobody/products", []int{401, 404}, nothing},
		{"unknown path of the platform", "GET", base + "/nowhere", []int{404}, nothing},
		{"unknown host", "GET", "http://nobody." + w.Base + "/", []int{404}, nothing},
		{"foreign host", "GET", "http://shop.example/", []int{404}, nothing},
		{"host with a path", "GET", "http://..%2fstores/", []int{400, 404}, nothing},
		{"wrong method on a shop", "DELETE", shopB + "/cart", []int{405}, nothing},
		{"wrong method on the dashboard", "PUT", base + "/store/ask/products", []int{401, 404, 405}, nameOnly},
		{"a's page on b's shop", "GET", shopB + "/ask-story", []int{404}, nothing},
		{"a's draft page on its own shop", "GET", shopA + "/ask-plan", []int{404}, shopfront},
		{"a's draft product on its own shop", "GET", shopA + "/products/ask-thing-2", []int{404}, shopfront},
		{"a's picture on b's shop", "GET", shopB + "/media/" + w.a.media + ".webp", []int{404}, nothing},
		{"a's picture in b's dashboard", "GET", base + "/store/elm/media/" + w.a.media + ".webp", []int{303, 404}, nothing},
		{"a's small picture on b's shop", "GET", shopB + "/media/" + w.a.media + "-400.webp", []int{404}, nothing},
		{"a's order in b's shop under a path", "GET", base + "/stores/elm/shop/orders/" + w.a.token, []int{404}, nothing},
		{"a's media by climbing from b's", "GET", shopB + "/media/..%2f..%2f" + w.a.info.ID + "%2fmedia%2f" + w.a.media + ".webp", []int{404}, nothing},
		{"a's database by climbing", "GET", shopB + "/site-media/..%2f..%2fstore.db", []int{404}, nothing},
		{"assets by climbing", "GET", shopB + "/assets/..%2f..%2fgo.mod", []int{404}, nothing},
	}
	stores, err := os.ReadDir(filepath.Join(w.Dir, "stores"))
	w.must(err)
	for _, row := range table {
		for _, who := range everyone {
			if !strings.HasPrefix(row.url, "http://..") {
				got := w.ask(row.method, row.url, who)
				member := who == w.admin || who == w.a.owner || who == w.a.without
				ok := false
				for _, s := range row.status {
					ok = ok || got.Status == s
				}
				if member && got.Status == http.StatusMethodNotAllowed {
					ok = true
				}
				if !ok {
					t.Errorf("%s as %s: status %d, want %v\n%s", row.name, who.name, got.Status, row.status, got.Text())
				}
				may := row.may
				if may == nameOnly && !member {
					may = nothing
				}
				for _, leak := range got.leaks(w.a, may) {
					t.Errorf("%s as %s reads %s", row.name, who.name, leak)
				}
				if got.Status == http.StatusMethodNotAllowed && got.Header.Get("Allow") == "" {
					t.Errorf("%s: 405 without Allow", row.name)
				}
			}
		}
	}
	after, err := os.ReadDir(filepath.Join(w.Dir, "stores"))
	w.must(err)
	if len(after) != len(stores) {
		t.Errorf("asking made %d directories of stores", len(after)-len(stores))
	}
}

// part is one part of a token.
func part(v any) string {
	data, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return base64.RawURLEncoding.EncodeToString(data)
}

// forgedTokens: a token opens exactly one audience, while it lives, when we signed it.
func forgedTokens(w *world, t *testing.T) {
	ours := w.a.owner.token
	var claims jwt.MapClaims
	parsed, _, err := jwt.NewParser().ParseUnverified(ours, &claims)
	w.must(err)
	pieces := strings.Split(ours, ".")
	with := func(change func(header, claims map[string]any), key []byte) string {
		header, body := map[string]any{}, map[string]any{}
		for k, v := range parsed.Header {
			header[k] = v
		}
		for k, v := range claims {
			body[k] = v
		}
		change(header, body)
		text := part(header) + "." + part(body)
		if key == nil {
			return text + "."
		}
		sum := hmac.New(sha256.New, key)
		sum.Write([]byte(text))
		return text + "." + base64.RawURLEncoding.EncodeToString(sum.Sum(nil))
	}
	sealer := w.App.Secrets.At(secret.Column{Table: "auth_key", Value: "secret"}.Place("", ""))
	expired, err := auth.New(w.App.Platform.DB, func() time.Time { return time.Now().Add(-time.Hour) }, auth.WithSealer(sealer))
	w.must(err)
	old, err := expired.Start(t.Context(), w.App.Platform.DB, auth.Grant{Subject: w.a.staffID, Audience: auth.Staff})
	w.must(err)
	ended := w.a.owner.renew()
	session, err := w.App.Auth.Verify(ended, auth.Staff)
	w.must(err)
	w.must(w.App.Auth.Revoke(t.Context(), w.App.Platform.DB, session.Session, "test"))
	refresh, err := w.App.Auth.Start(t.Context(), w.App.Platform.DB, auth.Grant{Subject: w.a.staffID, Audience: auth.Staff})
	w.must(err)

	forged := map[string]string{
		"alg none":                    with(func(h, _ map[string]any) { h["alg"] = "none" }, nil),
		"alg None":                    with(func(h, _ map[string]any) { h["alg"] = "None" }, nil),
		"signed with nothing":         with(func(_, _ map[string]any) {}, []byte{}),
		"signed by another":           with(func(_, _ map[string]any) {}, []byte("secret")),
		"another key id":              with(func(h, _ map[string]any) { h["kid"] = "../../../../dev/null" }, []byte{}),
		"the signature of another":    pieces[0] + "." + part(map[string]any{"sub": w.a.staffID}) + "." + pieces[2],
		"without a signature":         pieces[0] + "." + pieces[1] + ".",
		"cut off":                     ours[:len(ours)-4],
		"expired":                     old.Access,
		"of a session that was ended": ended,
		"a refresh token":             refresh.Refresh,
		"a customer's of this store":  w.a.customer.token,
		"a customer's of another":     w.b.customer.token,
		"huge":                        strings.Repeat("a", 20_000),
		"not a token":                 "null",
	}
	private := []struct {
		surface web.Surface
		path    string
	}{{web.Dashboard, "/orders/" + w.a.order}, {web.API, "/orders/" + w.a.order}, {web.Admin, "/stores"}, {web.Portal, "/account"}, {web.Storefront, "/account/orders"}}
	for _, p := range private {
		pattern := p.path
		if p.surface == web.API {
			pattern = "/stores/:store" + p.path
		}
		route := &web.Route{Surface: p.surface, Method: "GET", Pattern: pattern}
		for name, token := range forged {
			if p.surface == web.Storefront && token == w.a.customer.token {
				continue
			}
			got := w.send(try{route, w.a, &actor{name: name, token: token}, call{path: p.path}})
			if !got.is(signIn, false) {
				t.Errorf("%s with a token that is %s: status %d → %q", p.surface, name, got.Status, got.Header.Get("Location"))
			}
			for _, leak := range got.leaks(w.a, sight{name: p.surface == web.Storefront, pub: p.surface == web.Storefront}) {
				t.Errorf("%s with a token that is %s reads %s", p.surface, name, leak)
			}
		}
	}
	// The same requests with the right token are answered.
	for _, p := range private {
		who := map[web.Surface]*actor{web.Dashboard: w.a.owner, web.API: w.a.owner, web.Admin: w.admin, web.Portal: w.a.owner, web.Storefront: w.a.customer}[p.surface]
		pattern := p.path
		if p.surface == web.API {
			pattern = "/stores/:store" + p.path
		}
		if got := w.send(try{&web.Route{Surface: p.surface, Method: "GET", Pattern: pattern}, w.a, who, call{path: p.path}}); got.Status != 200 {
			t.Errorf("%s as %s: status %d", p.surface, who.name, got.Status)
		}
	}
}

// cookiesOfAnotherShop: a cart and a checkout are their shop's own.
func cookiesOfAnotherShop(w *world, t *testing.T) {
	cookies := w.a.checkoutAt("review")
	for path, to := range map[string]string{"/checkout": "/cart", "/checkout/review": "/cart", "/checkout/address": "/cart"} {
		got := w.b.shop("GET", path, nil, cookies)
		if got.Status != http.StatusSeeOther || got.Header.Get("Location") != to {
			t.Errorf("another shop's %s: status %d → %q", path, got.Status, got.Header.Get("Location"))
		}
	}
	cart := w.b.shop("GET", "/cart", nil, cookies)
	for _, leak := range cart.leaks(w.a, nothing) {
		t.Errorf("another shop's cart reads %s", leak)
	}
	if items := cart.Doc(t).Find(".cart-line").Length(); items != 0 {
		t.Errorf("another shop's cart holds %d lines", items)
	}
	// In its own shop the same cookies go on.
	if got := w.a.shop("GET", "/checkout/review", nil, cookies); got.Status != 200 {
		t.Errorf("the shop's own review: status %d", got.Status)
	}
	// A changed cookie is none.
	for _, k := range cookies {
		k.Value += "x"
	}
	if got := w.a.shop("GET", "/checkout/review", nil, cookies); got.Status != http.StatusSeeOther {
		t.Errorf("a changed cookie: status %d", got.Status)
	}
}

// disabledAndRemoved: who is locked out or loses the role loses the access with the next request.
func disabledAndRemoved(w *world, t *testing.T) {
	id, membership := w.a.newUser()
	who := w.staff("clerk", id)
	route := &web.Route{Surface: web.Dashboard, Method: "GET", Pattern: "/products"}
	see := func() answer { return w.send(try{route, w.a, who, call{path: "/products"}}) }
	if got := see(); got.Status != 200 {
		t.Fatalf("a viewer: status %d", got.Status)
	}
	w.must(w.tenancy.SetUserDisabled(t.Context(), id, true))
	if got := see(); !got.is(signIn, false) {
		t.Errorf("a disabled user: status %d", got.Status)
	}
	w.must(w.tenancy.SetUserDisabled(t.Context(), id, false))
	who.token = who.renew()
	if got := see(); got.Status != 200 {
		t.Errorf("let in again: status %d", got.Status)
	}
	w.must(w.tenancy.RemoveMembership(t.Context(), id, membership))
	if got := see(); got.Status != 404 {
		t.Errorf("without a membership: status %d", got.Status)
	}
}
