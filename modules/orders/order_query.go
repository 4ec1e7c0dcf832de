package orders

import (
	"context"
	"fmt"

	"wizamart/framework/database"
	"wizamart/framework/money"
	"wizamart/framework/problem"
	"wizamart/tenant"
)

const orderColumns = `id, number, token, external_id, channel, customer_id, account_id, email, name, locale, currency,
	shipping_address, billing_address, shipping_method, payment_method, payment_label, quantity,
	subtotal, shipping_total, fee_total, discount_total, tax_total, total, paid_total, refunded_total,
	payment_state, fulfilment_state, note, staff_note, placed_at, cancelled_at, cancel_reason, closed_at,
	authorised_total, credited_total, shipping_discount, prices_include_tax, shipping_tax, fee_tax, buyer_vat_id, vat_consultation, vat_checked_at,
	terms_at, terms_hash, seller, shipping_given, holder, stock_state, reserve_until, auto_cancel, auto_cancelled, estimate, waived_at, waiver`

// scanOrder reads orderColumns, and what is selected behind them.
func scanOrder(row database.Row, behind ...any) (*Order, error) {
	o := &Order{}
	var shipping, billing, shippingTax, feeTax, given database.JSON
	amounts := []*money.Amount{&o.Subtotal, &o.ShippingTotal, &o.FeeTotal, &o.DiscountTotal, &o.TaxTotal, &o.Total, &o.PaidTotal, &o.RefundedTotal}
	dest := []any{&o.ID, &o.Number, &o.Token, &o.ExternalID, &o.Channel, &o.CustomerID, &o.AccountID, &o.Email, &o.Name, &o.Locale, &o.Currency,
		&shipping, &billing, &o.ShippingMethod, &o.PaymentMethod, &o.PaymentLabel, &o.Quantity}
	for _, a := range amounts {
		dest = append(dest, &a.Minor)
	}
	dest = append(dest, &o.PaymentState, &o.FulfilmentState, &o.Note, &o.StaffNote, &o.PlacedAt, &o.CancelledAt, &o.CancelReason, &o.ClosedAt,
		&o.AuthorisedTotal.Minor, &o.CreditedTotal.Minor, &o.ShippingDiscount.Minor, &o.PricesIncludeTax, &shippingTax, &feeTax, &o.BuyerVATID, &o.VATConsultation, &o.VATCheckedAt,
		&o.TermsAt, &o.TermsHash, &o.Seller, &given, &o.Holder, &o.StockState, &o.ReserveUntil, &o.AutoCancel, &o.AutoCancelled, &o.Estimate, &o.WaivedAt, &o.Waiver)
	if err := row.Scan(append(dest, behind...)...); err != nil {
		return nil, err
	}
	for _, a := range append(amounts, &o.AuthorisedTotal, &o.CreditedTotal, &o.ShippingDiscount) {
		a.Currency = o.Currency
	}
	for what, v := range map[string]struct {
		data database.JSON
		into any
	}{
		"shipping address": {shipping, &o.Shipping}, "billing address": {billing, &o.Billing}, "tax of the delivery": {shippingTax, &o.ShippingTax},
		"tax of the fee": {feeTax, &o.FeeTax}, "first shipping address": {given, &o.ShippingGiven},
	} {
		if err := v.data.Decode(v.into); err != nil {
			return nil, fmt.Errorf("read the %s of order %d: %w", what, o.Number, err)
		}
	}
	return o, nil
}

func errNoOrder() error { return problem.New(problem.NotFound, "There is no such order.") }

// Get is one order, whole. NotFound when there is none.
func (s *Service) Get(ctx context.Context, st *tenant.Store, id string) (*Order, error) {
	return s.find(ctx, st, "id = ?", id)
}

// ByToken is the order whose own page has this secret. NotFound when there is none.
func (s *Service) ByToken(ctx context.Context, st *tenant.Store, token string) (*Order, error) {
	return s.find(ctx, st, "token = ?", token)
}

// hangs tells which of an order's tables have rows: a new order has few of them.
type hangs struct{ fulfilments, payments, promises, refunds, adjustments bool }

const hangColumns = `EXISTS (SELECT 1 FROM orders_fulfilment WHERE order_id = o.id), EXISTS (SELECT 1 FROM orders_payment WHERE order_id = o.id),
	EXISTS (SELECT 1 FROM orders_authorisation WHERE order_id = o.id), EXISTS (SELECT 1 FROM orders_refund WHERE order_id = o.id),
	EXISTS (SELECT 1 FROM orders_adjustment WHERE order_id = o.id)`

func (s *Service) find(ctx context.Context, st *tenant.Store, where string, arg any) (*Order, error) {
	var o *Order
	err := st.View(ctx, func(view *tenant.Store) error {
		var has hangs
		err := view.One(ctx, func(row database.Row) (err error) {
			o, err = scanOrder(row, &has.fulfilments, &has.payments, &has.promises, &has.refunds, &has.adjustments)
			return err
		}, "SELECT "+orderColumns+", "+hangColumns+" FROM orders_order o WHERE "+where, arg)
		if database.NotFound(err) {
			return errNoOrder()
		}
		if err != nil {
			return fmt.Errorf("find an order: %w", err)
		}
		return s.fill(ctx, view, o, has)
	})
	return o, err
}

// fill reads what hangs on the order.
func (s *Service) fill(ctx context.Context, st *tenant.Store, o *Order, has hangs) error {
	err := st.Each(ctx, func(row database.Row) error {
		var gift database.JSON
		l := Line{UnitPrice: money.Zero(o.Currency), Total: money.Zero(o.Currency), Discount: money.Zero(o.Currency)}
		err := row.Scan(&l.ID, &l.VariantID, &l.ProductID, &l.Title, &l.VariantTitle, &l.SKU, &l.Slug, &l.Picture, &l.Quantity, &l.Fulfilled, &l.UnitPrice.Minor, &l.Total.Minor, &l.RequiresShipping,
			&l.Discount.Minor, &l.TaxClass, &l.Tax.Category, &l.Tax.Rate, &l.Tax.Amount, &l.Digital, &l.Refunded, &l.Removed, &gift)
		if err == nil && len(gift) > 0 {
			err = gift.Decode(&l.Gift)
		}
		o.Lines = append(o.Lines, l)
		return err
	}, `SELECT id, variant_id, product_id, title, variant_title, sku, slug, picture, quantity, fulfilled, unit_price, total, requires_shipping,
			discount, tax_class, tax_category, tax_rate, tax, digital, refunded, removed, gift
		FROM orders_line WHERE order_id = ? ORDER BY position`, o.ID)
	if err != nil {
		return fmt.Errorf("read the lines of order %d: %w", o.Number, err)
	}
	for _, part := range []struct {
		name string
		has  bool
		read func() error
	}{
		{"fulfilments", has.fulfilments, func() error { o.Fulfilments, err = fulfilments(ctx, st, o.ID); return err }},
		{"payments", has.payments, func() error { o.Payments, err = payments(ctx, st, o); return err }},
		{"authorisations", has.promises, func() error { o.Promises, err = authorisations(ctx, st, o); return err }},
		{"refunds", has.refunds, func() error { o.Refunds, err = refunds(ctx, st, o); return err }},
		{"taxes", true, func() error { return taxes(ctx, st, o) }},
		{"adjustments", has.adjustments, func() error { return adjustments(ctx, st, o) }},
	} {
		if !part.has {
			continue
		}
		if err := part.read(); err != nil {
			return fmt.Errorf("read the %s of order %d: %w", part.name, o.Number, err)
		}
	}
	return nil
}

// save writes what use cases change of an order and its lines.
func save(ctx context.Context, tx *tenant.Store, o *Order) error {
	shipping, err := database.JSONOf(o.Shipping)
	if err != nil {
		return err
	}
	var given any
	if o.ShippingGiven != nil {
		if given, err = database.JSONOf(o.ShippingGiven); err != nil {
			return err
		}
	}
	_, err = tx.ExecContext(ctx, `UPDATE orders_order SET shipping_address = ?, name = ?, paid_total = ?, refunded_total = ?, payment_state = ?, fulfilment_state = ?,
		staff_note = ?, cancelled_at = ?, cancel_reason = ?, closed_at = ?, authorised_total = ?, credited_total = ?, shipping_given = ?,
		stock_state = ?, reserve_until = ?, auto_cancelled = ? WHERE id = ?`,
		shipping, o.Name, o.PaidTotal.Minor, o.RefundedTotal.Minor, o.PaymentState, o.FulfilmentState, o.StaffNote, o.CancelledAt, o.CancelReason, o.ClosedAt,
		o.AuthorisedTotal.Minor, o.CreditedTotal.Minor, given, o.StockState, o.ReserveUntil, o.AutoCancelled, o.ID)
	if err != nil {
		return fmt.Errorf("save order %d: %w", o.Number, err)
	}
	for _, l := range o.Lines {
		if _, err := tx.ExecContext(ctx, "UPDATE orders_line SET fulfilled = ?1, refunded = ?2, removed = ?3 WHERE id = ?4 AND (fulfilled <> ?1 OR refunded <> ?2 OR removed <> ?3)",
			l.Fulfilled, l.Refunded, l.Removed, l.ID); err != nil {
			return fmt.Errorf("save a line of order %d: %w", o.Number, err)
		}
	}
	return nil
}
