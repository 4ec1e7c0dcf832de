package payments

import (
	"errors"
	"net/url"
	"strconv"
	"strings"

	"wizamart/framework/money"
	"wizamart/framework/web"
	"wizamart/modules/payments/paymenttype"
	"wizamart/ui"
)

// settingsView is the data of the page on which a merchant says how they are paid.
type settingsView struct {
	Currency   string
	None       bool
	NoAccount  bool
	NoKeys     bool // cards are on, and the mode's secret key is missing
	NoHook     bool
	Chargeable bool
	Modes      []keysView
	ModeOption []ui.Option
	Captures   []ui.Option
	Orders     []ui.Option
	Hook       string // address for the provider's messages
	Demo       bool   // a development server: cards may be pretended
}

type keysView struct {
	Mode, Title     string
	Secret, Webhook bool // are kept
	Standing        standing
}

func (s *Service) showSettings(c *web.Context) error {
	p := SettingsOf(c.Store)
	v := url.Values{
		"bank_holder": {p.BankHolder}, "bank_iban": {paymenttype.GroupIBAN(p.BankIBAN)}, "bank_bic": {p.BankBIC}, "bank_days": {strconv.Itoa(p.BankDays)}, "bank_text": {p.BankText},
		"bank_reserve_days": {strconv.Itoa(p.BankReserve)}, "cod_fee": {money.New(p.CashFee, c.Store.Currency()).Decimal()}, "cod_text": {p.CashText},
		"card_mode": {p.CardMode}, "card_minutes": {strconv.Itoa(p.CardMinutes)}, "capture": {p.Capture}, "order": {strings.Join(p.MethodOrder(), " ")},
	}
	for name, on := range map[string]bool{"bank_transfer": p.BankTransfer, "cod": p.Cash, "cod_pickup": p.CashPickup, "card": p.Card, "test_card": s.demo(c.Store)} {
		if on {
			v.Set(name, "on")
		}
	}
	for _, mode := range []string{Live, Test} {
		acc, err := s.account(c.Ctx(), c.Store, mode)
		if err != nil {
			return err
		}
		v.Set(mode+"_publishable", acc.PublishableKey)
	}
	return s.renderSettings(c, web.NewForm(v))
}

func (s *Service) renderSettings(c *web.Context, form *web.Form) error {
	p := SettingsOf(c.Store)
	v := settingsView{
		Currency: c.Store.Currency(), None: !p.BankTransfer && !p.Cash && !p.Card && !s.demo(c.Store), NoAccount: p.BankTransfer && p.BankIBAN == "",
		Chargeable: chargeable(c.Store.Currency()), Demo: s.app.Config.Development, Hook: s.hookURL(c),
		ModeOption: []ui.Option{{Value: Live, Label: c.T("Live: real money")}, {Value: Test, Label: c.T("Test: no money moves")}},
		Captures: []ui.Option{
			{Value: CaptureAuto, Label: c.T("As soon as the order is stored safely")}, {Value: CaptureFulfilment, Label: c.T("When goods are sent")}, {Value: CaptureHand, Label: c.T("When I say so, on the order’s page")},
		},
	}
	labels := map[string]string{paymenttype.Card: c.T("Card"), paymenttype.BankTransfer: c.T("Bank transfer"), paymenttype.CashOnDelivery: c.T("Cash on delivery")}
	for _, order := range [][]int{{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}} {
		var ids, names []string
		for _, i := range order {
			ids, names = append(ids, methods[i]), append(names, labels[methods[i]])
		}
		v.Orders = append(v.Orders, ui.Option{Value: strings.Join(ids, " "), Label: strings.Join(names, ", ")})
	}
	for _, mode := range []keysView{{Mode: Live, Title: c.T("Live keys")}, {Mode: Test, Title: c.T("Test keys")}} {
		acc, err := s.account(c.Ctx(), c.Store, mode.Mode)
		if err != nil {
			return err
		}
		if mode.Standing, err = standingOf(c.Ctx(), c.Store, mode.Mode); err != nil {
			return err
		}
		mode.Secret, mode.Webhook = acc.SecretKey != "", acc.WebhookSecret != ""
		if p.Card && mode.Mode == p.CardMode {
			v.NoKeys, v.NoHook = !mode.Secret, mode.Secret && !mode.Webhook
		}
		v.Modes = append(v.Modes, mode)
	}
	return c.Render(web.Page{View: "payments/dashboard/payment", Title: c.T("Payment"), Form: form, D: v})
}

// hookURL is where the provider sends its messages: the shop's own address on the platform, which it always has.
func (s *Service) hookURL(c *web.Context) string {
	return s.app.Config.URL(c.Store.Info().Code+"."+c.Store.Info().Base, "/webhooks/stripe")
}

func (s *Service) saveSettings(c *web.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	now := SettingsOf(c.Store)
	p := Settings{
		BankTransfer: form.Bool("bank_transfer"), BankHolder: form.Value("bank_holder"), BankIBAN: form.Value("bank_iban"), BankBIC: form.Value("bank_bic"),
		BankDays: form.Int("bank_days", 0, 365), BankText: form.Value("bank_text"), BankReserve: form.Int("bank_reserve_days", 0, 90),
		Cash: form.Bool("cod"), CashText: form.Value("cod_text"), CashPickup: form.Bool("cod_pickup"),
		Card: form.Bool("card"), CardMode: or(form.Value("card_mode"), now.CardMode), CardMinutes: form.Int("card_minutes", minCardMinutes, maxCardMinutes),
		Capture: or(form.Value("capture"), now.Capture), Order: form.Value("order"),
	}
	p.CashFee, _ = form.Money("cod_fee", c.Store.Currency())
	if err := p.Validate(); err != nil && !form.Take(err) {
		return err
	}
	keys := map[string]*Keys{}
	for _, mode := range []string{Live, Test} {
		keys[mode] = &Keys{form.Value(mode + "_publishable"), form.Value(mode + "_secret"), form.Value(mode + "_webhook")}
		if err := CheckKeys(mode, keys[mode]); err != nil && !form.Take(err) {
			return err
		}
	}
	if form.Any() {
		return s.renderSettings(c, form)
	}
	for mode, k := range keys {
		if err := s.SaveKeys(c.Ctx(), c.Store, mode, *k); err != nil {
			return err
		}
	}
	if err := s.Save(c.Ctx(), c.Store, p); err != nil {
		return err
	}
	if want := form.Bool("test_card"); s.app.Config.Development && want != s.demo(c.Store) {
		if err := c.Store.SetSettings(c.Ctx(), map[string]string{PretendCards: map[bool]string{true: "1", false: "0"}[want]}); err != nil {
			return err
		}
	}
	c.Flash("success", "Payment settings saved.")
	return c.Redirect("/payment")
}

// testKeys tries the kept keys of a mode at the provider.
func (s *Service) testKeys(c *web.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	mode := form.Value("mode")
	if mode != Live {
		mode = Test
	}
	acc, err := s.account(c.Ctx(), c.Store, mode)
	if err != nil {
		return err
	}
	if !acc.Usable() {
		c.Flash("error", "Save the secret key first.")
		return c.Redirect("/payment")
	}
	var no *Refusal
	switch err := s.provider.Test(c.Ctx(), acc); {
	case err == nil:
		c.Flash("success", "The connection works.")
	case errors.As(err, &no):
		c.FlashAction(web.Flash{Kind: "error", Text: c.T("The provider refuses the key: %s", no.Message)})
	default:
		c.Flash("error", "The provider does not answer at this moment. Try again in a minute.")
	}
	return c.Redirect("/payment")
}
