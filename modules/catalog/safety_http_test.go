package catalog_test

import (
	"context"
	"net/url"
	"strings"
	"testing"

	"wizamart/modules/catalog"
)

// TestProductSafety: the store's manufacturer is told with every thing that is sent, what a product names goes before it, and every change shows on
// the next request.
func TestProductSafety(t *testing.T) {
	s := newShelf(t, "EUR")
	ctx := context.Background()
	owner := s.Staff(t, "owner", "shop")
	mug := s.add(catalog.Product{Title: "Mug", Variants: []catalog.Variant{variant(900, nil)}})
	card := s.add(catalog.Product{Title: "Card", GiftCard: true, Variants: []catalog.Variant{variant(900, nil)}})
	section := func(slug string) string { return text(s.doc("/products/" + slug).Find(".product-safety")) }
	missing := func(want int) {
		t.Helper()
		if n, err := s.cat.WithoutSafety(ctx, s.st); err != nil || n != want {
			t.Errorf("%d products lack safety information, want %d (%v)", n, want, err)
		}
	}
	if section("mug") != "" {
		t.Error("there is a section with nothing in it")
	}
	missing(1)
	list := owner.Get(t, s.DashboardURL("shop", "/products")).Want(t, 200)
	list.Has(t, ".products-unsafe", "1 active product lacks safety information")
	rows := owner.Get(t, s.DashboardURL("shop", "/products?safety=missing")).Want(t, 200).Doc(t).Find("tbody tr")
	if rows.Length() != 1 || !strings.Contains(text(rows), "Mug") {
		t.Errorf("the list of them is %q", text(rows))
	}

	form := url.Values{"name": {"Kyoto Kilns"}, "address": {"Gojo 1\n 605-0846 Kyoto"}, "country": {"JP"}, "contact": {"kilns"}, "default_manufacturer": {"on"}, "default_responsible": {"on"}}
	page := owner.Post(t, s.DashboardURL("shop", "/responsible-parties"), form).Want(t, 422)
	page.Has(t, "#contact-error", "Enter an e-mail address").Has(t, "#default_responsible-error", "established in the European Union")
	if v := page.Doc(t).Find("textarea[name=address]").Text(); !strings.Contains(v, "605-0846 Kyoto") {
		t.Error("what was typed is lost")
	}
	form.Set("contact", "hello@kilns.example")
	form.Del("default_responsible")
	owner.Post(t, s.DashboardURL("shop", "/responsible-parties"), form).Want(t, 303)
	if got := section("mug"); got != "ManufacturerKyoto Kilns Gojo 1 605-0846 Kyoto Japanhello@kilns.example" {
		t.Errorf("the page says %q", got)
	}
	if section("card") != "" {
		t.Error("a gift card has a manufacturer")
	}
	missing(1) // nobody in the Union
	agent, err := s.cat.CreateParty(ctx, s.st, catalog.Party{Name: "Agent GmbH", Address: "Ring 1\n1010 Wien", Country: "AT", Contact: "https://agent.example/contact", DefaultResponsible: true})
	if err != nil {
		t.Fatal(err)
	}
	missing(0)
	if got := section("mug"); !strings.Contains(got, "Responsible person in the EUAgent GmbH Ring 1 1010 Wien Austriaagent.example/contact") {
		t.Errorf("the page says %q", got)
	}

	maker, err := s.cat.CreateParty(ctx, s.st, catalog.Party{Name: "Atelier", Address: "Rue 1", Country: "FR", Contact: "a@atelier.example"})
	if err != nil {
		t.Fatal(err)
	}
	edit := formOf(t, owner.Get(t, s.DashboardURL("shop", "/products/"+mug.ID)).Want(t, 200))
	edit.Set("safety_manufacturer", maker.ID)
	edit.Set("safety_model", "M-1")
	edit.Set("safety_batch", "B 7")
	edit.Set("safety_warnings", "Hot.\r\n\r\nNot for <b>children</b>.")
	owner.Post(t, s.DashboardURL("shop", "/products/"+mug.ID), edit).Want(t, 303)
	d := s.doc("/products/mug")
	if got := text(d.Find(".product-safety")); got != "Hot.Not for <b>children</b>. Type or modelM-1Batch numberB 7 ManufacturerAtelier Rue 1 Francea@atelier.example" {
		t.Errorf("the page says %q", got)
	}
	if n := d.Find(".product-safety p").Length(); n != 2 {
		t.Errorf("%d paragraphs of warnings", n)
	}
	if _, err := s.cat.UpdateParty(ctx, s.st, maker.ID, func(p *catalog.Party) error { p.Name = "Atelier Noir"; return nil }); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(section("mug"), "Atelier Noir") {
		t.Error("a name that changed is not on the page")
	}
	owner.Post(t, s.DashboardURL("shop", "/responsible-parties/"+maker.ID+"/deletions"), nil).Want(t, 303)
	if !strings.Contains(section("mug"), "Kyoto Kilns") {
		t.Error("a product whose manufacturer was deleted does not fall back on the default")
	}
	owner.Post(t, s.DashboardURL("shop", "/responsible-parties/"+maker.ID+"/restorations"), nil).Want(t, 303)
	if !strings.Contains(section("mug"), "Atelier Noir") {
		t.Error("undoing does not bring it back")
	}
	if _, err := s.cat.Update(ctx, s.st, card.ID, func(p *catalog.Product) error { p.Safety.Manufacturer = agent.ID + "x"; return nil }); err == nil {
		t.Error("a manufacturer that does not exist was taken")
	}
	copied, err := s.cat.Duplicate(ctx, s.st, mug.ID, "Copy")
	if err != nil || copied.Safety.Model != "M-1" {
		t.Errorf("a copy says %+v of its safety (%v)", copied.Safety, err)
	}
}
