package catalog_test

import (
	"context"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"strings"
	"testing"

	"wizamart/modules/catalog"
	"wizamart/modules/checkout"
	"wizamart/tests/harness"
)

// TestOldAddressesLeadOn: who follows an old link is led to where the thing is now, and told when it is gone.
func TestOldAddressesLeadOn(t *testing.T) {
	s := newShelf(t, "EUR")
	ctx := context.Background()
	p := s.add(catalog.Product{Title: "Mug", Slug: "mug", Variants: []catalog.Variant{variant(900, nil)}})
	for _, slug := range []string{"big-mug", "biggest-mug"} {
		if _, err := s.cat.Update(ctx, s.st, p.ID, func(p *catalog.Product) error { p.Slug = slug; return nil }); err != nil {
			t.Fatal(err)
		}
	}
	moved := func(path, want string) {
		t.Helper()
		page := s.get(path).Want(t, 301)
		if got := page.Header.Get("Location"); got != want {
			t.Errorf("%s leads to %q, want %q", path, got, want)
		}
	}
	moved("/products/mug", "/products/biggest-mug")
	moved("/products/big-mug?variant=x", "/products/biggest-mug?variant=x")

	other := s.add(catalog.Product{Title: "Another mug", Slug: "mug", Variants: []catalog.Variant{variant(500, nil)}})
	s.get("/products/mug").Want(t, 200).Has(t, "h1", "Another mug") // who has the address now comes first
	if err := s.cat.Delete(ctx, s.st, other.ID); err != nil {
		t.Fatal(err)
	}
	moved("/products/mug", "/products/biggest-mug") // the one that was here before is still there

	if err := s.cat.Delete(ctx, s.st, p.ID); err != nil {
		t.Fatal(err)
	}
	s.get("/products/biggest-mug").Want(t, 410)
	s.get("/products/big-mug").Want(t, 410)
	if _, err := s.cat.Restore(ctx, s.st, p.ID); err != nil {
		t.Fatal(err)
	}
	moved("/products/big-mug", "/products/biggest-mug")

	s.add(catalog.Product{Title: "Plan", Slug: "plan", Status: catalog.Draft, Variants: []catalog.Variant{variant(1, nil)}})
	s.get("/products/plan").Want(t, 404) // it may still come, and nobody is to know
	s.get("/products/never").Want(t, 404)

	c, err := s.cat.CreateCategory(ctx, s.st, catalog.Category{Name: "Cups"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.cat.UpdateCategory(ctx, s.st, c.ID, func(c *catalog.Category) error { c.Slug = "mugs"; return nil }); err != nil {
		t.Fatal(err)
	}
	moved("/categories/cups", "/categories/mugs")
}

func TestSitemapAndRobots(t *testing.T) {
	s := newShelf(t, "EUR")
	for i := range 3 {
		s.add(catalog.Product{Title: fmt.Sprint("Thing ", i), Variants: []catalog.Variant{variant(900, nil)}})
	}
	s.add(catalog.Product{Title: "Secret", Status: catalog.Draft, Variants: []catalog.Variant{variant(900, nil)}})
	robots := s.get("/robots.txt").Want(t, 200)
	at := s.ShopURL("shop", "/sitemap.xml")
	if body := robots.Body; !strings.Contains(body, "Sitemap: "+at) || !strings.Contains(body, "Disallow: /cart\n") {
		t.Errorf("robots.txt:\n%s", body)
	}
	type entry struct {
		Loc     string `xml:"loc"`
		LastMod string `xml:"lastmod"`
	}
	read := func(address string) (all []entry) {
		t.Helper()
		page := s.guest.Get(t, address).Want(t, 200)
		var doc struct {
			Sitemap []entry `xml:"sitemap"`
			URL     []entry `xml:"url"`
		}
		if err := xml.Unmarshal([]byte(page.Body), &doc); err != nil {
			t.Fatalf("%s: %v", address, err)
		}
		return append(doc.Sitemap, doc.URL...)
	}
	found := map[string]bool{}
	for _, file := range read(at) {
		for _, p := range read(file.Loc) {
			found[p.Loc] = true
			if strings.Contains(p.Loc, "/products/") && p.LastMod == "" {
				t.Errorf("%s says not when it changed", p.Loc)
			}
			s.guest.Get(t, p.Loc).Want(t, 200)
		}
	}
	if !found[s.ShopURL("shop", "/")] || !found[s.ShopURL("shop", "/products/thing-2")] || found[s.ShopURL("shop", "/products/secret")] || !found[s.ShopURL("shop", "/accessibility")] || !found[s.ShopURL("shop", "/privacy")] || len(found) != 6 {
		t.Errorf("the sitemaps have %v", found)
	}
	s.get("/sitemaps/products-2.xml").Want(t, 404)
	s.get("/sitemaps/secrets-1.xml").Want(t, 404)
}

// TestLinkedData checks what machines are told of a product with variants.
func TestLinkedData(t *testing.T) {
	s := newShelf(t, "EUR")
	if _, err := harness.Service[*checkout.Service](s.Platform).SaveSeller(context.Background(), s.st, checkout.Seller{
		Name: "Fjord ApS", Line1: "Havnegade 1", PostalCode: "1058", City: "København", Country: "DK", Email: "a@fjord.test"}); err != nil {
		t.Fatal(err)
	}
	p := s.add(jacket())
	doc := s.doc("/products/" + p.Slug)
	var group struct {
		Type     string   `json:"@type"`
		GroupID  string   `json:"productGroupID"`
		VariesBy []string `json:"variesBy"`
		Variants []struct {
			Type, Name, Color, Size, SKU, GTIN, URL string
			Offers                                  struct {
				Price, PriceCurrency, Availability, URL string
				Returns                                 *struct {
					Days    int    `json:"merchantReturnDays"`
					Country string `json:"applicableCountry"`
				} `json:"hasMerchantReturnPolicy"`
				Shipping *struct {
					Rate struct{ Value, Currency string } `json:"shippingRate"`
				} `json:"shippingDetails"`
			}
		} `json:"hasVariant"`
	}
	scripts := doc.Find(`script[type="application/ld+json"]`)
	if err := json.Unmarshal([]byte(scripts.First().Text()), &group); err != nil {
		t.Fatalf("%v in %s", err, scripts.First().Text())
	}
	if group.Type != "ProductGroup" || group.GroupID == "" || fmt.Sprint(group.VariesBy) != "[https://schema.org/color https://schema.org/size]" || len(group.Variants) != 4 {
		t.Fatalf("%+v", group)
	}
	first, short, back := group.Variants[0], group.Variants[1], group.Variants[2]
	if first.Color != "Moss" || first.Size != "S" || first.SKU != "J-MOSS-S" || first.GTIN != "4006381333931" || first.Offers.Price != "199.00" || first.Offers.PriceCurrency != "EUR" {
		t.Errorf("%+v", first)
	}
	for got, want := range map[string]string{first.Offers.Availability: "InStock", short.Offers.Availability: "OutOfStock", back.Offers.Availability: "BackOrder"} {
		if !strings.HasSuffix(got, "/"+want) {
			t.Errorf("%q, want %s", got, want)
		}
	}
	if r := first.Offers.Returns; r == nil || r.Days != 14 || r.Country != "DK" {
		t.Errorf("returns %+v", r)
	}
	if first.Offers.Shipping == nil || first.Offers.Shipping.Rate.Currency != "EUR" {
		t.Errorf("shipping %+v", first.Offers.Shipping)
	}
	var crumbs struct {
		Type  string `json:"@type"`
		Items []struct{ Name, Item string }
	}
	if err := json.Unmarshal([]byte(scripts.Last().Text()), &crumbs); err != nil || crumbs.Type != "BreadcrumbList" {
		t.Errorf("%v, %+v", err, crumbs)
	}
	home := s.doc("/")
	if !strings.Contains(home.Find(`script[type="application/ld+json"]`).Text(), `"legalName":"Fjord ApS"`) {
		t.Error("the opening page does not say whose shop it is")
	}
	if got, _ := doc.Find(`meta[property="og:url"]`).Attr("content"); got != s.ShopURL("shop", "/products/"+p.Slug) {
		t.Errorf("og:url is %q", got)
	}
}
