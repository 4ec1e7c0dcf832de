package money

import (
	"fmt"

	"github.com/bojanz/currency"
)

// Valid tells whether code is a known ISO 4217 currency in upper case. The empty code is not.
func Valid(code string) bool { return code != "" && currency.IsValid(code) }

// Digits gives the decimals of a currency's minor unit: 2 for EUR, 0 for JPY, 3 for KWD.
// Unknown codes give 2, so that a page can still be shown; Validate is where they are refused.
func Digits(code string) int {
	if d, ok := currency.GetDigits(code); ok && code != "" {
		return int(d)
	}
	return 2
}

// Codes lists the known currencies in alphabetical order, for settings and forms.
func Codes() []string { return currency.GetCurrencyCodes() }

// Symbol gives a currency's sign in a locale ("€"), or the code where the locale has none.
func Symbol(code, locale string) string {
	if s, ok := currency.GetSymbol(code, currency.NewLocale(locale)); ok && s != "" {
		return s
	}
	return code
}

func unknownCurrency(code string) error {
	return fmt.Errorf("%w: %q is not an ISO 4217 code", ErrCurrency, code)
}
