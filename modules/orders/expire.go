package orders

import (
	"context"
	"errors"
	"fmt"
	"time"

	"wizamart/framework/database"
	"wizamart/framework/job"
	"wizamart/framework/problem"
	"wizamart/modules/orders/ordertype"
	"wizamart/tenant"
)

const (
	expire = "orders.expire"
	// expireEvery is how finely automatic cancellations are spread: one job serves all orders whose time ends within it.
	expireEvery = time.Minute
)

// expireAt has a job cancel the order if nobody has paid it in time.
func (s *Service) expireAt(tx *tenant.Store, o *Order) error {
	if !o.AutoCancel {
		return nil
	}
	at := o.ReserveUntil.UTC().Truncate(expireEvery).Add(expireEvery)
	_, err := job.Enqueue(tx.DB, job.New{Kind: expire, RunAt: at, Key: at.Format(time.RFC3339)})
	return err
}

// onlyGiftCards tells whether everything that was paid, and not given back, came from gift cards.
func (o *Order) onlyGiftCards() bool {
	for _, p := range o.Payments {
		if p.Left().IsPositive() && p.Provider != ordertype.GiftCard {
			return false
		}
	}
	return true
}

func (s *Service) jobs() []job.Kind {
	return []job.Kind{{Name: expire, Always: true, Run: func(ctx context.Context, run *job.Run) error {
		_, err := s.Expire(ctx, run.Store)
		return err
	}}}
}

// Expire cancels the orders that nobody has paid in time, and says how many. One that cannot be cancelled does not keep the others from it.
func (s *Service) Expire(ctx context.Context, st *tenant.Store) (n int, err error) {
	var ids []string
	err = st.Each(ctx, func(row database.Row) error {
		var id string
		err := row.Scan(&id)
		ids = append(ids, id)
		return err
	}, "SELECT id FROM orders_order WHERE auto_cancel = 1 AND reserve_until IS NOT NULL AND reserve_until <= ? ORDER BY reserve_until", database.At(s.now()))
	if err != nil {
		return 0, fmt.Errorf("look for orders that were not paid: %w", err)
	}
	var failed []error
	for _, id := range ids {
		err := s.change(ctx, st, id, "expired", s.canExpire, func(tx *tenant.Store, o *Order, now database.Time) error { return s.expire(ctx, tx, o, now) })
		switch {
		case err == nil:
			n++
		case !problem.Is(err, problem.Conflict): // a conflict: it was paid, or ended, in the meantime
			failed = append(failed, err)
		}
	}
	return n, errors.Join(failed...)
}

// canExpire is nil for an order whose time to pay has passed.
func (s *Service) canExpire(o *Order) error {
	switch err := o.CanPay(); {
	case err != nil:
		return err
	case o.sold() || o.FulfilmentState != Unfulfilled || o.ReserveUntil.IsZero() || o.ReserveUntil.After(s.now()):
		return refuse("This order still has time.")
	}
	return nil
}

// expire cancels an order that was not paid. One of which a part was paid is left to the merchant, with its goods released; a gift card has its money back.
func (s *Service) expire(ctx context.Context, tx *tenant.Store, o *Order, now database.Time) error {
	if o.Refundable().IsPositive() && !o.onlyGiftCards() {
		o.StockState, o.ReserveUntil = StockReleased, database.Time{}
		return s.stock.Release(ctx, tx, o.ID)
	}
	o.AutoCancelled = true
	s.tell(ctx, o, ordertype.NoticeExpired, o.Outstanding(), "")
	return s.end(ctx, tx, o, Cancel{Reason: "payment"}, now)
}
