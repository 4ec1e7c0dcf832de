package onboarding

import (
	"strings"

	"github.com/bojanz/currency"
	"golang.org/x/text/language"

	"wizamart/framework/country"
)

// Usual is what is usual in a country: the currency in use, and the language that most of its people read.
type Usual struct {
	Currency string // ISO 4217
	Locale   string // BCP 47, with the country: amounts are written and taxes begin as there
}

// UsualIn is what is usual in a country (ISO 3166-1 alpha-2), after Unicode's CLDR. Countries without a currency of their own in there
// use euros here. ok is false for what is no country.
func UsualIn(code string) (u Usual, ok bool) {
	if !country.Valid(code) {
		return u, false
	}
	u.Currency = "EUR"
	if unit, ok := currency.ForCountryCode(code); ok {
		u.Currency = unit
	}
	region, err := language.ParseRegion(code)
	if err != nil {
		return u, false
	}
	tag, err := language.Compose(language.Und, region)
	if err != nil {
		return u, false
	}
	base, _ := tag.Base()
	return Usual{u.Currency, inCountry(base.String(), code)}, true
}

// inCountry is a language as it is written in a country: “de” in AT is de-AT.
func inCountry(lang, code string) string {
	base, _, _ := strings.Cut(lang, "-")
	if base == "" || base == "und" {
		base = "en"
	}
	if base == "no" {
		base = "nb"
	}
	return base + "-" + code
}
