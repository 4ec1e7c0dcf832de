package payments

import (
	"encoding/json"
	"errors"
	"net/http"

	"wizamart/framework/money"
	"wizamart/framework/problem"
	"wizamart/framework/web"
	"wizamart/modules/orders/ordertype"
)

// payView is the data of the page on which an order is paid.
type payView struct {
	Number  string
	Token   string
	Due     money.Amount
	State   string // open, processing, authorised, paid, cancelled, refused, sold_out, off
	Fault   string // why the last try failed
	Left    bool   // the shopper came back without paying
	Test    bool   // no real money moves
	Key     string // publishable, for the provider's script; "" is without it
	Returns string // address that the script leads back to
	Sold    []problem.Field
}

// stripeScript is where the provider's script comes from; its terms want it loaded from there.
const stripeScript = "https://js.stripe.com"

// payPolicy lets the provider's origins into this page alone, and forms lead on to its page.
func payPolicy(demo string) string {
	return "default-src 'self'; img-src 'self' data: https://*.stripe.com; script-src 'self' " + stripeScript + " https://*.js.stripe.com; frame-src " + stripeScript +
		" https://*.js.stripe.com https://hooks.stripe.com; connect-src 'self' https://api.stripe.com; object-src 'none'; base-uri 'none'; form-action 'self' https://checkout.stripe.com" + demo + "; frame-ancestors 'none'"
}

// payPage shows how the payment of an order stands. Who comes back from the provider sees it settled: the provider is asked first.
func (s *Service) payPage(c *web.Context) error {
	p, err := s.orders.PayableByToken(c.Ctx(), c.Store, c.Param("token"))
	if err != nil {
		return err
	}
	if !s.Online(c.Store, p.Method) {
		return c.Redirect("/orders/" + p.Token)
	}
	list, err := s.OrderAttempts(c.Ctx(), c.Store, p.OrderID)
	if err != nil {
		return err
	}
	for i, a := range list {
		if a.Done() {
			continue
		}
		if list[i], err = s.Reconcile(c.Ctx(), c.Store, a.ID); err != nil { // the page shows what is known, and asks again
			c.Site.Log.WarnContext(c.Ctx(), "a payment could not be reconciled", "attempt", a.ID, "error", err.Error())
		}
	}
	if p, err = s.orders.PayableByToken(c.Ctx(), c.Store, p.Token); err != nil {
		return err
	}
	v := s.payView(c, p, list)
	if c.Query("back") != "" && (v.State == "paid" || v.State == "authorised") {
		return c.Redirect("/orders/" + p.Token)
	}
	v.Left = c.Query("left") != "" && v.State == "open"
	return s.renderPay(c, v, 0)
}

func (s *Service) payView(c *web.Context, p ordertype.Payable, list []Attempt) payView {
	v := payView{Number: p.Number, Token: p.Token, Due: p.Due, State: "open"}
	var last Attempt
	if len(list) > 0 {
		last = list[0]
	}
	back := c.Query("back") != "" && last.ID == c.Query("back")
	switch {
	case p.State == "authorised":
		v.State = "authorised"
	case !p.Cancelled && !p.Due.IsPositive():
		v.State = "paid"
	case last.Refused():
		v.State = "refused"
	case p.Cancelled:
		v.State = "cancelled"
	case last.State == Processing, last.State == Authorised, back && last.State == Open && last.Fault == "":
		v.State = "processing"
	case !s.app.EnabledFor(c.Store, "payments"):
		v.State = "off"
	default:
		v.Fault = last.Fault
	}
	return v
}

func (s *Service) renderPay(c *web.Context, v payView, status int) error {
	acc, err := s.account(c.Ctx(), c.Store, s.mode(c.Store, SettingsOf(c.Store)))
	if err != nil {
		return err
	}
	v.Test = acc.Mode != Live
	if v.State == "open" && acc.Mode != Demo {
		v.Key = acc.PublishableKey
	}
	v.Returns = s.shopURL(c, "/orders/"+v.Token+"/payment?back=1")
	demo := ""
	if acc.Mode == Demo {
		demo = " " + acc.URL
	}
	c.W.Header().Set("Content-Security-Policy", payPolicy(demo))
	c.W.Header().Set("Referrer-Policy", "origin") // the page's address is a secret
	return c.Render(web.Page{View: "payments/shop/pay", Title: c.T("Pay order %s", v.Number), D: v, Status: status, NoIndex: true})
}

// shopURL is an address of the shop as the shopper has it open.
func (s *Service) shopURL(c *web.Context, path string) string {
	scheme := "http://"
	if c.Secure {
		scheme = "https://"
	}
	return scheme + c.R.Host + c.URL(path)
}

// postPay leads on to the provider's own page: the way without scripts.
func (s *Service) postPay(c *web.Context) error {
	a, v, err := s.begun(c, Hosted)
	if err == nil && v.URL != "" && v.Status == Waiting {
		http.Redirect(c.W, c.R, v.URL, http.StatusSeeOther)
		return nil
	}
	var p *problem.Error
	switch {
	case err == nil: // it has been paid, or given up, in the meantime
		return c.Redirect("/orders/" + c.Param("token") + "/payment?back=" + a.ID)
	case errors.Is(err, ErrSoldOut) && errors.As(err, &p):
		return s.renderPay(c, payView{Token: c.Param("token"), State: "sold_out", Sold: p.Fields}, http.StatusConflict)
	case problem.Is(err, problem.Conflict):
		errors.As(err, &p)
		c.Flash("info", p.Message)
		return c.Redirect("/orders/" + c.Param("token") + "/payment")
	}
	return err
}

func (s *Service) begun(c *web.Context, kind string) (Attempt, View, error) {
	return s.Start(c.Ctx(), c.Store, c.Param("token"), StartInput{Kind: kind, Page: s.shopURL(c, "/orders/"+c.Param("token")+"/payment")})
}

// postIntent gives the provider's script what it pays with.
func (s *Service) postIntent(c *web.Context) error {
	a, v, err := s.begun(c, Element)
	if err != nil {
		return err
	}
	c.W.Header().Set("Content-Type", "application/json")
	c.W.Header().Set("Cache-Control", "no-store")
	return json.NewEncoder(c.W).Encode(map[string]string{"secret": v.Secret, "attempt": a.ID, "status": string(v.Status)})
}
