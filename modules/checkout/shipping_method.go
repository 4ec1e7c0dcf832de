package checkout

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/biter777/countries"

	"wizamart/framework/database"
	"wizamart/framework/money"
	"wizamart/framework/problem"
)

// ShippingMethod is a way for goods to reach the customer.
type ShippingMethod struct {
	ID          string        `json:"id"`
	Name        string        `json:"name"`
	Description string        `json:"description"`
	Estimate    string        `json:"estimate"`   // "2–4 working days"
	Price       int64         `json:"price"`      // minor units of the store's currency
	FreeAbove   *int64        `json:"free_above"` // a subtotal from which it costs nothing, minor units; null is never
	Countries   []string      `json:"countries"`  // ISO 3166-1 alpha-2, sorted; an empty list is everywhere
	Pickup      bool          `json:"pickup"`     // the customer comes and fetches
	Active      bool          `json:"active"`
	Position    int           `json:"position"`
	CreatedAt   database.Time `json:"created_at"`
	UpdatedAt   database.Time `json:"updated_at"`
	DeletedAt   database.Time `json:"-"`
}

// MaxShippingMethods of a store.
const MaxShippingMethods = 50

var countryCode = regexp.MustCompile(`^[A-Z]{2}$`)

// Reaches tells whether the method goes to a country.
func (m ShippingMethod) Reaches(country string) bool {
	return len(m.Countries) == 0 || slices.Contains(m.Countries, country)
}

// Cost of the method for goods of a subtotal. From FreeAbove on, that amount included, it is free.
func (m ShippingMethod) Cost(subtotal money.Amount) money.Amount {
	if m.FreeAbove != nil && subtotal.Minor >= *m.FreeAbove {
		return money.Zero(subtotal.Currency)
	}
	return money.New(m.Price, subtotal.Currency)
}

// Validate tidies the method and checks what a merchant typed.
func (m *ShippingMethod) Validate() error {
	var f problem.Fields
	text := func(field string, value *string, limit int) {
		*value = strings.TrimSpace(*value)
		f.Check(utf8.RuneCountInString(*value) <= limit, field, "Use at most %d characters.", limit)
	}
	text("name", &m.Name, 80)
	text("description", &m.Description, 300)
	text("estimate", &m.Estimate, 80)
	f.Check(m.Name != "", "name", "Give it a name that shoppers understand.")
	f.Check(m.Price >= 0 && m.Price <= money.MaxMinor, "price", "Enter an amount of zero or more.")
	f.Check(m.FreeAbove == nil || *m.FreeAbove >= 0 && *m.FreeAbove <= money.MaxMinor, "free_above", "Enter an amount of zero or more.")
	for i, c := range m.Countries {
		m.Countries[i] = strings.ToUpper(strings.TrimSpace(c))
		if !KnownCountry(m.Countries[i]) {
			f.Add("countries", "“%s” is not a country code of ISO 3166.", c)
			break
		}
	}
	slices.Sort(m.Countries)
	m.Countries = slices.Compact(m.Countries)
	return f.Err()
}

// Country is a country that goods can go to.
type Country struct{ Code, Name string }

// Countries of the world, by name.
var Countries = allCountries()

var countryNames = func() map[string]string {
	out := make(map[string]string, len(Countries))
	for _, c := range Countries {
		out[c.Code] = c.Name
	}
	return out
}()

func allCountries() []Country {
	var out []Country
	for _, c := range countries.All() {
		if code := c.Alpha2(); countryCode.MatchString(code) && !uninhabited[code] {
			out = append(out, Country{code, c.String()})
		}
	}
	slices.SortFunc(out, func(a, b Country) int { return strings.Compare(a.Name, b.Name) })
	return out
}

// uninhabited places have a code and no addresses; XX and the like are no countries.
var uninhabited = map[string]bool{"AQ": true, "BV": true, "HM": true, "XX": true, "XY": true, "XZ": true, "XS": true, "XW": true, "YU": true, "AN": true}

// KnownCountry tells whether code is an ISO 3166-1 alpha-2 code of a place with addresses.
func KnownCountry(code string) bool { return countryNames[code] != "" }

// CountryName in English, or the code itself.
func CountryName(code string) string {
	if n := countryNames[code]; n != "" {
		return n
	}
	return code
}

// reach is the countries that at least one active method goes to, by name.
func reach(methods []ShippingMethod) []Country {
	var out []Country
	for _, c := range Countries {
		if slices.ContainsFunc(methods, func(m ShippingMethod) bool { return m.Active && m.Reaches(c.Code) }) {
			out = append(out, c)
		}
	}
	return out
}
