package harness

import (
	"net/url"
	"regexp"
	"testing"

	"wizamart/framework/mail"
	"wizamart/modules/customers"
	"wizamart/tenant"
)

var confirmation = regexp.MustCompile(`/account/confirmation\?token=(\S+)`)

// SignUpToken is the token in the newest mail that opens an account.
func SignUpToken(t testing.TB, st *tenant.Store, email string) string {
	t.Helper()
	rows, _, err := mail.List(t.Context(), st.DB, mail.Filter{Search: email})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		if m := confirmation.FindStringSubmatch(r.Text); m != nil {
			return m[1]
		}
	}
	t.Fatalf("no mail to %s opens an account", email)
	return ""
}

// Customer opens an account, and returns the customer's id.
func (p *Platform) Customer(t testing.TB, st *tenant.Store, in customers.SignUp) string {
	t.Helper()
	people := Service[*customers.Service](p)
	if err := people.SignUp(t.Context(), st, in); err != nil {
		t.Fatal(err)
	}
	id, _, err := people.ConfirmSignUp(t.Context(), st, SignUpToken(t, st, in.Email))
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// SignUp opens an account as a shopper does: the form, the mail, the link. It returns the answer to the last step.
func (p *Platform) SignUp(t testing.TB, b *Browser, store string, form url.Values) *Page {
	t.Helper()
	b.Post(t, p.ShopURL(store, "/account/sign-up"), form).Want(t, 200)
	token := SignUpToken(t, p.Open(t, store), form.Get("email"))
	b.Get(t, p.ShopURL(store, "/account/confirmation?token="+token)).Want(t, 200)
	return b.Post(t, p.ShopURL(store, "/account/confirmation"), url.Values{"token": {token}})
}
