package checkout

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"wizamart/framework/country"
	"wizamart/framework/database"
	"wizamart/framework/problem"
	"wizamart/modules/orders/ordertype"
)

// Zone is a part of the world with delivery methods of its own. An address belongs to one zone at most: the one that names it most closely, a range of
// postal codes before a region, a region before a country, a country before the rest of the world; of equals the older zone.
type Zone struct {
	ID        string        `json:"id"`
	Name      string        `json:"name"`
	Places    []Place       `json:"places"`
	CreatedAt database.Time `json:"created_at"`
	UpdatedAt database.Time `json:"updated_at"`
	DeletedAt database.Time `json:"-"`
}

// Place is a country, or a part of it. Without a country it is the rest of the world.
type Place struct {
	Country string `json:"country,omitempty"` // ISO 3166-1 alpha-2
	Region  string `json:"region,omitempty"`  // a code of ISO 3166-2 or a name: "CA", "California"
	From    string `json:"from,omitempty"`    // postal codes, or how they begin: capitals without spaces and hyphens
	To      string `json:"to,omitempty"`
}

// Bounds of zones.
const (
	MaxZones  = 100
	maxPlaces = 500
)

// Closeness is how closely a place names an address.
type Closeness int

const (
	Elsewhere Closeness = iota
	RestOfWorld
	ByCountry
	ByRegion
	ByPostalCode
)

// bareCode is a postal code without what people write between its characters.
func bareCode(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || r == '-' {
			return -1
		}
		return unicode.ToUpper(r)
	}, s)
}

// names tells how closely the place names an address.
func (p Place) names(a ordertype.Address) Closeness {
	switch {
	case p.Country == "":
		return RestOfWorld
	case p.Country != a.Country:
		return Elsewhere
	case p.From != "":
		c := bareCode(a.PostalCode)
		if len(c) >= len(p.From) && len(c) >= len(p.To) && c[:len(p.From)] >= p.From && c[:len(p.To)] <= p.To {
			return ByPostalCode
		}
		return Elsewhere
	case p.Region != "":
		if country.SameRegion(p.Country, a.Region, p.Region) {
			return ByRegion
		}
		return Elsewhere
	}
	return ByCountry
}

// zoneOf finds the zone of an address among zones in their order, and what it was found by; nil when there is none.
func zoneOf(zones []Zone, a ordertype.Address) (*Zone, Closeness) {
	var best *Zone
	by := Elsewhere
	for i := range zones {
		for _, p := range zones[i].Places {
			if c := p.names(a); c > by {
				best, by = &zones[i], c
			}
		}
	}
	return best, by
}

// reaches tells whether some address of the country belongs to the zone, others left aside.
func (z Zone) reaches(country string) bool {
	return slices.ContainsFunc(z.Places, func(p Place) bool { return p.Country == "" || p.Country == country })
}

// String is the place as merchants write it: "*", "DE", "US-CA", "DE 80000..81999", "GB SW*".
func (p Place) String() string {
	switch {
	case p.Country == "":
		return "*"
	case p.From != "" && p.From == p.To:
		return p.Country + " " + p.From + "*"
	case p.From != "":
		return p.Country + " " + p.From + ".." + p.To
	case p.Region != "":
		return p.Country + "-" + p.Region
	}
	return p.Country
}

// ParsePlace reads what String writes.
func ParsePlace(s string) (Place, error) {
	s = tidy(s)
	country, codes, ranged := strings.Cut(s, " ")
	whole, region, regional := strings.Cut(s, "-")
	var p Place
	switch {
	case s == "*":
		return p, nil
	case len(whole) == 2 && regional && region != "":
		p = Place{Country: strings.ToUpper(whole), Region: region}
	case ranged:
		from, to, ok := strings.Cut(codes, "..")
		if !ok {
			from = strings.TrimSuffix(codes, "*")
			to = from
		}
		p = Place{Country: strings.ToUpper(country), From: bareCode(from), To: bareCode(to)}
		if p.From == "" || p.To < p.From || !anyPostalCode.MatchString(p.From) || !anyPostalCode.MatchString(p.To) {
			return p, fmt.Errorf("%q: no range of postal codes", s)
		}
	default:
		p.Country = strings.ToUpper(s)
	}
	if !KnownCountry(p.Country) || utf8.RuneCountInString(p.Region) > maxCity {
		return p, fmt.Errorf("%q: no country", s)
	}
	return p, nil
}

// Validate tidies the zone and checks what a merchant typed.
func (z *Zone) Validate() error {
	var f problem.Fields
	z.Name = tidy(z.Name)
	f.Check(z.Name != "", "name", "Fill this in.")
	f.Check(utf8.RuneCountInString(z.Name) <= 80, "name", "Use at most %d characters.", 80)
	f.Check(len(z.Places) > 0 && len(z.Places) <= maxPlaces, "places", "Name at least one place, and at most %d.", maxPlaces)
	for i, p := range z.Places {
		again, err := ParsePlace(p.String())
		if err != nil {
			f.Add("places", "“%s” is no place. Write DE, US-CA, DE 80000..81999, GB SW* or *, each on a line of its own.", p.String())
			break
		}
		z.Places[i] = again
	}
	return f.Err()
}
