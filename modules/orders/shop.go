package orders

import (
	"time"

	"wizamart/framework/app"
	"wizamart/framework/country"
	"wizamart/framework/limit"
	"wizamart/framework/permission"
	"wizamart/framework/problem"
	"wizamart/framework/web"
	"wizamart/ui"
)

func (s *Service) shopRoutes(r *app.Router) {
	r.Shop("GET", "/orders/:token", permission.Public, s.statusPage)
	r.Shop("GET", "/order-status", permission.Public, s.lookupPage)
	r.Shop("POST", "/order-status", permission.Public, s.postLookup)
	r.Shop("GET", "/account/orders", permission.SignedIn, s.accountOrders)
	r.Shop("GET", "/account/orders/:number", permission.SignedIn, s.accountOrder)
}

// statusView is the data of an order's own page.
type statusView struct {
	Order       *Order
	Fresh       bool   // placed a moment ago: the page says thank you
	Securing    bool   // received, but not as safe yet as the store's policy asks
	First       string // the shopper's first name
	Headline    string
	Text        string
	Steps       []step
	Payment     string
	PaymentHelp string // how to pay, while something is outstanding
	Parcels     []Fulfilment
	Lines       map[string]Line
	Country     string
	BillCountry string
	Arrives     string // what the shopper was told at the checkout, until all has left
	BillingSame bool
	Account     bool // it is in the account of who looks
	Path        string
	PayURL      string // where it is paid online, while something is outstanding
	CancelWhy   string
	TaxRows     []taxRow
	Downloads   []ui.Download
	Methods     map[string]string // how each payment came, by id
}

type step struct {
	Label         string
	Done, Current bool
}

// fresh is how long after being placed an order's page says thank you first.
const fresh = 30 * time.Minute

func (s *Service) statusPage(c *web.Context) error {
	o, err := s.ByToken(c.Ctx(), c.Store, c.Param("token"))
	if problem.Is(err, problem.NotFound) {
		return problem.New(problem.NotFound, "There is no order at this address. Check the link, or look your order up by its number.")
	}
	if err != nil {
		return err
	}
	v := statusView{
		Order: o, First: firstName(o.Name), Lines: map[string]Line{}, Country: country.Name(c.Lang, o.Shipping.Country), BillingSame: o.Billing == o.Shipping,
		BillCountry: country.Name(c.Lang, o.Billing.Country),
		Fresh:       !o.Cancelled() && o.FulfilmentState == Unfulfilled && s.now().Sub(o.PlacedAt.Time) < fresh,
		Account:     c.User != nil && c.User.ID == o.AccountID,
	}
	for _, l := range o.Lines {
		v.Lines[l.ID] = l
	}
	for _, f := range o.Fulfilments {
		if !f.Undone() && !f.Digital {
			v.Parcels = append(v.Parcels, f)
		}
	}
	v.Headline, v.Text = statusWords(c, o)
	if !o.Cancelled() && o.Left() > 0 {
		v.Arrives = o.Estimate
	}
	if !o.Cancelled() && s.securing(c, o) {
		v.Securing = true
		v.Headline, v.Text = c.T("Received, being secured"), c.T("We have your order and are still storing it in a second place. There is nothing for you to do: look at this page again in a moment.")
	}
	v.Steps, v.Payment = statusSteps(c, o), paymentWords(c, o)
	if o.Outstanding().IsPositive() && s.PaymentHelp != nil {
		v.PaymentHelp = s.PaymentHelp(c.Store, o.PaymentMethod)
	}
	if o.CanPay() == nil && s.PaysOnline != nil && s.PaysOnline(c.Store, o.PaymentMethod) {
		v.PayURL = c.URL("/orders/" + o.Token + "/payment")
	}
	v.CancelWhy, v.TaxRows, v.Methods = shopperReason(c, o), taxRows(c, o), map[string]string{}
	for _, p := range o.Payments {
		v.Methods[p.ID] = methodLabel(c, o, p.Method, p.Provider)
	}
	if v.Downloads, err = s.shownDownloads(c, o); err != nil {
		return err
	}
	title := c.T("Order %s", o.Label())
	return c.Render(web.Page{View: "orders/shop/status", Title: title, D: v, NoIndex: true})
}

// securing tells whether the order is received and not as safe yet as the store's policy asks. One that was just placed is waited for a moment.
func (s *Service) securing(c *web.Context, o *Order) bool {
	if s.now().Sub(o.PlacedAt.Time) < fresh {
		return !s.app.Secured(c.Ctx(), c.Store, o.ID, 100*time.Millisecond)
	}
	return s.app.Securing(c.Store)(o.PlacedAt.Time)
}

// statusWords say where an order is, to the one who waits for it.
func statusWords(c *web.Context, o *Order) (headline, text string) {
	switch {
	case o.Cancelled() && o.PaidTotal.IsPositive() && o.PaidTotal.Minor == o.RefundedTotal.Minor:
		return c.T("Cancelled"), c.T("This order was cancelled. What you had paid has been given back to you.")
	case o.Cancelled() && o.PaidTotal.Minor > o.RefundedTotal.Minor:
		return c.T("Cancelled"), c.T("This order was cancelled. What you have paid will be given back to you.")
	case o.Cancelled():
		return c.T("Cancelled"), c.T("This order was cancelled. There is nothing to pay.")
	case o.FulfilmentState == Fulfilled && !o.sentParcel():
		return c.T("Delivered"), c.T("You have everything: files stand below, gift cards came by mail.")
	case o.FulfilmentState == Fulfilled:
		return c.T("On its way"), c.T("Everything has been sent.")
	case o.FulfilmentState == PartiallyFulfilled && o.sentParcel():
		return c.T("Partly on its way"), c.T("Some of your things have been sent, the rest follows.")
	case o.Outstanding().IsPositive() && o.PaymentMethod == "bank_transfer":
		if o.parcelless() {
			return c.T("Waiting for your payment"), c.T("You have it as soon as your transfer has arrived.")
		}
		return c.T("Waiting for your payment"), c.T("We send your things as soon as your transfer has arrived.")
	case o.Left() == 0 && o.CreditedTotal.IsPositive():
		return c.T("Refunded"), c.T("What was not sent has been paid back.")
	case o.PaymentState == Pending && o.PaymentMethod != "cash_on_delivery" && o.AutoCancel:
		if o.parcelless() {
			return c.T("Waiting for your payment"), c.T("You have it as soon as it is paid.")
		}
		return c.T("Waiting for your payment"), c.T("We send your things as soon as they are paid.")
	case o.StockState == StockBackordered:
		return c.T("Delivered later"), c.T("We have your order and your payment. Some of it is not in stock at the moment: we send it as soon as it is.")
	}
	return c.T("Being prepared"), c.T("We have your order and are getting it ready.")
}

// shopperReason is why an order was cancelled, as far as it is the shopper's business: never what staff suspect.
func shopperReason(c *web.Context, o *Order) string {
	if !o.Cancelled() {
		return ""
	}
	switch o.CancelReason {
	case "customer":
		return c.T("You changed your mind.")
	case "stock":
		return c.T("The goods are not in stock any more.")
	case "payment":
		return c.T("It was not paid in time.")
	}
	return ""
}

func paymentWords(c *web.Context, o *Order) string {
	switch {
	case o.PaymentState == Paid:
		return c.T("Paid")
	case o.PaymentState == PartiallyPaid && !o.Cancelled():
		return c.T("%s still to pay", o.Outstanding().Format(c.Locale()))
	case o.PaymentState == Pending && o.PaymentMethod == "cash_on_delivery":
		return c.T("To be paid on delivery")
	case o.PaymentState == Pending:
		return c.T("Not paid yet")
	}
	return paymentLabel(c, o.PaymentState)
}

func statusSteps(c *web.Context, o *Order) []step {
	if o.Cancelled() {
		return nil
	}
	paid := step{Label: c.T("Payment"), Current: true}
	if o.PaymentState == Paid || o.PaymentState == PartiallyRefunded {
		paid = step{Label: c.T("Paid"), Done: true}
	}
	begun := o.FulfilmentState == Fulfilled || o.sentParcel()
	prepare := step{Label: c.T("Being prepared"), Done: begun, Current: !begun}
	sent := step{Label: c.T("Sent"), Done: o.FulfilmentState == Fulfilled}
	if o.FulfilmentState == Fulfilled && !o.sentParcel() {
		sent.Label = c.T("Delivered")
	}
	if o.FulfilmentState == PartiallyFulfilled && o.sentParcel() {
		sent = step{Label: c.T("Partly sent"), Current: true}
	}
	placed := step{Label: c.T("Placed"), Done: true}
	if o.PaymentMethod == "cash_on_delivery" { // it is paid at the door
		paid.Current = o.FulfilmentState == Fulfilled && !paid.Done
		return []step{placed, prepare, sent, paid}
	}
	if o.parcelless() {
		return []step{placed, paid, {Label: c.T("Delivered"), Done: begun}}
	}
	prepare.Current = prepare.Current && paid.Done
	return []step{placed, paid, prepare, sent}
}

func (s *Service) lookupPage(c *web.Context) error {
	return c.Render(web.Page{View: "orders/shop/lookup", Title: c.T("Track an order"), D: nil, NoIndex: true})
}

func (s *Service) postLookup(c *web.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	number, email := form.Required("number", 20), form.Required("email", 254)
	if err = form.Err(); err == nil {
		err = s.app.Limit(c, limit.Guess)
	}
	if err == nil {
		var token string
		if token, err = s.ByNumberAndEmail(c.Ctx(), c.Store, number, email); err == nil {
			return c.Redirect("/orders/" + token)
		}
	}
	page := web.Page{View: "orders/shop/lookup", Title: c.T("Track an order"), Form: form, NoIndex: true}
	switch p, code := message(err), problem.CodeOf(err); {
	case code == problem.NotFound || code == problem.TooMany:
		form.Fail("", "%s", p)
		page.Status = code.Status()
	case !form.Take(err):
		return err
	}
	return c.Render(page)
}

// accountOrders lists what the customer ordered while signed in.
func (s *Service) accountOrders(c *web.Context) error {
	orders, err := s.ForAccount(c.Ctx(), c.Store, c.User.ID)
	if err != nil {
		return err
	}
	var rows []accountRow
	for _, b := range orders {
		rows = append(rows, newAccountRow(c, b))
	}
	crumbs := []web.Link{{Label: c.T("Your account"), URL: c.URL("/account")}, {Label: c.T("Orders")}}
	return c.Render(web.Page{View: "orders/shop/account-orders", Title: c.T("Your orders"), D: rows, NoIndex: true, Crumbs: crumbs})
}

// accountOrder leads from an order's number to its own page.
func (s *Service) accountOrder(c *web.Context) error {
	token, err := s.accountToken(c.Ctx(), c.Store, c.User.ID, c.Param("number"))
	if err != nil {
		return err
	}
	return c.Redirect("/orders/" + token)
}
