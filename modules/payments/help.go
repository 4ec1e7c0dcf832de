package payments

import (
	"fmt"
	"strings"

	"wizamart/modules/payments/paymenttype"
	"wizamart/tenant"
)

// PaymentHelp tells a customer how to pay an order by a method, in the store's language: lines of plain text.
// It is empty when there is nothing to say.
func (s *Service) PaymentHelp(st *tenant.Store, method string) string {
	t := s.translator(st)
	p := SettingsOf(st)
	var lines []string
	say := func(key string, args ...any) { lines = append(lines, t(key, args...)) }
	switch method {
	case paymenttype.BankTransfer:
		if p.BankIBAN == "" {
			say("We will send you our bank details by e-mail.")
		} else {
			if p.BankDays > 0 {
				say("Please transfer the total within %d days and give the order number as the reference.", p.BankDays)
			} else {
				say("Please transfer the total and give the order number as the reference.")
			}
			say("Account holder: %s", p.BankHolder)
			say("IBAN: %s", paymenttype.GroupIBAN(p.BankIBAN))
			if p.BankBIC != "" {
				say("BIC: %s", p.BankBIC)
			}
		}
		if p.BankText != "" {
			lines = append(lines, p.BankText)
		}
	case paymenttype.CashOnDelivery:
		say("You pay when your order is handed over to you. Please have the amount ready.")
		if p.CashText != "" {
			lines = append(lines, p.CashText)
		}
	}
	return strings.Join(lines, "\n")
}

// translator speaks the store's language.
func (s *Service) translator(st *tenant.Store) func(key string, args ...any) string {
	if s.app == nil || s.app.Site == nil || s.app.Site.Texts == nil {
		return func(key string, args ...any) string { return fmt.Sprintf(key, args...) }
	}
	texts := s.app.Site.Texts
	printer := texts.Printer(texts.Match(st.Info().Locale))
	return func(key string, args ...any) string { return printer.Sprintf(key, args...) }
}
