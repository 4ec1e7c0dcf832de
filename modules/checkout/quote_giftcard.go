package checkout

import (
	"context"
	"strings"
	"time"

	"wizamart/framework/money"
	"wizamart/framework/problem"
	"wizamart/modules/orders/ordertype"
	"wizamart/tenant"
)

// PaidByGiftCard is the payment method of orders that gift cards pay whole.
const PaidByGiftCard = ordertype.GiftCard

// cardMark stands before the id of a gift card among a session's codes: the code itself is not kept.
const cardMark = "gift_card:"

// discountCodes are the session's codes that are no gift cards.
func (s Session) discountCodes() (out []string) {
	for _, c := range s.Codes {
		if !strings.HasPrefix(c, cardMark) {
			out = append(out, c)
		}
	}
	return out
}

// cards are the session's gift cards that can pay now.
func (s *Service) cards(ctx context.Context, st *tenant.Store, sess Session) (out []GiftCard, err error) {
	for _, c := range sess.Codes {
		id, ok := strings.CutPrefix(c, cardMark)
		if !ok {
			continue
		}
		g, err := s.GiftCard(ctx, st, id)
		if problem.Is(err, problem.NotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		out = append(out, g)
	}
	return out, nil
}

// PaidByNothing is the payment method of orders that cost nothing.
const PaidByNothing = "none"

// free tells whether nothing is left of the price, as after a discount of all of it: no way to pay is needed then.
func (q *Quote) free() bool {
	if q.NeedsShipping && q.Method == nil || q.Subtotal.Minor+q.Shipping.Minor != q.Discounts().Minor {
		return false
	}
	q.Payment = &PaymentOption{ID: PaidByNothing, Label: "Nothing to pay", Icon: "gift", Fee: money.Zero(q.Subtotal.Currency)}
	return true
}

// NothingToPay tells whether the order costs nothing.
func (q Quote) NothingToPay() bool { return q.Payment != nil && q.Payment.ID == PaidByNothing }

// payWithCards tells whether the cards pay all of total: no other way to pay is needed then.
func (q *Quote) payWithCards(total money.Amount, cards []GiftCard) bool {
	left := total.Minor
	now := time.Now()
	for _, g := range cards {
		if g.State(now) == "active" {
			left -= min(left, g.Balance.Minor)
		}
	}
	if left > 0 || total.IsZero() {
		return false
	}
	q.Payment = &PaymentOption{ID: PaidByGiftCard, Label: "Gift card", Icon: "gift", Fee: money.Zero(total.Currency)}
	return true
}

// redeem lets the cards pay what they can, in the order in which they were given. Total stays what it is.
func (q *Quote) redeem(cards []GiftCard) {
	now := time.Now()
	for _, g := range cards {
		paid := money.Zero(q.Due.Currency)
		if g.State(now) == "active" {
			paid.Minor = min(g.Balance.Minor, q.Due.Minor)
		}
		q.Cards = append(q.Cards, CardPart{GiftCard: g, Pays: paid})
		if paid.IsZero() {
			continue
		}
		q.Due.Minor -= paid.Minor
		q.Adjustments = append(q.Adjustments, ordertype.Adjustment{Kind: ordertype.GiftCard, Source: g.ID, Code: g.Shown(), Title: "Gift card", Amount: paid})
	}
}

// CardPart is a gift card and what of the order it pays.
type CardPart struct {
	GiftCard
	Pays money.Amount
}
