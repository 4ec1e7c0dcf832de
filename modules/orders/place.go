package orders

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"wizamart/framework/audit"
	"wizamart/framework/auth"
	"wizamart/framework/database"
	"wizamart/framework/event"
	"wizamart/framework/money"
	"wizamart/framework/problem"
	"wizamart/modules/orders/ordertype"
	"wizamart/tenant"
)

const (
	maxLines = 150  // of an order: what fits into one event
	maxNote  = 2000 // characters of a note
)

// Place accepts an order, in a transaction that the caller began: what it takes from the stock and what is
// written here are kept or lost together. With ReserveUntil the stock is reserved here: a Conflict, as the stock gives it, when
// it is short. The same ExternalID twice gives the first order, with Existing set.
//
// A customer who is signed in (the context's actor) gets the order into their account; CustomerID alone, which a
// checkout finds by the e-mail address that a guest typed, does not: anybody can type any address.
//
// Errors: database.ErrNoTransaction, Invalid for an order that cannot be.
func (s *Service) Place(ctx context.Context, tx *tenant.Store, in ordertype.Place) (ordertype.Placed, error) {
	if !tx.InTransaction() {
		return ordertype.Placed{}, fmt.Errorf("place an order: %w", database.ErrNoTransaction)
	}
	if in.ExternalID == "" {
		return ordertype.Placed{}, errors.New("place an order: it has no ExternalID")
	}
	if placed, ok, err := s.placedBefore(ctx, tx, in.ExternalID); ok || err != nil {
		return placed, err
	}
	o, err := newOrder(tx.Currency(), in, database.At(s.now()))
	if err != nil {
		return ordertype.Placed{}, err
	}
	if who := audit.ActorFrom(ctx); who.Kind == audit.Customer {
		o.AccountID = who.ID
	}
	if o.Number, err = nextNumber(ctx, tx); err != nil {
		return ordertype.Placed{}, err
	}
	if err := s.reserve(ctx, tx, o); err != nil {
		return ordertype.Placed{}, err
	}
	if err := insertOrder(ctx, tx, o); err != nil {
		return ordertype.Placed{}, err
	}
	if err := s.app.Secure(tx, o.ID); err != nil {
		return ordertype.Placed{}, err
	}
	if err := note(ctx, tx, o, eventPlaced, "", eventArgs{Amount: o.Total, Method: o.PaymentLabel}, o.PlacedAt); err != nil {
		return ordertype.Placed{}, err
	}
	after := map[string]any{"number": o.Number, "channel": o.Channel, "total": o.Total, "payment_method": o.PaymentMethod}
	if err := recordAudit(ctx, tx, o, "placed", nil, after); err != nil {
		return ordertype.Placed{}, err
	}
	if _, err := event.Publish(tx.DB, o.placedEvent()); err != nil {
		return ordertype.Placed{}, err
	}
	if !in.PlacedAt.IsZero() { // taken elsewhere: who bought knows, and has what they paid for
		return o.placed(false), nil
	}
	if err := s.tellPaid(ctx, tx, o, ""); err != nil {
		return ordertype.Placed{}, err
	}
	letter := s.letter(tx, o, "")
	if err := s.notify(ctx, tx, ordertype.Notice{Kind: ordertype.NoticePlaced, OrderID: o.ID, Amount: o.Total, Letter: &letter}); err != nil {
		return ordertype.Placed{}, err
	}
	return o.placed(false), nil
}

// placedBefore is the order that an ExternalID gave, if there is one.
func (s *Service) placedBefore(ctx context.Context, st *tenant.Store, externalID string) (ordertype.Placed, bool, error) {
	var o *Order
	err := st.One(ctx, func(row database.Row) (err error) { o, err = scanOrder(row); return err }, "SELECT "+orderColumns+" FROM orders_order WHERE external_id = ?", externalID)
	if database.NotFound(err) {
		return ordertype.Placed{}, false, nil
	}
	if err != nil {
		return ordertype.Placed{}, false, fmt.Errorf("look for an order placed before: %w", err)
	}
	return o.placed(true), true, nil
}

// newOrder checks what is to be placed and adds it up.
func newOrder(currency string, in ordertype.Place, at database.Time) (*Order, error) {
	email, ok := auth.CleanEmail(in.Email)
	var f problem.Fields
	f.Check(ok, "email", "Enter an e-mail address such as name@example.com.")
	f.Check(len(in.Lines) > 0, "lines", "There is nothing in this order.")
	f.Check(len(in.Lines) <= maxLines, "lines", "An order can have at most %d lines.", maxLines)
	f.Check(utf8.RuneCountInString(in.Note) <= maxNote, "note", "Use at most %d characters.", maxNote)
	f.Check(in.PaymentMethod != "", "payment_method", "Choose how to pay.")
	if err := f.Err(); err != nil {
		return nil, err
	}
	now, zero := in.PlacedAt, money.Zero(currency)
	if now.IsZero() {
		now = at
	}
	o := &Order{
		ID: database.NewID(), Token: newToken(), ExternalID: in.ExternalID, Channel: in.Channel, CustomerID: in.CustomerID,
		Email: email, Name: strings.TrimSpace(in.Shipping.Name), Locale: in.Locale, Currency: currency, Shipping: in.Shipping, Billing: in.Billing,
		ShippingMethod: in.ShippingMethod, Estimate: in.Estimate, PaymentMethod: in.PaymentMethod, PaymentLabel: in.PaymentLabel, Note: strings.TrimSpace(in.Note),
		DiscountTotal: zero, TaxTotal: zero, PaidTotal: zero, RefundedTotal: zero, AuthorisedTotal: zero, CreditedTotal: zero, ShippingDiscount: zero, PlacedAt: now,
		BuyerVATID: in.BuyerVATID, VATConsultation: in.VATConsultation, VATCheckedAt: in.VATCheckedAt, TermsAt: in.TermsAt, TermsHash: in.TermsHash, WaivedAt: in.WaivedAt, Waiver: in.Waiver,
		Seller: database.JSON(in.Seller), Holder: in.Holder, StockState: StockTaken,
	}
	if len(o.Seller) == 0 {
		o.Seller = database.JSON("{}")
	}
	if !in.ReserveUntil.IsZero() {
		o.StockState, o.ReserveUntil, o.AutoCancel = StockReserved, in.ReserveUntil, in.AutoCancel
	}
	if o.Name == "" {
		o.Name = strings.TrimSpace(in.Billing.Name)
	}
	if err := o.addUp(in); err != nil {
		return nil, err
	}
	if err := o.payWithGiftCards(now); err != nil {
		return nil, err
	}
	return o, o.settle(now)
}

// newToken is 192 random bits that open an order's own page.
func newToken() string {
	b := make([]byte, 24)
	rand.Read(b) //nolint:errcheck // it never fails
	return base64.RawURLEncoding.EncodeToString(b)
}

// nextNumber counts in the order's own transaction: a placement that is undone gives its number back.
func nextNumber(ctx context.Context, tx *tenant.Store) (n int64, err error) {
	err = tx.One(ctx, func(row database.Row) error { return row.Scan(&n) }, "UPDATE orders_counter SET next = next + 1 WHERE name = 'order' RETURNING next - 1")
	if err != nil {
		return 0, fmt.Errorf("number an order: %w", err)
	}
	return n, nil
}

func (o *Order) placed(existing bool) ordertype.Placed {
	return ordertype.Placed{ID: o.ID, Number: strconv.FormatInt(o.Number, 10), Token: o.Token, Total: o.Total, Due: o.Outstanding(), PlacedAt: o.PlacedAt, Existing: existing}
}

func (o *Order) placedEvent() event.OrderPlaced {
	e := event.OrderPlaced{
		OrderID: o.ID, Number: strconv.FormatInt(o.Number, 10), Channel: o.Channel, CustomerID: o.CustomerID, Total: o.Total, Tax: o.TaxTotal, PlacedAt: o.PlacedAt,
	}
	for _, l := range o.Lines {
		e.Lines = append(e.Lines, event.OrderLine{LineID: l.ID, ProductID: l.ProductID, VariantID: l.VariantID, SKU: l.SKU, Quantity: int64(l.Quantity), Total: l.Total})
	}
	return e
}
