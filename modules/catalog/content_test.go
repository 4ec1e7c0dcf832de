package catalog

import (
	"testing"

	"wizamart/framework/money"
)

func TestContent(t *testing.T) {
	for _, c := range []struct {
		text, want string
		price      int64
		each       int64
		per        string
	}{
		{"750 ml", "750 ml", 999, 1332, "l"},
		{"0,5 kg", "0.5 kg", 250, 500, "kg"},
		{"250g", "250 g", 333, 1332, "kg"},
		{"2 m2", "2 m²", 500, 250, "m²"},
		{"70 cl", "70 cl", 2100, 3000, "l"},
		{"1.125 L", "1.125 l", 900, 800, "l"},
		{"", "", 100, 0, ""},
	} {
		got, err := ParseContent(c.text)
		if err != nil || got.String() != c.want {
			t.Errorf("%q: %q, %v", c.text, got, err)
		}
		each, per, ok := got.UnitPrice(money.New(c.price, "EUR"))
		if ok != (c.per != "") || per != c.per || each.Minor != c.each {
			t.Errorf("%q: %v per %q, %v", c.text, each, per, ok)
		}
	}
	for _, bad := range []string{"ml", "0 ml", "12", "1.2345 kg", "3 pounds", "-1 kg", "1..2 kg", "99999999999999999 kg", "1 kg extra"} {
		if c, err := ParseContent(bad); err == nil {
			t.Errorf("%q is taken as %v", bad, c)
		}
	}
}
