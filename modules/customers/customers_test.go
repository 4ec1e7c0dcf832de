package customers_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"wizamart/framework/audit"
	"wizamart/framework/mail"
	"wizamart/framework/money"
	"wizamart/framework/problem"
	"wizamart/modules/customers"
	"wizamart/modules/orders"
	"wizamart/modules/orders/ordertype"
	"wizamart/tenant"
	"wizamart/tests/harness"
)

var oslo = ordertype.Address{Name: "Ada Lindqvist", Line1: "Storgata 1", PostalCode: "0155", City: "Oslo", Country: "NO", Phone: "+47 22 00 00 00"}

const password = "a boat full of tea"

func services(p *harness.Platform) (*customers.Service, *orders.Service) {
	return harness.Service[*customers.Service](p), harness.Service[*orders.Service](p)
}

// buy places an order as a checkout does, as whoever ctx says.
func buy(t *testing.T, p *harness.Platform, st *tenant.Store, who audit.Actor, ref, email string, minor int64) ordertype.Placed {
	t.Helper()
	people, sales := services(p)
	ctx := audit.WithActor(t.Context(), who)
	var placed ordertype.Placed
	err := st.Write(ctx, func(tx *tenant.Store) error {
		id, err := people.Ensure(ctx, tx, email, "Ada Lindqvist", oslo.Phone, oslo, "en")
		if err != nil {
			return err
		}
		placed, err = sales.Place(ctx, tx, ordertype.Place{
			ExternalID: ref, Channel: "storefront", CustomerID: id, Email: email, Shipping: oslo, Billing: oslo, PaymentMethod: "bank_transfer", PaymentLabel: "Bank transfer",
			Lines: []ordertype.PlaceLine{{VariantID: "v", ProductID: "p", Title: "Kettle " + ref, Quantity: 1, UnitPrice: money.New(minor, st.Currency())}},
		})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return placed
}

func guest() audit.Actor { return audit.Actor{Kind: audit.Guest} }

func find(t *testing.T, people *customers.Service, st *tenant.Store, email string) *customers.Customer {
	t.Helper()
	page, err := people.List(t.Context(), st, customers.Filter{Search: email})
	if err != nil || len(page.Customers) != 1 {
		t.Fatalf("%s: %d customers, %v", email, len(page.Customers), err)
	}
	return page.Customers[0]
}

// One customer an address, whatever its case; what they bought is counted once, and taken off when cancelled.
func TestEnsureAndFigures(t *testing.T) {
	p := harness.Start(t)
	p.Store(t, "fjord", "EUR")
	st := p.Open(t, "fjord")
	people, sales := services(p)
	for i := range 3 {
		buy(t, p, st, guest(), fmt.Sprint(i), []string{"ada@example.com", "ADA@Example.com", " ada@example.COM "}[i], 1000)
	}
	wait := func(count int, spent int64) {
		t.Helper()
		var k *customers.Customer
		for range 200 {
			if k = find(t, people, st, "ada@example.com"); k.OrderCount == count && k.Spent.Minor == spent {
				return
			}
			time.Sleep(20 * time.Millisecond)
		}
		t.Fatalf("%d orders, %s spent; want %d, %d", k.OrderCount, k.Spent, count, spent)
	}
	wait(3, 3000)
	list, err := sales.ForCustomer(t.Context(), st, find(t, people, st, "ada@example.com").ID)
	if err != nil || len(list) != 3 {
		t.Fatalf("%v %v", list, err)
	}
	if err := sales.Cancel(t.Context(), st, list[0].ID, orders.Cancel{Reason: "customer"}); err != nil {
		t.Fatal(err)
	}
	wait(2, 2000)
}

// Who opens an account with somebody's address gets nothing of what guests with that address left.
func TestAnAccountHandsNothingOver(t *testing.T) {
	p := harness.Start(t, harness.WithoutBackground())
	p.Store(t, "fjord", "EUR")
	st := p.Open(t, "fjord")
	people, _ := services(p)
	placed := buy(t, p, st, guest(), "guests-order", "ada@example.com", 1000)

	b := p.Guest(t)
	p.SignUp(t, b, "fjord", url.Values{"email": {"ada@example.com"}, "name": {"Eve"}, "password": {password}}).Want(t, 303)
	for _, path := range []string{"/account", "/account/orders", "/account/profile"} {
		page := b.Get(t, p.ShopURL("fjord", path)).Want(t, 200)
		for _, canary := range []string{"Storgata", "Lindqvist", oslo.Phone, "Kettle", "#" + placed.Number, placed.Token} {
			if strings.Contains(page.Body, canary) {
				t.Errorf("%s shows %q to who only typed the address", path, canary)
			}
		}
	}
	b.Get(t, p.ShopURL("fjord", "/account/orders/"+placed.Number)).Want(t, 404)

	k := find(t, people, st, "ada@example.com")
	own := buy(t, p, st, audit.Actor{Kind: audit.Customer, ID: k.ID, Name: "Eve"}, "own-order", "other@example.com", 500)
	b.Get(t, p.ShopURL("fjord", "/account")).Want(t, 200).Has(t, "main", "#"+own.Number)
	if to := b.Get(t, p.ShopURL("fjord", "/account/orders/"+own.Number)).Want(t, 303).Header.Get("Location"); !strings.HasSuffix(to, own.Token) {
		t.Errorf("the order leads to %s", to)
	}
	if k = find(t, people, st, "ada@example.com"); k.Name != "Ada Lindqvist" || !k.HasAccount {
		t.Errorf("the merchant sees %+v", k)
	}
}

// A session of store A is worth nothing in store B, nor with staff.
func TestAccountsOfStoresAreApart(t *testing.T) {
	p := harness.Start(t, harness.WithoutBackground())
	p.Store(t, "fjord", "EUR")
	p.Store(t, "kaffe", "EUR")
	b := p.Guest(t)
	p.SignUp(t, b, "fjord", url.Values{"email": {"ada@example.com"}, "name": {"Ada"}, "password": {password}}).Want(t, 303)
	b.Get(t, p.ShopURL("fjord", "/account")).Want(t, 200).Has(t, "h1", "Ada")

	from, err := url.Parse(p.ShopURL("fjord", "/"))
	if err != nil {
		t.Fatal(err)
	}
	cookies := b.Client.Jar.Cookies(from)
	if len(cookies) == 0 {
		t.Fatal("no cookies")
	}
	for _, target := range []string{p.ShopURL("kaffe", "/account"), p.ShopURL("kaffe", "/account/orders"), p.DashboardURL("fjord", "/orders"), p.DashboardURL("fjord", "/customers")} {
		thief := p.Guest(t)
		to, err := url.Parse(target)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range cookies {
			c.Path = "/"
		}
		thief.Client.Jar.SetCookies(to, cookies)
		page := thief.Get(t, target).Want(t, 303)
		if !strings.Contains(page.Header.Get("Location"), "sign-in") {
			t.Errorf("%s leads to %s", target, page.Header.Get("Location"))
		}
	}
	b.Post(t, p.ShopURL("kaffe", "/account/sign-in"), url.Values{"email": {"ada@example.com"}, "password": {password}}).Want(t, 422)
}

func TestSignIn(t *testing.T) {
	p := harness.Start(t, harness.WithoutBackground())
	p.Store(t, "fjord", "EUR")
	b := p.Guest(t)
	p.SignUp(t, b, "fjord", url.Values{"email": {"Ada@Example.com"}, "name": {"Ada"}, "password": {password}}).Want(t, 303)
	b.Post(t, p.ShopURL("fjord", "/account/sign-out"), nil).Want(t, 303)
	b.Get(t, p.ShopURL("fjord", "/account")).Want(t, 303)

	in := func(form url.Values) *harness.Page {
		return p.Guest(t).Post(t, p.ShopURL("fjord", "/account/sign-in"), form)
	}
	unknown := in(url.Values{"email": {"nobody@example.com"}, "password": {password}}).Want(t, 422)
	wrong := in(url.Values{"email": {"ada@example.com"}, "password": {"not the password"}}).Want(t, 422)
	complaint := func(page *harness.Page) string { return strings.TrimSpace(page.Doc(t).Find(".alert").Text()) }
	if complaint(unknown) != complaint(wrong) || complaint(wrong) == "" {
		t.Errorf("unknown says %q, wrong says %q", complaint(unknown), complaint(wrong))
	}
	if v, _ := wrong.Doc(t).Find("#email").Attr("value"); v != "ada@example.com" {
		t.Errorf("what was typed is lost: %q", v)
	}
	if strings.Contains(wrong.Body, "not the password") {
		t.Error("the password is sent back")
	}
	for next, want := range map[string]string{
		"/account/profile": "/account/profile", "/cart?x=1": "/cart?x=1", "//evil.test/": "/account", "https://evil.test/": "/account", `/\evil.test`: "/account",
		"/account/sign-in": "/account", "": "/account", "javascript:alert(1)": "/account",
	} {
		page := in(url.Values{"email": {" ADA@example.com"}, "password": {password}, "next": {next}}).Want(t, 303)
		if got := page.Header.Get("Location"); got != want {
			t.Errorf("next %q leads to %q", next, got)
		}
	}
}

// Guessing is throttled per account, and says when to come back.
func TestGuessingIsThrottled(t *testing.T) {
	p := harness.Start(t, harness.WithoutBackground())
	p.Store(t, "fjord", "EUR")
	b := p.Guest(t)
	for i := range 40 {
		page := b.Post(t, p.ShopURL("fjord", "/account/sign-in"), url.Values{"email": {"ada@example.com"}, "password": {fmt.Sprint("guess number ", i)}})
		if page.Status == 429 {
			if i < 5 || i > 12 {
				t.Errorf("after %d tries", i)
			}
			page.Has(t, ".alert", "Too many attempts")
			return
		}
		page.Want(t, 422)
	}
	t.Error("never throttled")
}

func TestSignUpRefusesAndKeeps(t *testing.T) {
	p := harness.Start(t, harness.WithoutBackground())
	p.Store(t, "fjord", "EUR")
	b := p.Guest(t)
	page := b.Post(t, p.ShopURL("fjord", "/account/sign-up"), url.Values{"email": {"ada@"}, "name": {"Ada <Lindqvist>"}, "password": {"short"}, "next": {"/cart"}, "accepts_marketing": {"on"}}).Want(t, 422)
	page.Has(t, "#email-error", "e-mail address").Has(t, "#password-error", "10 characters")
	doc := page.Doc(t)
	for id, want := range map[string]string{"email": "ada@", "name": "Ada <Lindqvist>"} {
		if got, _ := doc.Find("#" + id).Attr("value"); got != want {
			t.Errorf("%s: %q", id, got)
		}
	}
	if _, ok := doc.Find("#accepts_marketing").Attr("checked"); !ok {
		t.Error("the tick is lost")
	}
	if v, _ := doc.Find("[name=next]").Attr("value"); v != "/cart" {
		t.Errorf("next is %q", v)
	}
	good := url.Values{"email": {"ada@example.com"}, "name": {"Ada"}, "password": {password}}
	st := p.Open(t, "fjord")
	first := b.Post(t, p.ShopURL("fjord", "/account/sign-up"), good).Want(t, 200)
	b.Get(t, p.ShopURL("fjord", "/account")).Want(t, 303) // not open yet
	token := harness.SignUpToken(t, st, "ada@example.com")
	b.Get(t, p.ShopURL("fjord", "/account/confirmation?token="+token)).Want(t, 200).Has(t, "main", "ada@example.com")
	b.Get(t, p.ShopURL("fjord", "/account")).Want(t, 303) // looking opens nothing
	b.Post(t, p.ShopURL("fjord", "/account/confirmation"), url.Values{"token": {token}}).Want(t, 303)
	b.Get(t, p.ShopURL("fjord", "/account")).Want(t, 200)
	b.Post(t, p.ShopURL("fjord", "/account/confirmation"), url.Values{"token": {token}}).Want(t, 410)

	// A stranger hears what a new customer hears, and gets nothing; the holder of the account is told by mail.
	stranger := p.Guest(t)
	again := stranger.Post(t, p.ShopURL("fjord", "/account/sign-up"), url.Values{"email": {"ada@example.com"}, "name": {"Eve"}, "password": {"another password"}}).Want(t, 200)
	if again.Text() != first.Text() {
		t.Errorf("the answers differ:\n%s\n%s", first.Text(), again.Text())
	}
	stranger.Get(t, p.ShopURL("fjord", "/account")).Want(t, 303)
	rows, _, err := mail.List(t.Context(), st.DB, mail.Filter{})
	if err != nil || len(rows) != 2 || rows[0].Kind != "customers.account_exists" || rows[0].Secret {
		t.Errorf("%+v, %v", rows, err)
	}
}

func TestProfileAndPassword(t *testing.T) {
	p := harness.Start(t, harness.WithoutBackground())
	p.Store(t, "fjord", "EUR")
	b, phone := p.Guest(t), p.Guest(t)
	p.SignUp(t, b, "fjord", url.Values{"email": {"ada@example.com"}, "name": {"Ada"}, "password": {password}}).Want(t, 303)
	phone.Post(t, p.ShopURL("fjord", "/account/sign-in"), url.Values{"email": {"ada@example.com"}, "password": {password}}).Want(t, 303)

	bad := url.Values{"name": {"Ada L"}, "line1": {"Storgata 1"}, "city": {""}, "country": {"XX"}, "phone": {"call me"}}
	b.Post(t, p.ShopURL("fjord", "/account/profile"), bad).Want(t, 422).Has(t, "#city-error", "Fill").Has(t, "#country-error", "country").Has(t, "#phone-error", "phone")
	b.Post(t, p.ShopURL("fjord", "/account/profile"), url.Values{"name": {"Ada L"}, "line1": {"Storgata 1"}, "city": {"Oslo"}, "country": {"NO"}}).Want(t, 303)
	b.Get(t, p.ShopURL("fjord", "/account")).Want(t, 200).Has(t, "main", "Norway").Has(t, "h1", "Ada L")

	change := func(current, next string) *harness.Page {
		return b.Post(t, p.ShopURL("fjord", "/account/password"), url.Values{"current": {current}, "password": {next}})
	}
	change("wrong password", "a new boat of coffee").Want(t, 422).Has(t, "#current-error", "not your password")
	change(password, "short").Want(t, 422)
	change(password, "a new boat of coffee").Want(t, 303)
	b.Get(t, p.ShopURL("fjord", "/account")).Want(t, 200)
	phone.Get(t, p.ShopURL("fjord", "/account")).Want(t, 303)
	p.Guest(t).Post(t, p.ShopURL("fjord", "/account/sign-in"), url.Values{"email": {"ada@example.com"}, "password": {password}}).Want(t, 422)
}

// Delete can be undone; erasing cannot, and leaves nothing of the person outside the orders.
func TestDeleteRestoreErase(t *testing.T) {
	p := harness.Start(t, harness.WithoutBackground())
	p.Store(t, "fjord", "EUR")
	st := p.Open(t, "fjord")
	people, sales := services(p)
	buy(t, p, st, guest(), "1", "ada@example.com", 1000)
	shopper := p.Guest(t)
	p.SignUp(t, shopper, "fjord", url.Values{"email": {"ada@example.com"}, "name": {"Ada"}, "password": {password}}).Want(t, 303)
	k := find(t, people, st, "ada@example.com")
	owner := p.Staff(t, "owner", "fjord")
	page := owner.Post(t, p.DashboardURL("fjord", "/customers/"+k.ID+"/deletion"), nil).Want(t, 303)
	owner.Follow(t, page).Want(t, 200).Has(t, ".toast", "Undo")
	shopper.Get(t, p.ShopURL("fjord", "/account")).Want(t, 303)

	// Somebody new takes the address: then there is no way back.
	other := buy(t, p, st, guest(), "2", "ada@example.com", 700)
	owner.Post(t, p.DashboardURL("fjord", "/customers/"+k.ID+"/restoration"), nil).Want(t, 409)
	second := find(t, people, st, "ada@example.com")
	if second.ID == k.ID {
		t.Fatal("a deleted customer came back by an order")
	}
	if err := people.Delete(t.Context(), st, second.ID); err != nil {
		t.Fatal(err)
	}
	owner.Post(t, p.DashboardURL("fjord", "/customers/"+k.ID+"/restoration"), nil).Want(t, 303)

	owner.Post(t, p.DashboardURL("fjord", "/customers/"+k.ID+"/erasure"), nil).Want(t, 303)
	owner.Get(t, p.DashboardURL("fjord", "/customers/"+k.ID)).Want(t, 404)
	if _, err := people.Customer(t.Context(), st, k.ID); !problem.Is(err, problem.NotFound) {
		t.Errorf("erased: %v", err)
	}
	for _, sql := range []string{
		"SELECT count(*) FROM customers_account", "SELECT count(*) FROM customers_credential",
		"SELECT count(*) FROM customers_customer WHERE id = '" + k.ID + "' AND (email LIKE '%ada%' OR name <> '' OR phone <> '' OR address IS NOT NULL)",
		"SELECT count(*) FROM audit_entry WHERE subject_id = '" + k.ID + "' OR actor_id = '" + k.ID + "'",
	} {
		var n int
		if err := st.NewQuery(sql).Row(&n); err != nil || n != 0 {
			t.Errorf("%s: %d, %v", sql, n, err)
		}
	}
	if o, err := sales.Get(t.Context(), st, other.ID); err != nil || o.Email != "ada@example.com" {
		t.Errorf("an order went with its customer: %v", err)
	}
}

func TestDashboardAndAPI(t *testing.T) {
	p := harness.Start(t, harness.WithoutBackground())
	p.Store(t, "fjord", "JPY")
	st := p.Open(t, "fjord")
	people, _ := services(p)
	owner := p.Staff(t, "owner", "fjord")
	owner.Get(t, p.DashboardURL("fjord", "/customers")).Want(t, 200).Has(t, ".empty", "No customers yet")
	for i := range 30 {
		buy(t, p, st, guest(), fmt.Sprint(i), fmt.Sprintf("p%02d@example.com", i), 1000)
	}
	owner.Get(t, p.DashboardURL("fjord", "/customers?page=2")).Want(t, 200).Has(t, ".pagination", "26–30 of 30")
	owner.Get(t, p.DashboardURL("fjord", "/customers?page=99")).Want(t, 200).Has(t, ".pagination", "26–30 of 30")
	owner.Get(t, p.DashboardURL("fjord", "/customers?q=nobody")).Want(t, 200).Has(t, ".empty", "No customer fits")
	for _, sort := range []string{"name", "orders", "spent", "last", "created", "nonsense"} {
		owner.Get(t, p.DashboardURL("fjord", "/customers?sort="+sort+"&dir=asc")).Want(t, 200)
	}
	k := find(t, people, st, "p07@example.com")
	address := p.DashboardURL("fjord", "/customers/"+k.ID)
	owner.Get(t, address).Want(t, 200).Has(t, "main", "Norway").Has(t, "main", "#1008")
	page := owner.Post(t, address, url.Values{"email": {"p08@example.com"}, "name": {"Somebody <b>"}, "note": {"likes blue"}}).Want(t, 422)
	page.Has(t, "#email-error", "Another customer").Has(t, "#note", "likes blue")
	owner.Post(t, address, url.Values{"email": {"p07@example.com"}, "name": {"Somebody"}, "tags": {"vip, VIP , , wholesale"}, "accepts_marketing": {"on"}}).Want(t, 303)
	if k = find(t, people, st, "wholesale"); strings.Join(k.Tags, "|") != "vip|wholesale" || !k.AcceptsMarketing {
		t.Errorf("%+v", k)
	}
	var list struct {
		Customers []map[string]any
		Total     int
	}
	owner.Get(t, p.APIURL("/stores/fjord/customers?limit=5&q=p0")).Want(t, 200).Decode(t, &list)
	if list.Total != 10 || len(list.Customers) != 5 {
		t.Errorf("%d of %d", len(list.Customers), list.Total)
	}
	owner.Get(t, p.APIURL("/stores/fjord/customers/"+k.ID)).Want(t, 200)
	owner.Get(t, p.APIURL("/stores/fjord/customers/nobody")).Want(t, 404)
	p.Guest(t).Get(t, p.APIURL("/stores/fjord/customers")).Want(t, 401)
}
