package checkout

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"wizamart/framework/problem"
	"wizamart/modules/orders/ordertype"
)

func complaints(f problem.Fields) string {
	var out []string
	for _, e := range f {
		out = append(out, e.Name)
	}
	return strings.Join(out, " ")
}

func TestCheckEmail(t *testing.T) {
	for email, good := range map[string]bool{
		"ada@example.com": true, "ada+shop@sub.example.co.uk": true, "адa@пример.рф": true, "o'neil@example.ie": true,
		"": false, "ada": false, "ada@": false, "@example.com": false, "ada@localhost": false, "a b@example.com": false, "Ada <ada@example.com>": false,
		"ada@example.com.": false, "ada@example..com": false, "ada@@example.com": false, `"a b"@example.com`: false, "ada@example.com\r\nBcc: x@y.zz": false,
		strings.Repeat("a", 250) + "@b.com": false,
	} {
		var f problem.Fields
		checkEmail(&f, email)
		if (len(f) == 0) != good {
			t.Errorf("%q: %v", email, f)
		}
	}
}

func TestCheckAddress(t *testing.T) {
	good := ordertype.Address{Name: "Ada Lindqvist", Line1: "Strandgaten 4", PostalCode: "5013", City: "Bergen", Country: "NO"}
	with := func(change func(a *ordertype.Address)) ordertype.Address {
		a := good
		change(&a)
		return a
	}
	reach := []Country{{"NO", "Norway"}, {"US", "United States"}, {"JP", "Japan"}, {"HK", "Hong Kong"}, {"GB", "United Kingdom"}, {"DE", "Germany"}}
	for name, c := range map[string]struct {
		address ordertype.Address
		want    string
	}{
		"good": {good, ""},
		"Japanese": {with(func(a *ordertype.Address) {
			*a = ordertype.Address{Name: "山田 太郎", Line1: "千代田1-1", PostalCode: "１００－０００１", City: "千代田区", Region: "東京都", Country: "jp"}
		}), ""},
		"Arabic name":              {with(func(a *ordertype.Address) { a.Name = "فاطمة الزهراء" }), ""},
		"a name of one letter":     {with(func(a *ordertype.Address) { a.Name = "Ø" }), ""},
		"a name without letters":   {with(func(a *ordertype.Address) { a.Name = "123 !!" }), "name"},
		"a link for a name":        {with(func(a *ordertype.Address) { a.Name = "win https://evil.example" }), "name"},
		"nothing":                  {ordertype.Address{}, "country name line1 postal_code city"},
		"only spaces":              {with(func(a *ordertype.Address) { a.Name, a.City = " \t", "\n" }), "name city"},
		"long":                     {with(func(a *ordertype.Address) { a.Name, a.Line1 = strings.Repeat("å", 101), strings.Repeat("x", 121) }), "name line1"},
		"100 letters":              {with(func(a *ordertype.Address) { a.Name = strings.Repeat("å", 100) }), ""},
		"out of reach":             {with(func(a *ordertype.Address) { a.Country, a.PostalCode = "FR", "75001" }), "country"},
		"no such country":          {with(func(a *ordertype.Address) { a.Country = "ZZ" }), "country"},
		"Norwegian code too long":  {with(func(a *ordertype.Address) { a.PostalCode = "50133" }), "postal_code"},
		"Norwegian code with N-":   {with(func(a *ordertype.Address) { a.PostalCode = "n-5013" }), ""},
		"German code with D-":      {with(func(a *ordertype.Address) { a.Country, a.PostalCode = "DE", "D-10115" }), ""},
		"German code of 4 digits":  {with(func(a *ordertype.Address) { a.Country, a.PostalCode = "DE", "1011" }), "postal_code"},
		"British code":             {with(func(a *ordertype.Address) { a.Country, a.PostalCode = "GB", "sw1a 1aa" }), ""},
		"no code in Hong Kong":     {with(func(a *ordertype.Address) { a.Country, a.PostalCode = "HK", "" }), ""},
		"no state in the US":       {with(func(a *ordertype.Address) { a.Country, a.PostalCode = "US", "10001-1234" }), "region"},
		"phone":                    {with(func(a *ordertype.Address) { a.Phone = "+47 (55) 12.34-56" }), ""},
		"phone with letters":       {with(func(a *ordertype.Address) { a.Phone = "call me" }), "phone"},
		"phone too short":          {with(func(a *ordertype.Address) { a.Phone = "12" }), "phone"},
		"control characters":       {with(func(a *ordertype.Address) { a.Name = "Ada\x00\r\nLindqvist" }), ""},
		"a description for a town": {with(func(a *ordertype.Address) { a.City = strings.Repeat("long ", 30) }), "city"},
	} {
		var f problem.Fields
		checkAddress(&f, "", tidyAddress(c.address), reach)
		if got := complaints(f); got != c.want {
			t.Errorf("%s: complaints about %q, want %q: %v", name, got, c.want, f)
		}
	}
}

func TestPostalExamplesAreGood(t *testing.T) {
	for country, p := range postalCodes {
		if !p.pattern.MatchString(p.example) {
			t.Errorf("%s: the example %q does not match", country, p.example)
		}
		if !KnownCountry(country) {
			t.Errorf("%s is not a country", country)
		}
		if withoutPostalCodes[country] && country != "IE" {
			t.Errorf("%s has codes and has none", country)
		}
	}
	if n := len(Countries); n < 240 || n > 252 {
		t.Errorf("%d countries", n)
	}
}

func TestStylesheetKnowsTheSameRegions(t *testing.T) {
	css, err := os.ReadFile("views/shop/checkout.css")
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]bool{}
	for _, m := range regexp.MustCompile(`\[value="([A-Z]{2})"\]`).FindAllStringSubmatch(string(css), -1) {
		found[m[1]] = true
	}
	for c := range needsRegion {
		if !found[c] {
			t.Errorf("checkout.css does not show the region for %s", c)
		}
	}
	if len(found) != len(needsRegion) {
		t.Errorf("checkout.css shows the region for %v", found)
	}
}
