package orders

import (
	"net/url"

	"wizamart/framework/country"
	"wizamart/framework/money"
	"wizamart/framework/web"
	"wizamart/modules/orders/ordertype"
	"wizamart/ui"
)

// orderView is the data of an order's page.
type orderView struct {
	Order         *Order
	Payment       stateBadge
	Fulfilment    stateBadge
	Timeline      []entry
	CanFulfil     bool
	CanMarkPaid   bool
	CanCancel     bool
	CanAddress    bool
	CanUndo       bool
	CanVoid       bool
	Carriers      []string
	CancelReasons []ui.Option
	CancelWhy     string
	Countries     []ui.Option
	StatusURL     string // the order's own page in the shop
	ShipCountry   string
	BillCountry   string
	Open          string // the form that came back with complaints: fulfil, paid, cancel, address, note
	Older, Newer  string // order ids
	Lines         map[string]Line
	CanRefund     bool
	CanCollect    bool
	TaxRows       []taxRow
	Ways          map[string]string // how each payment came, by id
	OnItsWay      money.Amount      // refunds that have not arrived
	Downloads     []downloadRow
	Securing      bool // received, and not as safe yet as the store's policy asks
}

func (s *Service) orderPage(c *web.Context) error {
	o, err := s.Get(c.Ctx(), c.Store, c.Param("id"))
	if err != nil {
		return err
	}
	return s.renderOrder(c, o, nil, "")
}

// renderOrder shows the order; form holds what was typed into the form named open.
func (s *Service) renderOrder(c *web.Context, o *Order, form *web.Form, open string) error {
	events, err := s.Timeline(c.Ctx(), c.Store, o.ID)
	if err != nil {
		return err
	}
	v := orderView{
		Order: o, Payment: paymentBadge(c, o.PaymentState), Fulfilment: fulfilmentBadge(c, o.FulfilmentState), Open: open,
		CanFulfil: o.CanFulfil() == nil && c.Can("orders.fulfil"), CanMarkPaid: o.CanMarkPaid() == nil && c.Can("orders.payment"),
		CanCancel: o.CanCancel() == nil && c.Can("orders.cancel"), CanAddress: o.CanEditAddress() == nil && c.Can("orders.write"),
		CanRefund: o.CanRefund() == nil && c.Can("orders.refund"), CanCollect: o.CanCollect() == nil && c.Can("orders.payment"), TaxRows: taxRows(c, o),
		CanUndo: o.CanUndoFulfilment() == nil && c.Can("orders.fulfil"), CanVoid: o.CanVoidPayment() == nil && c.Can("orders.payment"),
		Carriers: Carriers(), CancelReasons: cancelOptions(c), CancelWhy: cancelLabel(c, o.CancelReason), Countries: countries(c, o.Shipping.Country), StatusURL: s.shopURL(c, "/orders/"+o.Token),
		ShipCountry: country.Name(c.Lang, o.Shipping.Country), BillCountry: country.Name(c.Lang, o.Billing.Country), Lines: map[string]Line{},
		Securing: s.app.Securing(c.Store)(o.PlacedAt.Time),
	}
	for _, l := range o.Lines {
		v.Lines[l.ID] = l
	}
	v.Ways, v.OnItsWay = map[string]string{}, money.New(o.CreditedTotal.Minor-o.RefundedTotal.Minor, o.Currency)
	for _, p := range o.Payments {
		v.Ways[p.ID] = methodLabel(c, o, p.Method, p.Provider)
	}
	if v.Downloads, err = s.downloadRows(c, o); err != nil {
		return err
	}
	for _, e := range events {
		v.Timeline = append(v.Timeline, newEntry(c, o, e))
	}
	if v.Older, v.Newer, err = s.neighbours(c.Ctx(), c.Store, o.Number); err != nil {
		return err
	}
	return c.Render(web.Page{View: "orders/dashboard/order", Title: c.T("Order %s", o.Label()), D: v, Form: form})
}

// shopURL is an address in the store's shop.
func (s *Service) shopURL(c *web.Context, path string) string {
	info := c.Store.Info()
	return s.app.Config.URL(info.Host(s.app.Platform.BaseDomain()), path)
}

// refused shows the order again with what was typed, or hands the error on.
func (s *Service) refused(c *web.Context, form *web.Form, open string, err error) error {
	if !form.Take(err) {
		return err
	}
	o, again := s.Get(c.Ctx(), c.Store, c.Param("id"))
	if again != nil {
		return again
	}
	return s.renderOrder(c, o, form, open)
}

func (s *Service) postFulfilment(c *web.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	o, err := s.Get(c.Ctx(), c.Store, c.Param("id"))
	if err != nil {
		return err
	}
	in := Fulfil{Carrier: form.Text("carrier", 60), TrackingNumber: form.Text("tracking_number", 100), TrackingURL: form.Text("tracking_url", 500)}
	for _, l := range o.Lines {
		if l.Left() > 0 {
			in.Lines = append(in.Lines, FulfilLine{l.ID, form.Int("q_"+l.ID, 0, l.Left())})
		}
	}
	id := ""
	if err = form.Err(); err == nil {
		if err = o.CanFulfil(); err == nil {
			id, err = s.Fulfil(c.Ctx(), c.Store, o.ID, in)
		}
	}
	if err != nil {
		return s.refused(c, form, "fulfil", err)
	}
	n := 0
	for _, l := range in.Lines {
		n += l.Quantity
	}
	text := c.T("%d pieces marked as sent.", n)
	if n == 1 {
		text = c.T("1 piece marked as sent.")
	}
	c.FlashAction(web.Flash{Kind: "success", Text: text, Action: c.T("Undo"), ActionURL: c.URL("/order-fulfilments/" + id + "/undoing?why=" + url.QueryEscape(c.T("Undone right away")))})
	return c.Redirect("/orders/" + o.ID)
}

// reason is what the form says, or what the Undo of a message brings in its address.
func reason(c *web.Context, form *web.Form) string {
	if why := c.Query("why"); why != "" {
		return why
	}
	return form.Text("reason", 500)
}

func (s *Service) postUndoFulfilment(c *web.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	id, err := s.UndoFulfilment(c.Ctx(), c.Store, c.Param("id"), reason(c, form))
	if err != nil {
		return err
	}
	c.Flash("success", "The fulfilment was undone.")
	return c.Redirect("/orders/" + id)
}

func (s *Service) postPayment(c *web.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	in := MarkPaid{Reference: form.Text("reference", 200)}
	if minor, ok := form.Money("amount", c.Store.Currency()); ok {
		amount := money.New(minor, c.Store.Currency())
		in.Amount = &amount
	}
	id := ""
	if err = form.Err(); err == nil {
		id, err = s.MarkPaid(c.Ctx(), c.Store, c.Param("id"), in)
	}
	if err != nil {
		return s.refused(c, form, "paid", err)
	}
	c.FlashAction(web.Flash{Kind: "success", Text: c.T("The payment was recorded."), Action: c.T("Undo"), ActionURL: c.URL("/order-payments/" + id + "/voidings?why=" + url.QueryEscape(c.T("Undone right away")))})
	return c.Redirect("/orders/" + c.Param("id"))
}

func (s *Service) postVoidPayment(c *web.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	id, err := s.VoidPayment(c.Ctx(), c.Store, c.Param("id"), reason(c, form))
	if err != nil {
		return err
	}
	c.Flash("success", "The payment was taken back.")
	return c.Redirect("/orders/" + id)
}

func (s *Service) postCancellation(c *web.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	in := Cancel{Reason: form.Text("reason", 20), Text: form.Text("text", 500), Restock: form.Bool("restock"), Refund: form.Bool("refund") && c.Can("orders.refund")}
	if err = form.Err(); err == nil {
		err = s.Cancel(c.Ctx(), c.Store, c.Param("id"), in)
	}
	if err != nil {
		return s.refused(c, form, "cancel", err)
	}
	c.Flash("success", "The order was cancelled.")
	return c.Redirect("/orders/" + c.Param("id"))
}

func (s *Service) postComment(c *web.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	if err := s.Comment(c.Ctx(), c.Store, c.Param("id"), form.Value("comment")); err != nil {
		return s.refused(c, form, "comment", err)
	}
	return c.Redirect("/orders/" + c.Param("id") + "#timeline")
}

func (s *Service) postNote(c *web.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	if err := s.SetStaffNote(c.Ctx(), c.Store, c.Param("id"), form.Value("staff_note")); err != nil {
		return s.refused(c, form, "note", err)
	}
	c.Flash("success", "The note was saved.")
	return c.Redirect("/orders/" + c.Param("id"))
}

func (s *Service) postAddress(c *web.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	to := ordertype.Address{
		Name: form.Value("name"), Business: form.Value("business"), Line1: form.Value("line1"), Line2: form.Value("line2"), PostalCode: form.Value("postal_code"),
		City: form.Value("city"), Region: form.Value("region"), Country: form.Value("country"), Phone: form.Value("phone"),
	}
	if err := s.SetShipping(c.Ctx(), c.Store, c.Param("id"), to); err != nil {
		return s.refused(c, form, "address", err)
	}
	c.Flash("success", "The shipping address was changed.")
	return c.Redirect("/orders/" + c.Param("id"))
}

// slipView is the data of a packing slip.
type slipView struct {
	Order   *Order
	Country string
}

func (s *Service) packingSlip(c *web.Context) error {
	o, err := s.Get(c.Ctx(), c.Store, c.Param("id"))
	if err != nil {
		return err
	}
	return c.Render(web.Page{View: "orders/dashboard/packing-slip", Title: c.T("Packing slip %s", o.Label()), D: slipView{o, country.Name(c.Lang, o.Shipping.Country)}})
}
