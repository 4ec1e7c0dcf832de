package cms_test

import (
	"context"
	"net/url"
	"strings"
	"testing"

	"wizamart/modules/cms"
	"wizamart/tests/harness"
)

func TestRedirects(t *testing.T) {
	p := harness.Start(t, harness.WithoutBackground())
	p.Store(t, "shop", "EUR")
	st, service, guest, staff := p.Open(t, "shop"), harness.Service[*cms.Service](p), p.Guest(t), p.Staff(t, "owner", "shop")
	at := p.DashboardURL("shop", "/redirects")
	bad := staff.Post(t, at, url.Values{"lines": {"/old\n/a /b\n/ /b\n/c javascript:alert(1)\n/d //evil.example"}}).Want(t, 422)
	for _, want := range []string{"Line 1", "Line 3", "Line 4", "Line 5"} {
		if !strings.Contains(bad.Text(), want) {
			t.Errorf("%s is not complained about", want)
		}
	}
	if strings.Contains(bad.Text(), "Line 2") || !strings.Contains(bad.Body, "/c javascript:alert(1)") {
		t.Error("a good line is refused, or what was typed is lost")
	}
	staff.Post(t, at, url.Values{"lines": {"https://old.example/collections/all/\t/products\n/blog https://blog.example/"}}).Want(t, 303)
	leads := func(from, to string) {
		t.Helper()
		if got := guest.Get(t, p.ShopURL("shop", from)).Want(t, 301).Header.Get("Location"); got != to {
			t.Errorf("%s leads to %q, want %q", from, got, to)
		}
	}
	leads("/collections/all", "/products")
	leads("/collections/all/?page=2", "/products")
	leads("/blog", "https://blog.example/")
	list, total, err := service.Redirects(context.Background(), st, "coll", 1)
	if err != nil || total != 1 {
		t.Fatalf("%v, %d", err, total)
	}
	staff.Post(t, at+"/"+list[0].ID+"/deletions", nil).Want(t, 303)
	guest.Get(t, p.ShopURL("shop", "/collections/all")).Want(t, 404)
	staff.Post(t, at+"/"+list[0].ID+"/restorations", nil).Want(t, 303)
	leads("/collections/all", "/products")

	page, err := service.CreatePage(context.Background(), st, cms.PageInput{Title: "About", Slug: "about", Published: true})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := service.SavePage(context.Background(), st, page.ID, cms.PageInput{Title: "About", Slug: "who-we-are", Published: true}); err != nil {
		t.Fatal(err)
	}
	leads("/about", "/who-we-are")
}
