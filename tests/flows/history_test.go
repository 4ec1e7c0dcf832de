package flows

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"wizamart/framework/config"
	"wizamart/modules/catalog"
	"wizamart/modules/customers"
	"wizamart/tests/harness"
)

// A thing's page leads those who may read the audit log to all that was done to it, and nobody else.
func TestHistoryOfAThing(t *testing.T) {
	about(t, "catalog", "customers", "audit")
	p := harness.Start(t, harness.WithoutBackground())
	p.Store(t, "fjord", "EUR")
	st := p.Open(t, "fjord")
	owner, clerk := p.Staff(t, "owner", "fjord"), p.Staff(t, "content", "fjord")
	products := harness.Service[*catalog.Service](p)
	product, err := products.Create(t.Context(), st, catalog.Product{Title: "Shell"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := products.Create(t.Context(), st, catalog.Product{Title: "Something else"}); err != nil {
		t.Fatal(err)
	}
	category, err := products.CreateCategory(t.Context(), st, catalog.Category{Name: "Coats"})
	if err != nil {
		t.Fatal(err)
	}
	customer := p.Customer(t, st, customers.SignUp{Email: "ada@example.com", Password: harness.Password, Name: "Ada"})
	if strings.Contains(customer, "@") {
		t.Fatal("a customer's id is wanted")
	}
	for path, name := range map[string]string{"/products/" + product.ID: "Shell", "/categories/" + category.ID: "Coats", "/customers/" + customer: "Ada"} {
		page := owner.Get(t, p.DashboardURL("fjord", path)).Want(t, 200)
		link, ok := page.Doc(t).Find(".page-actions a[href*='/audit?kind=']").Attr("href")
		if !ok {
			t.Errorf("%s has no link to its history", path)
			continue
		}
		u, _ := url.Parse(link)
		if !strings.HasSuffix(path, u.Query().Get("id")) {
			t.Errorf("%s leads to %s", path, link)
		}
		page = owner.Get(t, "http://"+p.Base+link).Want(t, 200).Has(t, "main", "All about")
		if text := page.Doc(t).Find(".audit-table").Text(); strings.Contains(text, "Something else") || name != "Ada" && !strings.Contains(text, name) {
			t.Errorf("the history of %s is\n%s", path, text)
		}
	}
	for _, path := range []string{"/products/" + product.ID, "/categories/" + category.ID} {
		if n := clerk.Get(t, p.DashboardURL("fjord", path)).Want(t, 200).Doc(t).Find("a[href*='/audit']").Length(); n != 0 {
			t.Errorf("%s leads who may not read the log to it", path)
		}
	}
}

// A request's line in the log says what it cost in SQL, and in development the answer does.
func TestRequestsTellTheirSQL(t *testing.T) {
	about(t, "core")
	var log bytes.Buffer
	p := harness.Start(t, harness.WithoutBackground(), harness.Configure(func(c *config.Serve) { c.Development = true }))
	p.App.Log = slog.New(slog.NewJSONHandler(&log, nil))
	p.Store(t, "fjord", "EUR")
	owner := p.Staff(t, "owner", "fjord")
	log.Reset()
	page := owner.Get(t, p.DashboardURL("fjord", "/products")).Want(t, 200)
	if got := page.Header.Get("Server-Timing"); !regexp.MustCompile(`^sql;desc="[1-9]\d* statements";dur=\d+\.\d{3}, app;dur=\d+\.\d{3}$`).MatchString(got) {
		t.Errorf("Server-Timing is %q", got)
	}
	var line struct {
		Route string
		SQL   int     `json:"sql"`
		Took  float64 `json:"ms"`
		InSQL float64 `json:"sql_ms"`
	}
	for text := range strings.Lines(log.String()) {
		if strings.Contains(text, `"route":"/products"`) {
			if err := json.Unmarshal([]byte(text), &line); err != nil {
				t.Fatal(err)
			}
		}
	}
	if line.SQL == 0 || line.InSQL <= 0 || line.InSQL > line.Took {
		t.Errorf("the line says %+v of\n%s", line, log.String())
	}
	plain := harness.Start(t, harness.WithoutBackground(), harness.Configure(func(c *config.Serve) { c.Development = false }))
	plain.Store(t, "fjord", "EUR")
	if got := plain.Guest(t).Get(t, plain.ShopURL("fjord", "/cart")).Header.Get("Server-Timing"); got != "" {
		t.Errorf("a server that is no development server tells %q", got)
	}
}
