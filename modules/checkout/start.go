package checkout

import (
	"context"
	"crypto/rand"
	"slices"
	"time"

	"wizamart/framework/database"
	"wizamart/framework/problem"
	"wizamart/framework/timezone"
	"wizamart/modules/cart/carttype"
	"wizamart/modules/orders/ordertype"
	"wizamart/tenant"
)

// StartInput is a cart that shall be bought.
type StartInput struct {
	Token      string // of the browser's session before, if there was one
	Cart       carttype.Cart
	CustomerID string // of one who is signed in
	Email      string
	Name       string
}

// Start begins a checkout for a cart, or goes on with the browser's open one: what was typed stays. A cart that has
// been ordered already gives the session of that order.
func (s *Service) Start(ctx context.Context, st *tenant.Store, in StartInput) (Session, error) {
	lines := wants(in.Cart)
	if len(lines) == 0 {
		return Session{}, problem.New(problem.Conflict, "There is nothing in your cart that can be ordered.")
	}
	var out Session
	err := st.Write(ctx, func(tx *tenant.Store) error {
		now := time.Now()
		if err := sweep(ctx, tx, now); err != nil {
			return err
		}
		before, err := s.byToken(ctx, tx, in.Token)
		if err != nil {
			return err
		}
		if before.CustomerID != "" && before.CustomerID != in.CustomerID {
			before = Session{}
		}
		if before.State == Placed && before.CartRef != "" && before.CartRef == in.Cart.Ref && slices.Equal(before.Lines, lines) {
			out = before
			return nil
		}
		if err := tooSmall(tx, in.Cart.Subtotal); err != nil {
			return err
		}
		out = before
		if before.State != Open || before.usable(now) != nil || before.CustomerID != in.CustomerID {
			out = Session{ID: database.NewID(), Token: rand.Text(), State: Open, BillingSame: true, CreatedAt: database.At(now)}
		}
		out.CartRef, out.Lines, out.CustomerID = in.Cart.Ref, lines, in.CustomerID
		if out.Email == "" {
			out.Email = tidy(in.Email)
		}
		if out.Shipping == (ordertype.Address{}) {
			out.Shipping.Name = tidy(in.Name)
		}
		return touch(ctx, tx, &out, now)
	})
	return out, err
}

func wants(cart carttype.Cart) []carttype.Want {
	var out []carttype.Want
	for _, l := range cart.Buyable() {
		out = append(out, carttype.Want{VariantID: l.VariantID, Quantity: l.Quantity, Seen: l.Price.Minor, Title: l.Name()})
	}
	return out
}

// byToken is the browser's session; the zero Session when there is none.
func (s *Service) byToken(ctx context.Context, st *tenant.Store, token string) (Session, error) {
	if token == "" {
		return Session{}, nil
	}
	sess, err := readSession(ctx, st, "token", token)
	if problem.Is(err, problem.NotFound) {
		return Session{}, nil
	}
	return sess, err
}

// touch writes a session and gives it its time anew.
func touch(ctx context.Context, tx *tenant.Store, sess *Session, now time.Time) error {
	sess.renew(now)
	return putSession(ctx, tx, *sess)
}

// editTries is how often an edit begins anew when others change the same session.
const editTries = 5

// edit changes an open session, given as the caller read it. fn sees the store as it is, outside of a transaction, so that the prices it looks up
// keep no other shopper waiting for the file's one writer; when somebody else has changed the session meanwhile, it runs again on the session as it is then.
func (s *Service) edit(ctx context.Context, st *tenant.Store, sess Session, fn func(sess *Session) error) (Session, error) {
	for range editTries {
		if sess.State == Placed {
			return Session{}, problem.New(problem.Conflict, "This order has been placed already.")
		}
		now := time.Now()
		if err := sess.usable(now); err != nil {
			return Session{}, err
		}
		out := sess
		if err := fn(&out); err != nil {
			return Session{}, err
		}
		out.renew(now)
		var stale bool
		err := st.Write(ctx, func(tx *tenant.Store) (err error) {
			stale, err = replaceSession(ctx, tx, out, sess)
			return err
		})
		if err != nil || !stale {
			return out, err
		}
		if sess, err = readSession(ctx, st, "id", sess.ID); err != nil {
			return Session{}, err
		}
	}
	return Session{}, problem.New(problem.Conflict, "This checkout is being changed elsewhere. Please try again.")
}

// editNow is edit of the session as it is now.
func (s *Service) editNow(ctx context.Context, st *tenant.Store, id string, fn func(sess *Session) error) (Session, error) {
	sess, err := readSession(ctx, st, "id", id)
	if err != nil {
		return Session{}, err
	}
	return s.edit(ctx, st, sess, fn)
}

// Contact is what the address page asks for.
type Contact struct {
	Email       string
	Shipping    ordertype.Address
	Billing     ordertype.Address
	BillingSame bool
	VATID       string // normal form, and what CheckVAT said of it
	VATCheck    VATCheck
	Gifts       map[string]GiftInput // by variant
}

// SaveContact keeps who orders and where it goes. A draft is kept as it is; otherwise everything has to be right, and the quote for it
// is given too.
func (s *Service) SaveContact(ctx context.Context, st *tenant.Store, before Session, in Contact, draft bool) (sess Session, q Quote, err error) {
	sess, err = s.edit(ctx, st, before, func(sess *Session) (err error) {
		sess.Email, sess.BillingSame = tidy(in.Email), in.BillingSame
		sess.VATID, sess.VATCheck = in.VATID, in.VATCheck
		sess.Shipping = tidyAddress(in.Shipping)
		if !in.BillingSame {
			sess.Billing = tidyAddress(in.Billing)
		}
		var refused error
		if sess.Gifts, refused = gifts(in.Gifts, timezone.Of(st), time.Now()); draft {
			return nil
		}
		if q, err = s.Quote(ctx, st, *sess); err != nil {
			return err
		}
		return both(sess.CheckContact(q.Countries), refused)
	})
	return sess, q, err
}

// ChooseDelivery keeps the way that the goods take, with the price that it has now, and gives the quote with it.
func (s *Service) ChooseDelivery(ctx context.Context, st *tenant.Store, before Session, methodID string) (sess Session, q Quote, err error) {
	sess, err = s.edit(ctx, st, before, func(sess *Session) (err error) {
		sess.ShippingMethodID, sess.ShippingSeen = methodID, nil
		if q, err = s.Quote(ctx, st, *sess); err != nil {
			return err
		}
		if q.Method == nil {
			return problem.On("shipping_method", "Choose how your order shall reach you.")
		}
		seen := q.listedShipping
		sess.ShippingSeen = &seen
		return nil
	})
	return sess, q, err
}

// ChoosePayment keeps how the order will be paid, with the fee that it has now, and a note to the shop, and gives the quote with it.
func (s *Service) ChoosePayment(ctx context.Context, st *tenant.Store, before Session, method, note string) (sess Session, q Quote, err error) {
	sess, err = s.edit(ctx, st, before, func(sess *Session) (err error) {
		sess.PaymentMethod, sess.FeeSeen, sess.Note = method, nil, note
		if q, err = s.Quote(ctx, st, *sess); err != nil {
			return err
		}
		var f problem.Fields
		f.Check(q.Payment != nil, "payment_method", "Choose how you want to pay.")
		f.Check(len([]rune(note)) <= maxNote, "note", "Use at most %d characters.", maxNote)
		if err := f.Err(); err != nil {
			return err
		}
		seen := q.listedFee
		sess.FeeSeen = &seen
		return nil
	})
	return sess, q, err
}
