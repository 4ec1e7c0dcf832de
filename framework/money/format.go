package money

import "github.com/bojanz/currency"

// Format shows the amount as readers of a locale (BCP 47: "de-DE", "en") write it, after Unicode's
// CLDR: "1.234,50 €". Always with the currency's own number of decimals. An unknown locale falls
// back to its parents and finally to English; an unknown currency is shown as "12.34 ZZZ".
func (a Amount) Format(locale string) string {
	shown, err := currency.NewAmount(a.Decimal(), a.Currency)
	if err != nil || a.Currency == "" {
		return trimCode(a.Decimal() + " " + a.Currency)
	}
	f := currency.NewFormatter(currency.NewLocale(locale))
	return f.Format(shown)
}

// Decimal is the amount without sign or grouping, as forms, CSV and Parse have it: "12.34", "-5.00",
// "1200" for JPY.
func (a Amount) Decimal() string { return decimalText(a.Minor, Digits(a.Currency)) }

// String is for logs and test failures: "12.34 EUR".
func (a Amount) String() string { return trimCode(a.Decimal() + " " + a.Currency) }

func trimCode(text string) string {
	if text[len(text)-1] == ' ' {
		return text[:len(text)-1]
	}
	return text
}
