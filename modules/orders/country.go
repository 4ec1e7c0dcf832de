package orders

import (
	"slices"
	"strings"
	"sync"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"wizamart/framework/web"
	"wizamart/ui"
)

// countryCodes are the ISO 3166-1 alpha-2 codes.
var countryCodes = sync.OnceValue(func() []language.Region {
	var out []language.Region
	for a := 'A'; a <= 'Z'; a++ {
		for b := 'A'; b <= 'Z'; b++ {
			r, err := language.ParseRegion(string([]rune{a, b}))
			if err == nil && r.IsCountry() && r.String() == string([]rune{a, b}) && r.Canonicalize() == r && !slices.Contains([]string{"AC", "CP", "DG", "EA", "IC", "TA"}, r.String()) {
				out = append(out, r)
			}
		}
	}
	return out
})

// countryName is a country's name in the reader's language, or the code.
func countryName(lang, code string) string {
	r, err := language.ParseRegion(code)
	if err != nil {
		return code
	}
	names := display.Regions(language.Make(lang))
	if names == nil {
		names = display.English.Regions()
	}
	if name := names.Name(r); name != "" && name != "Unknown Region" {
		return name
	}
	return code
}

// countries are the choices of a country field; selected is kept though it may be no country we know.
func countries(c *web.Context, selected string) []ui.Option {
	var out []ui.Option
	known := false
	for _, r := range countryCodes() {
		code := r.String()
		known = known || code == selected
		out = append(out, ui.Option{Value: code, Label: countryName(c.Lang, code), Selected: code == selected})
	}
	order := collate.New(language.Make(c.Lang))
	slices.SortFunc(out, func(a, b ui.Option) int { return order.CompareString(a.Label, b.Label) })
	if selected = strings.TrimSpace(selected); !known && selected != "" {
		out = append([]ui.Option{{Value: selected, Label: selected, Selected: true}}, out...)
	}
	return out
}
