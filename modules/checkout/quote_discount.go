package checkout

import (
	"context"
	"strings"
	"time"

	"wizamart/framework/database"
	"wizamart/framework/event"
	"wizamart/framework/money"
	"wizamart/modules/checkout/promotion"
	"wizamart/modules/orders/ordertype"
	"wizamart/tenant"
)

// discounts works out which discounts the session gets, and takes them off the lines and the delivery. In a transaction the counts of
// what was used are those that will be committed.
func (s *Service) discounts(ctx context.Context, st *tenant.Store, sess Session, set *content, q *Quote) (err error) {
	list, codes := set.automatic, sess.discountCodes()
	if len(codes) > 0 {
		list, err = offers(ctx, st, codes)
	}
	if err != nil || len(list)+len(codes) == 0 {
		return err
	}
	found, byID := map[string]bool{}, map[string]int{}
	var all []promotion.Promotion
	customer := ""
	for _, o := range list {
		found[o.by] = true
		if o.by != "" && byID[o.ID] > 0 { // two codes of one discount are one discount; one that is spent gives way
			if p := &all[byID[o.ID]-1]; p.Spent && !o.spent {
				p.Code, p.Spent = o.by, false
			}
			continue
		}
		p := o.promotion()
		p.Code, p.Spent = o.by, o.spent
		if p.Limit > 0 || p.PerCustomer > 0 {
			if p.PerCustomer > 0 && customer == "" {
				if customer, err = s.keyed(ctx, st, "customer", strings.ToLower(sess.Email)); err != nil {
					return err
				}
			}
			if p.Used, p.UsedBy, err = uses(ctx, st, o.ID, customer, sess.CustomerID); err != nil {
				return err
			}
		}
		all = append(all, p)
		byID[o.ID] = len(all)
	}
	cart := promotion.Cart{Ships: q.NeedsShipping, Shipping: q.Shipping.Minor, Now: time.Now()}
	if cart.Lines, err = s.promotionLines(ctx, st, q, all); err != nil {
		return err
	}
	r := promotion.Apply(cart, all)
	for _, c := range codes {
		if !found[c] {
			q.Refused = append(q.Refused, promotion.Refusal{Code: c, Reason: promotion.Unknown})
		}
	}
	q.Refused, q.Applied = append(q.Refused, r.Refused...), r.Applied
	for i, off := range r.Lines {
		q.Lines[i].Discount.Minor = off
	}
	q.ShippingDiscount.Minor = r.Shipping
	for _, a := range r.Applied {
		if total := a.Total(); total > 0 {
			q.Adjustments = append(q.Adjustments, ordertype.Adjustment{Kind: ordertype.Discount, Source: a.ID, Code: a.Code, Title: a.Title, Amount: money.New(total, q.Subtotal.Currency)})
		}
	}
	return nil
}

func (s *Service) promotionLines(ctx context.Context, st *tenant.Store, q *Quote, all []promotion.Promotion) ([]promotion.Line, error) {
	var in map[string][]string
	for _, p := range all {
		if p.Scope != promotion.Categories || in != nil {
			continue
		}
		ids := make([]string, len(q.Lines))
		for i, l := range q.Lines {
			ids[i] = l.ProductID
		}
		var err error
		if in, err = s.Catalog.CategoriesOf(ctx, st, ids); err != nil {
			return nil, err
		}
	}
	out := make([]promotion.Line, len(q.Lines))
	for i, l := range q.Lines {
		out[i] = promotion.Line{ProductID: l.ProductID, Categories: in[l.ProductID], Quantity: l.Quantity, Total: l.Total.Minor}
	}
	return out, nil
}

// use counts the discounts that an order has, in its transaction. The quote was made in the same one, so that no limit is passed.
func (s *Service) use(ctx context.Context, tx *tenant.Store, sess Session, q Quote, orderID string) error {
	for _, a := range q.Applied {
		if a.Total() == 0 {
			continue
		}
		customer, err := s.keyed(ctx, tx, "customer", strings.ToLower(sess.Email))
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, "INSERT INTO checkout_promotion_use (id, promotion_id, order_id, code, customer, account, amount, used_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
			database.NewID(), a.ID, orderID, a.Code, customer, sess.CustomerID, a.Total(), database.Now())
		if err != nil {
			return err
		}
	}
	return nil
}

// releaseUses gives back the uses of an order that was cancelled before it was paid. Another call does nothing.
func releaseUses(ctx context.Context, tx *tenant.Store, orderID string, at database.Time) error {
	_, err := tx.ExecContext(ctx, "UPDATE checkout_promotion_use SET released_at = ? WHERE order_id = ? AND released_at IS NULL", at, orderID)
	return err
}

// orderCancelled gives the uses back of an order for which nobody paid.
func (s *Service) orderCancelled(ctx context.Context, tx *tenant.Store, _ event.Event, e event.OrderCancelled) error {
	unpaid, err := s.Orders.Unpaid(ctx, tx, e.OrderID)
	if err != nil || !unpaid {
		return err
	}
	return releaseUses(ctx, tx, e.OrderID, e.CancelledAt)
}

func inCurrency(st *tenant.Store, minor int64) string {
	return money.New(minor, st.Currency()).Format(st.Info().Locale)
}
