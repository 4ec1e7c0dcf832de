package tokens_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"wizamart/framework/audit"
	"wizamart/framework/auth"
	"wizamart/framework/config"
	"wizamart/framework/database"
	"wizamart/framework/problem"
	"wizamart/modules/tenancy"
	"wizamart/modules/tokens"
	"wizamart/tenant"
	"wizamart/tests/harness"
)

// world is a platform with two stores of different merchants, and the owner of the first.
type world struct {
	*harness.Platform
	tokens   *tokens.Service
	staff    *tenancy.Service
	one, two *tenant.Info
	owner    auth.User
}

func start(t *testing.T, options ...harness.Option) *world {
	t.Helper()
	p := harness.Start(t, append(options, harness.WithoutBackground())...)
	w := &world{Platform: p, tokens: harness.Service[*tokens.Service](p), staff: harness.Service[*tenancy.Service](p), one: p.Store(t, "one", "EUR"), two: p.Store(t, "two", "EUR")}
	w.owner = w.member(t, "ann", w.one, "owner")
	return w
}

func (w *world) member(t *testing.T, name string, at *tenant.Info, role string) auth.User {
	t.Helper()
	u, err := w.staff.CreateUser(t.Context(), auth.NewUser{Email: name + "@staff.test", Name: strings.ToUpper(name[:1]) + name[1:], Password: harness.Password})
	if err != nil {
		t.Fatal(err)
	}
	w.join(t, u.ID, at, role)
	return u
}

func (w *world) join(t *testing.T, userID string, at *tenant.Info, role string) {
	t.Helper()
	if err := w.staff.AddMembership(t.Context(), tenancy.Membership{UserID: userID, MerchantID: at.MerchantID, Role: role}); err != nil {
		t.Fatal(err)
	}
}

func (w *world) make(t *testing.T, name string, permissions ...string) tokens.Made {
	t.Helper()
	m, err := w.tokens.Create(t.Context(), w.owner.ID, w.one, tokens.NewToken{Name: name, Permissions: permissions, Days: 30})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// call asks the API with a bearer's secret.
func (w *world) call(t *testing.T, secret, method, path, body string) *harness.Page {
	t.Helper()
	b := w.Guest(t)
	b.Token = secret
	r, err := http.NewRequestWithContext(t.Context(), method, w.APIURL(path), strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	return b.Do(t, r)
}

func (w *world) want(t *testing.T, status int, secret, method, path, body string) *harness.Page {
	t.Helper()
	return w.call(t, secret, method, path, body).Want(t, status)
}

func TestTokenOpensItsStoreAndNothingElse(t *testing.T) {
	w := start(t)
	w.join(t, w.owner.ID, w.two, "owner") // also of the other store: the token is not
	m := w.make(t, "ERP", "orders.read", "catalog.read")
	for _, c := range []struct {
		method, path string
		status       int
	}{
		{"GET", "/stores/one/orders", 200},
		{"GET", "/stores/one/products", 200},
		{"GET", "/stores/one", 200},
		{"GET", "/openapi.json", 200},
		{"POST", "/stores/one/products", 403}, // not given
		{"GET", "/stores/one/customers", 403},
		{"GET", "/stores/one/team", 403},
		{"GET", "/stores/one/tokens", 403},
		{"POST", "/stores/one/tokens", 403},
		{"GET", "/stores/two/orders", 404},
		{"GET", "/stores/two", 404},
		{"GET", "/stores/three", 404},
		{"GET", "/stores", 403},
		{"GET", "/account/sessions", 403},
		{"GET", "/settings", 403},
		{"POST", "/stores", 403},
	} {
		body := ""
		if c.method == "POST" {
			body = "{}"
		}
		w.want(t, c.status, m.Secret, c.method, c.path, body)
	}
	for _, page := range []string{w.AdminURL("/"), w.DashboardURL("one", "/"), "http://" + w.Base + "/account"} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, page, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", "Bearer "+m.Secret)
		r.AddCookie(&http.Cookie{Name: "staff", Value: m.Secret})
		if got := w.Guest(t).Do(t, r); got.Status != http.StatusSeeOther || !strings.Contains(got.Header.Get("Location"), "/sign-in") {
			t.Errorf("%s: a token opened it: %d", page, got.Status)
		}
	}
}

func TestTokenMayNoMoreThanWhoAnswersForIt(t *testing.T) {
	w := start(t)
	role, err := w.staff.CreateRole(t.Context(), w.owner.ID, tenancy.Place{MerchantID: w.one.MerchantID}, tenancy.RoleInput{Title: "Technician", Permissions: []string{"tokens.*", "orders.read", "catalog.read"}})
	if err != nil {
		t.Fatal(err)
	}
	cid := w.member(t, "cid", w.one, role.Name)
	for _, p := range []string{"customers.read", "orders.*", "*", "tokens.write", "tenancy.team.write", "tenancy.read", "onboarding.delete", ""} {
		if _, err := w.tokens.Create(t.Context(), cid.ID, w.one, tokens.NewToken{Name: "x", Permissions: []string{p}}); !problem.Is(err, problem.Invalid) {
			t.Errorf("%q was given: %v", p, err)
		}
	}
	m, err := w.tokens.Create(t.Context(), cid.ID, w.one, tokens.NewToken{Name: "Script", Permissions: []string{"orders.read", "catalog.read"}})
	if err != nil {
		t.Fatal(err)
	}
	w.want(t, 200, m.Secret, "GET", "/stores/one/orders", "")
	// The role loses a permission: so does the token, on its next request.
	if _, err := w.staff.UpdateRole(t.Context(), w.owner.ID, tenancy.Place{MerchantID: w.one.MerchantID}, role.Name, tenancy.RoleInput{Title: "Technician", Permissions: []string{"tokens.*", "catalog.read"}}); err != nil {
		t.Fatal(err)
	}
	w.want(t, 403, m.Secret, "GET", "/stores/one/orders", "")
	w.want(t, 200, m.Secret, "GET", "/stores/one/products", "")
	// Who made it leaves: it is stopped, until somebody else makes a new secret for it.
	if err := w.staff.SetUserDisabled(t.Context(), cid.ID, true); err != nil {
		t.Fatal(err)
	}
	w.want(t, 401, m.Secret, "GET", "/stores/one/products", "")
	lines, err := w.tokens.List(t.Context(), w.one)
	if err != nil || lines[0].State != tokens.Stopped {
		t.Fatalf("%+v, %v", lines, err)
	}
	next, err := w.tokens.Renew(t.Context(), w.owner.ID, w.one, m.ID)
	if err != nil {
		t.Fatal(err)
	}
	w.want(t, 401, m.Secret, "GET", "/stores/one/products", "")
	w.want(t, 200, next.Secret, "GET", "/stores/one/products", "")
	w.want(t, 200, next.Secret, "GET", "/stores/one/orders", "")
	// Nobody renews what may more than they.
	eve := w.member(t, "eve", w.one, role.Name)
	if _, err := w.tokens.Renew(t.Context(), eve.ID, w.one, m.ID); !problem.Is(err, problem.Forbidden) {
		t.Errorf("renewed: %v", err)
	}
	if _, err := w.tokens.Revoke(t.Context(), eve.ID, w.one, m.ID); err != nil { // but stop it
		t.Fatal(err)
	}
	w.want(t, 401, next.Secret, "GET", "/stores/one/products", "")
}

func TestTokenExpires(t *testing.T) {
	now := time.Now()
	w := start(t, harness.Configure(func(cfg *config.Serve) { cfg.Clock = func() time.Time { return now } }))
	m := w.make(t, "ERP", "orders.read")
	w.want(t, 200, m.Secret, "GET", "/stores/one/orders", "")
	now = now.AddDate(0, 0, 25)
	if got := w.tokens.EndingSoon(w.one.ID); len(got) != 1 || got[0] != "ERP" {
		t.Errorf("ending: %v", got)
	}
	now = now.AddDate(0, 0, 5)
	w.want(t, 401, m.Secret, "GET", "/stores/one/orders", "")
	next, err := w.tokens.Renew(t.Context(), w.owner.ID, w.one, m.ID)
	if err != nil {
		t.Fatal(err)
	}
	w.want(t, 200, next.Secret, "GET", "/stores/one/orders", "")
}

func TestTokensAreHashedAndChecked(t *testing.T) {
	w := start(t)
	m := w.make(t, "ERP", "orders.read")
	if !regexp.MustCompile(`^wizamart_[0-9A-Za-z]{46}$`).MatchString(m.Secret) {
		t.Errorf("secret %q", m.Secret)
	}
	var rows int
	err := w.App.Platform.DB.NewQuery("SELECT count(*) FROM tokens_token WHERE length(hash) = 32 AND instr({:s}, hint) > 0 AND instr(CAST(hash AS TEXT), {:s}) = 0").Bind(map[string]any{"s": m.Secret}).Row(&rows)
	if err != nil || rows != 1 {
		t.Errorf("%d rows, %v", rows, err)
	}
	last := m.Secret[len(m.Secret)-1]
	for _, secret := range []string{"wizamart_", m.Secret[:len(m.Secret)-1], m.Secret + "0", strings.Replace(m.Secret, string(last), "-", 1), strings.ToLower(m.Secret), "wizamart_" + strings.Repeat("0", 46)} {
		w.want(t, 401, secret, "GET", "/stores/one/orders", "")
	}
	// The secret stands neither in the list nor in the audit log.
	got := w.signed(t).Get(t, w.DashboardURL("one", "/tokens"))
	got.Want(t, 200)
	page, err := audit.Find(t.Context(), w.App.Platform.DB, audit.Filter{Action: "tokens."})
	if err != nil || len(page.Entries) != 1 {
		t.Fatalf("%+v, %v", page, err)
	}
	noted, err := json.Marshal(page.Entries)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(got.Body, m.Secret) || strings.Contains(string(noted), m.Secret) {
		t.Error("the secret is told twice")
	}
}

func TestWhatATokenDoesIsNotedUnderItsName(t *testing.T) {
	w := start(t)
	m := w.make(t, "Warehouse", "catalog.read", "catalog.write")
	w.want(t, 201, m.Secret, "POST", "/stores/one/categories", `{"name":"Lamps"}`)
	st := w.Open(t, "one")
	page, err := audit.Find(t.Context(), st.DB, audit.Filter{ActorKind: audit.Token, ActorID: m.ID})
	if err != nil || len(page.Entries) == 0 || page.Entries[0].ActorName != "Warehouse" {
		t.Fatalf("%+v, %v", page.Entries, err)
	}
	got := w.signed(t).Get(t, w.DashboardURL("one", "/audit?actor=token:"+m.ID))
	got.Want(t, 200).Has(t, "main", "Warehouse")
}

func TestTokensHaveARateLimitEach(t *testing.T) {
	w := start(t, harness.Limited())
	if err := w.App.Platform.SetSettings(t.Context(), map[string]string{"fairuse.api_read": "3"}); err != nil {
		t.Fatal(err)
	}
	a, b := w.make(t, "A", "orders.read"), w.make(t, "B", "orders.read")
	for range 3 {
		got := w.want(t, 200, a.Secret, "GET", "/stores/one/orders", "")
		if !strings.HasPrefix(got.Header.Get("RateLimit-Policy"), `"api-read";q=3;w=60`) || got.Header.Get("RateLimit") == "" {
			t.Errorf("headers %v", got.Header)
		}
	}
	if got := w.want(t, 429, a.Secret, "GET", "/stores/one/orders", ""); got.Header.Get("Retry-After") == "" {
		t.Errorf("headers %v", got.Header)
	}
	w.want(t, 200, b.Secret, "GET", "/stores/one/orders", "")
}

func TestQuotaOfTokens(t *testing.T) {
	w := start(t)
	if err := w.App.Platform.SetSettings(t.Context(), map[string]string{"fairuse.quota_tokens": "1"}); err != nil {
		t.Fatal(err)
	}
	m := w.make(t, "A", "orders.read")
	in := tokens.NewToken{Name: "B", Permissions: []string{"orders.read"}}
	if _, err := w.tokens.Create(t.Context(), w.owner.ID, w.one, in); !problem.Is(err, problem.Quota) {
		t.Fatalf("%v", err)
	}
	got := w.signed(t).Get(t, w.DashboardURL("one", "/usage"))
	got.Want(t, 200).Has(t, "main", "1 of 1")
	if _, err := w.tokens.Revoke(t.Context(), w.owner.ID, w.one, m.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := w.tokens.Create(t.Context(), w.owner.ID, w.one, in); err != nil {
		t.Fatal(err)
	}
}

// signed is the owner's browser.
func (w *world) signed(t *testing.T) *harness.Browser {
	t.Helper()
	b := w.Guest(t)
	b.Post(t, "http://"+w.Base+"/sign-in", url.Values{"email": {w.owner.Email}, "password": {harness.Password}}).Want(t, http.StatusSeeOther)
	return b
}

func TestTokensOnTheirPage(t *testing.T) {
	w := start(t)
	b := w.signed(t)
	b.Get(t, w.DashboardURL("one", "/tokens")).Want(t, 200).Has(t, "main", "No program works here yet")
	bad := b.Post(t, w.DashboardURL("one", "/tokens"), url.Values{"name": {""}, "days": {"30"}, "permissions": {"orders.read"}})
	bad.Want(t, 422).Has(t, "main", "Give the token a name")
	if bad.Doc(t).Find(`input[value="orders.read"][checked]`).Length() != 1 || bad.Doc(t).Find(`option[value="30"][selected]`).Length() != 1 {
		t.Error("what was chosen is gone")
	}
	b.Post(t, w.DashboardURL("one", "/tokens"), url.Values{"name": {"A"}, "days": {"soon"}}).Want(t, 422)
	made := b.Post(t, w.DashboardURL("one", "/tokens"), url.Values{"name": {"Shipping"}, "days": {"90"}, "permissions": {"orders.read", "orders.fulfil"}})
	made.Want(t, 200)
	if !strings.Contains(made.Header.Get("Cache-Control"), "no-store") {
		t.Error("a secret may be kept by the browser")
	}
	secret := regexp.MustCompile(`wizamart_[0-9A-Za-z]{46}`).FindString(made.Body)
	w.want(t, 200, secret, "GET", "/stores/one/orders", "")
	b.Post(t, w.DashboardURL("one", "/tokens"), url.Values{"name": {"shipping"}, "days": {"90"}, "permissions": {"orders.read"}}).Want(t, 422).Has(t, "main", "of this name already")
	list := b.Get(t, w.DashboardURL("one", "/tokens"))
	list.Want(t, 200).Has(t, ".token", "last used").Has(t, ".token", "127.0.0.1").Has(t, ".token", "Ann answers for it")
	action, _ := list.Doc(t).Find(`form[action$="/revocations"]`).Attr("action")
	b.Follow(t, b.Post(t, "http://"+w.Base+action, url.Values{})).Want(t, 200).Has(t, "main", "Revoked")
	w.want(t, 401, secret, "GET", "/stores/one/orders", "")
}

func TestTokenSuspendedWithTheTeamsRule(t *testing.T) {
	w := start(t)
	m := w.make(t, "ERP", "orders.read")
	err := w.App.Platform.DB.Write(t.Context(), func(tx *database.DB) error {
		_, err := tx.ExecContext(t.Context(), "INSERT INTO tenancy_rule (merchant_id, two_factor) VALUES (?, 1)", w.one.MerchantID)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.staff.Load(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.want(t, 403, m.Secret, "GET", "/stores/one/orders", "")
}
