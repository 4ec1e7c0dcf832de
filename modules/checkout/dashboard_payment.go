package checkout

import (
	"net/url"
	"strconv"

	"wizamart/framework/money"
	"wizamart/framework/web"
)

func (s *Service) showPayment(c *web.Context) error {
	p := PaymentOf(c.Store)
	v := url.Values{
		"bank_holder": {p.BankHolder}, "bank_iban": {groupIBAN(p.BankIBAN)}, "bank_bic": {p.BankBIC}, "bank_days": {strconv.Itoa(p.BankDays)}, "bank_text": {p.BankText},
		"cod_fee": {money.New(p.CashFee, c.Store.Currency()).Decimal()}, "cod_text": {p.CashText},
	}
	for name, on := range map[string]bool{"bank_transfer": p.BankTransfer, "cod": p.Cash} {
		if on {
			v.Set(name, "on")
		}
	}
	return s.renderPayment(c, web.NewForm(v))
}

func (s *Service) renderPayment(c *web.Context, form *web.Form) error {
	p := PaymentOf(c.Store)
	return c.Render(web.Page{View: "checkout/dashboard/payment", Title: c.T("Payment"), Form: form, D: map[string]any{
		"Currency": c.Store.Currency(), "Payment": p, "None": !p.BankTransfer && !p.Cash, "NoAccount": p.BankTransfer && p.BankIBAN == "",
	}})
}

func (s *Service) savePaymentSettings(c *web.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	p := Payment{
		BankTransfer: form.Bool("bank_transfer"), BankHolder: form.Value("bank_holder"), BankIBAN: form.Value("bank_iban"), BankBIC: form.Value("bank_bic"),
		BankDays: form.Int("bank_days", 0, 365), BankText: form.Value("bank_text"), Cash: form.Bool("cod"), CashText: form.Value("cod_text"),
	}
	p.CashFee, _ = form.Money("cod_fee", c.Store.Currency())
	if err := p.Validate(); err != nil && !form.Take(err) {
		return err
	}
	if form.Any() {
		return s.renderPayment(c, form)
	}
	if err := s.SavePayment(c.Ctx(), c.Store, p); err != nil {
		return err
	}
	c.Flash("success", "Payment settings saved.")
	return c.Redirect("/payment")
}
