package checkout

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"wizamart/framework/database"
	"wizamart/framework/money"
	"wizamart/framework/problem"
	"wizamart/framework/timezone"
	"wizamart/modules/inventory/inventorytype"
	"wizamart/modules/orders/ordertype"
	"wizamart/tenant"
)

// PlaceInput is what the shopper confirms.
type PlaceInput struct {
	Seal   string // of the quote that was shown
	Terms  bool   // the terms were accepted, where the store has some
	Waive  bool   // the right of withdrawal is given up, where something is downloaded
	Locale string // BCP 47, of the shopper
}

// Place turns a session into an order, in one transaction: prices and stock are read again, the stock is taken,
// the customer and the order are written. Nothing is taken when anything is refused.
//
// A session that has been placed gives its order again, with Existing set.
//
// Where the store's policy says so, it waits for a while until the order is at the replica (see app.ConfirmPolicy).
//
// Errors: Unavailable while the policy takes no orders; Conflict when something is not as it was shown (the fields say what), Invalid for what is missing,
// Gone for a session that has expired.
func (s *Service) Place(ctx context.Context, st *tenant.Store, sessionID string, in PlaceInput) (ordertype.Placed, error) {
	var out ordertype.Placed
	if err := s.app.AcceptsOrders(st); err != nil {
		return out, err
	}
	err := st.Write(ctx, func(tx *tenant.Store) error {
		sess, err := readSession(ctx, tx, "id", sessionID)
		if err != nil {
			return err
		}
		if sess.State == Placed {
			out = ordertype.Placed{ID: sess.OrderID, Number: sess.OrderNumber, Token: sess.OrderToken, PlacedAt: sess.UpdatedAt, Existing: true}
			return nil
		}
		now := time.Now()
		if err := sess.usable(now); err != nil {
			return err
		}
		q, err := s.Quote(ctx, tx, sess)
		if err != nil {
			return err
		}
		if err := s.refusal(tx, sess, q, in); err != nil {
			return err
		}
		if terms := TermsOf(tx); terms.Any() {
			sess.TermsAt = database.At(now)
		}
		if out, err = s.commit(ctx, tx, sess, q, in.Locale); err != nil {
			return err
		}
		if !out.Due.IsPositive() { // a second submission leads to the order's own page
			sess.PaymentMethod = ""
		}
		sess.State, sess.OrderID, sess.OrderNumber, sess.OrderToken = Placed, out.ID, out.Number, out.Token
		// The order has it all now.
		sess.Email, sess.Shipping, sess.Billing, sess.Note, sess.Codes, sess.Gifts, sess.VATID, sess.VATCheck = "", ordertype.Address{}, ordertype.Address{}, "", nil, nil, "", VATCheck{}
		return touch(ctx, tx, &sess, now)
	})
	if err != nil {
		return ordertype.Placed{}, err
	}
	// The order stands, whatever the replica says: its page tells the shopper when it is there.
	s.app.Secured(ctx, st, out.ID, secureWait)
	return out, nil
}

// secureWait is how long a shopper waits at most for an order to be at the replica.
const secureWait = 3 * time.Second

// refusal is why the quote must not become an order, or nil.
func (s *Service) refusal(st *tenant.Store, sess Session, q Quote, in PlaceInput) error {
	if len(q.Lines) == 0 {
		return changed(st, q, "Nothing in your order can be had any more.")
	}
	if err := tooSmall(st, q.Subtotal); err != nil {
		return err
	}
	var f problem.Fields
	switch furthest(sess, q) {
	case AddressStep:
		return sess.CheckContact(q.Countries)
	case DeliveryStep:
		f.Add("shipping_method", "Choose how your order shall reach you.")
	case PaymentStep:
		f.Add("payment_method", "Choose how you want to pay.")
	}
	if len(f) > 0 {
		return f.Err()
	}
	if in.Seal != q.Seal() {
		return changed(st, q, "Something has changed since you last looked. Please check your order once more.")
	}
	if !in.Terms && TermsOf(st).Any() {
		f.Add("terms", "Please accept the terms to place your order.")
	}
	in.checkWaiver(q, &f)
	return f.Err()
}

func changed(st *tenant.Store, q Quote, message string) error {
	p := problem.New(problem.Conflict, "%s", message)
	for _, r := range q.Refused {
		p.Fields = append(p.Fields, problem.Field{Name: "code", Message: r.Code + ": " + refusalText(func(key string, args ...any) string { return fmt.Sprintf(key, args...) }, st, r)})
	}
	for _, n := range q.Notices {
		field := "lines." + n.VariantID
		if n.VariantID == "" {
			field = "total"
		}
		p.Fields = append(p.Fields, problem.Field{Name: field, Message: n.Text(func(key string, args ...any) string { return fmt.Sprintf(key, args...) }, st.Info().Locale)})
	}
	return p
}

// commit writes what an order means to the other modules, in the caller's transaction.
func (s *Service) commit(ctx context.Context, tx *tenant.Store, sess Session, q Quote, locale string) (ordertype.Placed, error) {
	customer := sess.CustomerID
	if customer == "" {
		var err error
		if customer, err = s.Customers.Ensure(ctx, tx, sess.Email, sess.Shipping.Name, sess.Shipping.Phone, sess.Shipping, locale); err != nil {
			return ordertype.Placed{}, err
		}
	}
	order := ordertype.Place{
		ExternalID: sess.ID, Channel: "storefront", CustomerID: customer, Email: sess.Email, Locale: locale,
		Shipping: sess.Shipping, Billing: sess.BillTo(), ShippingPrice: q.Shipping, Note: sess.Note,
		PaymentMethod: q.Payment.ID, PaymentLabel: s.translator(tx)(q.Payment.Label), PaymentFee: q.Payment.Fee,
		Adjustments: q.Adjustments, PricesIncludeTax: q.PricesIncludeTax, Taxes: q.Taxes, ShippingTax: q.ShippingTax, FeeTax: q.FeeTax,
		Seller: SellerOf(tx).record(), BuyerVATID: sess.VATID, VATConsultation: sess.VATCheck.Consultation, VATCheckedAt: sess.VATCheck.At, Holder: sess.CartRef,
		TermsAt: sess.TermsAt, TermsHash: TermsOf(tx).hash(),
	}
	if q.Method != nil {
		order.ShippingMethod, order.Estimate = q.Method.Name, cmp.Or(q.Method.arrival(s.translator(tx), time.Now().In(timezone.Of(tx))), q.Method.Estimate)
	}
	q.waive(&order, s.wordsOf(tx, locale))
	reserve := q.Payment.ReserveFor > 0 // until it is paid; the stock is taken at once otherwise
	if reserve {
		order.ReserveUntil, order.AutoCancel = database.At(time.Now().Add(q.Payment.ReserveFor)), q.Payment.AutoCancel
	}
	var goods []inventorytype.Line
	for _, l := range q.Lines {
		order.Lines = append(order.Lines, placeLine(l))
		goods = append(goods, inventorytype.Line{VariantID: l.VariantID, Quantity: l.Quantity})
	}
	sess.give(q, order.Lines)
	placed, err := s.Orders.Place(ctx, tx, order)
	if err != nil || placed.Existing {
		return placed, err
	}
	if c, err := placed.Total.Cmp(q.Total); err != nil || c != 0 {
		return placed, fmt.Errorf("the order's total is %s, the shopper saw %s", placed.Total, money.Amount(q.Total))
	}
	if err := s.use(ctx, tx, sess, q, placed.ID); err != nil {
		return placed, err
	}
	if err := s.redeem(ctx, tx, q, placed.ID); err != nil {
		return placed, err
	}
	if reserve {
		return placed, nil
	}
	return placed, s.Stock.Take(ctx, tx, placed.ID, goods)
}

func placeLine(l Item) ordertype.PlaceLine {
	return ordertype.PlaceLine{
		VariantID: l.VariantID, ProductID: l.ProductID, Title: l.Title, VariantTitle: l.VariantTitle, SKU: l.SKU, Slug: l.Slug, Picture: l.Picture,
		Quantity: l.Quantity, UnitPrice: l.Price, RequiresShipping: l.RequiresShipping, Digital: !l.RequiresShipping, Discount: l.Discount, TaxClass: l.TaxClass, Tax: l.Tax,
	}
}
