package core_test

import (
	"net/url"
	"strings"
	"testing"

	"wizamart/framework/auth"
	"wizamart/framework/timezone"
	"wizamart/modules/tenancy"
	"wizamart/tenant"
	"wizamart/tests/harness"
)

func TestSettingsAreInherited(t *testing.T) {
	p := harness.Start(t, harness.WithoutBackground())
	one := p.Store(t, "one", "EUR")
	staff := harness.Service[*tenancy.Service](p)
	if _, err := staff.CreateStore(t.Context(), tenant.NewStore{MerchantID: one.MerchantID, Code: "sister", Name: "Sister", Currency: "EUR", Locale: "en", Launched: true}); err != nil {
		t.Fatal(err)
	}
	p.Store(t, "other", "EUR")
	st, sister, other := p.Open(t, "one"), p.Open(t, "sister"), p.Open(t, "other")
	u, err := staff.CreateUser(t.Context(), auth.NewUser{Email: "ann@staff.test", Name: "Ann", Password: harness.Password})
	if err != nil {
		t.Fatal(err)
	}
	if err := staff.AddMembership(t.Context(), tenancy.Membership{UserID: u.ID, MerchantID: one.MerchantID, Role: "owner"}); err != nil {
		t.Fatal(err)
	}
	owner := p.Guest(t)
	owner.Post(t, "http://"+p.Base+"/sign-in", url.Values{"email": {u.Email}, "password": {harness.Password}}).Want(t, 303)
	want := func(key string, st *tenant.Store, value string) {
		t.Helper()
		if got := p.App.Setting(st, key); got != value {
			t.Errorf("%s of %s is %q, want %q", key, st.Info().Code, got, value)
		}
	}
	const zone, reply = "core.time_zone", "messaging.reply_to"
	want(zone, st, "")
	// The operator says it for all.
	admin := p.Staff(t, "admin", "other")
	form := admin.Get(t, p.AdminURL("/settings")).Want(t, 200).Form(t, "form.stack-lg")
	form.Values.Set(zone, "Europe/Berlin")
	admin.Submit(t, form).Want(t, 303)
	want(zone, st, "Europe/Berlin")
	settings, all := p.DashboardURL("one", "/settings"), p.DashboardURL("one", "/merchant-settings")
	owner.Get(t, settings).Want(t, 200).Has(t, "[id='setting-core.time_zone']", "From the platform")
	owner.Get(t, all).Want(t, 200).Has(t, "[id='setting-core.time_zone']", "From the platform")
	// The merchant for its stores.
	form = owner.Get(t, all).Want(t, 200).Form(t, "form.stack-lg")
	form.Values.Set(zone, "Mars/Olympus")
	form.Values.Set(reply, "desk@one.test")
	owner.Submit(t, form).Want(t, 422).Has(t, "main", "Choose one of the values")
	form.Values.Set(zone, "Europe/Copenhagen")
	owner.Submit(t, form).Want(t, 303)
	want(zone, st, "Europe/Copenhagen")
	want(zone, sister, "Europe/Copenhagen")
	if at := timezone.Of(sister).String(); at != "Europe/Copenhagen" {
		t.Errorf("its clock is in %s", at)
	}
	want(reply, sister, "desk@one.test")
	want(zone, other, "Europe/Berlin")
	want(reply, other, "")
	// One store for itself, and back.
	page := owner.Get(t, settings).Want(t, 200).Has(t, "[id='setting-core.time_zone']", "From the merchant")
	form = page.Form(t, "form.stack-lg")
	form.Values.Set(zone, "UTC")
	owner.Submit(t, form).Want(t, 303)
	want(zone, st, "UTC") // the default, said by the store: it does not follow the merchant
	want(zone, sister, "Europe/Copenhagen")
	page = owner.Get(t, settings).Want(t, 200).Has(t, "[id='setting-core.time_zone'] .setting-changed", "From the merchant: Europe/Copenhagen")
	form = page.Form(t, "form.stack-lg")
	form.Values.Set("reset", zone)
	form = owner.Submit(t, form).Want(t, 200).Form(t, "form.stack-lg")
	form.Values.Del("reset")
	owner.Submit(t, form).Want(t, 303)
	want(zone, st, "Europe/Copenhagen")
	if _, own := st.Settings().Get(zone); own {
		t.Error("what was reset is still the store's own")
	}
	var noted int
	if err := p.App.Platform.DB.NewQuery("SELECT count(*) FROM audit_entry WHERE action = 'core.merchant_settings.updated' AND after LIKE '%Copenhagen%'").Row(&noted); err != nil || noted != 1 {
		t.Error(noted, err)
	}
	// Who works in one store alone does not speak for the others.
	single := p.Staff(t, "owner", "one")
	single.Get(t, all).Want(t, 403)
	single.Post(t, all, url.Values{reply: {"eve@evil.test"}}).Want(t, 403)
	if body := single.Get(t, settings).Want(t, 200).Body; strings.Contains(body, "/merchant-settings") {
		t.Error("a page is offered that cannot be opened")
	}
	want(reply, sister, "desk@one.test")
}

// What the merchant says shows on the next request, also where pages are kept.
func TestMerchantSettingOnAKeptPage(t *testing.T) {
	p := harness.Start(t, harness.WithoutBackground())
	one := p.Store(t, "one", "EUR")
	before := p.App.Platform.Version(one)
	if err := p.App.Platform.SetMerchantSettings(t.Context(), one.MerchantID, map[string]string{"catalog.return_days": "30"}); err != nil {
		t.Fatal(err)
	}
	if after := p.App.Platform.Version(one); after == before {
		t.Error("kept pages do not see it")
	}
	p.Stop(t)
	again := harness.Start(t, harness.In(p.Dir), harness.WithoutBackground())
	if got := again.App.Setting(again.Open(t, "one"), "catalog.return_days"); got != "30" {
		t.Errorf("after a restart: %q", got)
	}
}
