package orders

import (
	"context"
	"fmt"
	"time"

	"wizamart/framework/database"
	"wizamart/framework/money"
	"wizamart/framework/problem"
	"wizamart/modules/inventory/inventorytype"
	"wizamart/modules/orders/ordertype"
	"wizamart/tenant"
)

// goods are the pieces of an order that the stock has to give, by variant.
func (o *Order) goods(count func(Line) int) []inventorytype.Line {
	var out []inventorytype.Line
	at := map[string]int{}
	for _, l := range o.Lines {
		n := count(l)
		if n == 0 {
			continue
		}
		i, ok := at[l.VariantID]
		if !ok {
			i = len(out)
			at[l.VariantID] = i
			out = append(out, inventorytype.Line{VariantID: l.VariantID})
		}
		out[i].Quantity += n
	}
	return out
}

// unsent is what was taken from the stock and has not left.
func (o *Order) unsent() []inventorytype.Line { return o.goods(Line.Left) }

// reserve keeps the stock for a new order. One that needs no money takes it at once.
func (s *Service) reserve(ctx context.Context, tx *tenant.Store, o *Order) error {
	if o.StockState != StockReserved {
		return nil
	}
	if err := s.releaseHolder(ctx, tx, o.Holder); err != nil {
		return err
	}
	if o.PaymentState == Paid {
		o.StockState, o.ReserveUntil = StockTaken, database.Time{}
		return s.stock.Commit(ctx, tx, o.ID, o.unsent())
	}
	if err := s.stock.Reserve(ctx, tx, o.ID, o.unsent(), o.ReserveUntil.Time); err != nil {
		return err
	}
	return s.expireAt(tx, o)
}

// releaseHolder gives up what earlier orders of the same cart have reserved and nobody paid: a shopper who tries again is not
// blocked by themselves. Those orders stay open until their time has come; a payment that still succeeds takes what is left.
func (s *Service) releaseHolder(ctx context.Context, tx *tenant.Store, holder string) error {
	if holder == "" {
		return nil
	}
	var ids []string
	err := tx.Each(ctx, func(row database.Row) error {
		var id string
		err := row.Scan(&id)
		ids = append(ids, id)
		return err
	}, "SELECT id FROM orders_order WHERE holder = ? AND stock_state = 'reserved' AND holder <> ''", holder)
	if err != nil {
		return fmt.Errorf("look for what a cart has reserved: %w", err)
	}
	for _, id := range ids {
		if err := s.stock.Release(ctx, tx, id); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, "UPDATE orders_order SET stock_state = 'released' WHERE id = ?", id); err != nil {
			return fmt.Errorf("release what a cart has reserved: %w", err)
		}
	}
	return nil
}

// Reserve keeps the stock of an unpaid order again, for another try to pay it: a Conflict, as the stock gives it, when it is
// short, or when the order is not to be paid any more.
func (s *Service) Reserve(ctx context.Context, tx *tenant.Store, orderID string, until time.Time) error {
	return s.change(ctx, tx, orderID, "reserved", (*Order).CanPay, func(tx *tenant.Store, o *Order, _ database.Time) error {
		if o.StockState == StockTaken || o.StockState == StockBackordered {
			return nil
		}
		if err := s.stock.Reserve(ctx, tx, o.ID, o.unsent(), until); err != nil {
			return err
		}
		o.StockState, o.ReserveUntil = StockReserved, database.At(until)
		return s.expireAt(tx, o)
	})
}

// lateSetting says what becomes of an order that is paid when its goods are gone.
const (
	lateSetting   = "orders.late_payment"
	lateRefund    = "refund"
	lateBackorder = "backorder"
)

// sell takes the goods of an order that has been paid or promised to be. OutOfStock has changed nothing. With force what is not there is
// delivered later, whatever the setting says.
func (s *Service) sell(ctx context.Context, tx *tenant.Store, o *Order, force bool) (ordertype.Outcome, error) {
	switch o.StockState {
	case StockBackordered:
		return ordertype.Backordered, nil
	case StockTaken:
		return ordertype.Accepted, nil
	}
	goods, outcome := o.unsent(), ordertype.Accepted
	err := s.stock.Commit(ctx, tx, o.ID, goods)
	if problem.Is(err, problem.Conflict) {
		if v, _ := tx.Settings().Get(lateSetting); v != lateBackorder && !force {
			return ordertype.OutOfStock, nil
		}
		outcome, err = ordertype.Backordered, s.stock.Backorder(ctx, tx, o.ID, goods)
	}
	if err != nil {
		return "", fmt.Errorf("take the goods of order %d: %w", o.Number, err)
	}
	o.StockState, o.ReserveUntil = StockTaken, database.Time{}
	if outcome == ordertype.Backordered {
		o.StockState = StockBackordered
	}
	return outcome, nil
}

// sold tells whether the goods are out of the stock's count.
func (o *Order) sold() bool { return o.StockState == StockTaken || o.StockState == StockBackordered }

// payWithGiftCards books what gift cards pay: they are a means of payment and do not lower the total.
func (o *Order) payWithGiftCards(now database.Time) error {
	for i, a := range o.Adjustments {
		if a.Kind != ordertype.GiftCard || a.Amount.IsZero() {
			continue
		}
		o.Payments = append(o.Payments, Payment{
			ID: database.NewID(), ExternalID: fmt.Sprintf("gift_card:%s:%d", o.ID, i), Method: ordertype.GiftCard, Provider: ordertype.GiftCard, Amount: a.Amount,
			Repaid: money.Zero(o.Currency), Reference: a.Code, ReceivedAt: now,
		})
		o.PaidTotal.Minor += a.Amount.Minor
	}
	if o.PaidTotal.Minor > o.Total.Minor {
		return fmt.Errorf("place an order: gift cards pay %s of %s", o.PaidTotal, o.Total)
	}
	return nil
}
