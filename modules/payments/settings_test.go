package payments_test

import (
	"net/url"
	"strings"
	"testing"

	"wizamart/modules/payments"
	"wizamart/modules/payments/paymenttype"
	"wizamart/tests/harness"
)

func TestPaymentSettings(t *testing.T) {
	s := harness.Start(t, harness.WithoutBackground())
	pay := harness.Service[*payments.Service](s)
	s.Store(t, "fjord", "JPY")
	st := s.Open(t, "fjord")
	owner := s.Staff(t, "owner", "fjord")
	at := s.DashboardURL("fjord", "/payment")
	owner.Get(t, at).Want(t, 200).Has(t, ".alert", "bank details are missing")
	form := url.Values{"bank_transfer": {"on"}, "bank_holder": {"Fjord AS"}, "bank_iban": {"de89 3704 0044 0532 0130 01"}, "bank_days": {"10"}, "cod": {"on"}, "cod_fee": {"300"}}
	owner.Post(t, at, form).Want(t, 422).Has(t, "#bank_iban-error", "not a valid IBAN")
	form.Set("bank_iban", "de89 3704 0044 0532 0130 00")
	form.Set("cod_fee", "3.50")
	owner.Post(t, at, form).Want(t, 422).Has(t, "#cod_fee-error", "")
	form.Set("cod_fee", "300")
	owner.Post(t, at, form).Want(t, 303)
	if p := payments.SettingsOf(st); p.CashFee != 300 || p.BankIBAN != "DE89370400440532013000" || p.BankDays != 10 || !p.Cash {
		t.Errorf("%+v", p)
	}
	if help := pay.PaymentHelp(st, paymenttype.BankTransfer); !strings.Contains(help, "within 10 days") || !strings.Contains(help, "DE89 3704 0044 0532 0130 00") {
		t.Error(help)
	}
	if help := pay.PaymentHelp(st, "card"); help != "" {
		t.Error(help)
	}
	owner.Post(t, at, url.Values{}).Want(t, 303)
	owner.Get(t, at).Has(t, ".alert", "Nobody can order")
	if help := pay.PaymentHelp(st, "card"); help != "" {
		t.Error(help)
	}
}
