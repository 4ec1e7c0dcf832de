package checkout

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"slices"
	"time"

	"wizamart/framework/money"
	"wizamart/framework/timezone"
	"wizamart/modules/cart/carttype"
	"wizamart/modules/checkout/promotion"
	"wizamart/modules/orders/ordertype"
	"wizamart/tenant"
)

// Quote is a session at today's prices, stock and rates: exactly what an order placed now would be. It is made in steps, each in
// a file of its own: lines, delivery, discounts on both, payment, taxes, total, gift cards.
type Quote struct {
	Lines         []Item // of which at least one piece can be had
	Notices       []carttype.Notice
	Subtotal      money.Amount // of the lines, before discounts
	NeedsShipping bool
	Countries     []Country       // that goods go to; all, when nothing has to be sent
	Offers        []Offer         // ways to the session's country
	Method        *ShippingMethod // the chosen one; nil when there is none, or it is no longer offered
	Shipping      money.Amount    // what it costs, before discounts on it
	Options       []PaymentOption // ways to pay
	Payment       *PaymentOption  // the chosen one; nil when there is none, or it is no longer offered

	Adjustments      []ordertype.Adjustment // discounts, and what gift cards pay
	ShippingDiscount money.Amount
	Applied          []promotion.Applied // the discounts among the adjustments, and codes that wait for the delivery
	Refused          []promotion.Refusal // codes that take nothing off
	Cards            []CardPart          // the session's gift cards
	Pricing                              // taxes

	Total money.Amount // what the order costs
	Due   money.Amount // of it left to pay after gift cards

	to, bill ordertype.Address
	email    string
	vatID    string
	terms    string // hash of those that were shown
	gifts    map[string]ordertype.Gift

	listedShipping, listedFee int64 // before tax was taken out of them, minor units
}

// Item is a line of a quote.
type Item struct {
	carttype.Line
	Discount money.Amount      // of the whole line
	Tax      ordertype.LineTax // of the line after its discount
}

// Pricing is how a quote is taxed.
type Pricing struct {
	PricesIncludeTax bool
	Net              bool                // prices that include tax were turned to net, because this buyer is charged none
	Taxes            []ordertype.Tax     // by category and rate; none where the store charges no tax
	ShippingTax      []ordertype.LineTax // of the delivery after its discount
	FeeTax           []ordertype.LineTax
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
	set, err := s.contentOf(ctx, st)
	if err != nil {
		return Quote{}, err
	}
	q := Quote{Notices: cart.Notices, Subtotal: cart.Subtotal, Shipping: money.Zero(st.Currency()), ShippingDiscount: money.Zero(st.Currency()),
		Pricing: Pricing{PricesIncludeTax: true}, to: sess.Shipping, bill: sess.BillTo(), email: sess.Email, vatID: sess.VATID, terms: TermsOf(st).hash(), gifts: sess.Gifts}
	for _, l := range cart.Buyable() {
		q.Lines = append(q.Lines, Item{Line: l, Discount: money.Zero(st.Currency())})
		q.NeedsShipping = q.NeedsShipping || l.RequiresShipping
	}
	q.deliver(sess, set)
	if err := s.discounts(ctx, st, sess, set, &q); err != nil {
		return q, err
	}
	cards, err := s.cards(ctx, st, sess)
	if err != nil {
		return q, err
	}
	taxes, seller, day := TaxesOf(st), SellerOf(st).VATID, timezone.Date(time.Now(), timezone.Of(st))
	covered := q.free()
	if !covered && len(cards) > 0 {
		trial := q.clone() // what there is to pay before a payment's fee
		if err := trial.total(sess, taxes, seller, day); err != nil {
			return q, err
		}
		covered = q.payWithCards(trial.Total, cards)
	}
	if !covered {
		if err := s.pay(ctx, st, &q, sess); err != nil {
			return q, err
		}
	}
	if err := q.total(sess, taxes, seller, day); err != nil {
		return q, err
	}
	q.redeem(cards)
	return q, nil
}

// total taxes the quote and adds it up, once: taxes may turn its prices to net.
func (q *Quote) total(sess Session, taxes Taxes, sellerVATID string, day time.Time) error {
	if err := q.tax(sess, taxes, sellerVATID, day); err != nil {
		return err
	}
	return q.sum()
}

// clone is a quote that shares nothing that total changes.
func (q *Quote) clone() Quote {
	out := *q
	out.Lines, out.Offers, out.Options, out.Adjustments = slices.Clone(q.Lines), slices.Clone(q.Offers), slices.Clone(q.Options), slices.Clone(q.Adjustments)
	return out
}

func (q *Quote) deliver(sess Session, set *content) {
	if !q.NeedsShipping {
		q.Countries = Countries
		return
	}
	q.Countries = set.reach
	in := ""
	if z, _ := zoneOf(set.zones, sess.Shipping); z != nil {
		in = z.ID
	}
	grams := int64(0)
	for _, l := range q.Lines {
		if l.RequiresShipping {
			grams += l.WeightGrams * int64(l.Quantity)
		}
	}
	for _, m := range set.ways {
		if !m.Active || !m.goesTo(sess.Shipping.Country, in) {
			continue
		}
		o := Offer{m, m.Cost(q.Subtotal, grams)}
		q.Offers = append(q.Offers, o)
		if m.ID == sess.ShippingMethodID {
			q.Method, q.Shipping = &m, o.Cost
			q.priced(m.Name, sess.ShippingSeen, o.Cost)
		}
	}
}

// priced notices a price that is not the one that the shopper chose by.
func (q *Quote) priced(title string, seen *int64, now money.Amount) {
	if seen != nil && *seen != now.Minor {
		q.Notices = append(q.Notices, carttype.Notice{Kind: carttype.PriceChanged, Title: title, Was: money.New(*seen, now.Currency), Now: now})
	}
}

// sum adds up: total = subtotal − discounts + shipping + fee, and the tax where prices are without it.
func (q *Quote) sum() (err error) {
	if q.Total, err = money.Sum(q.Subtotal, q.Shipping, q.fee()); err != nil {
		return err
	}
	q.Total.Minor -= q.Discounts().Minor
	if !q.PricesIncludeTax {
		q.Total.Minor += q.TaxTotal().Minor
	}
	q.Due = q.Total
	return nil
}

// Discounts of the lines and the delivery together.
func (q Quote) Discounts() money.Amount {
	sum := money.Zero(q.Subtotal.Currency)
	for _, a := range q.Adjustments {
		if a.Kind == ordertype.Discount {
			sum.Minor += a.Amount.Minor
		}
	}
	return sum
}

// TaxTotal is all tax of the quote.
func (q Quote) TaxTotal() money.Amount {
	sum := money.Zero(q.Subtotal.Currency)
	for _, t := range q.Taxes {
		sum.Minor += t.Tax
	}
	return sum
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

// Seal identifies what the shopper was shown: goods, prices, ways, addresses and terms. An order is placed only when
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
		Total, Due    money.Amount
		Adjustments   []ordertype.Adjustment
		Taxes         []ordertype.Tax
		To, Bill      ordertype.Address
		Email, VATID  string
		Terms         string                    `json:",omitempty"`
		Gifts         map[string]ordertype.Gift `json:",omitempty"`
		Net           bool
	}{Net: q.Net, Shipping: q.Shipping.Minor, Fee: q.fee().Minor, Total: q.Total, Due: q.Due, Adjustments: q.Adjustments, Taxes: q.Taxes, To: q.to, Bill: q.bill, Email: q.email, VATID: q.vatID, Terms: q.terms, Gifts: q.gifts}
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
