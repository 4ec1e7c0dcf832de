package cms_test

import (
	"strings"
	"testing"

	"wizamart/modules/cms"
	"wizamart/tests/harness"
)

// TestStandingPages: every shop says how accessible it is and what it keeps, in its own name, until the merchant says it in other words.
func TestStandingPages(t *testing.T) {
	p := harness.Start(t, harness.WithoutBackground())
	p.Store(t, "shop", "EUR")
	st, guest, pages := p.Open(t, "shop"), p.Guest(t), harness.Service[*cms.Service](p)
	if err := st.SetSettings(t.Context(), map[string]string{"checkout.seller": `{"email":"hello@shop.example"}`}); err != nil {
		t.Fatal(err)
	}
	home := guest.Get(t, p.ShopURL("shop", "/")).Want(t, 200)
	for path, says := range map[string]string{"/accessibility": "EN 301 549", "/privacy": "cart_badge"} {
		if n := home.Doc(t).Find(".shop-footer a[href='" + path + "']").Length(); n != 1 {
			t.Errorf("%d links lead to %s", n, path)
		}
		for range 2 { // made, and from the page cache
			guest.Get(t, p.ShopURL("shop", path)).Want(t, 200).Has(t, ".prose", says).Has(t, ".prose a[href='mailto:hello@shop.example']", "hello@").Has(t, ".prose", st.Info().Name)
		}
	}
	if p.App.Pages.Stats().Hits == 0 {
		t.Error("they are not kept in the page cache")
	}

	p.Switch(t, "analytics", false)
	if page := guest.Get(t, p.ShopURL("shop", "/privacy")); strings.Contains(page.Body, "Visits are counted") {
		t.Error("it says that visits are counted while they are not")
	}

	if err := st.SetSettings(t.Context(), map[string]string{"cms.accessibility_assessed": "2026-03-31"}); err != nil {
		t.Fatal(err)
	}
	guest.Get(t, p.ShopURL("shop", "/accessibility")).Has(t, ".prose time[datetime^='2026-03-31']", "2026")
	sitemap := func(path string, n int) {
		t.Helper()
		if page := guest.Get(t, p.ShopURL("shop", "/sitemaps/pages-1.xml")).Want(t, 200); strings.Count(page.Body, path+"</loc>") != n {
			t.Errorf("%s is not %d times in the sitemap:\n%s", path, n, page.Body)
		}
	}
	sitemap("/accessibility", 1)
	sitemap("/privacy", 1)

	own, err := pages.CreatePage(t.Context(), st, cms.PageInput{Title: "Access for all", Slug: "accessibility", Body: "Our **own** words.", Published: true})
	if err != nil {
		t.Fatal(err)
	}
	guest.Get(t, p.ShopURL("shop", "/accessibility")).Want(t, 200).Has(t, "h1", "Access for all").Has(t, ".prose", "own words")
	sitemap("/accessibility", 1)
	listed := func(when string) {
		t.Helper()
		if n := guest.Get(t, p.ShopURL("shop", "/")).Doc(t).Find(".shop-footer a[href='/accessibility']").Length(); n != 1 {
			t.Errorf("%s: %d links", when, n)
		}
	}
	listed("an own page that is not in the footer")
	if _, err := pages.SavePage(t.Context(), st, own.ID, cms.PageInput{Title: own.Title, Slug: own.Slug, Body: own.Body, Published: true, InFooter: true}); err != nil {
		t.Fatal(err)
	}
	listed("an own page in the footer")
	if _, err := pages.DeletePage(t.Context(), st, own.ID); err != nil {
		t.Fatal(err)
	}
	guest.Get(t, p.ShopURL("shop", "/accessibility")).Want(t, 200).Has(t, ".prose", "EN 301 549")
}
