package orders

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"wizamart/framework/database"
	"wizamart/framework/money"
	"wizamart/modules/orders/ordertype"
	"wizamart/tenant"
)

var insertOrderSQL = "INSERT INTO orders_order (" + orderColumns + ") VALUES (?" + strings.Repeat(", ?", strings.Count(orderColumns, ",")) + ")"

// insertOrder writes a new order with its lines, taxes, adjustments, and what gift cards paid.
func insertOrder(ctx context.Context, tx *tenant.Store, o *Order) error {
	var docs [4]database.JSON
	for i, v := range []any{o.Shipping, o.Billing, notNil(o.ShippingTax), notNil(o.FeeTax)} {
		var err error
		if docs[i], err = database.JSONOf(v); err != nil {
			return err
		}
	}
	_, err := tx.ExecContext(ctx, insertOrderSQL,
		o.ID, o.Number, o.Token, o.ExternalID, o.Channel, o.CustomerID, o.AccountID, o.Email, o.Name, o.Locale, o.Currency,
		docs[0], docs[1], o.ShippingMethod, o.PaymentMethod, o.PaymentLabel, o.Quantity,
		o.Subtotal.Minor, o.ShippingTotal.Minor, o.FeeTotal.Minor, o.DiscountTotal.Minor, o.TaxTotal.Minor, o.Total.Minor, o.PaidTotal.Minor, o.RefundedTotal.Minor,
		o.PaymentState, o.FulfilmentState, o.Note, o.StaffNote, o.PlacedAt, o.CancelledAt, o.CancelReason, o.ClosedAt,
		o.AuthorisedTotal.Minor, o.CreditedTotal.Minor, o.ShippingDiscount.Minor, o.PricesIncludeTax, docs[2], docs[3], o.BuyerVATID, o.VATConsultation, o.VATCheckedAt,
		o.TermsAt, o.TermsHash, o.Seller, nil, o.Holder, o.StockState, o.ReserveUntil, o.AutoCancel, o.AutoCancelled, o.Estimate, o.WaivedAt, o.Waiver)
	if err != nil {
		return fmt.Errorf("insert order %d: %w", o.Number, err)
	}
	for i, l := range o.Lines {
		var gift any
		if l.Gift != nil {
			if gift, err = database.JSONOf(l.Gift); err != nil {
				return err
			}
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO orders_line (id, order_id, position, variant_id, product_id, title, variant_title, sku, slug, picture, quantity, unit_price, total, requires_shipping,
				discount, tax_class, tax_category, tax_rate, tax, digital, gift)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			l.ID, o.ID, i, l.VariantID, l.ProductID, l.Title, l.VariantTitle, l.SKU, l.Slug, l.Picture, l.Quantity, l.UnitPrice.Minor, l.Total.Minor, l.RequiresShipping,
			l.Discount.Minor, l.TaxClass, l.Tax.Category, int64(l.Tax.Rate), l.Tax.Amount, l.Digital, gift)
		if err != nil {
			return fmt.Errorf("insert a line of order %d: %w", o.Number, err)
		}
	}
	for i, t := range o.Taxes {
		_, err := tx.ExecContext(ctx, "INSERT INTO orders_tax (order_id, position, category, rate, base, tax, gross, rounding, note) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
			o.ID, i, t.Category, int64(t.Rate), t.Base, t.Tax, t.Gross, t.Rounding, t.Note)
		if err != nil {
			return fmt.Errorf("insert the tax of order %d: %w", o.Number, err)
		}
	}
	for i, a := range o.Adjustments {
		_, err := tx.ExecContext(ctx, "INSERT INTO orders_adjustment (order_id, position, kind, source, code, title, amount) VALUES (?, ?, ?, ?, ?, ?, ?)",
			o.ID, i, a.Kind, a.Source, a.Code, a.Title, a.Amount.Minor)
		if err != nil {
			return fmt.Errorf("insert an adjustment of order %d: %w", o.Number, err)
		}
	}
	for _, p := range o.Payments {
		if err := insertPayment(ctx, tx, o, p); err != nil {
			return err
		}
	}
	return nil
}

func insertPayment(ctx context.Context, tx *tenant.Store, o *Order, p Payment) error {
	var external any
	if p.ExternalID != "" {
		external = p.ExternalID
	}
	_, err := tx.ExecContext(ctx, "INSERT INTO orders_payment (id, order_id, external_id, method, provider, amount, reference, actor, received_at, outcome) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		p.ID, o.ID, external, p.Method, p.Provider, p.Amount.Minor, p.Reference, p.Actor, p.ReceivedAt, cmp.Or(string(p.Outcome), string(ordertype.Accepted)))
	if err != nil {
		return fmt.Errorf("insert a payment of order %d: %w", o.Number, err)
	}
	return nil
}

func taxes(ctx context.Context, st *tenant.Store, o *Order) error {
	return st.Each(ctx, func(row database.Row) error {
		var t ordertype.Tax
		err := row.Scan(&t.Category, &t.Rate, &t.Base, &t.Tax, &t.Gross, &t.Rounding, &t.Note)
		o.Taxes = append(o.Taxes, t)
		return err
	}, "SELECT category, rate, base, tax, gross, rounding, note FROM orders_tax WHERE order_id = ? ORDER BY position", o.ID)
}

func adjustments(ctx context.Context, st *tenant.Store, o *Order) error {
	return st.Each(ctx, func(row database.Row) error {
		a := ordertype.Adjustment{Amount: money.Zero(o.Currency)}
		err := row.Scan(&a.Kind, &a.Source, &a.Code, &a.Title, &a.Amount.Minor)
		o.Adjustments = append(o.Adjustments, a)
		return err
	}, "SELECT kind, source, code, title, amount FROM orders_adjustment WHERE order_id = ? ORDER BY position", o.ID)
}

// notNil is a list that JSON writes as one, also when it is empty.
func notNil[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
