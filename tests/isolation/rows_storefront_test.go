package isolation

import (
	"net/url"

	"wizamart/tests/harness"
)

var storefrontRows = map[string]row{
	"storefront GET /":                 at("/"),
	"storefront GET /favicon.svg":      at("/favicon.svg").isSilent(),
	"storefront GET /theme.css":        {call: at("/theme.css").call, silent: true},
	"storefront GET /site-media/:name": {call: get(func(s *side) string { return s.picture }).call, silent: true},
	"storefront GET /media/:file":      {call: get(func(s *side) string { return "/media/" + s.media + ".webp" }).call, silent: true},
	"storefront GET /products":         at("/products"),
	"storefront GET /products/:slug":   get(func(s *side) string { return "/products/" + s.slug }),
	"storefront GET /categories/:slug": get(func(s *side) string { return "/categories/" + s.categorySlug }),
	"storefront GET /search":           at("/search?q=thing"),
	"storefront GET /cart":             {saves: true, call: func(s *side) call { return call{path: "/cart", cookies: s.cart()} }},
	"storefront POST /cart/lines": {call: func(s *side) call {
		return call{path: "/cart/lines", form: form("variant", s.variant, "quantity", "1")}
	}, still: true},
	"storefront POST /cart": {call: func(s *side) call {
		return call{path: "/cart", form: form("quantity-"+s.variant, "2"), cookies: s.cart()}
	}, still: true},
	"storefront POST /checkout":         {call: func(s *side) call { return call{path: "/checkout", form: url.Values{}, cookies: s.cart()} }},
	"storefront GET /checkout":          atCheckout("", "review", nil),
	"storefront GET /checkout/address":  atCheckout("/address", "review", nil),
	"storefront GET /checkout/delivery": atCheckout("/delivery", "review", nil),
	"storefront GET /checkout/payment":  atCheckout("/payment", "review", nil),
	"storefront GET /checkout/review":   atCheckout("/review", "review", nil),
	"storefront POST /checkout/address": atCheckout("/address", "address", (*side).address),
	"storefront POST /checkout/delivery": atCheckout("/delivery", "delivery", func(s *side) url.Values {
		return form("shipping_method", s.shipping)
	}),
	"storefront POST /checkout/payment": atCheckout("/payment", "payment", func(*side) url.Values { return form("payment_method", "bank_transfer") }),
	"storefront POST /checkout/orders": {secret: true, call: func(s *side) call {
		cookies := s.checkoutAt("review")
		review := s.shop("GET", "/checkout/review", nil, cookies)
		return call{path: "/checkout/orders", form: form("seal", review.Doc(s.w.t).Find("input[name=seal]").AttrOr("value", ""), "terms", "on"), cookies: cookies}
	}},

	"storefront GET /orders/:token": {secret: true, call: get(func(s *side) string { return "/orders/" + s.token }).call},
	"storefront GET /order-status":  at("/order-status"),
	"storefront POST /order-status": {still: true, smuggled: []int{404}, call: post(func(s *side) (string, url.Values) {
		return "/order-status", form("number", s.number, "email", s.customerMail)
	}).call},
	"storefront GET /account/orders":         at("/account/orders"),
	"storefront GET /account/orders/:number": {own: true, call: get(func(s *side) string { return "/account/orders/" + s.number }).call},
	"storefront GET /account/sign-in":        at("/account/sign-in"),
	"storefront POST /account/sign-in": post(func(s *side) (string, url.Values) {
		return "/account/sign-in", form("email", s.customerMail, "password", harness.Password)
	}).at(401, 422),
	"storefront GET /account/sign-up": at("/account/sign-up"),
	"storefront POST /account/sign-up": post(func(s *side) (string, url.Values) {
		return "/account/sign-up", form("email", s.unused("new")+"@shopper.test", "name", "New Shopper", "password", harness.Password)
	}),
	"storefront POST /account/sign-out": post(func(*side) (string, url.Values) { return "/account/sign-out", nil }).isStill().isEnd(),
	"storefront GET /account":           at("/account"),
	"storefront GET /account/profile":   at("/account/profile"),
	"storefront POST /account/profile": post(func(s *side) (string, url.Values) {
		return "/account/profile", form("name", s.unused("Shopper"))
	}),
	"storefront GET /account/password": at("/account/password"),
	"storefront POST /account/password": post(func(*side) (string, url.Values) {
		return "/account/password", form("current", harness.Password, "password", harness.Password, "repeat", harness.Password)
	}),
}

func atCheckout(path, step string, values func(s *side) url.Values) row {
	return row{secret: true, call: func(s *side) call {
		c := call{path: "/checkout" + path, cookies: s.checkoutAt(step)}
		if values != nil {
			c.form = values(s)
		}
		return c
	}}
}
