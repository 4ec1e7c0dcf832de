package catalog_test

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"wizamart/framework/config"
	"wizamart/modules/catalog"
	"wizamart/tenant"
	"wizamart/tests/harness"
)

// shelf is a shop to walk through.
type shelf struct {
	*harness.Platform
	t     *testing.T
	st    *tenant.Store
	cat   *catalog.Service
	guest *harness.Browser
}

func newShelf(t *testing.T, currency string, options ...harness.Option) *shelf {
	p := harness.Start(t, append(options, harness.WithoutBackground())...)
	p.Store(t, "shop", currency)
	return &shelf{p, t, p.Open(t, "shop"), harness.Service[*catalog.Service](p), p.Guest(t)}
}

func (s *shelf) add(p catalog.Product) *catalog.Product {
	s.t.Helper()
	if p.Status == "" {
		p.Status = catalog.Active
	}
	out, err := s.cat.Create(context.Background(), s.st, p)
	if err != nil {
		s.t.Fatal(err)
	}
	return out
}

// variant has values, a price, and a stock: negative for backorder, nil where nobody counts.
func variant(price int64, stock *int, values ...string) catalog.Variant {
	v := catalog.NewVariant()
	copy(v.Values[:], values)
	v.Price = price
	if stock != nil {
		n := max(*stock, 0)
		v.Stock = &catalog.StockChange{Tracked: true, Backorder: *stock < 0, OnHand: &n, Reason: "count"}
	}
	return v
}

func pieces(n int) *int { return &n }

func (s *shelf) get(path string) *harness.Page {
	s.t.Helper()
	return s.guest.Get(s.t, s.ShopURL("shop", path))
}

func (s *shelf) doc(path string) *goquery.Document {
	s.t.Helper()
	return s.get(path).Want(s.t, 200).Doc(s.t)
}

func text(sel *goquery.Selection) string { return strings.Join(strings.Fields(sel.Text()), " ") }

func jacket() catalog.Product {
	was := int64(25000)
	small := variant(19900, pieces(3), "Moss", "S")
	small.CompareAt, small.SKU, small.Grams, small.Barcode = &was, "J-MOSS-S", 1180, "4006381333931"
	return catalog.Product{
		Title: "Rain jacket", Brand: "Fjell & Co", Type: "Jackets", BodySource: `<p>Dry <script>alert(1)</script><b>all day</b></p>`,
		Options: []catalog.Option{{Name: "Colour", Values: []string{"Moss", "Slate"}}, {Name: "Size", Values: []string{"S", "M"}}},
		Variants: []catalog.Variant{
			small, variant(19900, pieces(0), "Moss", "M"), variant(21900, pieces(-1), "Slate", "S"), variant(21900, pieces(40), "Slate", "M"),
		},
	}
}

func TestProductPage(t *testing.T) {
	s := newShelf(t, "EUR")
	p := s.add(jacket())
	s.add(catalog.Product{Title: "Trousers", Type: "Jackets", Variants: []catalog.Variant{variant(9900, nil)}})
	page := func(variant int) *goquery.Document {
		return s.doc("/products/rain-jacket?variant=" + p.Variants[variant].ID)
	}

	t.Run("what it says", func(t *testing.T) {
		d := page(0)
		for selector, want := range map[string]string{
			"h1": "Rain jacket", ".product-brand": "Fjell & Co", ".price-sale": "€199.00", ".price s": "€250.00", ".saving": "−20%", ".stock": "Only 3 left",
			".product-facts .prose": "Dry all day", "dl": "J-MOSS-S", "dl dd": "1.18 kg", ".crumbs [aria-current]": "Rain jacket", "title": "Rain jacket – Shop",
			".product-grid .product-card-title": "Trousers",
		} {
			if got := text(d.Find(selector)); !strings.Contains(got, want) {
				t.Errorf("%s: %q, want %q", selector, got, want)
			}
		}
		if d.Find(".product-facts script, [style]").Length() > 0 {
			t.Error("a script of the merchant's text, or a style attribute, is in the page")
		}
		form := d.Find("form[action='/cart/lines'][method=post]")
		if v, _ := form.Find("input[name=variant]").Attr("value"); v != p.Variants[0].ID {
			t.Errorf("the cart would get variant %q", v)
		}
		if most, _ := form.Find("input[name=quantity]").Attr("max"); most != "3" {
			t.Errorf("at most %s can be bought, want 3", most)
		}
		if c, _ := d.Find("link[rel=canonical]").Attr("href"); c != s.ShopURL("shop", "/products/rain-jacket") {
			t.Errorf("canonical %q", c)
		}
	})
	t.Run("each stock has its words", func(t *testing.T) {
		for i, want := range []string{"Only 3 left", "Sold out", "On backorder: we send it as soon as it arrives", "In stock"} {
			d := page(i)
			if got := text(d.Find(".stock")); got != want {
				t.Errorf("variant %d: %q, want %q", i, got, want)
			}
			if can := d.Find(".product-buy button[disabled]").Length() == 0; can != (i != 1) {
				t.Errorf("variant %d can be bought: %v", i, can)
			}
		}
	})
	t.Run("options are links to variants", func(t *testing.T) {
		d := page(0)
		if got := text(d.Find(".chip[aria-current]")); got != "MossS" {
			t.Errorf("chosen: %q", got)
		}
		href, _ := d.Find(".chip:contains(Slate)").Attr("href")
		if want := "/products/rain-jacket?variant=" + p.Variants[2].ID; href != want {
			t.Errorf("Slate leads to %s, want the small one, %s", href, want)
		}
		if d.Find(".chip[data-unavailable]:contains(M)").Length() != 1 {
			t.Error("Moss in M is sold out, and its chip does not say so")
		}
	})
	t.Run("pictures", func(t *testing.T) {
		if d := page(0); d.Find(".gallery-slide .picture-none").Length() != 1 || d.Find(".gallery-thumb").Length() != 0 {
			t.Error("a product without pictures has no drawn stand-in")
		}
	})
	t.Run("without a choice it is the first that can be bought", func(t *testing.T) {
		for _, path := range []string{"/products/rain-jacket", "/products/rain-jacket?variant=nonsense"} {
			if v, _ := s.doc(path).Find("input[name=variant]").Attr("value"); v != p.Variants[0].ID {
				t.Errorf("%s is about variant %s", path, v)
			}
		}
	})
}

func TestProductsWithoutOptionsAndWithManyVariants(t *testing.T) {
	s := newShelf(t, "JPY")
	s.add(catalog.Product{Title: "Eraser", Variants: []catalog.Variant{variant(220, nil)}})
	many := catalog.Product{Title: "Thread", Options: []catalog.Option{{Name: "Shade"}}}
	for i := range 100 {
		shade := fmt.Sprintf("No. %d", i+1)
		many.Options[0].Values = append(many.Options[0].Values, shade)
		many.Variants = append(many.Variants, variant(300+int64(i), pieces(i%3), shade))
	}
	s.add(many)

	d := s.doc("/products/eraser")
	if text(d.Find(".price")) != "¥220" || d.Find(".chip, select").Length() != 0 || text(d.Find(".stock")) != "In stock" {
		t.Errorf("a product of one variant: %q, %d pickers", text(d.Find(".price")), d.Find(".chip, select").Length())
	}
	d = s.doc("/products/thread")
	options := d.Find("form[action='/cart/lines'] select[name=variant] option")
	if options.Length() != 100 || d.Find(".chip, input[type=hidden][name=variant]").Length() != 0 {
		t.Errorf("%d choices in the list, %d elsewhere", options.Length(), d.Find(".chip, input[type=hidden][name=variant]").Length())
	}
	if got := text(options.First()); got != "No. 1 – ¥300 (sold out)" {
		t.Errorf("the first choice is %q", got)
	}
	if got := text(options.Filter("[selected]")); !strings.HasPrefix(got, "No. 2 –") {
		t.Errorf("chosen is %q, want the first that is there", got)
	}
}

func TestNotInTheShop(t *testing.T) {
	s := newShelf(t, "EUR")
	ctx := context.Background()
	s.add(catalog.Product{Title: "Here", Variants: []catalog.Variant{variant(100, nil)}})
	s.add(catalog.Product{Title: "Secret draft", Status: catalog.Draft})
	s.add(catalog.Product{Title: "Secret archive", Status: catalog.Archived})
	gone := s.add(catalog.Product{Title: "Secret gone"})
	if err := s.cat.Delete(ctx, s.st, gone.ID); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/products/secret-draft", "/products/secret-archive", "/products/secret-gone", "/products/never", "/categories/never", "/products/..%2f..%2fetc"} {
		page := s.get(path).Want(t, map[bool]int{true: 410, false: 404}[path == "/products/secret-gone"])
		if strings.Contains(page.Body, "Secret") {
			t.Errorf("%s tells of what is not in the shop", path)
		}
		if strings.HasPrefix(path, "/products/s") {
			page.Has(t, ".product-card-title", "Here")
		}
	}
	for _, path := range []string{"/products", "/search?q=secret", "/"} {
		if strings.Contains(s.get(path).Want(t, 200).Body, "Secret") {
			t.Errorf("%s lists what is not in the shop", path)
		}
	}
}

func (s *shelf) titles(path string) string {
	s.t.Helper()
	var out []string
	s.doc(path).Find(".listing .product-card-title").Each(func(_ int, sel *goquery.Selection) { out = append(out, text(sel)) })
	return strings.Join(out, ", ")
}

func TestListingFilters(t *testing.T) {
	s := newShelf(t, "EUR")
	was := int64(9000)
	cup := variant(1500, pieces(0))
	reduced := variant(5000, pieces(2), "Red")
	reduced.CompareAt = &was
	s.add(catalog.Product{Title: "Cup", Brand: "Alma", Type: "Cups", Variants: []catalog.Variant{cup}})
	s.add(catalog.Product{Title: "Bowl", Brand: "Berg", Type: "Cups", Options: []catalog.Option{{Name: "Colour", Values: []string{"Red"}}}, Variants: []catalog.Variant{reduced}})
	s.add(catalog.Product{Title: "Äpple plate", Brand: "Berg", Type: "Plates", Options: []catalog.Option{{Name: "Colour", Values: []string{"Red", "Blue"}}}, Variants: []catalog.Variant{variant(3000, pieces(5), "Red"), variant(3500, pieces(0), "Blue")}})

	for _, c := range []struct{ query, want string }{
		{"sort=price", "Cup, Äpple plate, Bowl"},
		{"sort=-price", "Bowl, Äpple plate, Cup"},
		{"sort=title", "Bowl, Cup, Äpple plate"},
		{"sort=price&brand=Berg", "Äpple plate, Bowl"},
		{"sort=price&brand=Berg&brand=Alma", "Cup, Äpple plate, Bowl"},
		{"sort=price&opt=Colour:Blue", "Äpple plate"},
		{"sort=price&opt=Colour:Blue&opt=Colour:Red", "Äpple plate, Bowl"},
		{"sort=price&from=20&to=40", "Äpple plate"},
		{"sort=price&from=40&to=20", "Äpple plate"},
		{"sort=price&from=x&to=-3", "Cup, Äpple plate, Bowl"},
		{"sort=price&stock=1", "Äpple plate, Bowl"},
		{"sale=1", "Bowl"},
		{"brand=Alma&sale=1", ""},
		{"sort=%00&brand=%27%3B--&opt=:&page=-3", ""},
		{"page=99&sort=price", "redirect"},
	} {
		if c.want == "redirect" {
			page := s.get("/products?"+c.query).Want(t, 303)
			if to := page.Header.Get("Location"); to != "/products?sort=price" {
				t.Errorf("%s leads to %s", c.query, to)
			}
			continue
		}
		if got := s.titles("/products?" + c.query); got != c.want {
			t.Errorf("%s: %s; want %s", c.query, got, c.want)
		}
	}
	t.Run("numbers beside filters count under the other filters", func(t *testing.T) {
		d := s.doc("/products?brand=Alma")
		counts := map[string]string{}
		d.Find(".facet-row").Each(func(_ int, row *goquery.Selection) { counts[text(row.Find("label"))] = text(row.Find(".num")) })
		for label, want := range map[string]string{"Alma": "1", "Berg": "2", "Red": "0", "Blue": "0"} {
			if counts[label] != want {
				t.Errorf("%s: %q, want %s (all: %v)", label, counts[label], want, counts)
			}
		}
		if href, _ := d.Find("a.filter-chip:contains(Alma)").Attr("href"); href != "/products" {
			t.Errorf("taking the filter off leads to %q", href)
		}
		if d.Find("meta[name=robots][content=noindex]").Length() != 1 {
			t.Error("a filtered listing may be indexed")
		}
	})
	t.Run("nothing has all of that", func(t *testing.T) {
		s.get("/products?brand=Alma&sale=1").Want(t, 200).Has(t, ".empty", "Nothing has all of that")
	})
}

func TestCategoryAndSearch(t *testing.T) {
	s := newShelf(t, "EUR")
	ctx := context.Background()
	top, err := s.cat.CreateCategory(ctx, s.st, catalog.Category{Name: "Kitchen", TextSource: "<p>For cooks</p><script>x</script>"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.cat.CreateCategory(ctx, s.st, catalog.Category{Name: "Cups", ParentID: top.ID, Rule: catalog.Rule{Types: []string{"Cups"}}}); err != nil {
		t.Fatal(err)
	}
	s.get("/categories/cups").Want(t, 200).Has(t, ".empty", "Nothing here yet")
	for i := range 30 {
		s.add(catalog.Product{Title: fmt.Sprintf("Cup %02d", i+1), Type: "Cups", Variants: []catalog.Variant{variant(int64(100+i), nil)}})
	}

	d := s.doc("/categories/kitchen")
	if text(d.Find("h1")) != "Kitchen" || text(d.Find(".listing-lead")) != "For cooks" || d.Find(".listing-below a[href='/categories/cups']").Length() != 1 {
		t.Errorf("the category says %q, %q", text(d.Find("h1")), text(d.Find(".listing-lead")))
	}
	if d.Find(".product-card").Length() != 24 || d.Find("a[rel=next]").Length() != 1 || d.Find("head link[rel=next]").Length() != 1 || d.Find("a[rel=prev]").Length() != 0 {
		t.Errorf("%d cards, %d next, %d prev", d.Find(".product-card").Length(), d.Find("a[rel=next]").Length(), d.Find("a[rel=prev]").Length())
	}
	d = s.doc("/categories/kitchen?page=2")
	if d.Find(".product-card").Length() != 6 || d.Find("a[rel=prev]").Length() != 1 || d.Find("a[rel=next]").Length() != 0 {
		t.Errorf("page 2 has %d cards", d.Find(".product-card").Length())
	}
	if got := text(s.doc("/categories/cups").Find(".crumbs")); got != "HomeKitchenCups" {
		t.Errorf("breadcrumbs: %q", got)
	}
	if nav := text(s.doc("/").Find(".shop-nav")); nav != "Kitchen" {
		t.Errorf("the header's categories: %q", nav)
	}
	s.get("/search?q=cup+30").Want(t, 200).Has(t, ".listing-lead", "1 product found").Has(t, ".product-card-title", "Cup 30")
	for _, q := range []string{"zzz", `") OR 1=1 --`, "<script>alert(1)</script>", "***", strings.Repeat("ü", 5000)} {
		page := s.get("/search?q="+url.QueryEscape(q)).Want(t, 200).Has(t, ".nothing", "nothing by that name").Has(t, "#suggested", "New in the shop")
		if strings.Contains(page.Body, "<script>alert") {
			t.Error("the search comes back as a script")
		}
	}
	s.get("/search").Want(t, 200).Has(t, "h1", "What are you looking for?")
}

// The pages of the shop are asked for all day: their number of queries, when none of them is kept, is part of the contract. All products here
// are reduced, which costs a grid one query for what they cost before.
func TestPagesTakeFewQueries(t *testing.T) {
	s := newShelf(t, "EUR", harness.Configure(func(c *config.Serve) { c.PageCache = 0 }))
	c, err := s.cat.CreateCategory(context.Background(), s.st, catalog.Category{Name: "Jackets", Rule: catalog.Rule{Types: []string{"Jackets"}}})
	if err != nil {
		t.Fatal(err)
	}
	for i := range 20 {
		p := jacket()
		p.Title = fmt.Sprintf("Rain jacket %d", i)
		s.add(p)
	}
	var n atomic.Int32
	for path, most := range map[string]int32{
		"/": 3, "/products": 4, "/products?stock=1": 5, "/categories/" + c.Slug: 5, "/search?q=rain": 4, "/products/rain-jacket-3": 8,
	} {
		s.get(path).Want(t, 200) // fills the navigation's snapshot
		n.Store(0)
		s.st.Trace(func(string, []any) { n.Add(1) })
		s.get(path).Want(t, 200)
		s.st.Trace(nil)
		if got := n.Load(); got > most {
			t.Errorf("%s takes %d queries, want at most %d", path, got, most)
		}
	}
}
