package checkout

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"wizamart/modules/payments/paymenttype"
	"wizamart/tenant"
)

// Payments knows how an order can be paid.
type Payments interface {
	Options(ctx context.Context, st *tenant.Store, in paymenttype.Context) ([]PaymentOption, error)
	// Online tells whether a method has a page on which an order is paid.
	Online(st *tenant.Store, method string) bool
}

// PaymentOption is a way to pay that a shopper may choose.
type PaymentOption = paymenttype.Option

// pay offers the ways to pay, and finds the one that was chosen.
func (s *Service) pay(ctx context.Context, st *tenant.Store, q *Quote, sess Session) (err error) {
	in := paymenttype.Context{Currency: st.Currency(), Total: q.Subtotal, Country: sess.Shipping.Country, Pickup: q.Method != nil && q.Method.Pickup, NeedsShipping: q.NeedsShipping}
	if q.Options, err = s.Payments.Options(ctx, st, in); err != nil {
		return err
	}
	if i := slices.IndexFunc(q.Options, func(o PaymentOption) bool { return o.ID == sess.PaymentMethod }); i >= 0 {
		q.Payment = &q.Options[i]
		q.priced(q.Payment.Label, sess.FeeSeen, q.Payment.Fee)
	}
	return nil
}

// translator speaks the store's language.
func (s *Service) translator(st *tenant.Store) func(key string, args ...any) string {
	return s.wordsOf(st, "")
}

// wordsOf translates into a shopper's language; "" is the shop's own.
func (s *Service) wordsOf(st *tenant.Store, locale string) func(key string, args ...any) string {
	if s.app == nil || s.app.Site == nil || s.app.Site.Texts == nil {
		return func(key string, args ...any) string { return fmt.Sprintf(key, args...) }
	}
	texts := s.app.Site.Texts
	printer := texts.Printer(texts.Match(cmp.Or(locale, st.Info().Locale)))
	return func(key string, args ...any) string { return printer.Sprintf(key, args...) }
}
