package isolation

import (
	"context"
	"maps"
	"net/url"

	"wizamart/modules/catalog"
)

// newType is a product type with the store's public word in its name, and a field.
func (s *side) newType() (typeID, fieldID string) {
	ctx := context.Background()
	t, err := s.w.catalog.CreateType(ctx, s.st, s.unused(s.pub))
	s.w.must(err)
	f, err := s.w.catalog.AddField(ctx, s.st, t.ID, catalog.Field{Label: s.unused(s.pub), Kind: catalog.NumberField, Shown: true, Filterable: true})
	s.w.must(err)
	return t.ID, f.ID
}

// newParty is a manufacturer with the store's public word.
func (s *side) newParty() string {
	p, err := s.w.catalog.CreateParty(context.Background(), s.st, catalog.Party{Name: s.unused(s.pub), Address: "1 Street", Country: "DK", Contact: "a@example.test"})
	s.w.must(err)
	return p.ID
}

func (s *side) typePath(rest string) string {
	id, _ := s.newType()
	return "/product-types/" + id + rest
}

func (s *side) fieldPath(rest string) string {
	id, field := s.newType()
	return "/product-types/" + id + "/fields/" + field + rest
}

func init() {
	maps.Copy(rows, map[string]row{
		"dashboard GET /product-types":     get(func(s *side) string { s.newType(); return "/product-types" }),
		"dashboard POST /product-types":    post(func(s *side) (string, url.Values) { return "/product-types", form("name", s.unused("new")) }),
		"dashboard GET /product-types/:id": get(func(s *side) string { return s.typePath("") }),
		"dashboard POST /product-types/:id": post(func(s *side) (string, url.Values) {
			return s.typePath(""), form("name", s.unused(s.pub))
		}),
		"dashboard POST /product-types/:id/deletions": post(func(s *side) (string, url.Values) { return s.typePath("/deletions"), nil }),
		"dashboard POST /product-types/:id/restorations": post(func(s *side) (string, url.Values) {
			id, _ := s.newType()
			s.w.must(s.w.catalog.DeleteType(context.Background(), s.st, id))
			return "/product-types/" + id + "/restorations", nil
		}),
		"dashboard POST /product-types/:id/fields": post(func(s *side) (string, url.Values) {
			return s.typePath("/fields"), form("label", s.unused("new"), "kind", "text")
		}),
		"dashboard GET /product-types/:id/fields/:field": get(func(s *side) string { return s.fieldPath("") }),
		"dashboard POST /product-types/:id/fields/:field": post(func(s *side) (string, url.Values) {
			return s.fieldPath(""), form("label", s.unused(s.pub), "key", s.unused("key"), "kind", "number")
		}),
		"dashboard POST /product-types/:id/fields/:field/moves": post(func(s *side) (string, url.Values) {
			id, field := s.newType()
			_, err := s.w.catalog.AddField(context.Background(), s.st, id, catalog.Field{Label: s.unused(s.pub), Kind: catalog.TextField})
			s.w.must(err)
			return "/product-types/" + id + "/fields/" + field + "/moves", form("direction", "down")
		}),
		"dashboard POST /product-types/:id/fields/:field/deletions": post(func(s *side) (string, url.Values) { return s.fieldPath("/deletions"), nil }),
		"dashboard POST /product-types/:id/fields/:field/restorations": post(func(s *side) (string, url.Values) {
			id, field := s.newType()
			s.w.must(s.w.catalog.RemoveField(context.Background(), s.st, id, field))
			return "/product-types/" + id + "/fields/" + field + "/restorations", nil
		}),

		"api GET /stores/:store/product-types":       get(func(s *side) string { s.newType(); return "/product-types" }),
		"api POST /stores/:store/product-types":      apiPost(func(s *side) (string, object) { return "/product-types", object{"name": s.unused("new")} }),
		"api GET /stores/:store/product-types/:type": get(func(s *side) string { return s.typePath("") }),
		"api PATCH /stores/:store/product-types/:type": apiPost(func(s *side) (string, object) {
			return s.typePath(""), object{"name": s.unused(s.pub)}
		}),
		"api DELETE /stores/:store/product-types/:type": {call: func(s *side) call { return call{path: s.typePath("")} }},
		"api POST /stores/:store/product-types/:type/fields": apiPost(func(s *side) (string, object) {
			return s.typePath("/fields"), object{"label": s.unused(s.pub), "kind": "yes_no"}
		}),
		"api PATCH /stores/:store/product-types/:type/fields/:field": apiPost(func(s *side) (string, object) {
			return s.fieldPath(""), object{"label": s.unused(s.pub)}
		}),
		"api DELETE /stores/:store/product-types/:type/fields/:field": {call: func(s *side) call { return call{path: s.fieldPath("")} }},

		"dashboard GET /responsible-parties": get(func(s *side) string { s.newParty(); return "/responsible-parties" }),
		"dashboard POST /responsible-parties": post(func(s *side) (string, url.Values) {
			return "/responsible-parties", form("name", s.unused("new"), "address", "1 Street", "country", "DK", "contact", "a@example.test")
		}),
		"dashboard GET /responsible-parties/:id": get(func(s *side) string { return "/responsible-parties/" + s.newParty() }),
		"dashboard POST /responsible-parties/:id": post(func(s *side) (string, url.Values) {
			return "/responsible-parties/" + s.newParty(), form("name", s.unused(s.pub), "address", "2 Street", "country", "DK", "contact", "a@example.test")
		}),
		"dashboard POST /responsible-parties/:id/deletions": post(func(s *side) (string, url.Values) {
			return "/responsible-parties/" + s.newParty() + "/deletions", nil
		}),
		"dashboard POST /responsible-parties/:id/restorations": post(func(s *side) (string, url.Values) {
			id := s.newParty()
			_, err := s.w.catalog.DeleteParty(context.Background(), s.st, id)
			s.w.must(err)
			return "/responsible-parties/" + id + "/restorations", nil
		}),

		"api GET /stores/:store/responsible-parties": get(func(s *side) string { s.newParty(); return "/responsible-parties" }),
		"api POST /stores/:store/responsible-parties": apiPost(func(s *side) (string, object) {
			return "/responsible-parties", object{"name": s.unused("new"), "address": "1 Street", "country": "DK", "contact": "a@example.test"}
		}),
		"api GET /stores/:store/responsible-parties/:party": get(func(s *side) string { return "/responsible-parties/" + s.newParty() }),
		"api PATCH /stores/:store/responsible-parties/:party": apiPost(func(s *side) (string, object) {
			return "/responsible-parties/" + s.newParty(), object{"address": s.unused("3 Street")}
		}),
		"api DELETE /stores/:store/responsible-parties/:party": {call: func(s *side) call { return call{path: "/responsible-parties/" + s.newParty()} }},
	})
}
