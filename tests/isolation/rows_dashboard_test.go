package isolation

import (
	"context"
	"net/url"

	"wizamart/modules/orders"
)

// onOrder makes an order of its own and acts on it.
func onOrder(path string, values ...string) row {
	return post(func(s *side) (string, url.Values) { return "/orders/" + s.newOrder().ID + path, form(values...) })
}

// newMethod makes a shipping method. A store has room for 50, so that those of earlier rows go.
func (s *side) newMethod() string {
	ctx := context.Background()
	list, err := s.w.checkout.ShippingMethods(ctx, s.st)
	s.w.must(err)
	for i := 0; len(list)-i > 20 && i < len(list); i++ {
		if list[i].ID != s.shipping {
			_, err := s.w.checkout.DeleteShippingMethod(ctx, s.st, list[i].ID)
			s.w.must(err)
		}
	}
	m, err := s.w.checkout.CreateShippingMethod(ctx, s.st, s.pub+" courier")
	s.w.must(err)
	return m.ID
}

func (s *side) fulfilled() (order, fulfilment string) {
	o := s.newOrder()
	id, err := s.w.orders.Fulfil(context.Background(), s.st, o.ID, orders.Fulfil{})
	s.w.must(err)
	return o.ID, id
}

func (s *side) paid() (order, payment string) {
	o := s.newOrder()
	id, err := s.w.orders.MarkPaid(context.Background(), s.st, o.ID, orders.MarkPaid{Reference: s.priv})
	s.w.must(err)
	return o.ID, id
}

var dashboardRows = map[string]row{
	"dashboard GET /":         at("/"),
	"dashboard GET /search":   at("/search?q=thing"),
	"dashboard GET /settings": at("/settings"),
	"dashboard POST /settings": {call: post(func(s *side) (string, url.Values) {
		return "/settings", s.changed("/settings", "/settings", "inventory.low_stock")
	}).call},
	"dashboard POST /sign-out": post(func(*side) (string, url.Values) { return "/sign-out", nil }).isEnd(),

	"dashboard GET /inventory":          at("/inventory"),
	"dashboard POST /inventory":         post(func(s *side) (string, url.Values) { return "/inventory", s.count() }),
	"dashboard GET /inventory/:variant": get(func(s *side) string { return "/inventory/" + s.variant }),
	"dashboard POST /inventory/:variant/movements": post(func(s *side) (string, url.Values) {
		return "/inventory/" + s.newProduct("active").Variants[0].ID + "/movements", form("mode", "add", "quantity", "3", "reason", "received", "note", s.priv)
	}),
	"dashboard POST /inventory/:variant/policies": post(func(s *side) (string, url.Values) {
		return "/inventory/" + s.newProduct("active").Variants[0].ID + "/policies", form("tracked", "on", "backorder", "on")
	}),

	"dashboard GET /orders":                  at("/orders"),
	"dashboard GET /orders/:id":              get(func(s *side) string { return "/orders/" + s.order }),
	"dashboard GET /orders/:id/packing-slip": get(func(s *side) string { return "/orders/" + s.order + "/packing-slip" }),
	"dashboard POST /orders/:id/fulfilments": post(func(s *side) (string, url.Values) {
		o, err := s.w.orders.Get(context.Background(), s.st, s.newOrder().ID)
		s.w.must(err)
		return "/orders/" + o.ID + "/fulfilments", form("carrier", "DHL", "tracking_number", s.priv, "q_"+o.Lines[0].ID, "1")
	}),
	"dashboard POST /orders/:id/payments":         onOrder("/payments", "reference", "statement 7"),
	"dashboard POST /orders/:id/cancellations":    onOrder("/cancellations", "reason", "customer", "restock", "on"),
	"dashboard POST /orders/:id/comments":         onOrder("/comments", "comment", "called"),
	"dashboard POST /orders/:id/note":             onOrder("/note", "staff_note", "careful"),
	"dashboard POST /orders/:id/shipping-address": onOrder("/shipping-address", "name", "New Name", "line1", "New Street 2", "postal_code", "10117", "city", "Berlin", "country", "DE"),
	"dashboard POST /order-fulfilments":           post(func(s *side) (string, url.Values) { return "/order-fulfilments", form("id", s.newOrder().ID) }),
	"dashboard POST /order-fulfilments/:id/undoing": post(func(s *side) (string, url.Values) {
		_, id := s.fulfilled()
		return "/order-fulfilments/" + id + "/undoing", form("reason", "mistake")
	}),
	"dashboard POST /order-payments": post(func(s *side) (string, url.Values) { return "/order-payments", form("id", s.newOrder().ID) }),
	"dashboard POST /order-payments/:id/voidings": post(func(s *side) (string, url.Values) {
		_, id := s.paid()
		return "/order-payments/" + id + "/voidings", form("reason", "mistake")
	}),

	"dashboard GET /delivery":     at("/delivery"),
	"dashboard POST /delivery":    post(func(s *side) (string, url.Values) { return "/delivery", form("name", s.unused("new")) }),
	"dashboard GET /delivery/:id": get(func(s *side) string { return "/delivery/" + s.shipping }),
	"dashboard POST /delivery/:id": post(func(s *side) (string, url.Values) {
		return "/delivery/" + s.newMethod(), form("name", s.pub+" bike", "price", "3.50", "where", "all", "active", "on")
	}),
	"dashboard POST /delivery/:id/moves": post(func(s *side) (string, url.Values) {
		s.newMethod()
		return "/delivery/" + s.newMethod() + "/moves", form("direction", "up")
	}),
	"dashboard POST /delivery/:id/deletions": post(func(s *side) (string, url.Values) { return "/delivery/" + s.newMethod() + "/deletions", nil }),
	"dashboard POST /delivery/:id/restorations": post(func(s *side) (string, url.Values) {
		id := s.newMethod()
		_, err := s.w.checkout.DeleteShippingMethod(context.Background(), s.st, id)
		s.w.must(err)
		return "/delivery/" + id + "/restorations", nil
	}),
	"dashboard GET /payment":  at("/payment"),
	"dashboard POST /payment": post(func(s *side) (string, url.Values) { return "/payment", s.changed("/payment", "/payment", "bank_days") }),

	"dashboard GET /theme":            at("/theme"),
	"dashboard POST /theme":           post(func(s *side) (string, url.Values) { return "/theme", s.changed("/theme", "/theme", "announcement") }),
	"dashboard POST /theme/resets":    {still: true, call: post(func(*side) (string, url.Values) { return "/theme/resets", form("what", "colors") }).call},
	"dashboard GET /theme-preview":    {silent: true, call: at("/theme-preview").call},
	"dashboard GET /site-media/:name": {call: get(func(s *side) string { return s.picture }).call, silent: true},
	"dashboard GET /pages":            at("/pages"),
	"dashboard POST /pages":           post(func(s *side) (string, url.Values) { return "/pages", form("title", s.unused("news")) }),
	"dashboard GET /pages/:id":        get(func(s *side) string { return "/pages/" + s.page }),
	"dashboard POST /pages/:id": post(func(s *side) (string, url.Values) {
		return "/pages/" + s.newPage(), form("title", s.pub+" more", "slug", s.unused("more"))
	}),
	"dashboard POST /pages/:id/deletions": post(func(s *side) (string, url.Values) { return "/pages/" + s.newPage() + "/deletions", nil }),
	"dashboard POST /pages/:id/restorations": post(func(s *side) (string, url.Values) {
		id := s.newPage()
		_, err := s.w.cms.DeletePage(context.Background(), s.st, id)
		s.w.must(err)
		return "/pages/" + id + "/restorations", nil
	}),
}
