package flows

import (
	"net/url"
	"regexp"
	"testing"
	"time"

	"wizamart/framework/mail"
	"wizamart/tests/harness"
)

// From the sign-up's form to a shop that answers: how many requests that is, and how long the server takes for them. The time is printed and not asserted; a
// minute is for a person who types.
func TestFromSignUpToAShop(t *testing.T) {
	about(t, "onboarding", "tenancy", "portal", "storefront")
	p := harness.Start(t)
	if err := p.App.Platform.SetSettings(t.Context(), map[string]string{"onboarding.self_service": "1"}); err != nil {
		t.Fatal(err)
	}
	b, base, requests := p.Guest(t), "http://"+p.Base, 0
	began := time.Now()
	step := func(page *harness.Page, status int) *harness.Page { requests++; return page.Want(t, status) }
	step(b.Get(t, base+"/sign-up"), 200)
	step(b.Post(t, base+"/sign-up", url.Values{"email": {"mira@shops.test"}}), 200)
	token := ""
	for until := time.Now().Add(90 * time.Second); token == ""; time.Sleep(2 * time.Millisecond) {
		rows, _, err := mail.List(t.Context(), p.App.Platform.DB, mail.Filter{Search: "mira@shops.test"})
		if err != nil || time.Now().After(until) {
			t.Fatalf("no mail: %v", err)
		}
		for _, r := range rows {
			if m := regexp.MustCompile(`/merchant-invitation\?token=(\S+)`).FindStringSubmatch(r.Text); m != nil {
				token = m[1]
			}
		}
	}
	mailed := time.Since(began)
	step(b.Get(t, base+"/merchant-invitation?token="+token), 200)
	done := step(b.Post(t, base+"/merchant-invitation", url.Values{"token": {token}, "name": {"Mira"}, "password": {harness.Password}}), 303)
	requests++
	b.Follow(t, done).Want(t, 200).Has(t, "h1", "Name your shop")
	step(b.Post(t, base+"/new-store", url.Values{"name": {"Mira"}, "country": {"AT"}}), 303)
	step(b.Get(t, p.DashboardURL("mira", "/")), 200)
	guest := p.Guest(t)
	door := step(guest.Get(t, p.ShopURL("mira", "/")), 303)
	requests++
	guest.Follow(t, door).Want(t, 200).Has(t, "input[type=password]", "") // it answers, and asks for its password until the launch
	t.Logf("from sign-up to a shop that answers: %d requests, %.2f s (of them %.2f s until the link was mailed)", requests, time.Since(began).Seconds(), mailed.Seconds())
}
