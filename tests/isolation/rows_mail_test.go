package isolation

import (
	"context"
	"net/mail"
	"net/url"
	"time"

	"wizamart/framework/auth"
	"wizamart/framework/database"
	framework "wizamart/framework/mail"
	"wizamart/modules/customers"
	"wizamart/tests/harness"
)

// newMail is one to the store's customer.
func (s *side) newMail() (id string) {
	ctx := context.Background()
	s.w.must(s.st.DB.Write(ctx, func(tx *database.DB) (err error) {
		id, err = framework.Queue(ctx, tx, framework.Message{
			Kind: "order.placed", Ref: s.order, To: mail.Address{Name: s.priv + " Shopper", Address: s.customerMail}, From: "Shop", Subject: s.priv + " order", HTML: "<p>" + s.priv + "</p>", Text: s.priv,
		})
		return err
	}))
	return id
}

// endedMail is one that nothing will happen to by itself.
func (s *side) endedMail() string {
	id := s.newMail()
	s.w.must(s.st.DB.Write(context.Background(), func(tx *database.DB) error {
		_, err := tx.ExecContext(context.Background(), "UPDATE mail_message SET state = 'kept', ended_at = ? WHERE id = ?", database.Now(), id)
		return err
	}))
	return id
}

func onMail(path string) row {
	return get(func(s *side) string { return "/mails/" + s.endedMail() + path })
}

func (s *side) resetToken(customer bool) string {
	ctx := context.Background()
	db, subject := s.w.App.Platform.DB, ""
	if customer {
		db, subject = s.st.DB, s.customerID
	} else {
		subject, _ = s.newUser()
	}
	token, err := s.w.App.Auth.OneTime(ctx, db, auth.PurposePasswordReset, subject, time.Hour)
	s.w.must(err)
	return token
}

func (s *side) signUpToken() string {
	email := s.unused("new") + "@shopper.test"
	s.w.must(s.w.customers.SignUp(context.Background(), s.st, customers.SignUp{Email: email, Name: "New Shopper", Password: harness.Password, Locale: "en"}))
	return harness.SignUpToken(s.w.t, s.st, email)
}

var mailRows = map[string]row{
	"dashboard GET /mails":          at("/mails"),
	"dashboard GET /mails/:id":      onMail(""),
	"dashboard GET /mails/:id/html": onMail("/html"),
	"dashboard POST /mails/:id/resends": post(func(s *side) (string, url.Values) {
		return "/mails/" + s.endedMail() + "/resends", nil
	}),
	"dashboard GET /mail-notices/:kind":      at("/mail-notices/placed").at(200), // a kind of mail, not a thing of a store's
	"dashboard GET /mail-notices/:kind/html": at("/mail-notices/placed/html").at(200),

	"api GET /stores/:store/mails": at("/mails"),
	"api POST /stores/:store/mails/:id/resends": {call: func(s *side) call {
		return call{path: "/mails/" + s.endedMail() + "/resends", json: map[string]any{}}
	}},

	"admin GET /mail": at("/mail"),
	"admin POST /mail": post(func(s *side) (string, url.Values) {
		return "/mail", form("host", "", "port", "587", "security", "starttls", "hourly", "1000", "keep_days", "90", "sender", s.unused("from")+"@platform.test")
	}),
	"admin POST /mail-tests":                     post(func(*side) (string, url.Values) { return "/mail-tests", form("to", "operator@platform.test") }),
	"admin GET /devtools/mailbox":                get(func(s *side) string { return "/devtools/mailbox?file=" + s.info.Code }),
	"admin GET /devtools/mailbox/:file/:id":      get(func(s *side) string { return "/devtools/mailbox/" + s.info.Code + "/" + s.endedMail() }),
	"admin GET /devtools/mailbox/:file/:id/html": get(func(s *side) string { return "/devtools/mailbox/" + s.info.Code + "/" + s.endedMail() + "/html" }),
	"admin GET /devtools/mailbox/:file/:id/raw":  get(func(s *side) string { return "/devtools/mailbox/" + s.info.Code + "/" + s.endedMail() + "/raw" }),

	"portal GET /password-reset": at("/password-reset"),
	"portal POST /password-reset": post(func(s *side) (string, url.Values) {
		return "/password-reset", form("email", s.unused("somebody")+"@staff.test")
	}),
	"portal GET /new-password": get(func(s *side) string { return "/new-password?token=" + s.resetToken(false) }),
	"portal POST /new-password": post(func(s *side) (string, url.Values) {
		return "/new-password", form("token", s.resetToken(false), "password", "")
	}).isStill().answers(422),
	"storefront GET /account/password-reset": at("/account/password-reset"),
	"storefront POST /account/password-reset": post(func(s *side) (string, url.Values) {
		return "/account/password-reset", form("email", s.unused("somebody")+"@shopper.test")
	}),
	// A link of another store is none.
	"storefront GET /account/confirmation": {secret: true, call: get(func(s *side) string { return "/account/confirmation?token=" + s.signUpToken() }).call, smuggled: []int{410}},
	"storefront POST /account/confirmation": post(func(s *side) (string, url.Values) {
		return "/account/confirmation", form("token", s.signUpToken())
	}).at(410),
	"storefront GET /account/new-password": get(func(s *side) string { return "/account/new-password?token=" + s.resetToken(true) }).at(410),
	"storefront POST /account/new-password": post(func(s *side) (string, url.Values) {
		return "/account/new-password", form("token", s.resetToken(true), "password", "")
	}).isStill().answers(422).at(410),
}
