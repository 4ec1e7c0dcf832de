package money

import (
	"strings"
	"testing"
	"testing/quick"
)

func TestFormat(t *testing.T) {
	tests := []struct {
		amount       Amount
		locale, want string
	}{
		{New(123450, "EUR"), "de-DE", "1.234,50 €"},
		{New(123450, "EUR"), "en-US", "€1,234.50"},
		{New(-5, "USD"), "en", "-$0.05"},
		{New(123456, "JPY"), "en", "¥123,456"},
		{New(1234, "KWD"), "en", "KWD 1.234"},
		{New(1200, "EUR"), "xx-nowhere", "€12.00"},
		{New(1200, "ZZZ"), "en", "12.00 ZZZ"},
		{New(1200, ""), "en", "12.00"},
	}
	for _, tt := range tests {
		got := strings.ReplaceAll(tt.amount.Format(tt.locale), "\u00a0", " ")
		if got != tt.want {
			t.Errorf("%v in %s = %q, want %q", tt.amount, tt.locale, got, tt.want)
		}
	}
}

func TestDecimal(t *testing.T) {
	for a, want := range map[Amount]string{
		{1234, "EUR"}: "12.34", {-5, "EUR"}: "-0.05", {0, "EUR"}: "0.00", {7, "JPY"}: "7", {7, "KWD"}: "0.007",
		{-9223372036854775808, "EUR"}: "-92233720368547758.08",
	} {
		if got := a.Decimal(); got != want {
			t.Errorf("%d %s = %q, want %q", a.Minor, a.Currency, got, want)
		}
	}
	codes := Codes()
	err := quick.Check(func(minor int64, pick uint16) bool {
		a := New(minor%MaxMinor, codes[int(pick)%len(codes)])
		back, err := Parse(a.Currency, a.Decimal())
		return err == nil && back == a
	}, nil)
	if err != nil {
		t.Error(err)
	}
}

func TestCurrencies(t *testing.T) {
	for code, want := range map[string]int{"EUR": 2, "JPY": 0, "KWD": 3, "CLF": 4, "ZZZ": 2, "": 2} {
		if Digits(code) != want {
			t.Errorf("Digits(%q) = %d, want %d", code, Digits(code), want)
		}
	}
	for code, want := range map[string]bool{"EUR": true, "eur": false, "": false, "ZZZ": false} {
		if Valid(code) != want {
			t.Errorf("Valid(%q) = %t", code, !want)
		}
	}
	if s := Symbol("EUR", "de"); s != "€" {
		t.Errorf("Symbol = %q", s)
	}
}
