package catalog_test

import (
	"bytes"
	"context"
	"encoding/json"
	"image"
	"image/png"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"wizamart/modules/catalog"
	"wizamart/modules/inventory"
	"wizamart/tests/harness"
)

// formOf is what the page's product form would send.
func formOf(t *testing.T, page *harness.Page) url.Values {
	t.Helper()
	out := url.Values{}
	form := page.Doc(t).Find("form#product")
	for _, n := range form.Find("input[name], textarea[name], select[name]").EachIter() {
		name := n.AttrOr("name", "")
		switch {
		case n.Is("template *"), n.AttrOr("form", "") != "":
		case n.Is("[type=checkbox], [type=radio]"):
			if n.Is("[checked]") {
				out.Add(name, n.AttrOr("value", "on"))
			}
		case n.Is("select"):
			chosen := n.Find("option[selected]")
			if chosen.Length() == 0 {
				chosen = n.Find("option").First()
			}
			out.Add(name, chosen.AttrOr("value", ""))
		case n.Is("textarea"):
			out.Add(name, strings.TrimPrefix(n.Text(), "\n"))
		default:
			out.Add(name, n.AttrOr("value", ""))
		}
	}
	return out
}

func upload(t *testing.T, b *harness.Browser, address string, files map[string][]byte, accept string) *harness.Page {
	t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for name, data := range files {
		part, err := w.CreateFormFile("images", name)
		if err != nil {
			t.Fatal(err)
		}
		part.Write(data)
	}
	w.Close()
	r, err := http.NewRequestWithContext(t.Context(), "POST", address, &body)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", w.FormDataContentType())
	if accept != "" {
		r.Header.Set("Accept", accept)
	}
	return b.Do(t, r)
}

func TestDashboardProduct(t *testing.T) {
	s := newShelf(t, "EUR")
	owner := s.Staff(t, "owner", "shop")
	at := func(path string) string { return s.DashboardURL("shop", path) }
	owner.Get(t, at("/products")).Want(t, 200).Has(t, ".empty-title", "No products yet")
	made := owner.Post(t, at("/products"), url.Values{"title": {"Wool shirt"}}).Want(t, 303)
	here := made.Header.Get("Location")
	id := here[strings.LastIndex(here, "/")+1:]
	page := owner.Follow(t, made).Want(t, 200).Has(t, "h1", "Wool shirt").Has(t, "h1 .badge", "Draft")

	form := formOf(t, page)
	form.Set("body", `<p>Warm</p><script>alert(1)</script>`)
	form.Set("tags", "wool, winter")
	form.Set("option-0", "Size")
	form["option-0-value"] = []string{"S, M , L"}
	for name := range form {
		if strings.HasPrefix(name, "price-") {
			form.Set(name, "12,50")
		}
	}
	refused := owner.Post(t, at("/products/"+id), form).Want(t, 422).Has(t, ".alert-error", "12,50")
	again := formOf(t, refused)
	for name := range again {
		if strings.HasPrefix(name, "price-") {
			if again.Get(name) != "12,50" {
				t.Errorf("what was typed is %q", again.Get(name))
			}
			again.Set(name, "12.50")
		}
	}
	if again.Get("body") != form.Get("body") || again.Get("option-0") != "Size" || strings.Join(again["option-0-value"], "|") != "S|M|L|" {
		t.Errorf("typed and lost: %q", again)
	}
	for name := range again {
		if strings.HasPrefix(name, "stock-") {
			again.Set(name, "7")
		}
	}
	again.Set("status", "active")
	page = owner.Follow(t, owner.Post(t, at("/products/"+id), again).Want(t, 303)).Want(t, 200).Has(t, "h1 .badge", "Active").Has(t, "#variants th[scope=row]", "S")
	if strings.Contains(page.Doc(t).Find(".prose").Text(), "alert") {
		t.Error("the preview shows a script")
	}
	p, err := s.cat.Product(context.Background(), s.st, id)
	if err != nil || len(p.Variants) != 3 || p.Variants[2].Values[0] != "L" || p.Variants[2].Price != 1250 || p.PublishedAt.IsZero() {
		t.Fatalf("saved %+v %v", p, err)
	}
	levels, err := harness.Service[*inventory.Service](s.Platform).Levels(context.Background(), s.st, []string{p.Variants[0].ID, p.Variants[2].ID})
	if err != nil || levels[p.Variants[0].ID].OnHand != 7 || !levels[p.Variants[2].ID].Tracked {
		t.Errorf("stock %+v %v", levels, err)
	}

	hidden := formOf(t, page)
	hidden.Del("published")
	page = owner.Follow(t, owner.Post(t, at("/products/"+id), hidden).Want(t, 303)).Has(t, "h1 .badge", "Not published")
	hidden = formOf(t, page)
	hidden.Set("published", "on")
	page = owner.Follow(t, owner.Post(t, at("/products/"+id), hidden).Want(t, 303)).Has(t, "h1 .badge", "Active")

	stale := formOf(t, page)
	if _, err := s.cat.Update(context.Background(), s.st, id, func(p *catalog.Product) error { p.Brand = "Fjell"; return nil }); err != nil {
		t.Fatal(err)
	}
	stale.Set("title", "Overwritten")
	owner.Post(t, at("/products/"+id), stale).Want(t, 422).Has(t, ".alert-error", "Somebody else changed")

	owner.Get(t, at("/products?q=woo&status=active&stock=in")).Want(t, 200).Has(t, ".row-title", "Wool shirt")
	owner.Post(t, at("/products/"+id+"/copies"), nil).Want(t, 303)
	owner.Post(t, at("/products/"+id+"/deletions"), nil).Want(t, 303)
	list := owner.Get(t, at("/products")).Want(t, 200).Has(t, ".toast", "was deleted")
	undo := list.Doc(t).Find(".toast form").AttrOr("action", "")
	owner.Post(t, "http://"+s.Base+undo, nil).Want(t, 303)
	owner.Get(t, at("/products/"+id)).Want(t, 200)
	owner.Get(t, at("/products/01900000-0000-7000-8000-000000000000")).Want(t, 404)
}

func TestUploadAndMedia(t *testing.T) {
	s := newShelf(t, "EUR")
	s.Store(t, "other", "EUR")
	owner := s.Staff(t, "owner", "shop")
	p := s.add(catalog.Product{Title: "Lamp"})
	var drawn bytes.Buffer
	if err := png.Encode(&drawn, image.NewNRGBA(image.Rect(0, 0, 500, 300))); err != nil {
		t.Fatal(err)
	}
	address := s.DashboardURL("shop", "/products/"+p.ID+"/images")
	files := map[string][]byte{"../../evil.png": drawn.Bytes(), "logo.svg": []byte("<svg onload=alert(1)>")}
	var answer struct {
		Images  []struct{ ID, URL, Small string }
		Refused []string
	}
	got := upload(t, owner, address, files, "application/json").Want(t, 200)
	if err := json.Unmarshal([]byte(got.Body), &answer); err != nil || len(answer.Images) != 1 || len(answer.Refused) != 1 || !strings.Contains(answer.Refused[0], "logo.svg: SVG") {
		t.Fatalf("answer %s %v", got.Body, err)
	}
	upload(t, owner, address, files, "text/html").Want(t, 303)
	upload(t, owner, address, map[string][]byte{"x.png": []byte("x")}, "application/json").Want(t, 422)

	name := answer.Images[0].URL[strings.LastIndex(answer.Images[0].URL, "/"):]
	pic := s.guest.Get(t, s.ShopURL("shop", "/media"+name)).Want(t, 200)
	if pic.Header.Get("Content-Type") != "image/webp" || !strings.Contains(pic.Header.Get("Cache-Control"), "immutable") || pic.Header.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("headers %v", pic.Header)
	}
	owner.Get(t, "http://"+s.Base+answer.Images[0].Small).Want(t, 200)
	s.guest.Get(t, s.ShopURL("other", "/media"+name)).Want(t, 404)
	for _, path := range []string{
		"/media/" + strings.Repeat("0", 64) + ".webp", "/media/..%2f..%2fstore.db", "/media/%2e%2e%2fstore.db", "/media/....webp", "/media/" + strings.ToUpper(name[1:]),
		"/media" + name + "%00", "/media" + name + "/..", "/media/" + strings.TrimSuffix(name[1:], ".webp"), "/media/../store.db", "/media/" + strings.Repeat("a", 5000),
	} {
		if got := s.guest.Get(t, s.ShopURL("shop", path)); got.Status == 200 {
			t.Errorf("%s is answered with %d bytes", path, len(got.Body))
		}
	}
}

func TestCategoriesAndAPI(t *testing.T) {
	s := newShelf(t, "EUR")
	owner := s.Staff(t, "owner", "shop")
	at := func(path string) string { return s.DashboardURL("shop", path) }
	api := func(path string) string { return "http://" + s.Base + "/api/v1/stores/shop" + path }
	made := owner.JSON(t, "POST", api("/products"), map[string]any{
		"title": "Boots", "type": "Shoes", "status": "active", "options": []any{map[string]any{"name": "Size", "values": []string{"40", "41"}}},
	}).Want(t, 201)
	var p struct {
		ID       string
		Slug     string
		Variants []struct{ ID, Title string }
	}
	if err := json.Unmarshal([]byte(made.Body), &p); err != nil || len(p.Variants) != 2 || p.Slug != "boots" {
		t.Fatalf("%s %v", made.Body, err)
	}
	variant := api("/products/" + p.ID + "/variants/" + p.Variants[1].ID)
	owner.JSON(t, "PATCH", variant, map[string]any{"price": map[string]any{"amount": 9900, "currency": "EUR"}, "sku": "B-41"}).Want(t, 200).Has(t, "body", `"amount":9900`)
	owner.JSON(t, "PATCH", variant, map[string]any{"price": map[string]any{"amount": 9900, "currency": "USD"}}).Want(t, 422)
	owner.JSON(t, "PATCH", api("/products/"+p.ID), map[string]any{"title": ""}).Want(t, 422)
	owner.JSON(t, "PATCH", api("/products/"+p.ID), map[string]any{"tags": []string{"leather"}}).Want(t, 200).Has(t, "body", "leather")
	owner.Get(t, api("/products?q=lea&limit=1")).Want(t, 200).Has(t, "body", `"total":1`)
	s.guest.Get(t, api("/products")).Want(t, 401)

	owner.Post(t, at("/categories"), url.Values{"name": {"Footwear"}}).Want(t, 303)
	all, err := s.cat.CategoryRows(context.Background(), s.st)
	if err != nil || len(all) != 1 {
		t.Fatal(err)
	}
	top := all[0].ID
	owner.Post(t, at("/categories/"+top), url.Values{"name": {"Footwear"}, "slug": {"footwear"}, "rule_match": {"any"}, "condition_test": {"type_is", "type_is"}, "condition_value": {"shoes", "Socks"}}).Want(t, 303)
	owner.Post(t, at("/categories"), url.Values{"name": {"Boots"}, "parent": {top}}).Want(t, 303)
	owner.Post(t, at("/categories/"+top), url.Values{"name": {""}, "slug": {"footwear"}}).Want(t, 422).Has(t, ".alert-error", "Enter a name")
	owner.Get(t, at("/categories")).Want(t, 200).Has(t, ".category-count", "1 product").Has(t, ".depth-1", "Boots")
	owner.Get(t, at("/categories/"+top)).Want(t, 200)
	owner.Get(t, api("/categories")).Want(t, 200).Has(t, "body", `"products":1`)
	cards, n, err := s.cat.Cards(context.Background(), s.st, catalog.CardFilter{Category: top})
	if err != nil || n != 1 || cards[0].Title != "Boots" {
		t.Errorf("cards of the category: %v %d %v", cards, n, err)
	}
	owner.Post(t, at("/categories/"+top+"/deletions"), url.Values{"below": {"delete"}}).Want(t, 303)
	gone := owner.Get(t, at("/categories")).Want(t, 200).Has(t, ".empty-title", "No categories yet")
	owner.Post(t, "http://"+s.Base+gone.Doc(t).Find(".toast form").AttrOr("action", ""), nil).Want(t, 303)
	owner.Get(t, at("/categories")).Want(t, 200).Has(t, ".depth-1", "Boots")
	owner.JSON(t, "DELETE", api("/products/"+p.ID), nil).Want(t, 204)
	owner.Get(t, api("/products/"+p.ID)).Want(t, 404)
}
