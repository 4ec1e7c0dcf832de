package checkout

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"

	"wizamart/framework/money"
	"wizamart/modules/cart/carttype"
	"wizamart/modules/orders/ordertype"
	"wizamart/tenant"
)

// Quote is a session at today's prices and stock: exactly what an order placed now would be.
type Quote struct {
	Lines         []carttype.Line // of which at least one piece can be had
	Notices       []carttype.Notice
	Subtotal      money.Amount
	NeedsShipping bool
	Countries     []Country       // that goods go to; all, when nothing has to be sent
	Offers        []Offer         // ways to the session's country
	Method        *ShippingMethod // the chosen one; nil when there is none, or it is no longer offered
	Shipping      money.Amount    // what it costs
	Options       []PaymentOption // ways to pay
	Payment       *PaymentOption  // the chosen one; nil when there is none, or it is no longer offered
	Total         money.Amount    // what is to be paid
	to, bill      ordertype.Address
	email         string
}

// Offer is a shipping method with its price for this order.
type Offer struct {
	ShippingMethod
	Cost money.Amount
}

// Quote reads everything anew, on st's state: in a transaction that is the state that will be committed.
func (s *Service) Quote(ctx context.Context, st *tenant.Store, sess Session) (Quote, error) {
	ids := make([]string, len(sess.Lines))
	for i, l := range sess.Lines {
		ids[i] = l.VariantID
	}
	sold, err := s.Catalog.Sellables(ctx, st, ids)
	if err != nil {
		return Quote{}, err
	}
	levels, err := s.Stock.Levels(ctx, st, ids)
	if err != nil {
		return Quote{}, err
	}
	cart, err := carttype.Weigh(st.Currency(), sess.Lines, sold, levels)
	if err != nil {
		return Quote{}, err
	}
	ways, err := methods(ctx, st)
	if err != nil {
		return Quote{}, err
	}
	q := Quote{Lines: cart.Buyable(), Notices: cart.Notices, Subtotal: cart.Subtotal, Shipping: money.Zero(st.Currency()), to: sess.Shipping, bill: sess.BillTo(), email: sess.Email}
	for _, l := range q.Lines {
		q.NeedsShipping = q.NeedsShipping || l.RequiresShipping
	}
	q.deliver(sess, ways)
	q.pay(sess, PaymentOf(st))
	return q, q.sum()
}

func (q *Quote) deliver(sess Session, ways []ShippingMethod) {
	if !q.NeedsShipping {
		q.Countries = Countries
		return
	}
	q.Countries = reach(ways)
	for _, m := range ways {
		if !m.Active || !m.Reaches(sess.Shipping.Country) {
			continue
		}
		o := Offer{m, m.Cost(q.Subtotal)}
		q.Offers = append(q.Offers, o)
		if m.ID == sess.ShippingMethodID {
			q.Method, q.Shipping = &m, o.Cost
			q.priced(m.Name, sess.ShippingSeen, o.Cost)
		}
	}
}

func (q *Quote) pay(sess Session, p Payment) {
	pickup := q.Method != nil && q.Method.Pickup
	q.Options = p.options(q.Subtotal.Currency, pickup)
	if q.Payment = p.option(sess.PaymentMethod, q.Subtotal.Currency, pickup); q.Payment != nil {
		q.priced(q.Payment.Label, sess.FeeSeen, q.Payment.Fee)
	}
}

// priced notices a price that is not the one that the shopper chose by.
func (q *Quote) priced(title string, seen *int64, now money.Amount) {
	if seen != nil && *seen != now.Minor {
		q.Notices = append(q.Notices, carttype.Notice{Kind: carttype.PriceChanged, Title: title, Was: money.New(*seen, now.Currency), Now: now})
	}
}

func (q *Quote) sum() (err error) {
	q.Total, err = money.Sum(q.Subtotal, q.Shipping, q.fee())
	return err
}

func (q Quote) fee() money.Amount {
	if q.Payment == nil {
		return money.Zero(q.Subtotal.Currency)
	}
	return q.Payment.Fee
}

// Count is the number of pieces.
func (q Quote) Count() int {
	n := 0
	for _, l := range q.Lines {
		n += l.Quantity
	}
	return n
}

// Seal identifies what the shopper was shown: goods, prices, ways and addresses. An order is placed only when
// the quote at that moment has the same seal.
func (q Quote) Seal() string {
	type line struct {
		ID       string
		Quantity int
		Price    int64
	}
	shown := struct {
		Lines         []line
		Method, Pay   string
		Shipping, Fee int64
		Total         money.Amount
		To, Bill      ordertype.Address
		Email         string
	}{Shipping: q.Shipping.Minor, Fee: q.fee().Minor, Total: q.Total, To: q.to, Bill: q.bill, Email: q.email}
	for _, l := range q.Lines {
		shown.Lines = append(shown.Lines, line{l.VariantID, l.Quantity, l.Price.Minor})
	}
	if q.Method != nil {
		shown.Method = q.Method.ID
	}
	if q.Payment != nil {
		shown.Pay = q.Payment.ID
	}
	data, err := json.Marshal(shown)
	if err != nil {
		panic(err) // plain strings and numbers
	}
	sum := sha256.Sum256(data)
	return base64.RawURLEncoding.EncodeToString(sum[:16])
}
