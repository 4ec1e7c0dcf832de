package checkout_test

import (
	"net/url"
	"testing"

	"wizamart/framework/money"
	"wizamart/modules/checkout"
)

// The form keeps what was typed beside each complaint, takes rows away, and shows what a basket costs.
func TestTaxSettingsPage(t *testing.T) {
	s := open(t)
	s.Store(t, "fjord", "EUR")
	st := s.Open(t, "fjord")
	b := s.Staff(t, "owner", "fjord")
	at := s.DashboardURL("fjord", "/taxes")
	b.Get(t, at).Want(t, 200).Has(t, ".alert", "Taxes are off")

	v := url.Values{
		"on": {"on"}, "country": {"DE"}, "inclusive": {"yes"}, "eu_sales": {"destination"},
		"classes.0.name": {"Books"}, "classes.0.code": {"Bad Code"}, "classes.0.level": {"reduced"},
		"rules.0.country": {"US"}, "rules.0.region": {"NY"}, "rules.0.rate": {"eight"}, "rules.1.country": {"AU"}, "rules.1.rate": {"10"}, "rules.1.remove": {"on"},
	}
	p := b.Post(t, at, v).Want(t, 422)
	if got := p.Doc(t).Find(`[name="rules.0.rate"]`).AttrOr("value", ""); got != "eight" {
		t.Errorf("the rate that was typed is %q", got)
	}
	if got := p.Doc(t).Find(`[name="classes.0.code"][aria-invalid=true]`).Length(); got != 1 {
		t.Error("no complaint beside the code")
	}
	v.Set("classes.0.code", "books")
	v.Set("rules.0.rate", "8,875 %")
	if p := b.Post(t, at, v); p.Status != 303 {
		t.Fatal(p.Status, p.Text())
	}
	got := checkout.TaxesOf(st)
	if !got.On || len(got.Classes) != 1 || len(got.Rules) != 1 || got.Rules[0].Rate != money.Rate(88_750_000) || got.Rules[0].ID == "" {
		t.Fatalf("%+v", got)
	}
	b.Get(t, at).Want(t, 200).Has(t, ".table", "including VAT 20 %").Has(t, ".table", "€84.03").Has(t, ".table", "including VAT 19 %")

	v.Set("classes.0.remove", "on")
	b.Post(t, at, v)
	if got := checkout.TaxesOf(st); len(got.Classes) != 0 {
		t.Errorf("%+v", got.Classes)
	}
}

func TestLegalIdentityPage(t *testing.T) {
	s := open(t)
	s.Store(t, "fjord", "EUR")
	st := s.Open(t, "fjord")
	b := s.Staff(t, "owner", "fjord")
	guest := s.Guest(t)
	guest.Get(t, s.ShopURL("fjord", "/legal-notice")).Want(t, 200).Has(t, "main", "has not said yet")
	v := url.Values{"name": {"Fjord GmbH"}, "line1": {"Kai 1"}, "city": {"Kiel"}, "country": {"DE"}, "email": {"law@example.com"}, "vat_id": {"DE136695977"}, "iban": {"DE00"}}
	b.Post(t, s.DashboardURL("fjord", "/legal-identity"), v).Want(t, 422).Has(t, "#vat_id-error", "not a valid VAT number").Has(t, "#iban-error", "not a valid IBAN")
	v.Set("vat_id", "DE 136 695 976")
	v.Set("iban", "")
	if p := b.Post(t, s.DashboardURL("fjord", "/legal-identity"), v); p.Status != 303 || checkout.SellerOf(st).VATID != "DE136695976" {
		t.Fatal(p.Status, checkout.SellerOf(st))
	}
	guest.Get(t, s.ShopURL("fjord", "/legal-notice")).Want(t, 200).Has(t, "main", "Fjord GmbH").Has(t, "main", "DE136695976").Has(t, "footer", "Legal notice")
}
