package checkout

import (
	"context"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"wizamart/framework/audit"
	"wizamart/framework/money"
	"wizamart/framework/problem"
	"wizamart/tenant"
)

// Payment methods, as orders keep them.
const (
	BankTransfer   = "bank_transfer"
	CashOnDelivery = "cash_on_delivery"
)

// Payment is how a store wants to be paid, kept in its settings under "checkout.".
type Payment struct {
	BankTransfer bool   `json:"bank_transfer"`
	BankHolder   string `json:"bank_holder"`
	BankIBAN     string `json:"bank_iban"` // ISO 13616, without spaces
	BankBIC      string `json:"bank_bic"`  // ISO 9362
	BankDays     int    `json:"bank_days"` // days to pay; 0 says nothing
	BankText     string `json:"bank_text"` // what else the customer should know
	Cash         bool   `json:"cash_on_delivery"`
	CashFee      int64  `json:"cash_on_delivery_fee"` // minor units
	CashText     string `json:"cash_on_delivery_text"`
}

// PaymentOf reads a store's settings. A new store takes both methods.
func PaymentOf(st *tenant.Store) Payment {
	get := func(key, otherwise string) string {
		if v, ok := st.Settings().Get("checkout." + key); ok {
			return v
		}
		return otherwise
	}
	days, _ := strconv.Atoi(get("bank_days", "7"))
	fee, _ := strconv.ParseInt(get("cod_fee", "0"), 10, 64)
	return Payment{
		BankTransfer: get("bank_transfer", "1") == "1", BankHolder: get("bank_holder", ""), BankIBAN: get("bank_iban", ""), BankBIC: get("bank_bic", ""),
		BankDays: days, BankText: get("bank_text", ""), Cash: get("cod", "1") == "1", CashFee: max(fee, 0), CashText: get("cod_text", ""),
	}
}

func (p Payment) settings() map[string]string {
	flag := map[bool]string{true: "1", false: "0"}
	return map[string]string{
		"checkout.bank_transfer": flag[p.BankTransfer], "checkout.bank_holder": p.BankHolder, "checkout.bank_iban": p.BankIBAN, "checkout.bank_bic": p.BankBIC,
		"checkout.bank_days": strconv.Itoa(p.BankDays), "checkout.bank_text": p.BankText,
		"checkout.cod": flag[p.Cash], "checkout.cod_fee": strconv.FormatInt(p.CashFee, 10), "checkout.cod_text": p.CashText,
	}
}

var (
	ibanPattern = regexp.MustCompile(`^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$`)
	bicPattern  = regexp.MustCompile(`^[A-Z]{4}[A-Z]{2}[A-Z0-9]{2}([A-Z0-9]{3})?$`)
)

// validIBAN holds the check digits of ISO 13616: the number, read in base 36 digit by digit, is 1 modulo 97.
func validIBAN(s string) bool {
	if !ibanPattern.MatchString(s) {
		return false
	}
	rest := 0
	for _, r := range s[4:] + s[:4] {
		if r >= 'A' {
			rest = (rest*100 + int(r-'A') + 10) % 97
		} else {
			rest = (rest*10 + int(r-'0')) % 97
		}
	}
	return rest == 1
}

// Validate tidies the settings and checks what a merchant typed.
func (p *Payment) Validate() error {
	var f problem.Fields
	squeeze := func(s string) string { return strings.ToUpper(strings.Join(strings.Fields(s), "")) }
	p.BankHolder, p.BankIBAN, p.BankBIC = tidy(p.BankHolder), squeeze(p.BankIBAN), squeeze(p.BankBIC)
	p.BankText, p.CashText = strings.TrimSpace(p.BankText), strings.TrimSpace(p.CashText)
	f.Check(utf8.RuneCountInString(p.BankHolder) <= 70, "bank_holder", "Use at most %d characters.", 70)
	f.Check(p.BankIBAN == "" || validIBAN(p.BankIBAN), "bank_iban", "This is not a valid IBAN. Please check each digit.")
	f.Check(p.BankBIC == "" || bicPattern.MatchString(p.BankBIC), "bank_bic", "A BIC has 8 or 11 letters and digits, such as COBADEFFXXX.")
	f.Check(p.BankDays >= 0 && p.BankDays <= 365, "bank_days", "Enter a whole number from %d to %d.", 0, 365)
	f.Check(utf8.RuneCountInString(p.BankText) <= 500, "bank_text", "Use at most %d characters.", 500)
	f.Check(utf8.RuneCountInString(p.CashText) <= 500, "cod_text", "Use at most %d characters.", 500)
	f.Check(p.CashFee >= 0 && p.CashFee <= money.MaxMinor, "cod_fee", "Enter an amount of zero or more.")
	f.Check(p.BankIBAN == "" || p.BankHolder != "", "bank_holder", "Enter the name that the account is in.")
	return f.Err()
}

// SavePayment changes how the store wants to be paid.
func (s *Service) SavePayment(ctx context.Context, st *tenant.Store, p Payment) error {
	if err := p.Validate(); err != nil {
		return err
	}
	return st.Write(ctx, func(tx *tenant.Store) error {
		before, after, err := audit.Diff(PaymentOf(tx), p)
		if err != nil || len(before)+len(after) == 0 {
			return err
		}
		if err := tx.SetSettings(ctx, maps.Clone(p.settings())); err != nil {
			return err
		}
		return audit.Record(ctx, tx.DB, audit.Entry{Action: "checkout.payment.updated", SubjectKind: "settings", SubjectID: "checkout.payment", SubjectName: "Payment", Before: before, After: after})
	})
}

// PaymentOption is a way to pay that a shopper may choose.
type PaymentOption struct {
	ID    string
	Label string // English: the key of its translation
	Hint  string
	Icon  string
	Fee   money.Amount
}

// options are what shoppers may choose from, in order. Pickup changes what is said, not what is possible.
func (p Payment) options(currency string, pickup bool) []PaymentOption {
	var out []PaymentOption
	if p.BankTransfer {
		out = append(out, PaymentOption{ID: BankTransfer, Label: "Bank transfer", Hint: "We send your order when the money has arrived.", Icon: "landmark", Fee: money.Zero(currency)})
	}
	if p.Cash {
		o := PaymentOption{ID: CashOnDelivery, Label: "Cash on delivery", Hint: "You pay when your order is handed over to you.", Icon: "hand-coins", Fee: money.New(p.CashFee, currency)}
		if pickup {
			o.Label, o.Hint = "Cash on pickup", "You pay when you fetch your order."
		}
		out = append(out, o)
	}
	return out
}

func (p Payment) option(id, currency string, pickup bool) *PaymentOption {
	all := p.options(currency, pickup)
	if i := slices.IndexFunc(all, func(o PaymentOption) bool { return o.ID == id }); i >= 0 {
		return &all[i]
	}
	return nil
}

// PaymentHelp tells a customer how to pay an order by a method, in the store's language: lines of plain text.
// It is empty when there is nothing to say.
func (s *Service) PaymentHelp(st *tenant.Store, method string) string {
	t := s.translator(st)
	p := PaymentOf(st)
	var lines []string
	say := func(key string, args ...any) { lines = append(lines, t(key, args...)) }
	switch method {
	case BankTransfer:
		if p.BankIBAN == "" {
			say("We will send you our bank details by e-mail.")
		} else {
			if p.BankDays > 0 {
				say("Please transfer the total within %d days and give the order number as the reference.", p.BankDays)
			} else {
				say("Please transfer the total and give the order number as the reference.")
			}
			say("Account holder: %s", p.BankHolder)
			say("IBAN: %s", groupIBAN(p.BankIBAN))
			if p.BankBIC != "" {
				say("BIC: %s", p.BankBIC)
			}
		}
		if p.BankText != "" {
			lines = append(lines, p.BankText)
		}
	case CashOnDelivery:
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

// groupIBAN writes an IBAN in groups of four, as on paper.
func groupIBAN(s string) string {
	var b strings.Builder
	for i, r := range s {
		if i > 0 && i%4 == 0 {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
	}
	return b.String()
}
