package harness

import (
	"testing"

	"wizamart/framework/mail"
	"wizamart/tenant"
)

// Mail is the newest mail of a kind, written: mails about orders are drafts until they are first sent.
func (p *Platform) Mail(t testing.TB, st *tenant.Store, kind string) mail.Row {
	t.Helper()
	if err := p.App.Mail.Compose(t.Context(), st.DB); err != nil {
		t.Fatal(err)
	}
	rows, _, err := mail.List(t.Context(), st.DB, mail.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		if r.Kind == kind {
			return r
		}
	}
	t.Fatalf("there is no mail of kind %s", kind)
	return mail.Row{}
}
