package checkout

import (
	"encoding/json"
	"errors"
	"slices"
	"time"

	"wizamart/framework/limit"
	"wizamart/framework/money"
	"wizamart/framework/problem"
	"wizamart/framework/web"
	"wizamart/modules/cart/carttype"
	"wizamart/ui"
)

// triedCookie carries a code that was refused, and why, to the page that shows it: not in the address, because it may be a gift card's.
const triedCookie = "code_tried"

type tried struct{ Code, Error string }

// postCode takes a code, or takes one away, and leads back to the page where it was typed.
func (s *Service) postCode(c *web.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	back := "/cart"
	if step := Step(form.Value("step")); step.order() >= 0 {
		back = "/checkout/" + string(step)
	}
	sess, err := s.sessionForCode(c, back == "/cart")
	if err != nil {
		return err
	}
	if sess.ID == "" || sess.State != Open {
		return c.Redirect("/cart")
	}
	if gone := form.Value("remove"); gone != "" {
		if _, err := s.RemoveCode(c.Ctx(), c.Store, sess.ID, gone); err != nil {
			return err
		}
		return c.Redirect(back)
	}
	err = s.app.Limit(c, limit.Guess)
	if err == nil {
		_, err = s.AddCode(c.Ctx(), c.Store, sess.ID, form.Value("code"))
	}
	var p *problem.Error
	switch {
	case err == nil:
		c.SetCookie(triedCookie, "", -1)
	case errors.As(err, &p) && (p.Code == problem.Invalid || p.Code == problem.TooMany):
		message := c.T(p.Message)
		if len(p.Fields) > 0 {
			message = p.Fields[0].Message
		}
		code := []rune(form.Value("code"))
		data, err := json.Marshal(tried{string(code[:min(len(code), 40)]), message})
		if err != nil {
			return err
		}
		c.SetCookie(triedCookie, c.Site.Signer.Sign(purpose(c)+" code", data), 60)
	default:
		return err
	}
	return c.Redirect(back + "#codes")
}

// sessionForCode is the browser's checkout. On the cart's page it is begun, or goes on with what is in the cart now.
func (s *Service) sessionForCode(c *web.Context, fromCart bool) (Session, error) {
	sess, err := s.session(c)
	if err != nil || !fromCart {
		return sess, err
	}
	cart, err := s.Cart.Current(c)
	if err != nil || len(cart.Buyable()) == 0 {
		return Session{}, err
	}
	in := StartInput{Token: token(c), Cart: cart}
	if c.User != nil {
		in.CustomerID, in.Email, in.Name = c.User.ID, c.User.Email, c.User.Name
	}
	if sess, err = s.Start(c.Ctx(), c.Store, in); err == nil {
		c.SetCookie(cookieName, c.Site.Signer.Sign(purpose(c), []byte(sess.Token)), int(keepFor/time.Second))
	}
	return sess, err
}

// codeBox is the field with the codes of a quote.
func (s *Service) codeBox(c *web.Context, step string, sess Session, q Quote) ui.CodeBox {
	box := ui.CodeBox{Step: step}
	for _, a := range q.Applied {
		chip := ui.CodeChip{Label: a.Title, Text: a.Code, Value: a.Code}
		if a.Total() == 0 {
			chip.Text = joined(" · ", a.Code, c.T("taken off when you have chosen a delivery"))
		}
		box.Chips = append(box.Chips, chip)
	}
	for _, r := range q.Refused {
		if slices.Contains(sess.Codes, r.Code) {
			box.Chips = append(box.Chips, ui.CodeChip{Label: r.Code, Text: refusalText(c.T, c.Store, r), Value: r.Code, Off: true})
		}
	}
	for _, g := range q.Cards {
		chip := ui.CodeChip{Label: c.T("Gift card") + " " + g.Shown(), Value: g.ID}
		left := money.New(g.Balance.Minor-g.Pays.Minor, g.Balance.Currency).Format(c.Locale())
		switch g.State(time.Now()) {
		case "active":
			chip.Text = c.T("pays %s, %s stay on it", g.Pays.Format(c.Locale()), left)
		default:
			chip.Off, chip.Text = true, c.T("This gift card cannot pay any more.")
		}
		box.Chips = append(box.Chips, chip)
	}
	if data, ok := c.Site.Signer.Open(purpose(c)+" code", c.Cookie(triedCookie)); ok {
		var t tried
		if json.Unmarshal(data, &t) == nil {
			box.Typed, box.Error = t.Code, t.Error
		}
		c.SetCookie(triedCookie, "", -1)
	}
	return box
}

// Savings tells the cart's page which discounts its goods get, with the codes that the shopper has given.
func (s *Service) Savings(c *web.Context, cart carttype.Cart) (carttype.Savings, error) {
	var out carttype.Savings
	if !s.app.EnabledFor(c.Store, "checkout") {
		return out, nil
	}
	sess, err := s.session(c)
	if err != nil {
		return out, err
	}
	if sess.State != Open || sess.usable(time.Now()) != nil {
		sess = Session{}
	}
	out.Shown, out.Left = true, cart.Subtotal
	if len(sess.Codes) == 0 { // most shops, most of the time
		set, err := s.contentOf(c.Ctx(), c.Store)
		if err != nil || len(set.automatic) == 0 {
			out.Box = s.codeBox(c, "cart", sess, Quote{})
			return out, err
		}
	}
	sess.Lines, sess.ShippingMethodID = wants(cart), "" // the delivery is added at the checkout
	q, err := s.Quote(c.Ctx(), c.Store, sess)
	if err != nil {
		return out, err
	}
	out.Box = s.codeBox(c, "cart", sess, q)
	for _, a := range q.Applied {
		if total := a.Total(); total > 0 {
			out.Rows = append(out.Rows, carttype.Saving{Title: joined(" · ", a.Title, a.Code), Amount: money.New(total, cart.Subtotal.Currency)})
		}
	}
	out.Left = money.New(cart.Subtotal.Minor-q.Discounts().Minor, cart.Subtotal.Currency)
	return out, nil
}
