//go:build browser

package browser

import (
	"context"
	"regexp"
	"strings"
	"testing"

	"wizamart/framework/auth"
	"wizamart/modules/tenancy"
	"wizamart/tests/harness"
)

// TestStaffWalk makes a role, invites somebody to it, and sets up two-factor sign-in, with scripts and without.
func TestStaffWalk(t *testing.T) {
	loadAxe(t)
	p := harness.Start(t)
	info := p.Store(t, "north", "EUR")
	staff := harness.Service[*tenancy.Service](p)
	ctx := context.Background()
	chromium := browser(t, p)
	for _, v := range []look{views[1], views[2]} {
		t.Run(v.name, func(t *testing.T) {
			name := odd.ReplaceAllString(v.name, "-")
			owner, err := staff.CreateUser(ctx, auth.NewUser{Email: "owner-" + name + "@staff.test", Name: "Olga Owner", Password: harness.Password})
			if err != nil {
				t.Fatal(err)
			}
			if err := staff.AddMembership(ctx, tenancy.Membership{UserID: owner.ID, MerchantID: info.MerchantID, Role: tenancy.Owner}); err != nil {
				t.Fatal(err)
			}
			w := &walk{Platform: p, tab: open(t, chromium, p.Base, v.name, v.width, v.height, v.scripted), look: v}
			w.enter(owner.Email)
			w.visit(w.at(w.Base, "/store/north/roles"))
			w.looks("roles")
			w.fill("#new-role [name=title]", "Help "+name)
			w.follow("#new-role button[type=submit]")
			w.press(`label[for="p-audit.read"]`)
			w.looks("role")
			w.follow(".save-bar button[type=submit]")
			w.has(".matrix thead", "Help "+name)

			w.visit(w.at(w.Base, "/store/north/team"))
			w.looks("team")
			email := "new-" + name + "@staff.test"
			w.fill("form[action$=team-invitations] [name=email]", email)
			w.choose("form[action$=team-invitations] [name=role]", "fulfilment")
			w.follow("form[action$=team-invitations] button[type=submit]")
			w.has("main", email)
			w.looks("invited")

			guest := &walk{Platform: p, tab: open(t, chromium, p.Base, v.name+" guest", v.width, v.height, v.scripted), look: v}
			guest.visit(w.invitation(t, email))
			guest.looks("invitation")
			guest.fill("[name=name]", "Nia New")
			guest.fill("[name=password]", harness.Password)
			guest.follow("main form button[type=submit]")
			guest.visit(w.at(w.Base, "/store/north/orders"))

			w.visit(w.at(w.Base, "/account"))
			w.looks("account")
			w.visit(w.at(w.Base, "/account/two-factor"))
			w.looks("before two-factor")
			w.fill("[name=current]", harness.Password)
			w.follow("form[action$=two-factor-keys] button[type=submit]")
			w.looks("key")
			key := strings.ReplaceAll(eval[string](w.tab, `document.querySelector("[data-copy]").dataset.copy`), " ", "")
			w.fill("[name=code]", (&harness.Authenticator{Key: key}).Code(t, 0))
			w.follow(`form[action="/account/two-factor"] button[type=submit]`)
			w.looks("recovery codes")
			code := eval[string](w.tab, `document.querySelector(".recovery-codes code").textContent`)

			again := &walk{Platform: p, tab: open(t, chromium, p.Base, v.name+" again", v.width, v.height, v.scripted), look: v}
			again.enter(owner.Email)
			again.looks("code")
			again.fill("[name=code]", code)
			again.follow("main form button[type=submit]")
			again.visit(w.at(w.Base, "/account/two-factor"))
			again.has("main", "9 recovery codes are left.")
			again.looks("two-factor is on")
		})
	}
}

// enter signs somebody in, as far as the password goes.
func (w *walk) enter(email string) {
	w.visit(w.at(w.Base, "/sign-in"))
	w.fill("[name=email]", email)
	w.fill("[name=password]", harness.Password)
	w.follow("main form button[type=submit]")
}

// invitation is the link that was mailed to an address.
func (w *walk) invitation(t *testing.T, email string) string {
	t.Helper()
	// What a mail says is erased once it was sent; in development it is kept.
	var text string
	if err := w.App.Platform.DB.NewQuery("SELECT text FROM mail_message WHERE kind = 'tenancy.invitation' AND to_address = '" + email + "'").Row(&text); err != nil {
		t.Fatal(err)
	}
	link := regexp.MustCompile(`http://\S+`).FindString(text)
	if link == "" {
		t.Fatalf("no link in %q", text)
	}
	return link
}
