package isolation

import (
	"context"
	"net/url"

	"wizamart/modules/checkout"
)

// newDiscount makes a discount in force.
func (s *side) newDiscount() checkout.Discount {
	ctx := context.Background()
	list, err := s.w.checkout.Discounts(ctx, s.st)
	s.w.must(err)
	if len(list) > 200 { // a store has room for 500
		for _, d := range list[100:] {
			_, err := s.w.checkout.DeleteDiscount(ctx, s.st, d.ID)
			s.w.must(err)
		}
	}
	d, err := s.w.checkout.CreateDiscount(ctx, s.st, s.priv+" discount")
	s.w.must(err)
	d.Active = true
	d, err = s.w.checkout.SaveDiscount(ctx, s.st, d)
	s.w.must(err)
	return d
}

func (s *side) newCard() (checkout.GiftCard, string) {
	g, code, err := s.w.checkout.IssueGiftCard(context.Background(), s.st, checkout.IssueGiftCard{Amount: 500, Note: s.priv})
	s.w.must(err)
	return g, code
}

// newZone makes a zone somewhere without shoppers.
func (s *side) newZone() checkout.Zone {
	ctx := context.Background()
	list, err := s.w.checkout.Zones(ctx, s.st)
	s.w.must(err)
	for i := 0; len(list)-i > 20; i++ { // a store has room for 100
		_, err := s.w.checkout.DeleteZone(ctx, s.st, list[i].ID)
		s.w.must(err)
	}
	z, err := s.w.checkout.CreateZone(ctx, s.st, s.priv+" zone")
	s.w.must(err)
	z.Places = []checkout.Place{{Country: "PN"}}
	z, err = s.w.checkout.SaveZone(ctx, s.st, z)
	s.w.must(err)
	return z
}

func (s *side) discountForm() url.Values {
	return form("title", s.unused("new"), "method", "code", "code", checkout.NewCode(12), "kind", "percent", "rate", "5", "scope", "order")
}

func (s *side) discountBody() object {
	return object{"title": s.unused("new"), "active": false, "kind": "percent", "rate": "0.05", "scope": "order", "code": checkout.NewCode(12)}
}

// promotionRows are discounts, gift cards and delivery zones.
var promotionRows = map[string]row{
	"storefront POST /checkout/codes": {call: func(s *side) call {
		return call{path: "/checkout/codes", form: form("step", "review", "remove", "NONE"), cookies: s.checkoutAt("review")}
	}},

	"dashboard GET /discounts": get(func(s *side) string { s.newDiscount(); return "/discounts" }),
	"dashboard POST /discounts": post(func(s *side) (string, url.Values) {
		s.newDiscount() // makes room
		return "/discounts", form("title", s.unused("new"))
	}),
	"dashboard GET /discounts/:id":         get(func(s *side) string { return "/discounts/" + s.newDiscount().ID }),
	"dashboard POST /discounts/:id":        post(func(s *side) (string, url.Values) { return "/discounts/" + s.newDiscount().ID, s.discountForm() }),
	"dashboard POST /discounts/:id/copies": post(func(s *side) (string, url.Values) { return "/discounts/" + s.newDiscount().ID + "/copies", nil }),
	"dashboard POST /discounts/:id/codes": post(func(s *side) (string, url.Values) {
		return "/discounts/" + s.newDiscount().ID + "/codes", form("count", "2")
	}),
	"dashboard GET /discounts/:id/codes": get(func(s *side) string { return "/discounts/" + s.newDiscount().ID + "/codes" }).isSilent(),
	"dashboard POST /discounts/:id/activations": post(func(s *side) (string, url.Values) {
		return "/discounts/" + s.newDiscount().ID + "/activations", form("active", "off")
	}),
	"dashboard POST /discounts/:id/deletions": post(func(s *side) (string, url.Values) { return "/discounts/" + s.newDiscount().ID + "/deletions", nil }),
	"dashboard POST /discounts/:id/restorations": post(func(s *side) (string, url.Values) {
		d := s.newDiscount()
		_, err := s.w.checkout.DeleteDiscount(context.Background(), s.st, d.ID)
		s.w.must(err)
		return "/discounts/" + d.ID + "/restorations", nil
	}),

	"dashboard GET /gift-cards":     get(func(s *side) string { s.newCard(); return "/gift-cards" }),
	"dashboard POST /gift-cards":    post(func(s *side) (string, url.Values) { return "/gift-cards", form("amount", "5", "note", s.unused("new")) }),
	"dashboard GET /gift-cards/:id": get(func(s *side) string { g, _ := s.newCard(); return "/gift-cards/" + g.ID }),
	"dashboard POST /gift-cards/:id/activations": post(func(s *side) (string, url.Values) {
		g, _ := s.newCard()
		return "/gift-cards/" + g.ID + "/activations", form("active", "off")
	}),
	"dashboard POST /gift-cards/:id/codes": post(func(s *side) (string, url.Values) {
		g, _ := s.newCard()
		return "/gift-cards/" + g.ID + "/codes", form("recipient", "grace@mail.test")
	}),

	"dashboard POST /delivery-zones": post(func(s *side) (string, url.Values) {
		s.newZone() // makes room
		return "/delivery-zones", nil
	}),
	"dashboard GET /delivery-zones/:id": get(func(s *side) string { return "/delivery-zones/" + s.newZone().ID }),
	"dashboard POST /delivery-zones/:id": post(func(s *side) (string, url.Values) {
		return "/delivery-zones/" + s.newZone().ID, form("name", s.unused("new"), "places", "PN\nFK")
	}),
	"dashboard POST /delivery-zones/:id/deletions": post(func(s *side) (string, url.Values) { return "/delivery-zones/" + s.newZone().ID + "/deletions", nil }),
	"dashboard POST /delivery-zones/:id/restorations": post(func(s *side) (string, url.Values) {
		z := s.newZone()
		_, err := s.w.checkout.DeleteZone(context.Background(), s.st, z.ID)
		s.w.must(err)
		return "/delivery-zones/" + z.ID + "/restorations", nil
	}),

	"api GET /stores/:store/discounts": get(func(s *side) string { s.newDiscount(); return "/discounts" }),
	"api POST /stores/:store/discounts": apiPost(func(s *side) (string, object) {
		s.newDiscount() // makes room
		return "/discounts", s.discountBody()
	}),
	"api GET /stores/:store/discounts/:id":       get(func(s *side) string { return "/discounts/" + s.newDiscount().ID }),
	"api PUT /stores/:store/discounts/:id":       apiPost(func(s *side) (string, object) { return "/discounts/" + s.newDiscount().ID, s.discountBody() }),
	"api DELETE /stores/:store/discounts/:id":    get(func(s *side) string { return "/discounts/" + s.newDiscount().ID }),
	"api GET /stores/:store/discounts/:id/codes": get(func(s *side) string { return "/discounts/" + s.newDiscount().ID + "/codes" }).isSilent(),
	"api POST /stores/:store/discounts/:id/codes": apiPost(func(s *side) (string, object) {
		return "/discounts/" + s.newDiscount().ID + "/codes", object{"count": 2}
	}),

	"api GET /stores/:store/gift-cards":     get(func(s *side) string { s.newCard(); return "/gift-cards" }),
	"api POST /stores/:store/gift-cards":    apiPost(func(s *side) (string, object) { return "/gift-cards", object{"amount": 500, "note": s.unused("new")} }),
	"api GET /stores/:store/gift-cards/:id": get(func(s *side) string { g, _ := s.newCard(); return "/gift-cards/" + g.ID }),
	"api PATCH /stores/:store/gift-cards/:id": apiPost(func(s *side) (string, object) {
		g, _ := s.newCard()
		return "/gift-cards/" + g.ID, object{"active": false}
	}),
	"api POST /stores/:store/gift-cards/:id/codes": apiPost(func(s *side) (string, object) {
		g, _ := s.newCard()
		return "/gift-cards/" + g.ID + "/codes", object{"recipient": "grace@mail.test"}
	}),

	"api GET /stores/:store/shipping-zones": get(func(s *side) string { s.newZone(); return "/shipping-zones" }),
	"api POST /stores/:store/shipping-zones": apiPost(func(s *side) (string, object) {
		s.newZone() // makes room
		return "/shipping-zones", object{"name": s.unused("new"), "places": []object{{"country": "PN"}}}
	}),
	"api PUT /stores/:store/shipping-zones/:id": apiPost(func(s *side) (string, object) {
		return "/shipping-zones/" + s.newZone().ID, object{"name": s.unused("new"), "places": []object{{"country": "FK"}}}
	}),
	"api DELETE /stores/:store/shipping-zones/:id": get(func(s *side) string { return "/shipping-zones/" + s.newZone().ID }),
}
