package isolation

import "net/url"

// taxRows are the pages and calls for taxes and the legal identity.
var taxRows = map[string]row{
	"dashboard GET /taxes":          at("/taxes"),
	"dashboard POST /taxes":         post(func(s *side) (string, url.Values) { return "/taxes", s.changed("/taxes", "/taxes", "postal_code") }),
	"dashboard GET /legal-identity": at("/legal-identity"),
	"dashboard POST /legal-identity": post(func(s *side) (string, url.Values) {
		return "/legal-identity", form("name", s.unused("Seller"), "line1", "Quay 1", "city", "Bergen", "country", "NO", "email", "law@example.com")
	}),
	"storefront GET /legal-notice": at("/legal-notice"),

	"api GET /stores/:store/taxes": get(func(*side) string { return "/taxes" }).isSilent(),
	"api PUT /stores/:store/taxes": apiPost(func(s *side) (string, object) {
		return "/taxes", object{"on": true, "prices_include_tax": true, "country": "DE", "eu_sales": "home", "classes": []any{}, "rules": []any{
			object{"id": "", "name": s.unused("rate"), "country": "US", "rate": "0.05"},
		}}
	}),
	"api GET /stores/:store/legal-identity": get(func(*side) string { return "/legal-identity" }).isSilent(),
	"api PUT /stores/:store/legal-identity": apiPost(func(s *side) (string, object) {
		return "/legal-identity", object{"name": s.unused("Seller"), "line1": "Quay 1", "postal_code": "5003", "city": "Bergen", "country": "NO", "email": "law@example.com"}
	}),
}
