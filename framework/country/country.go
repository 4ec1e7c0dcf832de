// Package country names the countries of the world in a reader's language, after Unicode's CLDR.
package country

import (
	"slices"
	"sync"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
)

// Country is one of ISO 3166-1.
type Country struct {
	Code string // alpha-2, upper case
	Name string
}

// regions that have a code for the post's or the telephone's sake, without being a country. Kosovo (XK) is kept: parcels go there.
var exceptional = []string{"AC", "CP", "CQ", "DG", "EA", "EZ", "IC", "TA", "UN"}

var codes = sync.OnceValue(func() []language.Region {
	var out []language.Region
	for a := 'A'; a <= 'Z'; a++ {
		for b := 'A'; b <= 'Z'; b++ {
			code := string([]rune{a, b})
			r, err := language.ParseRegion(code)
			if err == nil && r.IsCountry() && r.String() == code && r.Canonicalize() == r && !slices.Contains(exceptional, code) && display.English.Regions().Name(r) != "" {
				out = append(out, r)
			}
		}
	}
	return out
})

// Valid tells whether code is a country's.
func Valid(code string) bool {
	return slices.ContainsFunc(codes(), func(r language.Region) bool { return r.String() == code })
}

// Name is a country's name in lang (BCP 47), in English where that language has none, and the code for no country.
func Name(lang, code string) string {
	r, err := language.ParseRegion(code)
	if err != nil || !r.IsCountry() {
		return code
	}
	if names := display.Regions(language.Make(lang)); names != nil {
		if name := names.Name(r); name != "" {
			return name
		}
	}
	return display.English.Regions().Name(r)
}

var lists sync.Map // lang → []Country; there are as many languages as message catalogues

// List is all countries, in the alphabetical order of lang.
func List(lang string) []Country {
	if l, ok := lists.Load(lang); ok {
		return l.([]Country)
	}
	var out []Country
	for _, r := range codes() {
		out = append(out, Country{r.String(), Name(lang, r.String())})
	}
	order := collate.New(language.Make(lang))
	slices.SortFunc(out, func(a, b Country) int { return order.CompareString(a.Name, b.Name) })
	lists.Store(lang, out)
	return out
}
