package catalog_test

import (
	"bytes"
	"image"
	"image/png"
	"net/http"
	"strings"
	"testing"

	"wizamart/modules/catalog"
	"wizamart/tests/harness"
)

func TestBrandPages(t *testing.T) {
	s := newShelf(t, "EUR")
	s.add(jacket()) // of Fjell & Co
	other := jacket()
	other.Title, other.Brand, other.Slug = "Wind jacket", "fjell and co", ""
	s.add(other)
	s.add(catalog.Product{Title: "Mug", Brand: "Ørsted", Variants: []catalog.Variant{variant(900, nil)}})
	s.add(catalog.Product{Title: "Secret", Brand: "Hidden", Status: catalog.Draft, Variants: []catalog.Variant{variant(900, nil)}})
	guest, owner := s.Guest(t), s.Staff(t, "owner", "shop")
	shop := func(path string) string { return s.ShopURL("shop", path) }
	at := func(path string) string { return s.DashboardURL("shop", path) }

	list := guest.Get(t, shop("/brands")).Want(t, 200).Has(t, ".brand-list", "Fjell & Co").Has(t, ".brand-list", "2 products").Has(t, ".brand-list", "Ørsted")
	if strings.Contains(list.Body, "Hidden") {
		t.Error("the brand of a draft is listed")
	}
	product := guest.Get(t, shop("/products/rain-jacket")).Want(t, 200)
	if got := product.Doc(t).Find(".product-brand").AttrOr("href", ""); got != "/brands/fjell-and-co" {
		t.Errorf("the product leads to %q", got)
	}
	brand := guest.Get(t, shop("/brands/fjell-and-co")).Want(t, 200).Has(t, "h1", "Fjell & Co").Has(t, ".product-grid", "Wind jacket").Has(t, ".crumbs", "Brands")
	if n := brand.Doc(t).Find(".product-card").Length(); n != 2 {
		t.Errorf("%d cards", n)
	}
	if got := brand.Doc(t).Find("link[rel=canonical]").AttrOr("href", ""); !strings.HasSuffix(got, "/brands/fjell-and-co") {
		t.Errorf("canonical: %q", got)
	}
	if !strings.Contains(brand.Body, `"@type":"Brand"`) || !strings.Contains(brand.Body, `"@type":"BreadcrumbList"`) {
		t.Error("nothing is said to machines")
	}
	guest.Get(t, shop("/brands/fjell-and-co?sale=1")).Want(t, 200).Has(t, ".listing-bar", "2 products")
	guest.Get(t, shop("/brands/hidden")).Want(t, 404)

	// Signs tell brands apart; where a brand had another address before, that leads to it.
	for title, name := range map[string]string{"Compiler": "C++", "Runtime": "C#", "Stars": "★★★", "Hearts": "♥", "Show": "Kino+"} {
		s.add(catalog.Product{Title: title, Brand: name, Variants: []catalog.Variant{variant(900, nil)}})
	}
	guest.Get(t, shop("/brands/c")).Want(t, 301)
	s.add(catalog.Product{Title: "Vitamin", Brand: "C", Variants: []catalog.Variant{variant(900, nil)}})
	for address, title := range map[string]string{"c": "Vitamin", "c-plus-plus": "Compiler", "c-sharp": "Runtime", catalog.BrandSlug("★★★"): "Stars", catalog.BrandSlug("♥"): "Hearts"} {
		if cards := guest.Get(t, shop("/brands/"+address)).Want(t, 200).Has(t, ".product-grid", title).Doc(t).Find(".product-card").Length(); cards != 1 {
			t.Errorf("/brands/%s has %d products", address, cards)
		}
	}
	if at := guest.Get(t, shop("/brands/kino?sort=price")).Want(t, 301).Header.Get("Location"); !strings.HasSuffix(at, "/brands/kino-plus?sort=price") {
		t.Errorf("the former address leads to %q", at)
	}
	guest.Get(t, shop("/sitemaps/brands-1.xml")).Want(t, 200).Has(t, "loc", "/brands/orsted")

	// What is said of a brand is seen on the very next request.
	owner.Get(t, at("/brands")).Want(t, 200).Has(t, "table", "Hidden")
	form := owner.Get(t, at("/brands/fjell-and-co")).Want(t, 200).Has(t, ".card", "Spellings").Form(t, "form[enctype]")
	var logo bytes.Buffer
	if err := png.Encode(&logo, image.NewGray(image.Rect(0, 0, 300, 120))); err != nil {
		t.Fatal(err)
	}
	form.Set("text", `<p>From the north</p><script>x</script>`)
	owner.SubmitFiles(t, form, harness.Upload{Field: "logo", Name: "logo.png", Data: &logo}).Want(t, http.StatusSeeOther)
	said := guest.Get(t, shop("/brands/fjell-and-co")).Want(t, 200).Has(t, ".listing-lead", "From the north")
	if said.Doc(t).Find(".listing-head .brand-logo").Length() != 1 || said.Doc(t).Find(".listing-lead script").Length() != 0 {
		t.Error("no logo, or a script")
	}
	guest.Get(t, shop("/brands")).Want(t, 200)
	form = owner.Get(t, at("/brands/fjell-and-co")).Form(t, "form[enctype]")
	refused := owner.SubmitFiles(t, form, harness.Upload{Field: "logo", Name: "logo.png", Data: strings.NewReader("no picture")})
	refused.Want(t, 422).Has(t, ".error", "")
	s.add(catalog.Product{Title: "Cup", Brand: "Ørsted", Variants: []catalog.Variant{variant(900, nil)}})
	guest.Get(t, shop("/brands/orsted")).Want(t, 200).Has(t, ".listing-bar", "2 products")
	owner.JSON(t, "PATCH", s.APIURL("/stores/shop/brands/orsted"), map[string]any{"text": "<p>Cups</p>"}).Want(t, 200)
	guest.Get(t, shop("/brands/orsted")).Want(t, 200).Has(t, ".listing-lead", "Cups")
	owner.Get(t, s.APIURL("/stores/shop/brands")).Want(t, 200).Has(t, "body", `"slug":"hidden"`)
	owner.JSON(t, "PATCH", s.APIURL("/stores/shop/brands/orsted"), map[string]any{"logo": "none"}).Want(t, 404, 422)
	owner.Get(t, at("/brands/nothing")).Want(t, 404)
	s.Staff(t, "viewer", "shop").Post(t, at("/brands/orsted"), nil).Want(t, 403)
}
