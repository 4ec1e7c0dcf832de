package isolation

import (
	"net/url"

	"wizamart/framework/auth"
	"wizamart/tests/harness"
)

type object map[string]any

func apiPost(fn func(s *side) (path string, body object)) row {
	return row{call: func(s *side) call {
		path, body := fn(s)
		return call{path: path, json: body}
	}}
}

var apiRows = map[string]row{
	"api POST /auth/tokens": apiPost(func(s *side) (string, object) {
		return "/auth/tokens", object{"email": "owner@" + s.info.Code + ".test", "password": harness.Password}
	}),
	"api POST /auth/refreshes": {call: apiPost(func(s *side) (string, object) {
		t, err := s.w.App.Auth.Start(s.w.t.Context(), s.w.App.Platform.DB, auth.Grant{Subject: s.staffID, Audience: auth.Staff})
		s.w.must(err)
		return "/auth/refreshes", object{"refresh_token": t.Refresh}
	}).call},
	"api GET /openapi.json":     at("/openapi.json").isSilent(),
	"api GET /openapi-3.0.json": at("/openapi-3.0.json").isSilent(),
	"api GET /openapi.yaml":     at("/openapi.yaml").isSilent(),
	"api GET /openapi-3.0.yaml": at("/openapi-3.0.yaml").isSilent(),
	"api GET /stores":           at("/stores"),
	"api GET /stores/:store":    get(func(*side) string { return "" }),

	"api GET /stores/:store/inventory":          get(func(*side) string { return "/inventory" }),
	"api GET /stores/:store/inventory/:variant": get(func(s *side) string { return "/inventory/" + s.variant }),
	"api POST /stores/:store/inventory/:variant/movements": apiPost(func(s *side) (string, object) {
		return "/inventory/" + s.newProduct("active").Variants[0].ID + "/movements", object{"delta": 2, "reason": "received", "note": s.priv}
	}),
	"api GET /stores/:store/orders":        get(func(*side) string { return "/orders" }),
	"api GET /stores/:store/orders/:order": get(func(s *side) string { return "/orders/" + s.order }),
	"api POST /stores/:store/orders/:order/fulfilments": apiPost(func(s *side) (string, object) {
		return "/orders/" + s.newOrder().ID + "/fulfilments", object{"carrier": "DHL"}
	}),
	"api POST /stores/:store/orders/:order/payments": apiPost(func(s *side) (string, object) {
		return "/orders/" + s.newOrder().ID + "/payments", object{"reference": "x"}
	}),
	"api POST /stores/:store/orders/:order/cancellations": apiPost(func(s *side) (string, object) {
		return "/orders/" + s.newOrder().ID + "/cancellations", object{"reason": "customer", "restock": true}
	}),
	"api GET /stores/:store/customers":           get(func(*side) string { return "/customers" }),
	"api GET /stores/:store/customers/:customer": get(func(s *side) string { return "/customers/" + s.customerID }),

	"api GET /stores/:store/products":          get(func(*side) string { return "/products" }),
	"api POST /stores/:store/products":         apiPost(func(s *side) (string, object) { return "/products", object{"title": s.unused("new")} }),
	"api GET /stores/:store/products/:product": get(func(s *side) string { return "/products/" + s.draft }),
	"api PATCH /stores/:store/products/:product": apiPost(func(s *side) (string, object) {
		return "/products/" + s.newProduct("active").ID, object{"title": s.unused(s.pub)}
	}),
	"api DELETE /stores/:store/products/:product": get(func(s *side) string { return "/products/" + s.newProduct("active").ID }),
	"api PATCH /stores/:store/products/:product/variants/:variant": apiPost(func(s *side) (string, object) {
		p := s.newProduct("active")
		return "/products/" + p.ID + "/variants/" + p.Variants[0].ID, object{"barcode": "4006381333931"}
	}),
	"api GET /stores/:store/categories":  get(func(*side) string { return "/categories" }),
	"api POST /stores/:store/categories": apiPost(func(s *side) (string, object) { return "/categories", object{"name": s.unused("new")} }),
	"api PATCH /stores/:store/categories/:category": apiPost(func(s *side) (string, object) {
		id, _ := s.newCategory()
		return "/categories/" + id, object{"name": s.unused("new")}
	}),
	"api DELETE /stores/:store/categories/:category": get(func(s *side) string {
		id, _ := s.newCategory()
		return "/categories/" + id
	}),
	"api POST /stores/:store/product-imports": {call: func(s *side) call {
		return call{path: "/product-imports?dry_run=true", form: url.Values{}, file: &file{"file", "things.csv", s.csv()}}
	}},
	"api GET /stores/:store/product-imports/:id": get(func(s *side) string { return "/product-imports/" + s.preview() }),
	"api GET /stores/:store/product-exports":     get(func(*side) string { return "/product-exports" }),
	"api GET /stores/:store/shipping-methods":    get(func(*side) string { return "/shipping-methods" }),
	"api PUT /stores/:store/shipping-methods/:id": apiPost(func(s *side) (string, object) {
		return "/shipping-methods/" + s.newMethod(), object{"name": s.unused(s.pub), "price": 700, "active": true}
	}),
}

// rows of all surfaces, by the route's name.
var rows = merge(storefrontRows, dashboardRows, catalogRows, customerRows, portalRows, adminRows, mailRows, apiRows, promotionRows, taxRows, domainRows, fairUseRows, onboardingRows, monitoringRows, visitRows, steadyRows, tokenRows, merchantSettingRows)

func merge(parts ...map[string]row) map[string]row {
	all := map[string]row{}
	for _, part := range parts {
		for n, r := range part {
			all[n] = r
		}
	}
	return all
}
