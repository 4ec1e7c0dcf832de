package money

import (
	"errors"
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	tests := []struct {
		currency, text string
		minor          int64
		err            error
		says           string
	}{
		{"EUR", "12.34", 1234, nil, ""},
		{"EUR", "12", 1200, nil, ""},
		{"EUR", "12.3", 1230, nil, ""},
		{"EUR", "-5.00", -500, nil, ""},
		{"EUR", "007.10", 710, nil, ""},
		{"EUR", "0", 0, nil, ""},
		{"JPY", "1200", 1200, nil, ""},
		{"KWD", "1.234", 1234, nil, ""},
		{"EUR", "100000000000.00", MaxMinor, nil, ""},
		{"EUR", "100000000000.01", 0, ErrOverflow, "too large"},
		{"EUR", "-100000000000.01", 0, ErrOverflow, "too large"},
		{"EUR", strings.Repeat("9", 400), 0, ErrOverflow, "…"},
		{"EUR", "12.345", 0, ErrDecimals, "has 3, at most 2"},
		{"JPY", "12.0", 0, ErrDecimals, "none are possible"},
		{"EUR", "1,234.50", 0, ErrSyntax, "thousands"},
		{"EUR", "1.234.50", 0, ErrSyntax, "thousands"},
		{"EUR", "12,34", 0, ErrSyntax, "decimal point"},
		{"EUR", "", 0, ErrSyntax, "empty"},
		{"EUR", ".5", 0, ErrSyntax, ""},
		{"EUR", "5.", 0, ErrSyntax, ""},
		{"EUR", "+5", 0, ErrSyntax, ""},
		{"EUR", "--5", 0, ErrSyntax, ""},
		{"EUR", " 5", 0, ErrSyntax, ""},
		{"EUR", "1e3", 0, ErrSyntax, ""},
		{"EUR", "€5", 0, ErrSyntax, ""},
		{"EUR", "NaN", 0, ErrSyntax, ""},
		{"EUR", "٣", 0, ErrSyntax, ""},
		{"ZZZ", "5", 0, ErrCurrency, "ZZZ"},
		{"eur", "5", 0, ErrCurrency, ""},
		{"", "5", 0, ErrCurrency, ""},
	}
	for _, tt := range tests {
		got, err := Parse(tt.currency, tt.text)
		if !errors.Is(err, tt.err) || (tt.err == nil && got != New(tt.minor, tt.currency)) {
			t.Errorf("Parse(%q, %.20q) = %v, %v; want %d, %v", tt.currency, tt.text, got, err, tt.minor, tt.err)
		}
		if err != nil && !strings.Contains(err.Error(), tt.says) {
			t.Errorf("Parse(%q, %.20q) says %q, want %q in it", tt.currency, tt.text, err, tt.says)
		}
	}
}

func TestValidate(t *testing.T) {
	for a, want := range map[Amount]error{
		{1, "EUR"}: nil, {-1, "EUR"}: nil, {1, ""}: ErrCurrency, {1, "XX"}: ErrCurrency,
		{MaxMinor + 1, "EUR"}: ErrOverflow, {-MaxMinor - 1, "EUR"}: ErrOverflow,
	} {
		if err := a.Validate(); !errors.Is(err, want) {
			t.Errorf("%v.Validate() = %v, want %v", a, err, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("EUR", "12.34")
	f.Add("JPY", "-0")
	f.Fuzz(func(t *testing.T, currency, text string) {
		a, err := Parse(currency, text)
		if err != nil {
			return
		}
		if again, err := Parse(currency, a.Decimal()); err != nil || again != a {
			t.Fatalf("Parse(%q, %q) = %v, whose Decimal reads as %v, %v", currency, text, a, again, err)
		}
	})
}
