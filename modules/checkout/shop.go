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

// open finds the browser's session with today's prices. Where there is none to go on with, it answers itself and
// stop is true.
func (s *Service) open(c *web.Context) (sess Session, q Quote, stop bool, err error) {
	if sess, err = s.session(c); err != nil {
		return
	}
	switch {
	case sess.ID == "":
		return sess, q, true, c.Redirect("/cart")
	case sess.State == Placed:
		return sess, q, true, s.confirm(c, sess, sess.OrderToken, true)
	case sess.usable(time.Now()) != nil:
		c.Flash("info", "Your checkout has expired. Your cart is still here.")
		return sess, q, true, c.Redirect("/cart")
	}
	if q, err = s.Quote(c.Ctx(), c.Store, sess); err != nil {
		return
	}
	if len(q.Lines) == 0 {
		c.Flash("warning", "Nothing in your order can be had any more.")
		return sess, q, true, c.Redirect("/cart")
	}
	return sess, q, false, nil
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
		if step == DeliveryStep && !q.NeedsShipping {
			return c.Redirect("/checkout/" + string(furthest(sess, q)))
		}
		return s.render(c, step, sess, q, nil, 0)
	}
}

func (s *Service) saveAddress(c *web.Context) error {
	return s.save(c, AddressStep, "/cart", func(form *web.Form, id string, draft bool) error {
		in := Contact{Email: form.Value("email"), Shipping: addressOf(form, ""), Billing: addressOf(form, "billing_"), BillingSame: form.Bool("billing_same")}
		before, err := s.session(c)
		if err != nil {
			return err
		}
		var refused error
		if in.VATID, in.VATCheck, refused = s.askVAT(c, form.Value("vat_id"), before.VATCheck); refused != nil {
			if in.VATID = ""; !problem.Is(refused, problem.Invalid) {
				return refused
			}
		}
		if _, err = s.SaveContact(c.Ctx(), c.Store, id, in, draft || refused != nil); err != nil || refused == nil {
			return err
		}
		if draft {
			return nil
		}
		return refused
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
	return s.save(c, DeliveryStep, "/checkout/address", func(form *web.Form, id string, _ bool) error {
		_, err := s.ChooseDelivery(c.Ctx(), c.Store, id, form.Value("shipping_method"))
		return err
	})
}

func (s *Service) savePayment(c *web.Context) error {
	return s.save(c, PaymentStep, "", func(form *web.Form, id string, _ bool) error {
		_, err := s.ChoosePayment(c.Ctx(), c.Store, id, form.Value("payment_method"), strings.TrimSpace(form.Value("note")))
		return err
	})
}

// save takes a page's form and goes on, or back: what was typed is kept either way.
func (s *Service) save(c *web.Context, step Step, back string, keep func(form *web.Form, id string, draft bool) error) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	sess, q, stop, err := s.open(c)
	if stop || err != nil {
		return err
	}
	draft := form.Value("back") != ""
	err = keep(form, sess.ID, draft)
	if draft {
		if err != nil && !problem.Is(err, problem.Invalid) {
			return err
		}
		if back == "" {
			back = "/checkout/" + string(q.before(step))
		}
		return c.Redirect(back)
	}
	if err != nil {
		if problem.Is(err, problem.Invalid) && form.Take(err) {
			return s.render(c, step, sess, q, form, 0)
		}
		return err
	}
	if sess, err = s.byToken(c.Ctx(), c.Store, sess.Token); err != nil {
		return err
	}
	if q, err = s.Quote(c.Ctx(), c.Store, sess); err != nil {
		return err
	}
	return c.Redirect("/checkout/" + string(q.after(step)))
}

// place is the order button.
func (s *Service) place(c *web.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	sess, _, stop, err := s.open(c)
	if stop || err != nil {
		return err
	}
	placed, err := s.Place(c.Ctx(), c.Store, sess.ID, PlaceInput{Seal: form.Value("seal"), Terms: form.Bool("terms"), Locale: c.Locale()})
	if err == nil {
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
		Name: form.Value(prefix + "name"), Line1: form.Value(prefix + "line1"), Line2: form.Value(prefix + "line2"), PostalCode: form.Value(prefix + "postal_code"),
		City: form.Value(prefix + "city"), Region: form.Value(prefix + "region"), Country: form.Value(prefix + "country"), Phone: form.Value(prefix + "phone"),
	}
}
