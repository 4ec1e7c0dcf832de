package checkout

import (
	"cmp"
	"net/url"
	"strings"
	"time"

	"wizamart/framework/money"
	"wizamart/framework/timezone"
	"wizamart/framework/web"
	"wizamart/modules/checkout/promotion"
	"wizamart/modules/orders/ordertype"
	"wizamart/ui"
)

// stepPage is the data of every page of the checkout.
type stepPage struct {
	Step      Step
	Steps     []stepLink
	Back      Step
	Session   Session
	Quote     Quote
	Notices   []string
	Rows      []totalRow
	Seal      string
	Terms     Terms
	Countries []ui.Option // that goods go to
	World     []ui.Option // for the billing address
	Ways      []ui.Option
	Payments  []ui.Option
	PayLabel  string
	Button    string     // that places the order, in
	Language  string     // the shop's own
	Gifts     []giftView // on the first page
	Given     []given    // on the last
	Waiver    string     // what buyers of downloads agree to
	Arrives   string     // when the chosen delivery arrives
	ByCard    bool       // gift cards pay all of it
	Codes     ui.CodeBox
	ShipTo    []string
	BillTo    []string
	AsksVAT   bool
	VATResult string
}

type stepLink struct {
	Label, URL   string
	Active, Done bool
}

type totalRow struct {
	Label, Note, Amount string
	Total               bool
}

var stepLabels = map[Step]string{AddressStep: "Address", DeliveryStep: "Delivery", PaymentStep: "Payment", ReviewStep: "Review"}

func (s *Service) render(c *web.Context, step Step, sess Session, q Quote, form *web.Form, status int) error {
	p := stepPage{Step: step, Session: sess, Quote: q, Seal: q.Seal(), Terms: TermsOf(c.Store), Back: q.before(step), AsksVAT: AsksVAT(c.Store), VATResult: vatResult(c, sess)}
	p.Steps = append(p.Steps, stepLink{Label: c.T("Cart"), URL: c.URL("/cart"), Done: true})
	for _, o := range q.steps() {
		p.Steps = append(p.Steps, stepLink{Label: c.T(stepLabels[o]), URL: c.URL("/checkout/" + string(o)), Active: o == step, Done: o.order() < step.order()})
	}
	for _, n := range q.Notices {
		p.Notices = append(p.Notices, n.Text(c.T, c.Locale()))
	}
	p.Rows, p.Codes = rows(c, q), s.codeBox(c, string(step), sess, q)
	if q.Method != nil {
		p.Arrives = cmp.Or(q.Method.arrival(c.T, time.Now().In(timezone.Of(c.Store))), q.Method.Estimate)
	}
	p.ByCard = q.Payment != nil && q.Payment.ID == PaidByGiftCard
	switch step {
	case AddressStep:
		p.Countries, p.World = countryOptions(q.Countries), countryOptions(Countries)
		if form == nil {
			form = web.NewForm(contactValues(c, sess, q.Countries))
		}
		p.Gifts = s.giftViews(c, sess, q, form)
	case DeliveryStep:
		for _, o := range q.Offers {
			icon := "truck"
			if o.Pickup {
				icon = "store"
			}
			p.Ways = append(p.Ways, ui.Option{Value: o.ID, Label: o.Name, Hint: joined(" · ", cmp.Or(o.arrival(c.T, time.Now().In(timezone.Of(c.Store))), o.Estimate), o.Description), Icon: icon, Trailing: free(c, o.Cost)})
		}
		if form == nil {
			form = web.NewForm(url.Values{"shipping_method": {chosen(sess.ShippingMethodID, p.Ways)}})
		}
	case PaymentStep:
		for _, o := range q.Options {
			opt := ui.Option{Value: o.ID, Label: c.T(o.Label), Hint: c.T(o.Hint), Icon: o.Icon}
			if !o.Fee.IsZero() {
				opt.Trailing = "+ " + o.Fee.Format(c.Locale())
			}
			p.Payments = append(p.Payments, opt)
		}
		if form == nil {
			form = web.NewForm(url.Values{"payment_method": {chosen(sess.PaymentMethod, p.Payments)}, "note": {sess.Note}})
		}
	case ReviewStep:
		p.ShipTo, p.BillTo = addressLines(sess.Shipping), addressLines(sess.BillTo())
		if q.Downloads() {
			p.Waiver = Waiver
		}
		p.Given = s.given(c, sess, q)
		p.Button, p.Language = orderButton(c.Store.Info().Locale)
		if q.Payment != nil {
			p.PayLabel = c.T(q.Payment.Label)
		}
	}
	return c.Render(web.Page{View: "checkout/shop/step", Title: c.T("Checkout") + ": " + c.T(stepLabels[step]), D: p, Form: form, Status: status, NoIndex: true})
}

// chosen is the shopper's choice while it is offered, else the first.
func chosen(id string, options []ui.Option) string {
	for _, o := range options {
		if o.Value == id {
			return id
		}
	}
	if len(options) > 0 {
		return options[0].Value
	}
	return ""
}

func free(c *web.Context, a money.Amount) string {
	if a.IsZero() {
		return c.T("Free")
	}
	return a.Format(c.Locale())
}

func rows(c *web.Context, q Quote) []totalRow {
	out := []totalRow{{Label: c.T("Subtotal"), Amount: q.Subtotal.Format(c.Locale())}}
	out = append(out, discountRows(c, q, false)...)
	if q.NeedsShipping {
		r := totalRow{Label: c.T("Delivery"), Amount: c.T("Next step")}
		if q.Method != nil {
			r.Note, r.Amount = q.Method.Name, free(c, q.Shipping)
		}
		out = append(out, r)
	}
	out = append(out, discountRows(c, q, true)...)
	if fee := q.fee(); !fee.IsZero() {
		out = append(out, totalRow{Label: c.T(q.Payment.Label), Amount: fee.Format(c.Locale())})
	}
	out = taxRows(c, q, append(out, totalRow{Label: c.T("Total"), Amount: q.Total.Format(c.Locale()), Total: true}))
	if q.Due == q.Total {
		return out
	}
	for _, g := range q.Cards {
		if !g.Pays.IsZero() {
			out = append(out, totalRow{Label: c.T("Gift card"), Note: g.Shown(), Amount: "−" + g.Pays.Format(c.Locale())})
		}
	}
	return append(out, totalRow{Label: c.T("Left to pay"), Amount: q.Due.Format(c.Locale()), Total: true})
}

// discountRows are what is taken off the goods, or off the delivery.
func discountRows(c *web.Context, q Quote, delivery bool) (out []totalRow) {
	n := 0 // adjustments stand in the order of what was applied
	for _, a := range q.Applied {
		if a.Total() == 0 {
			continue
		}
		if (a.Class() == promotion.ShippingClass) == delivery {
			out = append(out, totalRow{Label: a.Title, Note: a.Code, Amount: "−" + q.Adjustments[n].Amount.Format(c.Locale())})
		}
		n++
	}
	return out
}

// taxRows puts the taxes before the total where they are added to prices, behind it where they are inside; why there is none stands last.
func taxRows(c *web.Context, q Quote, rows []totalRow) []totalRow {
	t, last := TaxesOf(c.Store), len(rows)-1
	var added, behind []totalRow
	for _, x := range q.Taxes {
		row := totalRow{Label: taxLabel(c, t, q.PricesIncludeTax, x)}
		if x.Note == "" {
			row.Amount = money.New(x.Tax, q.Total.Currency).Format(c.Locale())
		}
		switch {
		case x.Note != "" || q.PricesIncludeTax:
			behind = append(behind, row)
		default:
			added = append(added, row)
		}
	}
	return append(append(append(rows[:last:last], added...), rows[last]), behind...)
}

// vatResult says what became of the check of the buyer's number.
func vatResult(c *web.Context, sess Session) string {
	switch {
	case sess.VATID == "":
		return ""
	case sess.VATCheck.Confirms(sess.VATID) && sess.VATCheck.Consultation != "":
		return c.T("Confirmed by the register of the European Union, consultation number %s.", sess.VATCheck.Consultation)
	case sess.VATCheck.Confirms(sess.VATID):
		return c.T("Confirmed by the register of the European Union.")
	}
	return c.T("The register of the European Union does not answer at the moment. You can order; VAT is charged.")
}

func countryOptions(list []Country) []ui.Option {
	out := make([]ui.Option, len(list))
	for i, c := range list {
		out[i] = ui.Option{Value: c.Code, Label: c.Name}
	}
	return out
}

// contactValues fills the address form: what was typed before, and the shop's own country for a first visit.
func contactValues(c *web.Context, sess Session, reach []Country) url.Values {
	v := url.Values{"email": {sess.Email}, "vat_id": {sess.VATID}}
	home := homeOf(c.Store)
	if len(reach) == 1 {
		home = reach[0].Code
	}
	put := func(prefix string, a ordertype.Address) {
		if a.Country == "" {
			a.Country = home
		}
		for name, value := range map[string]string{
			"name": a.Name, "business": a.Business, "line1": a.Line1, "line2": a.Line2, "postal_code": a.PostalCode, "city": a.City, "region": a.Region, "country": a.Country, "phone": a.Phone,
		} {
			v.Set(prefix+name, value)
		}
	}
	put("", sess.Shipping)
	put("billing_", sess.Billing)
	if sess.BillingSame {
		v.Set("billing_same", "on")
	}
	return v
}

// addressLines writes an address as on an envelope.
func addressLines(a ordertype.Address) []string {
	town := joined(" ", a.PostalCode, a.City)
	switch a.Country {
	case "US", "CA", "AU", "GB", "IE", "IN":
		town = joined(" ", a.City, a.Region, a.PostalCode)
		a.Region = ""
	}
	var out []string
	for _, l := range []string{a.Name, a.Business, a.Line1, a.Line2, town, a.Region, CountryName(a.Country)} {
		if l != "" {
			out = append(out, l)
		}
	}
	return out
}

func joined(sep string, parts ...string) string {
	var out []string
	for _, p := range parts {
		if p != "" {
			out = append(out, p)
		}
	}
	return strings.Join(out, sep)
}
