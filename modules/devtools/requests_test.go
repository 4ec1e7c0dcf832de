package devtools_test

import (
	"strings"
	"testing"

	"wizamart/framework/config"
	"wizamart/tests/harness"
)

func TestLastRequests(t *testing.T) {
	p := harness.Start(t, harness.WithoutBackground())
	p.Store(t, "fjord", "EUR")
	admin, owner := p.Staff(t, "admin", "fjord"), p.Staff(t, "owner", "fjord")
	at := p.AdminURL("/devtools/requests")
	p.Guest(t).Get(t, "http://fjord."+p.Base+"/products?q=s3cret-word&sort=price").Want(t, 200)
	p.Guest(t).Get(t, "http://fjord."+p.Base+"/nowhere-s3cret").Want(t, 404)
	page := admin.Get(t, at).Want(t, 200).Has(t, "tbody", "GET /products?q=…&sort=…")
	if strings.Contains(page.Body, "s3cret") {
		t.Error("what somebody typed is shown")
	}
	if strings.Contains(page.Doc(t).Find("tbody").Text(), "/devtools/requests") {
		t.Error("the page shows itself")
	}
	rows := admin.Get(t, at+"?surface=storefront&status=4").Want(t, 200).Doc(t).Find("tbody tr")
	if rows.Length() != 1 || !strings.Contains(rows.Text(), "404") || !strings.Contains(rows.Text(), "fjord") {
		t.Errorf("filtered: %s", rows.Text())
	}
	admin.Get(t, at+"?q=zzz").Want(t, 200).Has(t, "main", "No request matches")
	owner.Get(t, at).Want(t, 403)
}

func TestNoRequestsAreKeptWithoutTools(t *testing.T) {
	p := harness.Start(t, harness.WithoutBackground(), harness.Configure(func(cfg *config.Serve) { cfg.DevTools = "off" }))
	p.Store(t, "fjord", "EUR")
	p.Guest(t).Get(t, "http://fjord."+p.Base+"/").Want(t, 200)
	if p.App.Recent != nil {
		t.Error("requests are remembered although nobody can look")
	}
	p.Staff(t, "admin", "fjord").Get(t, p.AdminURL("/devtools/requests")).Want(t, 404)
}
