package checkout

import (
	"fmt"
	"net/url"
	"strings"
	"time"

	"wizamart/framework/database"
	"wizamart/framework/money"
	"wizamart/framework/timezone"
	"wizamart/framework/web"
	"wizamart/modules/cart/carttype"
	"wizamart/modules/catalog/catalogtype"
	"wizamart/modules/checkout/tax"
	"wizamart/modules/orders/ordertype"
	"wizamart/modules/payments/paymenttype"
	"wizamart/tenant"
	"wizamart/ui"
)

type taxPage struct {
	Taxes     Taxes
	Classes   []tax.Class
	Rules     []tax.Rule
	Countries []ui.Option
	Levels    []ui.Option
	ClassList []ui.Option
	Examples  []taxExample
	AsOf      string
	Identity  bool
}

// taxExample is what a basket costs somewhere.
type taxExample struct {
	Where, How string
	Price      money.Amount // of the basket
	Total      money.Amount
}

func (s *Service) showTaxes(c *web.Context) error {
	t := TaxesOf(c.Store)
	v := url.Values{"country": {t.Country}, "postal_code": {t.PostalCode}, "eu_sales": {t.Sales}, "inclusive": {map[bool]string{true: "yes", false: "no"}[t.Inclusive]}}
	for name, on := range map[string]bool{"on": t.On, "small_business": t.SmallBusiness} {
		if on {
			v.Set(name, "on")
		}
	}
	return s.renderTaxes(c, t, web.NewForm(v))
}

func (s *Service) renderTaxes(c *web.Context, t Taxes, form *web.Form) error {
	p := taxPage{
		Taxes: t, Classes: append(append([]tax.Class{}, t.Classes...), tax.Class{Level: tax.LevelReduced}), Rules: append(append([]tax.Rule{}, t.Rules...), tax.Rule{}),
		Countries: countryOptions(Countries), AsOf: tax.RatesAsOf, Identity: SellerOf(c.Store).Complete(),
	}
	for _, l := range tax.Levels {
		p.Levels = append(p.Levels, ui.Option{Value: string(l), Label: c.T(l.Label())})
	}
	p.ClassList = []ui.Option{{Value: "", Label: c.T("All classes")}}
	for _, l := range tax.Levels {
		p.ClassList = append(p.ClassList, ui.Option{Value: string(l), Label: c.T(l.Label())})
	}
	for _, class := range t.Classes {
		p.ClassList = append(p.ClassList, ui.Option{Value: class.Code, Label: class.Name})
	}
	if !form.Any() {
		p.Examples = s.examples(c, TaxesOf(c.Store))
	}
	return c.Render(web.Page{View: "checkout/dashboard/taxes", Title: c.T("Taxes"), Form: form, D: p})
}

// examples asks what shoppers would be asked: the same code makes them.
func (s *Service) examples(c *web.Context, t Taxes) []taxExample {
	if !t.On {
		return nil
	}
	price := money.New(100, c.Store.Currency())
	for range money.Digits(price.Currency) {
		price.Minor *= 10
	}
	if price.Currency == "JPY" || price.Currency == "KRW" || price.Currency == "HUF" {
		price.Minor *= 100
	}
	var out []taxExample
	add := func(where string, sess Session) {
		q := exampleQuote(price)
		if q.tax(sess, t, SellerOf(c.Store).VATID, timezone.Date(time.Now(), timezone.Of(c.Store))) != nil || q.sum() != nil {
			return
		}
		var how []string
		for _, x := range q.Taxes {
			how = append(how, taxLabel(c, t, q.PricesIncludeTax, x))
		}
		out = append(out, taxExample{Where: where, How: strings.Join(how, ", "), Price: price, Total: q.Total})
	}
	seen := map[string]bool{"": true}
	for _, code := range []string{t.Country, "DE", "FR", "DK", "GB", "NO", "CH", "US"} {
		if seen[code] {
			continue
		}
		seen[code] = true
		add(CountryName(code), Session{Shipping: ordertype.Address{Country: code}, BillingSame: true})
	}
	if AsksVAT(c.Store) {
		code, number := "FR", "FR40303265045"
		if t.Country == "FR" {
			code, number = "DE", "DE136695976"
		}
		add(c.T("%s, a business with a VAT number", CountryName(code)), Session{
			Shipping: ordertype.Address{Country: code}, BillingSame: true, VATID: number, VATCheck: VATCheck{Number: number, Valid: true, At: database.Now()},
		})
	}
	return out
}

func exampleQuote(price money.Amount) Quote {
	zero := money.Zero(price.Currency)
	line := carttype.Line{Sellable: catalogtype.Sellable{Price: price, RequiresShipping: true}, Quantity: 1, Total: price}
	return Quote{Lines: []Item{{Line: line, Discount: zero}}, Subtotal: price, Shipping: zero, ShippingDiscount: zero, Pricing: Pricing{PricesIncludeTax: true}}
}

func (s *Service) saveTaxes(c *web.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	t := Taxes{
		On: form.Bool("on"), Inclusive: form.Value("inclusive") != "no", Country: form.Value("country"), PostalCode: form.Value("postal_code"),
		SmallBusiness: form.Bool("small_business"), Sales: form.Value("eu_sales"), Classes: taxClassesOf(form),
	}
	t.Rules = taxRulesOf(form)
	if err := t.Validate(); err != nil && !form.Take(err) {
		return err
	}
	if form.Any() {
		return s.renderTaxes(c, t, form)
	}
	if _, err := s.SaveTaxes(c.Ctx(), c.Store, t); err != nil {
		return err
	}
	c.Flash("success", "Tax settings saved.")
	return c.Redirect("/taxes")
}

// taxClassesOf reads the rows of classes, and puts them back into the form without the removed and the empty ones: complaints then stand
// beside what they are about.
func taxClassesOf(form *web.Form) []tax.Class {
	out := []tax.Class{}
	for i := range MaxTaxClasses + 1 {
		at := fmt.Sprintf("classes.%d.", i)
		class := tax.Class{Code: form.Value(at + "code"), Name: form.Value(at + "name"), Level: tax.Level(form.Value(at + "level"))}
		gone := form.Bool(at+"remove") || class.Code == "" && class.Name == ""
		form.Set(at+"code", "").Set(at+"name", "").Set(at+"level", string(tax.LevelReduced)).Set(at+"remove", "")
		if gone {
			continue
		}
		at = fmt.Sprintf("classes.%d.", len(out))
		form.Set(at+"code", class.Code).Set(at+"name", class.Name).Set(at+"level", string(class.Level))
		out = append(out, class)
	}
	return out
}

func taxRulesOf(form *web.Form) []tax.Rule {
	out := []tax.Rule{}
	for i := range MaxTaxRules + 1 {
		at := fmt.Sprintf("rules.%d.", i)
		values := map[string]string{}
		for _, name := range []string{"id", "name", "country", "region", "from", "to", "class", "rate"} {
			values[name] = form.Value(at + name)
			form.Set(at+name, "")
		}
		gone := form.Bool(at+"remove") || values["country"] == "" && values["rate"] == "" && values["name"] == ""
		form.Set(at+"remove", "")
		if gone {
			continue
		}
		at = fmt.Sprintf("rules.%d.", len(out))
		for name, value := range values {
			form.Set(at+name, value)
		}
		rate, err := money.ParsePercent(strings.Trim(strings.ReplaceAll(values["rate"], ",", "."), " %\u00a0"))
		if err != nil {
			form.Fail(at+"rate", "Enter a rate from 0 to 100 percent.")
		}
		out = append(out, tax.Rule{
			ID: values["id"], Name: values["name"], Country: values["country"], Region: values["region"], PostFrom: values["from"], PostTo: values["to"], Class: values["class"], Rate: rate,
		})
	}
	return out
}

// taxLabel says what a tax is: "including VAT 19 %", or the note of what is not taxed.
func taxLabel(c *web.Context, t Taxes, included bool, x ordertype.Tax) string {
	if x.Note != "" {
		return c.T(x.Note)
	}
	name := c.T("VAT")
	if home := tax.Place(t.Country, t.PostalCode); !home.InUnion() && home.Rates != "GB" && home.Rates != "NO" && home.Rates != "CH" && home.Rates != "LI" && home.Rates != "IS" {
		name = c.T("Tax")
	}
	if included {
		return c.T("including %s %s %%", name, x.Rate.Percent())
	}
	return c.T("%s %s %%", name, x.Rate.Percent())
}

func (s *Service) showSeller(c *web.Context) error {
	v := SellerOf(c.Store)
	if v.Country == "" {
		v.Country = homeOf(c.Store)
	}
	return s.renderSeller(c, web.NewForm(url.Values{
		"name": {v.Name}, "represented_by": {v.Person}, "line1": {v.Line1}, "line2": {v.Line2}, "postal_code": {v.PostalCode}, "city": {v.City}, "country": {v.Country}, "email": {v.Email},
		"phone": {v.Phone}, "vat_id": {v.VATID}, "tax_number": {v.TaxNumber}, "register": {v.Register}, "iban": {paymenttype.GroupIBAN(v.IBAN)},
	}))
}

func (s *Service) renderSeller(c *web.Context, form *web.Form) error {
	return c.Render(web.Page{View: "checkout/dashboard/seller", Title: c.T("Legal identity"), Form: form, D: map[string]any{"Countries": countryOptions(Countries)}})
}

func (s *Service) saveSeller(c *web.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	in := Seller{
		Name: form.Value("name"), Person: form.Value("represented_by"), Line1: form.Value("line1"), Line2: form.Value("line2"), PostalCode: form.Value("postal_code"), City: form.Value("city"),
		Country: form.Value("country"), Email: form.Value("email"), Phone: form.Value("phone"), VATID: form.Value("vat_id"), TaxNumber: form.Value("tax_number"), Register: form.Value("register"), IBAN: form.Value("iban"),
	}
	if _, err := s.SaveSeller(c.Ctx(), c.Store, in); err != nil {
		if form.Take(err) {
			return s.renderSeller(c, form)
		}
		return err
	}
	c.Flash("success", "Legal identity saved.")
	return c.Redirect("/legal-identity")
}

// legalNotice is the shop's page of who sells.
func (s *Service) legalNotice(c *web.Context) error {
	return c.Render(web.Page{View: "checkout/shop/legal", Title: c.T("Legal notice"), D: map[string]any{"Seller": SellerOf(c.Store), "IBAN": paymenttype.GroupIBAN(SellerOf(c.Store).IBAN)}})
}

// decorate gives the shop's pages the note beside prices, and the legal notice in their footer.
func (s *Service) decorate(c *web.Context, v *web.View) error {
	if c.Surface != web.Storefront || c.Store == nil || v.Store == nil {
		return nil
	}
	v.Store.PriceNote, v.Store.UnsentNote = priceNotes(c, c.Store)
	if SellerOf(c.Store).Complete() {
		address := c.URL("/legal-notice")
		v.Footer = append(v.Footer, web.Link{Label: c.T("Legal notice"), URL: address, Active: c.R.URL.Path == address})
	}
	return nil
}

// priceNotes are what has to stand beside the price of what is sent, and of what is not (Directive 98/6/EC asks for the final price, tax included).
func priceNotes(c *web.Context, st *tenant.Store) (sent, unsent string) {
	switch t := TaxesOf(st); {
	case !t.On:
		return "", ""
	case t.SmallBusiness:
		return c.T("No VAT is charged (small business), plus delivery"), c.T("No VAT is charged (small business)")
	case t.Inclusive:
		return c.T("incl. VAT, plus delivery"), c.T("incl. VAT")
	}
	return c.T("plus VAT and delivery"), c.T("plus VAT")
}
