package money

import (
	"fmt"
	"strings"
)

// Parse reads an amount as people and files write it without a currency sign: "12", "12.34", "-5.00".
// The decimal sign is a point. Strictly: no spaces, no plus, no exponent, no thousands separators
// (they are refused rather than guessed at: "1,234" is 1234 here and 1.234 there), no more
// decimals than the currency has. Leading zeros are fine.
//
// Errors: ErrCurrency, ErrSyntax, ErrDecimals, and ErrOverflow beyond ±MaxMinor. Their messages are
// written for the person who typed the text.
func Parse(currency, text string) (Amount, error) {
	if !Valid(currency) {
		return Amount{}, unknownCurrency(currency)
	}
	n, err := parseDecimal(text, Digits(currency), MaxMinor)
	if err != nil {
		return Amount{}, fmt.Errorf("%w (%s)", err, currency)
	}
	return Amount{n, currency}, nil
}

// parseDecimal reads a decimal into units of 10^-digits, up to ±limit.
func parseDecimal(text string, digits int, limit int64) (int64, error) {
	shown := text
	if len(shown) > 40 {
		shown = shown[:40] + "…"
	}
	shown = strings.ToValidUTF8(shown, "�")
	body, negative := strings.CutPrefix(text, "-")
	whole, fraction, point := strings.Cut(body, ".")
	switch {
	case text == "":
		return 0, fmt.Errorf("%w: it is empty", ErrSyntax)
	case strings.ContainsAny(text, ",'’_"), strings.Count(text, ".") > 1:
		return 0, fmt.Errorf("%w: %q: write it without thousands separators and with a decimal point, as 1234.50", ErrSyntax, shown)
	case !allDigits(whole), point && !allDigits(fraction):
		return 0, fmt.Errorf("%w: %q: only digits and one decimal point, as 1234.50", ErrSyntax, shown)
	case len(fraction) > digits && digits == 0:
		return 0, fmt.Errorf("%w: %q: none are possible here", ErrDecimals, shown)
	case len(fraction) > digits:
		return 0, fmt.Errorf("%w: %q has %d, at most %d are possible", ErrDecimals, shown, len(fraction), digits)
	}
	var n int64
	for _, c := range []byte(whole + fraction + strings.Repeat("0", digits-len(fraction))) {
		d := int64(c - '0')
		if n > (limit-d)/10 {
			return 0, fmt.Errorf("%w: %q is too large", ErrOverflow, shown)
		}
		n = n*10 + d
	}
	if negative {
		n = -n
	}
	return n, nil
}

func allDigits(text string) bool {
	for _, c := range []byte(text) {
		if c < '0' || c > '9' {
			return false
		}
	}
	return text != ""
}
