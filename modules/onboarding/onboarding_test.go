package onboarding_test

import (
	"context"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"wizamart/framework/database"
	"wizamart/framework/mail"
	"wizamart/framework/problem"
	"wizamart/modules/checkout"
	"wizamart/modules/onboarding"
	"wizamart/tenant"
	"wizamart/tests/harness"
)

func service(p *harness.Platform) *onboarding.Service { return harness.Service[*onboarding.Service](p) }

var link = regexp.MustCompile(`/merchant-invitation\?token=(\S+)`)

// mailed are the texts of the platform's mails to an address, the newest first.
func mailed(t *testing.T, p *harness.Platform, to string) []mail.Row {
	t.Helper()
	rows, _, err := mail.List(t.Context(), p.App.Platform.DB, mail.Filter{Search: to})
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func token(t *testing.T, p *harness.Platform, to string) string {
	t.Helper()
	for _, r := range mailed(t, p, to) {
		if m := link.FindStringSubmatch(r.Text); m != nil {
			return m[1]
		}
	}
	t.Fatalf("no link was mailed to %s", to)
	return ""
}

// work runs the platform's jobs that are due, until none is left.
func work(t *testing.T, p *harness.Platform, until func() bool) {
	t.Helper()
	for deadline := time.Now().Add(90 * time.Second); !until(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the job did nothing")
		}
	}
}

func selfService(t *testing.T, p *harness.Platform) {
	t.Helper()
	if err := p.App.Platform.SetSettings(t.Context(), map[string]string{"onboarding.self_service": "1"}); err != nil {
		t.Fatal(err)
	}
}

func TestSignUpToShop(t *testing.T) {
	p := harness.Start(t)
	b := p.Guest(t)
	base := "http://" + p.Base
	b.Get(t, base+"/sign-up").Want(t, http.StatusNotFound)
	b.Post(t, base+"/sign-up", url.Values{"email": {"mira@shops.test"}}).Want(t, http.StatusNotFound)
	selfService(t, p)
	b.Get(t, base+"/sign-up").Want(t, http.StatusOK)
	b.Post(t, base+"/sign-up", url.Values{"email": {"no address"}}).Want(t, http.StatusUnprocessableEntity).Has(t, ".error", "Enter an e-mail address")
	unknown := b.Post(t, base+"/sign-up", url.Values{"email": {"mira@shops.test"}}).Want(t, http.StatusOK)
	work(t, p, func() bool { return len(mailed(t, p, "mira@shops.test")) > 0 })
	b.Get(t, base+"/merchant-invitation?token="+token(t, p, "mira@shops.test")).Want(t, http.StatusOK).Has(t, "main", "mira@shops.test")
	form := url.Values{"token": {token(t, p, "mira@shops.test")}, "name": {"Mira"}, "password": {"short"}}
	b.Post(t, base+"/merchant-invitation", form).Want(t, http.StatusUnprocessableEntity)
	form.Set("password", harness.Password)
	page := b.Post(t, base+"/merchant-invitation", form).Want(t, http.StatusSeeOther)
	b.Follow(t, page).Want(t, http.StatusOK).Has(t, "h1", "Name your shop")
	p.Guest(t).Post(t, base+"/merchant-invitation", form).Want(t, http.StatusGone)

	// Somebody who asks for an address that has an account reads the same, and its owner reads that they have one.
	known := p.Guest(t).Post(t, base+"/sign-up", url.Values{"email": {"mira@shops.test"}}).Want(t, http.StatusOK)
	if known.Text() != unknown.Text() {
		t.Error("the page tells whether there is an account")
	}
	work(t, p, func() bool { return len(mailed(t, p, "mira@shops.test")) > 1 })
	if rows := mailed(t, p, "mira@shops.test"); !strings.Contains(rows[0].Subject+rows[1].Subject, "You have an account already") {
		t.Errorf("the mails: %q, %q", rows[0].Subject, rows[1].Subject)
	}

	for _, tt := range []struct{ name, code, country, field string }{
		{"", "mira", "AT", "name"}, {"Mira", "admin", "AT", "code"}, {"Mira", "../up", "AT", "code"}, {"Mira", "mira", "ZZ", "country"}, {"Mira", "mira", "", "country"},
	} {
		page := b.Post(t, base+"/new-store", url.Values{"name": {tt.name}, "code": {tt.code}, "country": {tt.country}}).Want(t, http.StatusUnprocessableEntity)
		if page.Doc(t).Find(`[name="`+tt.field+`"][aria-invalid="true"]`).Length() != 1 {
			t.Errorf("%+v: the field is not marked", tt)
		}
		if got := page.Doc(t).Find(`form[action="/new-store"] [name=name]`).AttrOr("value", "?"); got != tt.name {
			t.Errorf("%+v: the name became %q", tt, got)
		}
	}
	if len(p.App.Platform.Stores()) != 0 {
		t.Fatal("a refused opening made a store")
	}
	b.Post(t, base+"/new-store", url.Values{"name": {"Mira’s Käse"}, "country": {"AT"}}).Want(t, http.StatusSeeOther)
	info := p.App.Platform.Stores()[0]
	if info.Code != "miras-kase" || info.Currency != "EUR" || info.Locale != "de-AT" || info.Launched() || info.MerchantName != "Mira’s Käse" {
		t.Errorf("the store is %+v", info)
	}
	b.Get(t, p.DashboardURL(info.Code, "/")).Want(t, http.StatusOK).Has(t, "main", "Say who you are in law")
	b.Get(t, base+"/store-codes?code="+info.Code).Want(t, http.StatusOK).Has(t, "body", "already")
	b.Get(t, base+"/store-codes?name=Mira’s+Käse").Want(t, http.StatusOK).Has(t, "body", "miras-kase-2")
	b.Post(t, base+"/new-store", url.Values{"name": {"Second"}, "country": {"JP"}}).Want(t, http.StatusSeeOther)
	if second := p.App.Platform.ByCode("second"); second.Currency != "JPY" || second.Locale != "ja-JP" || second.MerchantID != info.MerchantID {
		t.Errorf("the second store is %+v", second)
	}
}

func TestInvitations(t *testing.T) {
	p := harness.Start(t, harness.WithoutBackground())
	p.Store(t, "one", "EUR")
	admin := p.Staff(t, "admin", "one")
	base := "http://" + p.Base
	admin.Post(t, p.AdminURL("/merchant-invitations"), url.Values{"email": {"bad"}}).Want(t, http.StatusUnprocessableEntity)
	admin.Post(t, p.AdminURL("/merchant-invitations"), url.Values{"email": {"New@Shops.test"}, "business": {"New Trading"}}).Want(t, http.StatusSeeOther)
	first := token(t, p, "new@shops.test")
	list, err := service(p).Invitations(t.Context(), 10)
	if err != nil || len(list) != 1 {
		t.Fatal(list, err)
	}
	at := p.AdminURL("/merchant-invitations/" + list[0].ID)
	admin.Post(t, at+"/mails", nil).Want(t, http.StatusSeeOther)
	guest := p.Guest(t)
	guest.Get(t, base+"/merchant-invitation?token="+first).Want(t, http.StatusGone) // the newer mail's link counts
	rows := mailed(t, p, "new@shops.test")
	if len(rows) != 2 {
		t.Fatalf("%d mails", len(rows))
	}
	second := first
	for _, r := range rows {
		if m := link.FindStringSubmatch(r.Text)[1]; m != first {
			second = m
		}
	}
	// Whoever is signed in with another address does not take it.
	admin.Post(t, base+"/merchant-invitation-acceptances", url.Values{"token": {second}}).Want(t, http.StatusForbidden)
	guest.Post(t, base+"/merchant-invitation", url.Values{"token": {second}, "name": {"Nina"}, "password": {harness.Password}}).Want(t, http.StatusSeeOther)
	guest.Get(t, base+"/new-store").Want(t, http.StatusOK).Has(t, "main", "Name your shop")
	admin.Post(t, at+"/revocations", nil).Want(t, http.StatusSeeOther)
	guest.Get(t, base+"/new-store").Want(t, http.StatusNotFound)
	admin.Post(t, at+"/revocations", nil).Want(t, http.StatusConflict)

	// One who has an account signs in and goes on.
	owner := p.User(t, "owner", "one")
	admin.Post(t, p.AdminURL("/merchant-invitations"), url.Values{"email": {owner.Email}}).Want(t, http.StatusSeeOther)
	third := token(t, p, owner.Email)
	guest = p.Guest(t)
	guest.Get(t, base+"/merchant-invitation?token="+third).Want(t, http.StatusOK).Has(t, "main", "Sign in with it")
	guest.Post(t, base+"/merchant-invitation", url.Values{"token": {third}, "name": {"Nina"}, "password": {harness.Password}}).Want(t, http.StatusUnprocessableEntity)
	guest.Post(t, base+"/sign-in", url.Values{"email": {owner.Email}, "password": {harness.Password}}).Want(t, http.StatusSeeOther)
	guest.Post(t, base+"/merchant-invitation-acceptances", url.Values{"token": {third}}).Want(t, http.StatusSeeOther)
	guest.Post(t, base+"/new-store", url.Values{"name": {"Nina"}, "country": {"NO"}}).Want(t, http.StatusSeeOther)
	if info := p.App.Platform.ByCode("nina"); info == nil || info.Currency != "NOK" || info.Locale != "nb-NO" {
		t.Errorf("the store is %+v", info)
	}
	guest.Get(t, base+"/new-store").Want(t, http.StatusNotFound) // an invitation is for one shop
}

// seller makes a store complete in law.
func seller(t *testing.T, p *harness.Platform, st *tenant.Store) {
	t.Helper()
	_, err := harness.Service[*checkout.Service](p).SaveSeller(t.Context(), st, checkout.Seller{Name: "One", Line1: "Quay 1", City: "Bergen", Country: "NO", Email: "law@example.com"})
	if err != nil {
		t.Fatal(err)
	}
}

func TestShopBeforeItsLaunch(t *testing.T) {
	p := harness.Start(t, harness.WithoutBackground())
	info := p.Store(t, "one", "EUR")
	p.Store(t, "two", "EUR")
	owner := p.Staff(t, "owner", "one")
	st := p.Open(t, "one")
	guest := p.Guest(t)
	shop := p.ShopURL("one", "/products")
	warm := guest.Get(t, shop).Want(t, http.StatusOK) // the page cache has it now
	guest.Get(t, shop).Want(t, http.StatusOK)
	owner.Post(t, p.DashboardURL("one", "/launch-withdrawals"), nil).Want(t, http.StatusSeeOther)
	for _, path := range []string{"/", "/products", "/search?q=a", "/media/x.webp", "/site-media/x.webp", "/cart", "/account", "/no/such/page"} {
		page := guest.Get(t, p.ShopURL("one", path)).Want(t, http.StatusSeeOther)
		if !strings.HasPrefix(page.Header.Get("Location"), "/password") || page.Header.Get("Cache-Control") != "private, no-store" || !strings.Contains(page.Header.Get("X-Robots-Tag"), "noindex") {
			t.Errorf("%s: %v", path, page.Header)
		}
	}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, shop, nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("If-None-Match", warm.Header.Get("Etag"))
	guest.Do(t, request).Want(t, http.StatusSeeOther) // not 304
	guest.Post(t, p.ShopURL("one", "/cart/lines"), url.Values{"variant": {"x"}}).Want(t, http.StatusSeeOther)
	guest.Get(t, p.ShopURL("one", "/theme.css")).Want(t, http.StatusOK)
	if robots := guest.Get(t, p.ShopURL("one", "/robots.txt")).Want(t, http.StatusOK).Body; robots != "User-agent: *\nDisallow: /\n" {
		t.Errorf("robots.txt says %q", robots)
	}
	guest.Get(t, p.ShopURL("one", "/sitemap.xml")).Want(t, http.StatusSeeOther)
	door := guest.Get(t, p.ShopURL("one", "/password?next=/products")).Want(t, http.StatusOK).Has(t, "h1", "Opening soon")
	if door.Doc(t).Find(`meta[name=robots][content^=noindex]`).Length() != 1 {
		t.Error("the password page may be indexed")
	}
	guest.Submit(t, door.Form(t, "main form").Set("password", "wrong")).Want(t, http.StatusUnprocessableEntity).Has(t, "main", "This is not the password.")
	password := owner.Get(t, p.DashboardURL("one", "/launch")).Want(t, http.StatusOK).Form(t, `form[action$="/shop-passwords"]`).Values.Get("password")
	in := guest.Submit(t, door.Form(t, "main form").Set("password", password)).Want(t, http.StatusSeeOther)
	if to := in.Header.Get("Location"); to != "/products" {
		t.Errorf("the password leads to %q", to)
	}
	seen := guest.Get(t, shop).Want(t, http.StatusOK)
	if seen.Header.Get("Cache-Control") != "private, no-store" || seen.Header.Get("Etag") != "" {
		t.Errorf("a page behind the password: %v", seen.Header)
	}
	p.Guest(t).Get(t, shop).Want(t, http.StatusSeeOther) // what one saw is kept for nobody
	guest.Get(t, p.ShopURL("two", "/products")).Want(t, http.StatusOK)

	// Another password ends the passes; one store's pass opens no other.
	owner.Post(t, p.DashboardURL("one", "/shop-passwords"), url.Values{"password": {"abc"}}).Want(t, http.StatusUnprocessableEntity)
	owner.Post(t, p.DashboardURL("one", "/shop-passwords"), url.Values{"password": {"another one"}}).Want(t, http.StatusSeeOther)
	guest.Get(t, shop).Want(t, http.StatusSeeOther)

	// The dashboard's way in.
	way := owner.Get(t, p.DashboardURL("one", "/shop")).Want(t, http.StatusSeeOther).Header.Get("Location")
	way = strings.Replace(way, ":8080", "", 1)
	visitor := p.Guest(t)
	visitor.Get(t, strings.Replace(way, "one.", "two.", 1)).Want(t, http.StatusSeeOther)
	visitor.Get(t, way).Want(t, http.StatusSeeOther)
	visitor.Get(t, shop).Want(t, http.StatusOK)

	owner.Post(t, p.DashboardURL("one", "/launches"), nil).Want(t, http.StatusUnprocessableEntity).Has(t, "main", "Missing: Say who you are in law")
	seller(t, p, st)
	owner.Post(t, p.DashboardURL("one", "/launches"), nil).Want(t, http.StatusSeeOther)
	if !p.App.Platform.ByID(info.ID).Launched() {
		t.Fatal("it is not launched")
	}
	open := p.Guest(t).Get(t, shop).Want(t, http.StatusOK)
	if open.Header.Get("X-Robots-Tag") != "" || open.Header.Get("Etag") == "" {
		t.Errorf("a page of a launched shop: %v", open.Header)
	}
	owner.Post(t, p.DashboardURL("one", "/launches"), nil).Want(t, http.StatusUnprocessableEntity)
}

func TestNewStoresAreNotLaunched(t *testing.T) {
	p := harness.Start(t, harness.WithoutBackground())
	info := p.Store(t, "one", "EUR")
	admin := p.Staff(t, "admin", "one")
	admin.Post(t, p.AdminURL("/stores"), url.Values{"merchant": {info.MerchantID}, "store_code": {"fresh"}, "store_name": {"Fresh"}, "currency": {"EUR"}, "locale": {"en"}}).Want(t, http.StatusSeeOther)
	p.Guest(t).Get(t, p.ShopURL("fresh", "/")).Want(t, http.StatusSeeOther)
	st := p.Open(t, "fresh")
	if v, _ := st.Settings().Get("onboarding.password"); len(v) < 8 {
		t.Errorf("the password is %q", v)
	}
	// Those that were there before launches were thought of.
	if err := p.App.Platform.DB.Write(t.Context(), func(tx *database.DB) error {
		_, err := tx.Exec("UPDATE tenant_store SET launched_at = created_at WHERE launched_at IS NULL", nil)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if err := p.App.Platform.Reload(t.Context()); err != nil {
		t.Fatal(err)
	}
	p.Guest(t).Get(t, p.ShopURL("fresh", "/")).Want(t, http.StatusOK)
}

func TestSuspension(t *testing.T) {
	p := harness.Start(t, harness.WithoutBackground())
	info := p.Store(t, "one", "EUR")
	p.Store(t, "two", "EUR")
	admin, owner := p.Staff(t, "admin", "one"), p.Staff(t, "owner", "one")
	guest := p.Guest(t)
	state := p.AdminURL("/stores/" + info.ID)
	guest.Get(t, p.ShopURL("one", "/")).Want(t, http.StatusOK)
	admin.Post(t, state+"/suspensions", url.Values{"reason": {" "}}).Want(t, http.StatusUnprocessableEntity)
	admin.Post(t, state+"/suspensions", url.Values{"reason": {"Unpaid invoices"}}).Want(t, http.StatusSeeOther)
	closed := guest.Get(t, p.ShopURL("one", "/")).Want(t, http.StatusServiceUnavailable).Has(t, "h1", "This shop is closed")
	if strings.Contains(closed.Body, "Unpaid") || closed.Header.Get("Retry-After") == "" {
		t.Error("shoppers read why, or not when to come back")
	}
	guest.Post(t, p.ShopURL("one", "/cart/lines"), url.Values{"variant": {"x"}}).Want(t, http.StatusServiceUnavailable)
	guest.Get(t, p.ShopURL("two", "/")).Want(t, http.StatusOK)
	owner.Get(t, p.DashboardURL("one", "/products")).Want(t, http.StatusOK).Has(t, ".page-banner", "Unpaid invoices")
	owner.Post(t, p.DashboardURL("one", "/products"), url.Values{}).Want(t, http.StatusConflict)
	owner.Post(t, p.DashboardURL("one", "/launch-withdrawals"), url.Values{}).Want(t, http.StatusConflict)
	owner.Get(t, p.APIURL("/stores/one/products")).Want(t, http.StatusOK)
	refused := owner.JSON(t, http.MethodPost, p.APIURL("/stores/one/products"), map[string]string{"title": "New"}).Want(t, http.StatusConflict)
	if kind := refused.Header.Get("Content-Type"); kind != "application/problem+json" {
		t.Errorf("the API's refusal is %s", kind)
	}
	// What was begun is finished: these reach their handlers, which know nothing of what is asked for.
	guest.Post(t, p.ShopURL("one", "/webhooks/stripe"), url.Values{}).Want(t, http.StatusBadRequest, http.StatusNotFound, http.StatusUnauthorized)
	owner.Post(t, p.DashboardURL("one", "/orders/none/refunds"), url.Values{}).Want(t, http.StatusNotFound)
	owner.JSON(t, http.MethodPost, p.APIURL("/stores/one/orders/none/refunds"), map[string]any{}).Want(t, http.StatusNotFound, http.StatusUnprocessableEntity)
	if err := p.App.AcceptsOrders(p.Open(t, "one")); !problem.Is(err, problem.Unavailable) {
		t.Errorf("orders: %v", err)
	}
	if rows := mailed(t, p, "one@merchant.test"); len(rows) != 1 || !strings.Contains(rows[0].Text, "Unpaid invoices") {
		t.Errorf("the merchant was told: %d mails", len(rows))
	}
	admin.Post(t, state+"/reactivations", nil).Want(t, http.StatusSeeOther)
	guest.Get(t, p.ShopURL("one", "/")).Want(t, http.StatusOK)

	merchant := p.AdminURL("/merchants/" + info.MerchantID)
	admin.Post(t, merchant+"/suspensions", url.Values{"reason": {"Fraud"}}).Want(t, http.StatusSeeOther)
	guest.Get(t, p.ShopURL("one", "/")).Want(t, http.StatusServiceUnavailable)
	admin.Post(t, state+"/reactivations", nil).Want(t, http.StatusUnprocessableEntity, http.StatusConflict)
	admin.Post(t, merchant+"/reactivations", nil).Want(t, http.StatusSeeOther)
	guest.Get(t, p.ShopURL("one", "/")).Want(t, http.StatusOK)
	var entries int
	if err := p.App.Platform.DB.NewQuery("SELECT count(*) FROM audit_entry WHERE action IN ('onboarding.store.suspended', 'onboarding.store.reactivated', 'onboarding.merchant.suspended', 'onboarding.merchant.reactivated')").Row(&entries); err != nil || entries != 4 {
		t.Errorf("%d audit entries, %v", entries, err)
	}
}

func TestDeletionWithGrace(t *testing.T) {
	p := harness.Start(t)
	info := p.Store(t, "one", "EUR")
	p.Store(t, "two", "EUR")
	owner := p.Staff(t, "owner", "one")
	dir := filepath.Join(p.Dir, "stores", info.ID)
	at := p.DashboardURL("one", "")
	owner.Post(t, at+"/deletions", url.Values{"code": {"two"}}).Want(t, http.StatusUnprocessableEntity)
	ctx := context.Background()
	now := p.App.Now()
	until, err := service(p).Delete(ctx, info.ID, "one")
	if err != nil || until.Sub(now).Round(time.Hour) != 30*24*time.Hour {
		t.Fatalf("until %v, %v", until.Sub(now), err)
	}
	p.Guest(t).Get(t, p.ShopURL("one", "/")).Want(t, http.StatusServiceUnavailable)
	owner.Get(t, at+"/deletion").Want(t, http.StatusOK).Has(t, ".page-banner", "will be deleted").Has(t, "main", "It can still be undone")
	owner.Post(t, at+"/products", url.Values{}).Want(t, http.StatusConflict)
	if done, err := p.App.Platform.Remove(ctx, info.ID, now, nil); done || err != nil {
		t.Fatalf("removed before its time: %v, %v", done, err)
	}
	owner.Post(t, at+"/deletion-withdrawals", nil).Want(t, http.StatusSeeOther)
	p.Guest(t).Get(t, p.ShopURL("one", "/")).Want(t, http.StatusOK)
	if done, err := p.App.Platform.Remove(ctx, info.ID, now.Add(1000*time.Hour), nil); done || err != nil {
		t.Fatalf("removed though it was undone: %v, %v", done, err)
	}
	if err := p.App.Platform.SetSettings(ctx, map[string]string{"onboarding.grace_days": "0"}); err != nil {
		t.Fatal(err)
	}
	if _, err := service(p).Delete(ctx, info.ID, "one"); err != nil {
		t.Fatal(err)
	}
	work(t, p, func() bool { _, err := os.Stat(dir); return os.IsNotExist(err) })
	work(t, p, func() bool { return p.App.Platform.ByID(info.ID) == nil })
	p.Guest(t).Get(t, p.ShopURL("one", "/")).Want(t, http.StatusNotFound)
	owner.Get(t, at+"/").Want(t, http.StatusNotFound)
	p.Guest(t).Get(t, p.ShopURL("two", "/")).Want(t, http.StatusOK)
	if err := p.App.Platform.CheckCode(ctx, "one"); !problem.Is(err, problem.Invalid) {
		t.Errorf("its code is given to another: %v", err)
	}
	if done, err := p.App.Platform.Remove(ctx, info.ID, now, nil); !done || err != nil {
		t.Errorf("removing it again: %v, %v", done, err)
	}
	var entries int
	if err := p.App.Platform.DB.NewQuery("SELECT count(*) FROM audit_entry WHERE action = 'onboarding.store.removed'").Row(&entries); err != nil || entries != 1 {
		t.Errorf("%d audit entries, %v", entries, err)
	}
}

func TestUsualIn(t *testing.T) {
	for country, want := range map[string]onboarding.Usual{
		"DE": {"EUR", "de-DE"}, "AT": {"EUR", "de-AT"}, "CH": {"CHF", "de-CH"}, "NO": {"NOK", "nb-NO"}, "SE": {"SEK", "sv-SE"}, "DK": {"DKK", "da-DK"}, "GB": {"GBP", "en-GB"},
		"US": {"USD", "en-US"}, "JP": {"JPY", "ja-JP"}, "PL": {"PLN", "pl-PL"}, "HR": {"EUR", "hr-HR"}, "BE": {"EUR", "nl-BE"}, "IE": {"EUR", "en-IE"},
	} {
		if got, ok := onboarding.UsualIn(country); !ok || got != want {
			t.Errorf("%s: %v, want %v", country, got, want)
		}
	}
	if _, ok := onboarding.UsualIn("ZZ"); ok {
		t.Error("ZZ is no country")
	}
}
