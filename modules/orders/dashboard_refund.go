package orders

import (
	"cmp"

	"wizamart/framework/database"
	"wizamart/framework/money"
	"wizamart/framework/problem"
	"wizamart/framework/web"
)

// refundView is the data of the page on which a refund is made.
type refundView struct {
	Order    *Order
	Rows     []refundRow
	Shipping money.Amount // what can be given back
	Fee      money.Amount
	Left     money.Amount
	Typed    map[string]string
	Key      string  // makes the form sent twice one refund
	Plan     *Refund // nil until something is chosen
	Taxes    []taxRow
	Ways     []wayRow
}

type refundRow struct {
	Line
	Max     int
	Unsent  int // of them
	Typed   string
	Restock bool
	Each    money.Amount // of the next piece
}

// wayRow is where a part of a refund goes.
type wayRow struct {
	Label  string
	Amount money.Amount
	ByHand bool
}

// taxRow is the tax at one rate, as it is shown.
type taxRow struct {
	Label  string
	Base   money.Amount
	Amount money.Amount
	Note   string
}

func taxLabel(c *web.Context, category string, rate money.Rate) string {
	switch category {
	case "Z", "E", "O":
		return c.T("No tax")
	case "AE", "K", "G":
		return c.T("Tax: 0 %%")
	}
	return c.T("Tax: %s %%", rate.Percent())
}

func taxRows(c *web.Context, o *Order) []taxRow {
	var out []taxRow
	for _, t := range o.Taxes {
		if t.Gross == 0 {
			continue
		}
		row := taxRow{taxLabel(c, t.Category, t.Rate), money.New(t.Base, o.Currency), money.New(t.Tax, o.Currency), ""}
		if t.Note != "" {
			row.Note = c.T(t.Note)
		}
		out = append(out, row)
	}
	return out
}

func (s *Service) refundPage(c *web.Context) error {
	o, err := s.Get(c.Ctx(), c.Store, c.Param("id"))
	if err != nil {
		return err
	}
	if err := o.CanRefund(); err != nil {
		return err
	}
	return s.renderRefund(c, o, nil, nil)
}

func (s *Service) renderRefund(c *web.Context, o *Order, form *web.Form, plan *Refund) error {
	v := refundView{Order: o, Shipping: o.ShippingLeft(), Fee: o.FeeLeft(), Left: o.Refundable(), Typed: map[string]string{}, Plan: plan, Key: cmp.Or(form.Value("key"), database.NewID())}
	for _, name := range []string{"shipping", "fee", "ad_hoc", "less", "reason"} {
		v.Typed[name] = form.Value(name)
	}
	for _, l := range o.Lines {
		left := l.Quantity - l.Refunded
		if left == 0 {
			continue
		}
		row := refundRow{Line: l, Max: left, Unsent: min(l.Left(), left), Typed: "0", Restock: true, Each: o.Share(l, 1)}
		if form != nil {
			row.Typed, row.Restock = form.Value("q_"+l.ID), form.Bool("r_"+l.ID)
		}
		v.Rows = append(v.Rows, row)
	}
	if plan != nil {
		for _, t := range plan.Taxes {
			v.Taxes = append(v.Taxes, taxRow{Label: taxLabel(c, t.Category, t.Rate), Amount: money.New(t.Tax, o.Currency)})
		}
		for _, w := range o.Ways(plan.Amount) {
			v.Ways = append(v.Ways, wayRow{methodLabel(c, o, w.Payment.Method, w.Payment.Provider), w.Amount, w.Payment.ByHand()})
		}
	}
	crumbs := []web.Link{{Label: c.T("Orders"), URL: c.URL("/orders")}, {Label: o.Label(), URL: c.URL("/orders/" + o.ID)}, {Label: c.T("Refund")}}
	return c.Render(web.Page{View: "orders/dashboard/refund", Title: c.T("Refund order %s", o.Label()), D: v, Form: form, Crumbs: crumbs})
}

// postRefund makes a refund, or with the button "preview" only shows what it would be: the page's script asks in the same way.
func (s *Service) postRefund(c *web.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	o, err := s.Get(c.Ctx(), c.Store, c.Param("id"))
	if err != nil {
		return err
	}
	in := refundInput(form, o)
	if id, err := refundedBefore(c.Ctx(), c.Store, o.ID, in.ExternalID); err != nil || id != "" { // the form was sent twice
		if err != nil {
			return err
		}
		return c.Redirect("/orders/" + o.ID + "#payment")
	}
	if err = form.Err(); err == nil {
		if form.Value("do") == "preview" {
			var plan Refund
			if plan, err = o.PlanRefund(in, c.Locale()); err == nil {
				return s.renderRefund(c, o, form, &plan)
			}
		} else if _, err = s.Refund(c.Ctx(), c.Store, o.ID, in); err == nil {
			c.Flash("success", "The refund is on its way.")
			return c.Redirect("/orders/" + o.ID + "#payment")
		}
	}
	if !form.Take(err) {
		return err
	}
	if o, err = s.Get(c.Ctx(), c.Store, o.ID); err != nil {
		return err
	}
	return s.renderRefund(c, o, form, nil)
}

// refundInput reads the form. Its key makes a form that is sent twice one refund.
func refundInput(form *web.Form, o *Order) RefundInput {
	amount := func(name string) money.Amount {
		minor, _ := form.Money(name, o.Currency)
		return money.New(minor, o.Currency)
	}
	in := RefundInput{Shipping: amount("shipping"), Fee: amount("fee"), AdHoc: amount("ad_hoc"), Less: amount("less"), Reason: form.Text("reason", 500)}
	if key := form.Text("key", 60); key != "" {
		in.ExternalID = "form:" + o.ID + ":" + key
	}
	for _, l := range o.Lines {
		if n := form.Int("q_"+l.ID, 0, l.Quantity-l.Refunded); n > 0 {
			in.Lines = append(in.Lines, RefundLine{LineID: l.ID, Quantity: n, Restock: form.Bool("r_" + l.ID)})
		}
	}
	return in
}

func (s *Service) postRetry(c *web.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	byHand := form.Value("way") == "hand"
	id, err := s.RetryRepayment(c.Ctx(), c.Store, c.Param("id"), byHand, form.Text("reference", 200))
	if problem.Is(err, problem.Invalid) {
		owner, e := s.ownerOf(c.Ctx(), c.Store, "orders_repayment", c.Param("id"))
		if e != nil {
			return e
		}
		o, e := s.Get(c.Ctx(), c.Store, owner)
		if e != nil {
			return e
		}
		form.Take(err)
		return s.renderOrder(c, o, form, "repay-"+c.Param("id"))
	}
	if err != nil {
		return err
	}
	if byHand {
		c.Flash("success", "Noted as given back.")
	} else {
		c.Flash("success", "The repayment is tried again.")
	}
	return c.Redirect("/orders/" + id + "#payment")
}

func (s *Service) postCapture(c *web.Context) error {
	id, err := s.CollectPayment(c.Ctx(), c.Store, c.Param("id"))
	if err != nil {
		return err
	}
	c.Flash("success", "The payment is being collected.")
	return c.Redirect("/orders/" + id + "#payment")
}

func (s *Service) postVoidAuthorisation(c *web.Context) error {
	id, err := s.ReleasePayment(c.Ctx(), c.Store, c.Param("id"))
	if err != nil {
		return err
	}
	c.Flash("success", "The authorisation is being voided.")
	return c.Redirect("/orders/" + id + "#payment")
}
