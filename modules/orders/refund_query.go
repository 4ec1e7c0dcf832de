package orders

import (
	"context"
	"fmt"

	"wizamart/framework/database"
	"wizamart/framework/money"
	"wizamart/framework/problem"
	"wizamart/tenant"
)

// refundedBefore is the refund that an ExternalID gave, or "".
func refundedBefore(ctx context.Context, tx *tenant.Store, orderID, externalID string) (id string, err error) {
	if externalID == "" {
		return "", nil
	}
	owner := ""
	err = tx.One(ctx, func(row database.Row) error { return row.Scan(&id, &owner) }, "SELECT id, order_id FROM orders_refund WHERE external_id = ?", externalID)
	switch {
	case database.NotFound(err):
		return "", nil
	case err != nil:
		return "", fmt.Errorf("look for a refund made before: %w", err)
	case owner != orderID:
		return "", problem.On("external_id", "A refund of another order has this external id.")
	}
	return id, nil
}

func insertRefund(ctx context.Context, tx *tenant.Store, o *Order, r Refund) error {
	var external any
	if r.ExternalID != "" {
		external = r.ExternalID
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO orders_refund (id, order_id, external_id, amount, goods, shipping, fee, ad_hoc, less, reason, actor, created_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		r.ID, o.ID, external, r.Amount.Minor, r.Goods.Minor, r.Shipping.Minor, r.Fee.Minor, r.AdHoc.Minor, r.Less.Minor, r.Reason, r.Actor, r.CreatedAt)
	if err != nil {
		return fmt.Errorf("insert a refund of order %d: %w", o.Number, err)
	}
	for _, l := range r.Lines {
		_, err := tx.ExecContext(ctx, "INSERT INTO orders_refund_line (refund_id, line_id, quantity, amount, tax, restocked) VALUES (?, ?, ?, ?, ?, ?)",
			r.ID, l.LineID, l.Quantity, l.Amount.Minor, l.Tax.Minor, l.Restocked)
		if err != nil {
			return fmt.Errorf("insert a line of a refund of order %d: %w", o.Number, err)
		}
	}
	for _, t := range r.Taxes {
		_, err := tx.ExecContext(ctx, "INSERT INTO orders_refund_tax (refund_id, position, base, tax, gross, rounding) VALUES (?, ?, ?, ?, ?, ?)",
			r.ID, t.Position, t.Base, t.Tax, t.Gross, t.Rounding)
		if err != nil {
			return fmt.Errorf("insert the tax of a refund of order %d: %w", o.Number, err)
		}
	}
	return nil
}

func insertRepayment(ctx context.Context, tx *tenant.Store, o *Order, x Repayment) error {
	_, err := tx.ExecContext(ctx, "INSERT INTO orders_repayment (id, refund_id, order_id, payment_id, amount, state, reference, created_at, ended_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
		x.ID, x.RefundID, o.ID, x.PaymentID, x.Amount.Minor, x.State, x.Reference, x.CreatedAt, x.EndedAt)
	if err != nil {
		return fmt.Errorf("insert a repayment of order %d: %w", o.Number, err)
	}
	return nil
}

// refunds of an order with all that hangs on them, newest last.
func refunds(ctx context.Context, st *tenant.Store, o *Order) ([]Refund, error) {
	var out []Refund
	zero := money.Zero(o.Currency)
	err := st.Each(ctx, func(row database.Row) error {
		r := Refund{Amount: zero, Goods: zero, Shipping: zero, Fee: zero, AdHoc: zero, Less: zero}
		err := row.Scan(&r.ID, &r.ExternalID, &r.Amount.Minor, &r.Goods.Minor, &r.Shipping.Minor, &r.Fee.Minor, &r.AdHoc.Minor, &r.Less.Minor, &r.Reason, &r.Actor, &r.CreatedAt)
		out = append(out, r)
		return err
	}, "SELECT id, coalesce(external_id, ''), amount, goods, shipping, fee, ad_hoc, less, reason, actor, created_at FROM orders_refund WHERE order_id = ? ORDER BY id", o.ID)
	if err != nil || len(out) == 0 {
		return nil, err
	}
	at := map[string]*Refund{}
	for i := range out {
		at[out[i].ID] = &out[i]
	}
	var id string
	err = st.Each(ctx, func(row database.Row) error {
		l := RefundedLine{Amount: zero, Tax: zero}
		err := row.Scan(&id, &l.LineID, &l.Quantity, &l.Amount.Minor, &l.Tax.Minor, &l.Restocked)
		at[id].Lines = append(at[id].Lines, l)
		return err
	}, `SELECT l.refund_id, l.line_id, l.quantity, l.amount, l.tax, l.restocked FROM orders_refund_line l
		JOIN orders_refund r ON r.id = l.refund_id JOIN orders_line o ON o.id = l.line_id WHERE r.order_id = ? ORDER BY o.position`, o.ID)
	if err != nil {
		return nil, err
	}
	err = st.Each(ctx, func(row database.Row) error {
		var t RefundedTax
		err := row.Scan(&id, &t.Position, &t.Category, &t.Rate, &t.Base, &t.Tax, &t.Gross, &t.Rounding)
		at[id].Taxes = append(at[id].Taxes, t)
		return err
	}, `SELECT t.refund_id, t.position, x.category, x.rate, t.base, t.tax, t.gross, t.rounding FROM orders_refund_tax t
		JOIN orders_refund r ON r.id = t.refund_id JOIN orders_tax x ON x.order_id = r.order_id AND x.position = t.position WHERE r.order_id = ? ORDER BY t.position`, o.ID)
	if err != nil {
		return nil, err
	}
	return out, st.Each(ctx, func(row database.Row) error {
		x := Repayment{Amount: zero}
		err := row.Scan(&x.ID, &x.RefundID, &x.PaymentID, &x.Method, &x.Provider, &x.Amount.Minor, &x.State, &x.Reference, &x.Reason, &x.CreatedAt, &x.EndedAt)
		at[x.RefundID].Repayments = append(at[x.RefundID].Repayments, x)
		return err
	}, `SELECT r.id, r.refund_id, r.payment_id, p.method, p.provider, r.amount, r.state, r.reference, r.reason, r.created_at, r.ended_at
		FROM orders_repayment r JOIN orders_payment p ON p.id = r.payment_id WHERE r.order_id = ? ORDER BY r.id`, o.ID)
}
