package isolation

import (
	"context"
	"maps"
	"net/url"

	"wizamart/framework/money"
	"wizamart/modules/orders"
	"wizamart/modules/orders/ordertype"
	"wizamart/tenant"
)

// authorised is an order whose payment is promised by a provider that does whatever it is told.
func (s *side) authorised() (order, authorisation string) {
	ctx := context.Background()
	done := func(context.Context, *tenant.Store, string, string) error { return nil }
	s.w.orders.Collect, s.w.orders.Void = done, done
	placed := s.newOrder()
	s.w.must(s.st.Write(ctx, func(tx *tenant.Store) error {
		_, err := s.w.orders.Authorise(ctx, tx, placed.ID, ordertype.Receipt{ExternalID: "pi_" + placed.ID, Method: "card", Provider: "test", Reference: s.priv, Amount: placed.Total})
		return err
	}))
	o, err := s.w.orders.Get(ctx, s.st, placed.ID)
	s.w.must(err)
	return o.ID, o.Promises[0].ID
}

// failed is an order with a repayment that did not arrive.
func (s *side) failed() (order, repayment string) {
	ctx := context.Background()
	placed := s.newOrder()
	s.w.must(s.st.Write(ctx, func(tx *tenant.Store) error {
		if _, err := s.w.orders.Receive(ctx, tx, placed.ID, ordertype.Receipt{ExternalID: "pi_" + placed.ID, Method: "card", Provider: "test", Reference: s.priv, Amount: placed.Total}); err != nil {
			return err
		}
		_, err := s.w.orders.Refund(ctx, tx, placed.ID, orders.RefundInput{AdHoc: money.New(100, "EUR"), Reason: s.priv})
		return err
	}))
	o, err := s.w.orders.Get(ctx, s.st, placed.ID)
	s.w.must(err)
	repayment = o.Refunds[0].Repayments[0].ID
	s.w.must(s.st.Write(ctx, func(tx *tenant.Store) error { return s.w.orders.RepaymentFailed(ctx, tx, repayment, s.priv) }))
	return o.ID, repayment
}

func (s *side) paidOrder() string { id, _ := s.paid(); return id }

var refundRows = map[string]row{
	"dashboard GET /orders/:id/refunds": get(func(s *side) string { return "/orders/" + s.paidOrder() + "/refunds" }),
	"dashboard POST /orders/:id/refunds": post(func(s *side) (string, url.Values) {
		return "/orders/" + s.paidOrder() + "/refunds", form("ad_hoc", "1.00", "reason", s.priv)
	}),
	"dashboard POST /order-repayments/:id/retries": post(func(s *side) (string, url.Values) {
		_, id := s.failed()
		return "/order-repayments/" + id + "/retries", form("way", "hand", "reference", "transfer")
	}),
	"dashboard POST /order-authorisations/:id/captures": post(func(s *side) (string, url.Values) {
		_, id := s.authorised()
		return "/order-authorisations/" + id + "/captures", nil
	}),
	"dashboard POST /order-authorisations/:id/voidings": post(func(s *side) (string, url.Values) {
		_, id := s.authorised()
		return "/order-authorisations/" + id + "/voidings", nil
	}),
	"api GET /stores/:store/orders/:order/refunds": get(func(s *side) string { order, _ := s.failed(); return "/orders/" + order + "/refunds" }),
	"api POST /stores/:store/orders/:order/refunds": apiPost(func(s *side) (string, object) {
		return "/orders/" + s.paidOrder() + "/refunds", object{"ad_hoc": object{"amount": 100, "currency": "EUR"}}
	}),
	"api POST /stores/:store/orders/:order/captures": apiPost(func(s *side) (string, object) {
		order, id := s.authorised()
		return "/orders/" + order + "/captures", object{"authorisation_id": id}
	}),
	"api POST /stores/:store/orders/:order/voidings": apiPost(func(s *side) (string, object) {
		order, id := s.authorised()
		return "/orders/" + order + "/voidings", object{"authorisation_id": id}
	}),
	"api POST /stores/:store/orders/:order/repayments/:repayment/retries": apiPost(func(s *side) (string, object) {
		order, id := s.failed()
		return "/orders/" + order + "/repayments/" + id + "/retries", object{"reference": "transfer"}
	}),
}

func init() { maps.Copy(rows, refundRows) }
