package checkout

import (
	"errors"
	"net/http"
	"strings"
	"time"

	"wizamart/framework/limit"
	"wizamart/framework/problem"
	"wizamart/framework/web"
	"wizamart/modules/cart/carttype"
	"wizamart/modules/checkout/tax"
	"wizamart/modules/orders/ordertype"
)

const cookieName = "checkout"

// purpose of the cookie's signature: another store's cookie does not open.
func purpose(c *web.Context) string { return "checkout:" + c.Store.ID() }

func token(c *web.Context) string {
	data, ok := c.Site.Signer.Open(purpose(c), c.Cookie(cookieName))
	if !ok {
		return ""
	}
	return string(data)
}

// start begins a checkout from the cart.
func (s *Service) start(c *web.Context) error {
	cart, err := s.Cart.Current(c)
	if err != nil {
		return err
	}
	for _, n := range cart.Notices {
		if n.Kind != carttype.SoldOut { // the cart's page tells what it is
			return c.Redirect("/cart")
		}
	}
	if len(cart.Buyable()) == 0 {
		return c.Redirect("/cart")
	}
	in := StartInput{Token: token(c), Cart: cart}
	if c.User != nil {
		in.CustomerID, in.Email, in.Name = c.User.ID, c.User.Email, c.User.Name
	}
	sess, err := s.Start(c.Ctx(), c.Store, in)
	if err != nil {
		if problem.Is(err, problem.Conflict) && tellSmallest(c, cart.Subtotal) {
			return c.Redirect("/cart")
		}
		return err
	}
	c.SetCookie(cookieName, c.Site.Signer.Sign(purpose(c), []byte(sess.Token)), int(keepFor/time.Second))
	if sess.State == Placed {
		return s.confirm(c, sess, sess.OrderToken, true)
	}
	return c.Redirect("/checkout/address")
}

// session is the browser's. One that somebody began who was signed in is theirs alone: who uses the device after them does
// not find their address, nor orders in their name.
func (s *Service) session(c *web.Context) (Session, error) {
	sess, err := s.byToken(c.Ctx(), c.Store, token(c))
	if sess.CustomerID != "" && (c.User == nil || c.User.ID != sess.CustomerID) {
		return Session{}, err
	}
	return sess, err
}

// begun finds the browser's session. Where there is none to go on with, it answers itself and stop is true.
func (s *Service) begun(c *web.Context) (sess Session, stop bool, err error) {
	if sess, err = s.session(c); err != nil {
		return
	}
	switch {
	case sess.ID == "":
		return sess, true, c.Redirect("/cart")
	case sess.State == Placed:
		return sess, true, s.confirm(c, sess, sess.OrderToken, true)
	case sess.usable(time.Now()) != nil:
		c.Flash("info", "Your checkout has expired. Your cart is still here.")
		return sess, true, c.Redirect("/cart")
	}
	return sess, false, nil
}

// open is begun with today's prices: it answers itself where nothing can be had any more, too.
func (s *Service) open(c *web.Context) (sess Session, q Quote, stop bool, err error) {
	if sess, stop, err = s.begun(c); stop || err != nil {
		return
	}
	if q, err = s.Quote(c.Ctx(), c.Store, sess); err != nil {
		return
	}
	if len(q.Lines) == 0 {
		return sess, q, true, s.nothingLeft(c)
	}
	return sess, q, false, nil
}

func (s *Service) nothingLeft(c *web.Context) error {
	c.Flash("warning", "Nothing in your order can be had any more.")
	return c.Redirect("/cart")
}

// resume goes to where the shopper left off.
func (s *Service) resume(c *web.Context) error {
	sess, q, stop, err := s.open(c)
	if stop || err != nil {
		return err
	}
	return c.Redirect("/checkout/" + string(furthest(sess, q)))
}

// step shows a page of the checkout, or the first one before it that is not complete.
func (s *Service) step(step Step) web.Handler {
	return func(c *web.Context) error {
		sess, q, stop, err := s.open(c)
		if stop || err != nil {
			return err
		}
		if most := furthest(sess, q); step.order() > most.order() {
			return c.Redirect("/checkout/" + string(most))
		}
		if step == DeliveryStep && !q.NeedsShipping || step == PaymentStep && q.NothingToPay() {
			return c.Redirect("/checkout/" + string(furthest(sess, q)))
		}
		return s.render(c, step, sess, q, nil, 0)
	}
}

func (s *Service) saveAddress(c *web.Context) error {
	return s.save(c, AddressStep, "/cart", func(form *web.Form, sess Session, draft bool) (q Quote, err error) {
		in := Contact{Email: form.Value("email"), Shipping: addressOf(form, ""), Billing: addressOf(form, "billing_"), BillingSame: form.Bool("billing_same"), Gifts: giftsOf(form, sess)}
		var refused error
		if in.VATID, in.VATCheck, refused = s.askVAT(c, form.Value("vat_id"), sess.VATCheck); refused != nil {
			if in.VATID = ""; !problem.Is(refused, problem.Invalid) {
				return q, refused
			}
		}
		if _, q, err = s.SaveContact(c.Ctx(), c.Store, sess, in, draft || refused != nil); err != nil || draft {
			return q, err
		}
		return q, refused
	})
}

// askVAT is CheckVAT, with a limit on how often one address may have the register asked.
func (s *Service) askVAT(c *web.Context, typed string, before VATCheck) (string, VATCheck, error) {
	if number := tax.NormalVATID(typed); number != "" && AsksVAT(c.Store) && before.Number != number {
		if err := s.app.Limit(c, limit.Guess); err != nil {
			return "", VATCheck{}, err
		}
	}
	return s.CheckVAT(c.Ctx(), c.Store, typed, before)
}

func (s *Service) saveDelivery(c *web.Context) error {
	return s.save(c, DeliveryStep, "/checkout/address", func(form *web.Form, sess Session, _ bool) (Quote, error) {
		_, q, err := s.ChooseDelivery(c.Ctx(), c.Store, sess, form.Value("shipping_method"))
		return q, err
	})
}

func (s *Service) savePayment(c *web.Context) error {
	return s.save(c, PaymentStep, "", func(form *web.Form, sess Session, _ bool) (Quote, error) {
		_, q, err := s.ChoosePayment(c.Ctx(), c.Store, sess, form.Value("payment_method"), strings.TrimSpace(form.Value("note")))
		return q, err
	})
}

// save takes a page's form and goes on, or back: what was typed is kept either way.
func (s *Service) save(c *web.Context, step Step, back string, keep func(form *web.Form, sess Session, draft bool) (Quote, error)) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	sess, stop, err := s.begun(c)
	if stop || err != nil {
		return err
	}
	draft := form.Value("back") != ""
	after, refused := keep(form, sess, draft)
	invalid := problem.Is(refused, problem.Invalid)
	switch {
	case draft && (refused == nil || invalid):
		if back != "" {
			return c.Redirect(back)
		}
		if _, after, stop, err = s.open(c); stop || err != nil {
			return err
		}
		return c.Redirect("/checkout/" + string(after.before(step)))
	case invalid:
		before, err := s.Quote(c.Ctx(), c.Store, sess)
		if err != nil {
			return err
		}
		if len(before.Lines) == 0 {
			return s.nothingLeft(c)
		}
		if form.Take(refused) {
			return s.render(c, step, sess, before, form, 0)
		}
		return refused
	case refused != nil:
		return refused
	case len(after.Lines) == 0:
		return s.nothingLeft(c)
	}
	return c.Redirect("/checkout/" + string(after.after(step)))
}

// place is the order button.
func (s *Service) place(c *web.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	sess, stop, err := s.begun(c)
	if stop || err != nil {
		return err
	}
	placed, err := s.Place(c.Ctx(), c.Store, sess.ID, PlaceInput{Seal: form.Value("seal"), Terms: form.Bool("terms"), Waive: form.Bool("waive"), Locale: c.Locale()})
	if err == nil {
		if !placed.Existing && !placed.Due.IsPositive() {
			sess.PaymentMethod = "" // nothing is left to pay: the order's own page is next
		}
		return s.confirm(c, sess, placed.Token, placed.Existing)
	}
	var p *problem.Error
	if !errors.As(err, &p) || p.Code != problem.Conflict && p.Code != problem.Invalid {
		return err
	}
	sess, q, stop, again := s.open(c) // as it is now
	if stop || again != nil {
		return again
	}
	if tellSmallest(c, q.Subtotal) {
		return c.Redirect("/cart")
	}
	if most := furthest(sess, q); most != ReviewStep {
		c.FlashAction(web.Flash{Kind: "warning", Text: c.T("Something has changed. Please choose once more.")})
		return c.Redirect("/checkout/" + string(most))
	}
	if p.Code == problem.Conflict {
		form.Fail("", "%s", c.T("Your order has not been placed yet: something has changed since you last looked. Please check it once more."))
		return s.render(c, ReviewStep, sess, q, form, http.StatusConflict)
	}
	form.Take(err)
	return s.render(c, ReviewStep, sess, q, form, 0)
}

// confirm leads to the order's own page, or on to where it is paid, and empties the cart that was ordered: not one that was begun since.
func (s *Service) confirm(c *web.Context, sess Session, orderToken string, again bool) error {
	if again {
		cart, err := s.Cart.Current(c)
		again = err != nil || cart.Ref != sess.CartRef
	}
	if !again {
		if err := s.Cart.Clear(c); err != nil { // the order stands: show it
			c.Site.Log.WarnContext(c.Ctx(), "the ordered cart was not emptied", "error", err.Error())
		}
	}
	if s.Payments.Online(c.Store, sess.PaymentMethod) { // that page knows whether anything is left to pay
		return c.Redirect("/orders/" + orderToken + "/payment")
	}
	return c.Redirect("/orders/" + orderToken)
}

func addressOf(form *web.Form, prefix string) ordertype.Address {
	return ordertype.Address{
		Name: form.Value(prefix + "name"), Business: form.Value(prefix + "business"), Line1: form.Value(prefix + "line1"), Line2: form.Value(prefix + "line2"), PostalCode: form.Value(prefix + "postal_code"),
		City: form.Value(prefix + "city"), Region: form.Value(prefix + "region"), Country: form.Value(prefix + "country"), Phone: form.Value(prefix + "phone"),
	}
}
