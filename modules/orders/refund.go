package orders

import (
	"context"
	"strings"
	"unicode/utf8"

	"wizamart/framework/audit"
	"wizamart/framework/database"
	"wizamart/framework/money"
	"wizamart/framework/problem"
	"wizamart/modules/orders/ordertype"
	"wizamart/tenant"
)

// Refund is money that is given back for an order: for goods, the delivery, the fee, or as a gesture, less what is kept back.
// Amount = Goods + Shipping + Fee + AdHoc − Less.
type Refund struct {
	ID         string
	ExternalID string // of a program: the same one twice is one refund
	Amount     money.Amount
	Goods      money.Amount
	Shipping   money.Amount
	Fee        money.Amount
	AdHoc      money.Amount
	Less       money.Amount
	Reason     string
	Actor      string
	CreatedAt  database.Time
	Lines      []RefundedLine
	Taxes      []RefundedTax
	Repayments []Repayment
}

// RefundedLine is how many pieces of an order's line were paid back.
type RefundedLine struct {
	LineID    string
	Quantity  int
	Amount    money.Amount // with its tax
	Tax       money.Amount // in it
	Restocked bool
}

// RefundedTax is a refund's tax at one category and rate of its order: Base + Tax + Rounding = Gross, in minor units. Of all refunds of an
// order together, each is at most what the order has.
type RefundedTax struct {
	Position                   int // in the order's Taxes
	Category                   string
	Rate                       money.Rate
	Base, Tax, Gross, Rounding int64
}

// RefundLine is how many pieces of an order's line are to be paid back. Those that have not been sent come first: they will not be.
type RefundLine struct {
	LineID   string
	Quantity int
	Restock  bool // they go back to the stock
}

// RefundInput is what is to be given back. Amounts contain their tax; an amount without a currency is nothing.
type RefundInput struct {
	Lines      []RefundLine
	Shipping   money.Amount
	Fee        money.Amount
	AdHoc      money.Amount
	Less       money.Amount // kept back, such as the cost of a return
	Reason     string
	ExternalID string
}

// Refund gives money back to where it came from: to cards and the like first, then to gift cards, then by hand. It returns the refund's
// id. The same ExternalID twice is one refund. Errors: Conflict when nothing can be given back, Invalid with what does not fit.
func (s *Service) Refund(ctx context.Context, st *tenant.Store, orderID string, in RefundInput) (id string, err error) {
	in.Reason = strings.TrimSpace(in.Reason)
	if utf8.RuneCountInString(in.Reason) > 500 {
		return "", problem.On("reason", "Use at most %d characters.", 500)
	}
	err = st.Write(ctx, func(tx *tenant.Store) error {
		if id, err = refundedBefore(ctx, tx, orderID, in.ExternalID); id != "" || err != nil {
			return err
		}
		return s.change(ctx, tx, orderID, "refunded", (*Order).CanRefund, func(tx *tenant.Store, o *Order, now database.Time) error {
			r, err := o.PlanRefund(in, tx.Info().Locale)
			if err != nil {
				return err
			}
			r.ID, r.CreatedAt, r.Actor = database.NewID(), now, audit.ActorFrom(ctx).Name
			id = r.ID
			if err := s.takeBack(ctx, tx, o, &r); err != nil {
				return err
			}
			s.givenBack(ctx, o, r)
			if err := insertRefund(ctx, tx, o, r); err != nil {
				return err
			}
			o.CreditedTotal.Minor += r.Amount.Minor
			o.Refunds = append(o.Refunds, r)
			if err := s.repay(ctx, tx, o, &r, now); err != nil {
				return err
			}
			s.tell(ctx, o, ordertype.NoticeRefund, r.Amount, r.ID)
			return note(ctx, tx, o, eventRefunded, in.Reason, eventArgs{Amount: r.Amount, Quantity: r.Quantity()}, now)
		})
	})
	return id, err
}

// Quantity is how many pieces were paid back.
func (r Refund) Quantity() int {
	n := 0
	for _, l := range r.Lines {
		n += l.Quantity
	}
	return n
}

// takeBack notes which pieces are paid back, and returns those to the stock that are to go there. What a cancellation has
// dealt with is not returned a second time.
func (s *Service) takeBack(ctx context.Context, tx *tenant.Store, o *Order, r *Refund) error {
	type back struct{ unsent, sent int }
	restock := map[string]back{}
	for i := range r.Lines {
		asked := &r.Lines[i]
		l := o.line(asked.LineID)
		unsent := min(asked.Quantity, l.Left())
		l.Refunded += asked.Quantity
		l.Removed += unsent
		b := back{unsent, asked.Quantity - unsent}
		if o.Cancelled() || !o.sold() {
			b.unsent = 0
		}
		if asked.Restocked = asked.Restocked && b.unsent+b.sent > 0; asked.Restocked {
			restock[l.ID] = b
		}
	}
	if goods := o.goods(func(l Line) int { return restock[l.ID].unsent }); len(goods) > 0 {
		if err := s.stock.Return(ctx, tx, o.ID, goods, "cancel"); err != nil {
			return err
		}
	}
	if goods := o.goods(func(l Line) int { return restock[l.ID].sent }); len(goods) > 0 {
		return s.stock.Return(ctx, tx, o.ID, goods, "return")
	}
	return nil
}

// everything is a refund of all that can be given back for what has not been sent: the delivery and the fee with it. What was never paid, or
// was given back as a gesture before, is kept back.
func (o *Order) everything(reason string) RefundInput {
	in := RefundInput{Reason: reason, Shipping: o.ShippingLeft(), Fee: o.FeeLeft()}
	if o.FulfilmentState != Unfulfilled {
		in.Shipping, in.Fee = money.Zero(o.Currency), money.Zero(o.Currency)
	}
	sum := in.Shipping.Minor + in.Fee.Minor
	for _, l := range o.Lines {
		if n := min(l.Left(), l.Quantity-l.Refunded); n > 0 {
			in.Lines = append(in.Lines, RefundLine{LineID: l.ID, Quantity: n})
			amount, _ := o.share(l, n)
			sum += amount
		}
	}
	left := o.Refundable().Minor
	switch {
	case sum > left:
		in.Less = money.New(sum-left, o.Currency)
	case o.FulfilmentState == Unfulfilled:
		in.AdHoc = money.New(left-sum, o.Currency)
	}
	return in
}
