//go:build browser

package browser

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"wizamart/framework/auth"
	"wizamart/framework/mail"
	"wizamart/modules/onboarding"
	"wizamart/tests/harness"
)

// TestOnboarding is the way from an empty server to a launched shop: the operator's set-up, a merchant who signs up, the shop, its launch.
func TestOnboarding(t *testing.T) {
	loadAxe(t)
	for _, v := range []look{{"first steps phone", 390, 844, true, "birch"}, {"first steps desk without scripts", 1440, 900, false, "cedar"}} {
		t.Run(v.name, func(t *testing.T) {
			p := harness.Start(t)
			chromium := browser(t, p)
			w := &walk{Platform: p, tab: open(t, chromium, p.Base, v.name, v.width, v.height, v.scripted), look: v}
			w.setUp(t)
			merchant := &walk{Platform: p, tab: open(t, chromium, p.Base, v.name+" merchant", v.width, v.height, v.scripted), look: v}
			merchant.opens(t)
			merchant.launches(t)
		})
	}
}

func (w *walk) setUp(t *testing.T) {
	token, err := w.App.Auth.OneTime(t.Context(), w.App.Platform.DB, auth.PurposeSetup, "operator", time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	w.visit(w.at(w.Base, "/set-up?token="+token))
	w.fill("[name=name]", "Olga Operator")
	w.fill("[name=email]", "olga@platform.test")
	w.fill("[name=password]", harness.Password)
	w.fill("[name=repeat]", harness.Password)
	w.looks("set-up")
	w.follow("main form button[type=submit]")
	w.has("h1", "Base domain")
	w.looks("base domain")
	w.follow(`form[action$="/getting-started/domain"] button[name=later]`) // nobody knows the name
	w.has("h1", "Mail")
	w.looks("mail")
	w.follow(`form[action$="/getting-started/mail"] button[name=later]`)
	w.has("h1", "Replica")
	w.looks("replica")
	if w.exists(".alert-success") {
		t.Errorf("%s: the replica is shown as if it protected", w.look.name)
	}
	w.follow(`form[action$="/getting-started/replica"] button[name=later]`)
	w.has("h1", "Recovery code")
	w.looks("key")
	w.follow(`form[action$="/key-showings"] button`)
	w.has("#recovery-code", "-")
	code := strings.Split(eval[string](w.tab, `document.querySelector("#recovery-code").textContent.trim()`), "-")
	w.looks("recovery code")
	w.follow(".card-footer a.btn-primary")
	groups := eval[[]int](w.tab, `[...document.querySelectorAll("[name=group]")].map(e => Number(e.value))`)
	if len(groups) != 2 || len(code) != 6 {
		t.Fatalf("%s: groups %v of %v", w.look.name, groups, code)
	}
	for _, at := range groups {
		w.fill("[name=group-"+string(rune('0'+at))+"]", strings.ToLower(code[at-1]))
	}
	w.looks("typing the recovery code")
	w.follow(`form[action$="/getting-started/key"] button.btn-primary`)
	w.has("h1", "Getting started")
	w.looks("summary")
	w.visit(w.at(w.Base, "/admin/"))
	w.has("main", "Getting started")
	w.looks("admin with its checklist")
	w.visit(w.at(w.Base, "/admin/settings"))
	w.press(`[name="onboarding.self_service"]`)
	w.follow(`main form[method=post] button.btn-primary`)
	w.visit(w.at(w.Base, "/admin/merchant-invitations"))
	w.fill("[name=email]", "invited@shops.test")
	w.follow(`form[action$="/merchant-invitations"] button.btn-primary`)
	w.has("main", "invited@shops.test")
	w.looks("invitations")
}

var invitationLink = regexp.MustCompile(`/invitation\?token=(\S+)`)

// mailed waits for the link in a mail.
func (w *walk) mailed(t *testing.T, to string) string {
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		rows, _, err := mail.List(t.Context(), w.App.Platform.DB, mail.Filter{Search: to})
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range rows {
			if m := invitationLink.FindStringSubmatch(r.Text); m != nil {
				return "/invitation?token=" + m[1]
			}
		}
	}
	t.Fatalf("%s: no mail to %s", w.look.name, to)
	return ""
}

func (w *walk) opens(t *testing.T) {
	began := time.Now()
	email := w.look.shop + "@shops.test"
	w.visit(w.at(w.Base, "/sign-in"))
	w.follow(`a[href="/sign-up"]`)
	w.looks("sign-up")
	w.fill("[name=email]", email)
	w.follow("main form button[type=submit]")
	w.has("main", "We have sent a mail")
	w.looks("mail sent")
	w.visit(w.at(w.Base, w.mailed(t, email)))
	w.fill("[name=name]", "Mira Merchant")
	w.fill("[name=password]", harness.Password)
	w.looks("account")
	w.follow("main form button[type=submit]")
	w.has("h1", "Name your shop")
	w.fill("[name=name]", strings.ToUpper(w.look.shop[:1])+w.look.shop[1:])
	w.choose("[name=country]", "AT")
	if w.scripts {
		w.has("main", w.look.shop+"."+w.Base+" is free.")
		w.fill("[name=code]", "admin")
		w.has("main", "is reserved")
		w.fill("[name=code]", w.look.shop)
		w.has("main", w.look.shop+"."+w.Base+" is free.")
	}
	w.looks("new store")
	w.follow("main form button[type=submit]")
	w.has("h1", "Home")
	t.Logf("%s: from the sign-up page to the dashboard in %s, with every page looked at", w.look.name, time.Since(began).Round(time.Millisecond))
	w.has("main", "Say who you are in law")
	w.looks("checklist")
	info := w.App.Platform.ByCode(w.look.shop)
	if info == nil || info.Currency != "EUR" || info.Locale != "de-AT" || info.Launched() {
		t.Fatalf("%s: the store is %+v", w.look.name, info)
	}
}

func (w *walk) launches(t *testing.T) {
	dashboard := func(path string) string { return w.at(w.Base, "/store/"+w.look.shop+path) }
	stranger := w.Guest(t)
	shop := "http://" + w.look.shop + "." + w.Base + "/"
	stranger.Get(t, shop).Want(t, http.StatusSeeOther)
	w.visit(dashboard("/shop"))
	w.has("body", strings.ToUpper(w.look.shop[:1])+w.look.shop[1:])
	if at := eval[string](w.tab, "location.pathname"); at != "/" {
		t.Errorf("%s: the way into the shop ends at %s", w.look.name, at)
	}
	w.visit(dashboard("/launch"))
	w.has("main", "Something is still needed.")
	w.looks("launch, with something missing")
	w.visit(dashboard("/legal-identity"))
	w.fill("[name=name]", "Mira Merchant e.U.")
	w.fill("[name=line1]", "Ring 1")
	w.fill("[name=postal_code]", "1010")
	w.fill("[name=city]", "Wien")
	w.choose("[name=country]", "AT")
	w.fill("[name=email]", "law@shops.test")
	w.follow("main form[method=post] button.btn-primary")
	w.visit(dashboard("/launch"))
	w.looks("launch")
	password := eval[string](w.tab, `document.querySelector("[name=password]").value`)
	other := open(t, w.tab.ctx, w.Base, w.look.name+" guest", w.width, w.height, w.scripted)
	other.visit(w.at(w.look.shop+"."+w.Base, "/products"))
	other.has("h1", "Opening soon")
	other.looks("password page")
	other.fill("[name=password]", "wrong")
	other.follow("main form button[type=submit]")
	other.has("main", "This is not the password.")
	other.fill("[name=password]", password)
	other.follow("main form button[type=submit]")
	if at := other.where(); at != "/products" {
		t.Errorf("%s: the password leads to %s", w.look.name, at)
	}
	w.press(`button[commandfor="launch"]`)
	w.follow(`#launch form button.btn-primary, #launch form button[type=submit]:not([formmethod])`)
	w.has("main", "Open to everybody")
	w.looks("launched")
	stranger.Get(t, shop).Want(t, http.StatusOK)
	if err := harness.Service[*onboarding.Service](w.Platform).Suspend(t.Context(), w.App.Platform.ByCode(w.look.shop).ID, "Unpaid invoices"); err != nil {
		t.Fatal(err)
	}
	w.visit(dashboard("/"))
	w.has("main", "This store is suspended")
	w.looks("suspended")
	other.lands(w.at(w.look.shop+"."+w.Base, "/"), 503)
	other.has("h1", "This shop is closed")
	other.mu.Lock()
	other.problems = nil // the console tells of the 503
	other.mu.Unlock()
	other.looks("closed")
	if err := harness.Service[*onboarding.Service](w.Platform).Reactivate(t.Context(), w.App.Platform.ByCode(w.look.shop).ID); err != nil {
		t.Fatal(err)
	}
	w.visit(dashboard("/deletion"))
	w.looks("deletion")
	w.fill("[name=code]", w.look.shop)
	w.follow(`form[action$="/deletions"] button`)
	w.has("main", "It can still be undone")
	w.looks("being deleted")
	w.follow(`form[action$="/deletion-withdrawals"] button`)
	w.has("main", "What happens")
}
