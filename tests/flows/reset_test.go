package flows

import (
	"net/http"
	"net/url"
	"regexp"
	"testing"
	"time"

	"wizamart/framework/database"
	"wizamart/framework/mail"
	"wizamart/modules/customers"
	"wizamart/tests/harness"
)

var resetLink = regexp.MustCompile(`http://\S+new-password\?token=\S+`)

// linkIn waits for the newest mail and gives the link in it.
func linkIn(t *testing.T, db *database.DB, n int) string {
	t.Helper()
	m := mailed(t, db, n)[0]
	link := resetLink.FindString(m.Text)
	if link == "" || !m.Secret {
		t.Fatalf("no link in %+v", m)
	}
	return link
}

const newPassword = "seven green umbrellas"

func TestResetCustomer(t *testing.T) {
	p := harness.Start(t)
	p.Store(t, "fjord", "EUR")
	p.Store(t, "other", "EUR")
	st := p.Open(t, "fjord")
	p.Customer(t, st, customers.SignUp{Email: "ada@example.com", Name: "Ada", Password: harness.Password, Locale: "en"})
	shop := func(path string) string { return p.ShopURL("fjord", path) }
	signIn := func(password string) *harness.Browser {
		b := p.Guest(t)
		if b.Post(t, shop("/account/sign-in"), url.Values{"email": {"ada@example.com"}, "password": {password}}).Status != http.StatusSeeOther {
			return nil
		}
		return b
	}
	before := signIn(harness.Password)
	g := p.Guest(t)
	known := g.Post(t, shop("/account/password-reset"), url.Values{"email": {" ADA@example.com"}}).Want(t, 200)
	unknown := g.Post(t, shop("/account/password-reset"), url.Values{"email": {"nobody@example.com"}}).Want(t, 200)
	if known.Text() != unknown.Text() {
		t.Errorf("the answers differ:\n%s\n%s", known.Text(), unknown.Text())
	}
	g.Post(t, shop("/account/password-reset"), url.Values{"email": {"none"}}).Want(t, 422).Has(t, "main", "Enter an e-mail address")
	link := linkIn(t, st.DB, 2)
	to, err := url.Parse(link)
	if err != nil {
		t.Fatal(err)
	}
	token := to.Query().Get("token")
	if page := g.Get(t, shop("/account/new-password?token="+token)).Want(t, 200); page.Header.Get("Referrer-Policy") != "no-referrer" {
		t.Error("the link is told to other sites")
	}
	g.Post(t, p.ShopURL("other", "/account/new-password"), url.Values{"token": {token}, "password": {newPassword}}).Want(t, 410)
	g.Post(t, shop("/account/new-password"), url.Values{"token": {token}, "password": {"short"}}).Want(t, 422)
	g.Post(t, shop("/account/new-password"), url.Values{"token": {token}, "password": {newPassword}}).Want(t, 303)
	g.Post(t, shop("/account/new-password"), url.Values{"token": {token}, "password": {newPassword + "2"}}).Want(t, 410)
	before.Get(t, shop("/account")).Want(t, 303)
	if signIn(harness.Password) != nil || signIn(newPassword) == nil {
		t.Error("the password is not the new one")
	}
	if rows := mailed(t, st.DB, 3); rows[0].Kind != "customers.password_changed" {
		t.Errorf("%+v", rows[0])
	}
	var verified int
	if err := st.NewQuery("SELECT count(*) FROM customers_account WHERE verified_at IS NOT NULL").Row(&verified); err != nil || verified != 1 {
		t.Errorf("the address is not proved: %d, %v", verified, err)
	}
	for range 5 {
		g.Post(t, shop("/account/password-reset"), url.Values{"email": {"ada@example.com"}}).Want(t, 200)
	}
	time.Sleep(200 * time.Millisecond)
	if n := len(mailed(t, st.DB, 5)); n != 5 { // three links an hour
		t.Errorf("%d mails", n)
	}
	owner := p.Staff(t, "owner", "fjord")
	rows, _, err := mail.List(t.Context(), st.DB, mail.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	owner.Get(t, p.DashboardURL("fjord", "/mails/"+rows[0].ID)).Want(t, 200)
	owner.Get(t, p.DashboardURL("fjord", "/mails/"+rows[0].ID+"/html")).Want(t, 404)
	owner.Post(t, p.DashboardURL("fjord", "/mails/"+rows[0].ID+"/resends"), nil).Want(t, 409)
}

func TestResetStaff(t *testing.T) {
	p := harness.Start(t)
	p.Store(t, "fjord", "EUR")
	u := p.User(t, "owner", "fjord")
	portal := func(path string) string { return "http://" + p.Base + path }
	b := p.Guest(t)
	b.Post(t, portal("/sign-in"), url.Values{"email": {u.Email}, "password": {harness.Password}}).Want(t, 303)
	g := p.Guest(t)
	known := g.Post(t, portal("/password-reset"), url.Values{"email": {u.Email}}).Want(t, 200)
	unknown := g.Post(t, portal("/password-reset"), url.Values{"email": {"nobody@example.com"}}).Want(t, 200)
	if known.Text() != unknown.Text() {
		t.Errorf("the answers differ:\n%s\n%s", known.Text(), unknown.Text())
	}
	to, err := url.Parse(linkIn(t, p.App.Platform.DB, 1))
	if err != nil {
		t.Fatal(err)
	}
	token := to.Query().Get("token")
	g.Get(t, portal("/new-password?token="+token)).Want(t, 200)
	g.Post(t, portal("/new-password"), url.Values{"token": {token}, "password": {"short"}}).Want(t, 422)
	g.Post(t, portal("/new-password"), url.Values{"token": {token}, "password": {newPassword}}).Want(t, 303)
	g.Get(t, portal("/new-password?token="+token)).Want(t, 410)
	b.Get(t, portal("/account")).Want(t, 303)
	p.Guest(t).Post(t, portal("/sign-in"), url.Values{"email": {u.Email}, "password": {harness.Password}}).Want(t, 422)
	p.Guest(t).Post(t, portal("/sign-in"), url.Values{"email": {u.Email}, "password": {newPassword}}).Want(t, 303)
	if rows := mailed(t, p.App.Platform.DB, 2); rows[0].Kind != "tenancy.password_changed" {
		t.Errorf("%+v", rows[0])
	}
}
