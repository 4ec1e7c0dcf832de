package checkout

import (
	"crypto/sha256"
	"encoding/hex"
	"net/url"

	"wizamart/framework/app"
	"wizamart/framework/database"
	"wizamart/framework/problem"
	"wizamart/framework/web"
	"wizamart/tenant"
)

// Terms are what a shopper has to accept before ordering.
type Terms struct {
	Text string // plain text, shown at the checkout
	URL  string // a page with the whole of it
}

// TermsOf reads a store's settings.
func TermsOf(st *tenant.Store) Terms {
	text, _ := st.Settings().Get("checkout.terms_text")
	address, _ := st.Settings().Get("checkout.terms_url")
	return Terms{text, address}
}

// Any tells whether the store has terms.
func (t Terms) Any() bool { return t.Text != "" || t.URL != "" }

// hash identifies the terms that a shopper accepted, SHA-256 in hexadecimal; "" without terms. Of a page only its address is known here.
func (t Terms) hash() string {
	if !t.Any() {
		return ""
	}
	sum := sha256.Sum256([]byte(t.URL + "\n" + t.Text))
	return hex.EncodeToString(sum[:])
}

var settings = []app.Setting{
	smallestSetting,
	{
		Key: "checkout.terms_url", Scope: database.Store, Group: "Checkout", Label: "Address of your terms", Kind: app.Text, Max: 300,
		Help: "Where shoppers read your terms and conditions, such as /terms. With an address or a text, the checkout asks them to accept.",
		Check: func(v string) error {
			if u, err := url.Parse(v); v != "" && (err != nil || !web.LocalPath(v) && u.Scheme != "https") {
				return problem.New(problem.Invalid, "Enter a path such as /terms, or an address that begins with https://.")
			}
			return nil
		},
	},
	{
		Key: "checkout.terms_text", Scope: database.Store, Group: "Checkout", Label: "Terms shown at the checkout", Kind: app.LongText, Max: 20000,
		Help: "Plain text, such as your terms or the right of withdrawal. It is shown beside the order button.",
	},
	{
		Key: viesSetting, Scope: database.Platform, Group: "Checkout", Label: "Address of the register of VAT numbers", Kind: app.Text, Max: 300, Default: VIESAddress,
		Help: "The REST interface of VIES. Checkouts ask it for the VAT numbers of businesses; while it does not answer, VAT is charged.",
		Check: func(v string) error {
			if u, err := url.Parse(v); v != "" && (err != nil || u.Host == "" || u.Scheme != "https" && !(u.Scheme == "http" && u.Hostname() == "127.0.0.1")) {
				return problem.New(problem.Invalid, "Enter an address that begins with https://.")
			}
			return nil
		},
	},
	{
		Key: app.ConfirmSetting, Scope: database.Store, Group: "Checkout", Label: "When an order is confirmed", Kind: app.Choice,
		Help:    "On the replica, an order that a shopper saw confirmed survives the loss of the server.",
		Options: append([]app.Option{{Value: "", Label: "As the platform says"}}, confirmOptions...),
	},
	{
		Key: app.ConfirmDefaultSetting, Scope: database.Platform, Group: "Checkout", Label: "When an order is confirmed", Kind: app.Choice,
		Help:    "For stores that choose nothing themselves.",
		Options: append([]app.Option{{Value: "", Label: "On the replica, when it is outside this machine"}}, confirmOptions...),
	},
}

var confirmOptions = []app.Option{
	{Value: app.ConfirmLocal, Label: "When it is on the server's disk"},
	{Value: app.ConfirmReplicated, Label: "When it is on the replica; without an answer it is received first and secured later"},
	{Value: app.ConfirmRequired, Label: "When it is on the replica; without an answer no orders are taken"},
}
