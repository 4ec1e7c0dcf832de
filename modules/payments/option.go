package payments

import (
	"context"
	"slices"
	"strings"
	"time"

	"wizamart/framework/money"
	"wizamart/modules/payments/paymenttype"
	"wizamart/tenant"
)

// methods are all ways to pay, in the order in which shoppers see them unless the store says otherwise.
var methods = []string{paymenttype.Card, paymenttype.BankTransfer, paymenttype.CashOnDelivery}

// grace is how much longer than the provider's page the stock waits: who pays in the last second is in time.
const grace = 5 * time.Minute

// MethodOrder is the order in which the store's ways to pay are shown.
func (p Settings) MethodOrder() []string {
	out := strings.Fields(p.Order)
	for _, id := range methods {
		if !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out
}

// Options are the ways to pay that a shopper may choose from, in the store's order. While the module is off nobody is sent on to pay, and
// what needs no provider, bank transfer and cash, goes on as the merchant set it.
func (s *Service) Options(ctx context.Context, st *tenant.Store, in paymenttype.Context) ([]paymenttype.Option, error) {
	p := SettingsOf(st)
	var out []paymenttype.Option
	for _, id := range p.MethodOrder() {
		var o paymenttype.Option
		ok := false
		switch id {
		case paymenttype.Card:
			if !p.Card && !s.demo(st) || !s.app.EnabledFor(st, "payments") || !chargeable(in.Currency) {
				continue
			}
			acc, err := s.account(ctx, st, s.mode(st, p))
			if err != nil {
				return nil, err
			}
			o, ok = p.card(in), acc.Usable()
		case paymenttype.BankTransfer:
			o, ok = p.bank(in), p.BankTransfer
		case paymenttype.CashOnDelivery:
			o, ok = p.cash(in), p.Cash && in.NeedsShipping && (in.Pickup || !p.CashPickup)
		}
		if ok {
			out = append(out, o)
		}
	}
	return out, nil
}

// Online tells whether a method has a page on which an order is paid.
func (s *Service) Online(_ *tenant.Store, method string) bool { return method == paymenttype.Card }

func (p Settings) card(in paymenttype.Context) paymenttype.Option {
	return paymenttype.Option{
		ID: paymenttype.Card, Label: "Card", Hint: "You pay on the next page, after you have ordered.", Icon: "credit-card", Fee: money.Zero(in.Currency),
		ReserveFor: time.Duration(p.CardMinutes)*time.Minute + grace, AutoCancel: true, Online: true,
	}
}

func (p Settings) bank(in paymenttype.Context) paymenttype.Option {
	return paymenttype.Option{
		ID: paymenttype.BankTransfer, Label: "Bank transfer", Hint: "We send your order when the money has arrived.", Icon: "landmark", Fee: money.Zero(in.Currency),
		ReserveFor: time.Duration(p.BankReserve) * 24 * time.Hour, AutoCancel: p.BankReserve > 0,
	}
}

func (p Settings) cash(in paymenttype.Context) paymenttype.Option {
	o := paymenttype.Option{
		ID: paymenttype.CashOnDelivery, Label: "Cash on delivery", Hint: "You pay when your order is handed over to you.", Icon: "hand-coins", Fee: money.New(p.CashFee, in.Currency),
	}
	if in.Pickup {
		o.Label, o.Hint = "Cash on pickup", "You pay when you fetch your order."
	}
	return o
}

// mode is which of the store's keys new payments use.
func (s *Service) mode(st *tenant.Store, p Settings) string {
	if s.demo(st) {
		return Demo
	}
	return p.CardMode
}
