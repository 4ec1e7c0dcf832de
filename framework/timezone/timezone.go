// Package timezone knows the time zones of the IANA database, and which one a store's days and times are in.
package timezone

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
	"time"
	_ "time/tzdata" // the machine may have none

	"golang.org/x/text/language"

	"wizamart/tenant"
)

// Setting names the zone of a store, or of all stores of a merchant or of the platform; "" is the zone of each store's country.
const Setting = "core.time_zone"

// zones is zone.tab of the IANA database, release 2025b, in the public domain: countries (ISO 3166-1) and the names of their zones.
//
//go:embed zones.tsv
var zones string

// main is the zone that most people live in, of countries whose first one in the table is another: there they go from east to west.
var main = map[string]string{"AU": "Australia/Sydney", "BR": "America/Sao_Paulo", "CA": "America/Toronto", "RU": "Europe/Moscow", "UA": "Europe/Kyiv", "UZ": "Asia/Tashkent"}

var table = sync.OnceValues(func() (names []string, first map[string]string) {
	first = map[string]string{}
	for line := range strings.Lines(zones) {
		country, name, _ := strings.Cut(strings.TrimSpace(line), "\t")
		names = append(names, name)
		if first[country] == "" {
			first[country] = name
		}
	}
	slices.Sort(names)
	return append(slices.Compact(names), "UTC"), first
})

// Names are all zones that somebody lives in, in the order of their names, and at the end UTC.
func Names() []string {
	names, _ := table()
	return names
}

// In is the zone of a country (ISO 3166-1), where it has several the one of most people; "UTC" of what is no country.
func In(country string) string {
	if name, ok := main[country]; ok {
		return name
	}
	if _, first := table(); first[country] != "" {
		return first[country]
	}
	return "UTC"
}

var loaded sync.Map // of *time.Location by name: loading one unpacks and parses it

// Load is the zone of a name; UTC for one that is unknown here, such as a newer database had.
func Load(name string) *time.Location {
	if at, ok := loaded.Load(name); ok {
		return at.(*time.Location)
	}
	at, err := time.LoadLocation(name)
	if err != nil || name == "Local" {
		return time.UTC
	}
	loaded.Store(name, at)
	return at
}

// Of is the zone of a store: the one that is set for it, or that of the country that its locale names. Nil, for no store, is UTC.
func Of(st *tenant.Store) *time.Location {
	if st == nil {
		return time.UTC
	}
	if name, _ := st.Inherited(Setting); name != "" {
		return Load(name)
	}
	region, sure := language.Make(st.Info().Locale).Region()
	if sure < language.Exact { // "en" alone is no country
		return time.UTC
	}
	return Load(In(region.String()))
}

// Midnight is when the day of t began there. Where a clock skips midnight, the day begins an hour later.
func Midnight(t time.Time, at *time.Location) time.Time {
	t = t.In(at)
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, at)
}

// Date is the date of t there, as a midnight UTC: so dates can be compared with those of tables that have no zone.
func Date(t time.Time, at *time.Location) time.Time {
	t = t.In(at)
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
}
