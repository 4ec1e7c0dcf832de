package tenancy_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"wizamart/framework/audit"
	"wizamart/framework/auth"
	"wizamart/tests/harness"
)

func TestTwoFactorSignIn(t *testing.T) {
	w := newCrew(t)
	b, other := w.in(w.ann), w.in(w.ann)
	page := w.portal("/account/two-factor")
	begin := b.Get(t, page).Want(t, 200).Form(t, `form[action="/account/two-factor-keys"]`)
	b.Get(t, w.portal("/account/two-factor/key.png")).Want(t, http.StatusNotFound)
	b.Submit(t, begin.Set("current", "not it at all")).Want(t, 422).Has(t, "main", "This is not your current password.")
	shown := b.Submit(t, begin.Set("current", harness.Password)).Want(t, 200)
	key := strings.ReplaceAll(shown.Doc(t).Find("[data-copy]").AttrOr("data-copy", ""), " ", "")
	picture := b.Get(t, w.portal("/account/two-factor/key.png")).Want(t, 200)
	if picture.Header.Get("Cache-Control") != "no-store" || !strings.HasPrefix(picture.Body, "\x89PNG") || len(key) != 32 {
		t.Errorf("%v %q", picture.Header, key)
	}
	phone := &harness.Authenticator{Key: key}
	confirm := shown.Form(t, `form[action="/account/two-factor"]`)
	b.Submit(t, confirm.Set("code", "000000")).Want(t, 422).Has(t, "main", "This code is not right")
	done := b.Submit(t, confirm.Set("code", phone.Code(t, 0))).Want(t, 200)
	codes := done.Form(t, `form[action="/account/recovery-code-files"]`)
	if len(codes.Values["recovery"]) != 10 {
		t.Fatalf("%d recovery codes", len(codes.Values["recovery"]))
	}
	file := b.Submit(t, codes).Want(t, 200)
	if !strings.Contains(file.Body, codes.Values["recovery"][9]) || !strings.HasPrefix(file.Header.Get("Content-Disposition"), "attachment") {
		t.Errorf("%v %s", file.Header, file.Body)
	}
	b.Post(t, w.portal("/account/recovery-code-files"), url.Values{"recovery": {"aaaa-aaaa-aaaa-aaaa"}}).Want(t, http.StatusConflict)
	b.Get(t, w.portal("/account")).Want(t, 200)
	other.Get(t, w.portal("/account")).Want(t, http.StatusSeeOther)
	b.Get(t, w.portal("/account/two-factor/key.png")).Want(t, http.StatusNotFound)

	// The password alone opens nothing.
	g := w.Guest(t)
	asked := g.Post(t, w.portal("/sign-in"), url.Values{"email": {w.ann.Email}, "password": {harness.Password}, "next": {"/store/one/orders"}}).Want(t, http.StatusSeeOther)
	g.Get(t, w.DashboardURL("one", "/")).Want(t, http.StatusSeeOther)
	form := g.Follow(t, asked).Want(t, 200).Form(t, `form[action="/sign-in/code"]`)
	g.Submit(t, form.Set("code", "123")).Want(t, 422)
	code := phone.Code(t, 1)
	in := g.Submit(t, form.Set("code", code)).Want(t, http.StatusSeeOther)
	if in.Header.Get("Location") != "/store/one/orders" {
		t.Errorf("it leads to %s", in.Header.Get("Location"))
	}
	g.Follow(t, in).Want(t, 200)
	replay := w.Guest(t)
	form2 := replay.Follow(t, replay.Post(t, w.portal("/sign-in"), url.Values{"email": {w.ann.Email}, "password": {harness.Password}})).Want(t, 200).Form(t, `form[action="/sign-in/code"]`)
	replay.Submit(t, form2.Set("code", code)).Want(t, 422)
	replay.Submit(t, form2.Set("code", codes.Values["recovery"][0])).Want(t, http.StatusSeeOther)
	replay.Get(t, w.DashboardURL("one", "/")).Want(t, 200)
	w.mailed("tenancy.recovery_code_used")
	w.Guest(t).Get(t, w.portal("/sign-in/code")).Want(t, http.StatusSeeOther)

	// The API asks for the code in the same request.
	tokens := func(code string) *harness.Page {
		return w.Guest(t).JSON(t, "POST", w.APIURL("/auth/tokens"), map[string]string{"email": w.ann.Email, "password": harness.Password, "code": code})
	}
	if refusal := tokens("").Want(t, http.StatusUnauthorized); !strings.Contains(refusal.Body, `"field":"code"`) {
		t.Error(refusal.Body)
	}
	tokens(code).Want(t, 422)
	tokens(codes.Values["recovery"][1]).Want(t, 200)
	tokens(codes.Values["recovery"][1]).Want(t, 422)

	// Off again takes password and code.
	off := func(password, code string) *harness.Page {
		return g.Post(t, w.portal("/account/two-factor-removals"), url.Values{"current": {password}, "code": {code}})
	}
	off("wrong wrong wrong", codes.Values["recovery"][2]).Want(t, 422)
	off(harness.Password, codes.Values["recovery"][1]).Want(t, 422)
	off(harness.Password, codes.Values["recovery"][2]).Want(t, http.StatusSeeOther)
	w.mailed("tenancy.two_factor_off")
	tokens("").Want(t, 200)
}

func TestTeamThatMustUseTwoFactor(t *testing.T) {
	w := newCrew(t)
	ctx := t.Context()
	cem := w.member("Cem", w.one, "manager")
	w.join(cem, w.two, "manager")
	ann := w.in(w.ann)
	rule := w.DashboardURL("one", "/team-rules")
	ann.Post(t, rule, url.Values{"two_factor": {"on"}}).Want(t, 422).Has(t, "main", "for yourself first")
	w.TwoFactor(t, w.ann.ID)
	if err := w.staff.SetTwoFactorRule(ctx, w.ann.ID, w.one, true); err != nil {
		t.Fatal(err)
	}
	b := w.in(cem)
	tokens, err := w.App.Auth.Start(ctx, w.App.Platform.DB, auth.Grant{Subject: cem.ID, Audience: auth.Staff})
	if err != nil {
		t.Fatal(err)
	}
	b.Token = tokens.Access
	led := b.Get(t, w.DashboardURL("one", "/orders?view=open")).Want(t, http.StatusSeeOther)
	if want := "/account/two-factor?next=" + url.QueryEscape("/store/one/orders?view=open"); led.Header.Get("Location") != want {
		t.Errorf("led to %s", led.Header.Get("Location"))
	}
	b.Get(t, w.APIURL("/stores/one/products")).Want(t, http.StatusForbidden)
	b.Post(t, w.DashboardURL("one", "/products"), nil).Want(t, http.StatusForbidden)
	b.Get(t, w.DashboardURL("two", "/orders")).Want(t, 200) // the rule is merchant one's
	b.Follow(t, led).Want(t, 200).Has(t, "main", "Your team asks for this")
	w.TwoFactor(t, cem.ID)
	b.Get(t, w.DashboardURL("one", "/orders")).Want(t, http.StatusSeeOther) // that session began without it
	tokens, err = w.App.Auth.Start(ctx, w.App.Platform.DB, auth.Grant{Subject: cem.ID, Audience: auth.Staff})
	if err != nil {
		t.Fatal(err)
	}
	b.Token = tokens.Access
	b.Get(t, w.APIURL("/stores/one/products")).Want(t, 200)
	b.JSON(t, "POST", w.APIURL("/account/two-factor-removals"), map[string]string{"current": harness.Password, "code": "000000"}).Want(t, http.StatusConflict)

	// Who has lost everything asks the operator.
	admin := w.Staff(t, "admin", "one")
	admin.Get(t, w.AdminURL("/users/"+cem.ID)).Want(t, 200).Has(t, "main", "Reset two-factor sign-in")
	admin.Post(t, w.AdminURL("/users/"+cem.ID+"/two-factor-resets"), nil).Want(t, http.StatusSeeOther)
	w.mailed("tenancy.two_factor_off")
	b.Get(t, w.APIURL("/stores/one/products")).Want(t, http.StatusUnauthorized)
	log, err := audit.List(ctx, w.App.Platform.DB, audit.Filter{Action: "tenancy.user.two_factor_reset"})
	if err != nil || len(log) != 1 || log[0].SubjectID != cem.ID || log[0].ActorName != "admin one" {
		t.Errorf("%v %+v", err, log)
	}
	again := w.in(cem)
	again.Get(t, w.DashboardURL("one", "/orders")).Want(t, http.StatusSeeOther)
}

func TestSessionsAndAccount(t *testing.T) {
	w := newCrew(t)
	b, c, d := w.in(w.ann), w.in(w.ann), w.in(w.ann)
	account := w.portal("/account")
	page := b.Get(t, account).Want(t, 200).Has(t, "main", "This one")
	rows := page.Doc(t).Find(`form[action="/account/session-revocations"]`)
	if rows.Length() != 2 {
		t.Fatalf("%d other sessions", rows.Length())
	}
	b.Submit(t, page.Form(t, `form[action="/account/session-revocations"]`)).Want(t, http.StatusSeeOther)
	alive := 0
	for _, x := range []*harness.Browser{c, d} {
		if x.Get(t, account).Status == 200 {
			alive++
		}
	}
	if alive != 1 {
		t.Errorf("%d of two sessions live", alive)
	}
	mine := b.Get(t, account).Form(t, `form[action="/account/session-revocations"]`)
	w.in(w.bob).Submit(t, mine).Want(t, http.StatusNotFound)
	b.Post(t, w.portal("/account/other-session-revocations"), nil).Want(t, http.StatusSeeOther)
	for _, x := range []*harness.Browser{c, d} {
		x.Get(t, account).Want(t, http.StatusSeeOther)
	}
	b.Post(t, w.portal("/account/details"), url.Values{"name": {" "}}).Want(t, 422)
	b.Post(t, w.portal("/account/details"), url.Values{"name": {"Anna"}}).Want(t, http.StatusSeeOther)
	b.Get(t, account).Has(t, "main", "Anna")

	// Another address counts once the mail's link was followed, and the old one hears of it.
	change := func(email, password string) *harness.Page {
		return b.Post(t, w.portal("/account/email-changes"), url.Values{"email": {email}, "email_password": {password}})
	}
	change("none", harness.Password).Want(t, 422)
	change("anna@staff.test", "wrong wrong wrong").Want(t, 422)
	change("anna@staff.test", harness.Password).Want(t, http.StatusSeeOther)
	link := w.mailed("tenancy.email_change")
	b.Get(t, account).Has(t, "main", "ann@staff.test")
	confirm := w.Guest(t).Get(t, link).Want(t, 200).Form(t, `form[action="/account/email"]`)
	w.Guest(t).Submit(t, confirm).Want(t, http.StatusSeeOther)
	w.Guest(t).Submit(t, confirm).Want(t, http.StatusGone)
	b.Get(t, account).Has(t, "main", "anna@staff.test")
	var to string
	if err := w.App.Platform.DB.NewQuery("SELECT to_address FROM mail_message WHERE kind = 'tenancy.email_changed'").Row(&to); err != nil || to != "ann@staff.test" {
		t.Errorf("%q heard of it: %v", to, err)
	}
	// An address that is somebody's gets no mail, and the answer is the same.
	change(w.bob.Email, harness.Password).Want(t, http.StatusSeeOther)
	if again := w.mailed("tenancy.email_change"); again != link {
		t.Error("somebody else's address was mailed")
	}
}
