package web

import (
	"net/url"
	"testing"
)

func TestFormMoney(t *testing.T) {
	for _, c := range []struct {
		typed, currency string
		minor           int64
		complaint       string
	}{
		{"12.50", "EUR", 1250, ""}, {"", "EUR", 0, ""}, {"1250", "JPY", 1250, ""},
		{"12x", "EUR", 0, "“12x” is not an amount: write it as 1234.00."}, {"1,250", "JPY", 0, "“1,250” is not an amount: write it as 1234."},
		{"12.505", "EUR", 0, "Use at most 2 decimals."}, {"12.5", "JPY", 0, "Enter a whole amount."},
		{"99999999999999", "EUR", 0, "This amount is too large."}, {"-1", "EUR", 0, "Enter an amount of zero or more."},
	} {
		f := &Form{values: url.Values{"price": {c.typed}}}
		if minor, _ := f.Money("price", c.currency); minor != c.minor || f.Error("price") != c.complaint {
			t.Errorf("%q in %s: %d, %q", c.typed, c.currency, minor, f.Error("price"))
		}
	}
}
