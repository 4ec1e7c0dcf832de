package isolation

import (
	"context"
	"maps"
	"net/url"
	"regexp"

	"wizamart/framework/web"
	"wizamart/modules/catalog"
)

var undoAddress = regexp.MustCompile(`/product-undoings/[0-9a-f-]+`)

// newBrand is a brand of the store's own; its slug.
func (s *side) newBrand() string {
	slug, text := catalog.BrandSlug(s.unused("brand")), "<p>"+s.pub+"</p>"
	_, err := s.w.catalog.Create(context.Background(), s.st, catalog.Product{Title: s.unused(s.pub), Brand: slug, Status: catalog.Active})
	s.w.must(err)
	_, err = s.w.catalog.DescribeBrand(context.Background(), s.st, slug, catalog.BrandChange{Text: &text})
	s.w.must(err)
	return slug
}

// undoing archives a product on the dashboard, and is the address that takes it back.
func (s *side) undoing() string {
	done := s.w.send(try{
		&web.Route{Surface: web.Dashboard, Method: "POST", Pattern: "/product-batches"}, s, s.owner,
		call{path: "/product-batches", form: form("id", s.newProduct("active").ID, "action", "archive")},
	})
	path := undoAddress.FindString(done.words)
	if path == "" {
		s.w.t.Fatal("nothing to undo: ", done.words)
	}
	return path
}

func init() {
	maps.Copy(rows, map[string]row{
		"dashboard GET /product-grid": get(func(s *side) string { s.newBrand(); return "/product-grid" }),
		"dashboard POST /product-grid": post(func(s *side) (string, url.Values) {
			p := s.newProduct("active")
			v := p.Variants[0].ID
			return "/product-grid?id=" + p.ID, form("columns", "sku", "row", v, "seen-"+v, "0", "was-"+v, `["something else"]`, "sku-"+v, s.unused(s.priv))
		}),
		"dashboard POST /product-undoings/:id": post(func(s *side) (string, url.Values) { return s.undoing(), nil }),
		"dashboard POST /categories/:id/previews": post(func(s *side) (string, url.Values) {
			id, slug := s.newCategory()
			return "/categories/" + id + "/previews", form("name", s.pub, "slug", slug, "rule_match", "any", "condition_test", "title_contains", "condition_value", s.pub)
		}).isStill(),
		"dashboard GET /brands":       get(func(s *side) string { s.newBrand(); return "/brands" }).isSilent(),
		"dashboard GET /brands/:slug": get(func(s *side) string { return "/brands/" + s.newBrand() }),
		"dashboard POST /brands/:slug": post(func(s *side) (string, url.Values) {
			return "/brands/" + s.newBrand(), form("text", s.unused(s.pub))
		}),

		"storefront GET /brands":       get(func(s *side) string { s.newBrand(); return "/brands" }).isSilent(),
		"storefront GET /brands/:slug": get(func(s *side) string { return "/brands/" + s.newBrand() }),

		"api PATCH /stores/:store/variants": apiPost(func(s *side) (string, object) {
			return "/variants", object{"variants": []object{{"id": s.newProduct("active").Variants[0].ID, "sku": s.unused(s.priv)}}}
		}).isSilent(),
		"api GET /stores/:store/brands": get(func(s *side) string { s.newBrand(); return "/brands" }),
		"api PATCH /stores/:store/brands/:brand": apiPost(func(s *side) (string, object) {
			return "/brands/" + s.newBrand(), object{"text": s.unused(s.pub)}
		}),
	})
}
