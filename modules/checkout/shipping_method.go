package checkout

import (
	"cmp"
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
	ZoneID      string        `json:"zone_id"`    // addresses of the zone, instead of Countries; "" is none
	Basis       Basis         `json:"basis" enum:"flat,weight,subtotal"`
	Tiers       []Tier        `json:"tiers"`    // prices instead of Price, from so much on; ascending
	DaysMin     int           `json:"days_min"` // working days until it arrives; 0 and 0 say nothing
	DaysMax     int           `json:"days_max"`
	Pickup      bool          `json:"pickup"` // the customer comes and fetches
	Active      bool          `json:"active"`
	Position    int           `json:"position"`
	CreatedAt   database.Time `json:"created_at"`
	UpdatedAt   database.Time `json:"updated_at"`
	DeletedAt   database.Time `json:"-"`
}

// MaxShippingMethods of a store.
const MaxShippingMethods = 50

const maxTiers = 12

var countryCode = regexp.MustCompile(`^[A-Z]{2}$`)

// Basis is what a method's price depends on.
type Basis string

const (
	Flat       Basis = "flat"
	ByWeight   Basis = "weight"   // of the goods that are sent, grams
	BySubtotal Basis = "subtotal" // of the goods before discounts, minor units
)

// Tier is a price that holds from so much on.
type Tier struct {
	From  int64 `json:"from"`  // grams, or minor units of the subtotal
	Price int64 `json:"price"` // minor units
}

// Reaches tells whether a method without a zone goes to a country.
func (m ShippingMethod) Reaches(country string) bool {
	return len(m.Countries) == 0 || slices.Contains(m.Countries, country)
}

// Cost of the method for goods of a subtotal and a weight in grams. From FreeAbove on, that amount included, it is free.
func (m ShippingMethod) Cost(subtotal money.Amount, grams int64) money.Amount {
	if m.FreeAbove != nil && subtotal.Minor >= *m.FreeAbove {
		return money.Zero(subtotal.Currency)
	}
	price, measure := m.Price, map[Basis]int64{ByWeight: grams, BySubtotal: subtotal.Minor}[m.Basis]
	if m.Basis == ByWeight || m.Basis == BySubtotal {
		for _, t := range m.Tiers {
			if measure >= t.From {
				price = t.Price
			}
		}
	}
	return money.New(price, subtotal.Currency)
}

// goesTo tells whether the method is offered for an address in a zone; "" is no zone.
func (m ShippingMethod) goesTo(country, zoneID string) bool {
	if m.ZoneID != "" {
		return m.ZoneID == zoneID
	}
	return m.Reaches(country)
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
	if m.Basis == "" {
		m.Basis = Flat
	}
	f.Check(m.Basis == Flat || m.Basis == ByWeight || m.Basis == BySubtotal, "basis", "Choose what the price depends on.")
	if m.Basis == Flat {
		m.Tiers = nil
	}
	f.Check(len(m.Tiers) <= maxTiers, "tiers", "Use at most %d prices.", maxTiers)
	slices.SortFunc(m.Tiers, func(a, b Tier) int { return cmp.Compare(a.From, b.From) })
	for i, t := range m.Tiers {
		if t.From <= 0 || t.From > money.MaxMinor || t.Price < 0 || t.Price > money.MaxMinor || i > 0 && t.From == m.Tiers[i-1].From {
			f.Add("tiers", "Each price begins at another measure above zero.")
			break
		}
	}
	f.Check(m.DaysMin >= 0 && m.DaysMin <= m.DaysMax && m.DaysMax <= 90, "days_max", "Enter the fewest and the most working days, up to %d.", 90)
	if m.ZoneID != "" {
		m.Countries = nil
	}
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
func reach(methods []ShippingMethod, zones []Zone) []Country {
	var out []Country
	goes := func(m ShippingMethod, country string) bool {
		if m.ZoneID == "" {
			return m.Reaches(country)
		}
		return slices.ContainsFunc(zones, func(z Zone) bool { return z.ID == m.ZoneID && z.reaches(country) })
	}
	for _, c := range Countries {
		if slices.ContainsFunc(methods, func(m ShippingMethod) bool { return m.Active && goes(m, c.Code) }) {
			out = append(out, c)
		}
	}
	return out
}
