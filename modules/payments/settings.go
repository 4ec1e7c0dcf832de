package payments

import (
	"context"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"wizamart/framework/audit"
	"wizamart/framework/money"
	"wizamart/framework/problem"
	"wizamart/modules/payments/paymenttype"
	"wizamart/tenant"
)

// Settings are how a store wants to be paid, kept in its settings under "payments.".
type Settings struct {
	BankTransfer bool   `json:"bank_transfer"`
	BankHolder   string `json:"bank_holder"`
	BankIBAN     string `json:"bank_iban"` // ISO 13616, without spaces
	BankBIC      string `json:"bank_bic"`  // ISO 9362
	BankDays     int    `json:"bank_days"` // days to pay; 0 says nothing
	BankText     string `json:"bank_text"` // what else the customer should know
	Cash         bool   `json:"cash_on_delivery"`
	CashFee      int64  `json:"cash_on_delivery_fee"` // minor units
	CashText     string `json:"cash_on_delivery_text"`
	CashPickup   bool   `json:"cash_on_delivery_pickup"` // only where the shopper fetches the goods
	BankReserve  int    `json:"bank_reserve_days"`       // days that the goods wait for a transfer, then the order is cancelled; 0 takes them at once and never cancels
	Card         bool   `json:"card"`
	CardMode     string `json:"card_mode"`    // live or test
	CardMinutes  int    `json:"card_minutes"` // that a shopper has to pay
	Capture      string `json:"capture"`      // auto, fulfilment or hand
	Order        string `json:"order"`        // of the methods, by their ids
}

// When a promised payment is collected.
const (
	CaptureAuto       = "auto"       // as soon as the order is safe
	CaptureFulfilment = "fulfilment" // when goods leave
	CaptureHand       = "hand"       // when the merchant says so
)

// SettingsOf reads a store's settings. A new store takes both methods.
func SettingsOf(st *tenant.Store) Settings {
	get := func(key, otherwise string) string {
		if v, ok := st.Settings().Get("payments." + key); ok {
			return v
		}
		return otherwise
	}
	number := func(key, otherwise string) int { n, _ := strconv.Atoi(get(key, otherwise)); return n }
	days := number("bank_days", "7")
	fee, _ := strconv.ParseInt(get("cod_fee", "0"), 10, 64)
	return Settings{
		BankTransfer: get("bank_transfer", "1") == "1", BankHolder: get("bank_holder", ""), BankIBAN: get("bank_iban", ""), BankBIC: get("bank_bic", ""),
		BankDays: days, BankText: get("bank_text", ""), Cash: get("cod", "1") == "1", CashFee: max(fee, 0), CashText: get("cod_text", ""), CashPickup: get("cod_pickup", "0") == "1", BankReserve: number("bank_reserve_days", "0"),
		Card: get("card", "0") == "1", CardMode: get("card_mode", Test), CardMinutes: max(number("card_minutes", "30"), minCardMinutes), Capture: get("capture", CaptureAuto), Order: get("order", ""),
	}
}

func (p Settings) settings() map[string]string {
	flag := map[bool]string{true: "1", false: "0"}
	return map[string]string{
		"payments.bank_transfer": flag[p.BankTransfer], "payments.bank_holder": p.BankHolder, "payments.bank_iban": p.BankIBAN, "payments.bank_bic": p.BankBIC,
		"payments.bank_days": strconv.Itoa(p.BankDays), "payments.bank_text": p.BankText,
		"payments.cod": flag[p.Cash], "payments.cod_fee": strconv.FormatInt(p.CashFee, 10), "payments.cod_text": p.CashText,
		"payments.cod_pickup": flag[p.CashPickup], "payments.bank_reserve_days": strconv.Itoa(p.BankReserve),
		"payments.card": flag[p.Card], "payments.card_mode": p.CardMode, "payments.card_minutes": strconv.Itoa(p.CardMinutes), "payments.capture": p.Capture, "payments.order": p.Order,
	}
}

var bicPattern = regexp.MustCompile(`^[A-Z]{4}[A-Z]{2}[A-Z0-9]{2}([A-Z0-9]{3})?$`)

// Validate tidies the settings and checks what a merchant typed.
func (p *Settings) Validate() error {
	var f problem.Fields
	squeeze := func(s string) string { return strings.ToUpper(strings.Join(strings.Fields(s), "")) }
	p.BankHolder, p.BankIBAN, p.BankBIC = strings.Join(strings.Fields(p.BankHolder), " "), squeeze(p.BankIBAN), squeeze(p.BankBIC)
	p.BankText, p.CashText = strings.TrimSpace(p.BankText), strings.TrimSpace(p.CashText)
	f.Check(utf8.RuneCountInString(p.BankHolder) <= 70, "bank_holder", "Use at most %d characters.", 70)
	f.Check(p.BankIBAN == "" || paymenttype.ValidIBAN(p.BankIBAN), "bank_iban", "This is not a valid IBAN. Please check each digit.")
	f.Check(p.BankBIC == "" || bicPattern.MatchString(p.BankBIC), "bank_bic", "A BIC has 8 or 11 letters and digits, such as COBADEFFXXX.")
	f.Check(p.BankDays >= 0 && p.BankDays <= 365, "bank_days", "Enter a whole number from %d to %d.", 0, 365)
	f.Check(utf8.RuneCountInString(p.BankText) <= 500, "bank_text", "Use at most %d characters.", 500)
	f.Check(utf8.RuneCountInString(p.CashText) <= 500, "cod_text", "Use at most %d characters.", 500)
	f.Check(p.CashFee >= 0 && p.CashFee <= money.MaxMinor, "cod_fee", "Enter an amount of zero or more.")
	f.Check(p.BankIBAN == "" || p.BankHolder != "", "bank_holder", "Enter the name that the account is in.")
	f.Check(p.BankReserve >= 0 && p.BankReserve <= 90, "bank_reserve_days", "Enter a whole number from %d to %d.", 0, 90)
	f.Check(p.CardMinutes >= minCardMinutes && p.CardMinutes <= maxCardMinutes, "card_minutes", "Enter a whole number from %d to %d.", minCardMinutes, maxCardMinutes)
	f.Check(p.CardMode == Live || p.CardMode == Test, "card_mode", "Choose live or test.")
	f.Check(slices.Contains([]string{CaptureAuto, CaptureFulfilment, CaptureHand}, p.Capture), "capture", "Choose when the money is collected.")
	for _, id := range strings.Fields(p.Order) {
		f.Check(slices.Contains(methods, id), "order", "Choose the order of the ways to pay.")
	}
	return f.Err()
}

// How long a shopper may take to pay by card, in minutes. The provider's page stays open for half an hour at least.
const (
	minCardMinutes = 30
	maxCardMinutes = 24 * 60
)

// Save changes how the store wants to be paid.
func (s *Service) Save(ctx context.Context, st *tenant.Store, p Settings) error {
	if err := p.Validate(); err != nil {
		return err
	}
	return st.Write(ctx, func(tx *tenant.Store) error {
		before, after, err := audit.Diff(SettingsOf(tx), p)
		if err != nil || len(before)+len(after) == 0 {
			return err
		}
		if err := tx.SetSettings(ctx, maps.Clone(p.settings())); err != nil {
			return err
		}
		return audit.Record(ctx, tx.DB, audit.Entry{Action: "payments.settings.updated", SubjectKind: "settings", SubjectID: "payments.settings", SubjectName: "Payment", Before: before, After: after})
	})
}
