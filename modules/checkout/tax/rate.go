package tax

import (
	"time"

	"wizamart/framework/money"
)

// Rates of a country or territory while they hold.
type Rates struct {
	From     time.Time // first day; zero: since before 2021
	Standard money.Rate
	Reduced  money.Rate // 0 where there is none
	Second   money.Rate
	Super    money.Rate
}

// RatesSource is where the table of the member states is from.
const RatesSource = "European Commission, VAT rates applied in the Member States (Taxes in Europe Database)"

// RatesAsOf is the last change that the table knows of.
const RatesAsOf = "2026-01-01"

// RatesOf gives the rates of a country or a territory (see Territory.Rates) on a day.
func RatesOf(key string, day time.Time) (Rates, bool) {
	var out Rates
	list, ok := table[key]
	for _, r := range list { // in the order of time
		if !r.From.After(day) {
			out = r
		}
	}
	return out, ok && out.Standard > 0
}

// MemberStates are the countries of the European Union, ISO 3166-1.
var MemberStates = []string{"AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK"}

// since makes a row of rates in basis points; from is "2024-01-01", or "" for rates that are older than what the table goes back to.
func since(from string, rates ...int64) Rates {
	var r Rates
	if from != "" {
		day, err := time.Parse(time.DateOnly, from)
		if err != nil {
			panic(err) // the table is ours
		}
		r.From = day
	}
	for i, into := range []*money.Rate{&r.Standard, &r.Reduced, &r.Second, &r.Super} {
		if i < len(rates) {
			*into = money.BasisPoints(rates[i])
		}
	}
	return r
}

// table of rates: standard, reduced (the higher), second reduced (the lower), super-reduced, in hundredths of a percent. Not in it:
// parking rates (Article 118), rates of services alone (Estonia's 13 % on accommodation, Malta's 12 %), and lower rates that
// a state gave some goods for a while. A merchant's rule goes before it.
//
// Left out as well, because no level of goods has them: Austria's 4.9 % on a short list of staple food since 1 July 2026, and the reduced rates of some
// Greek islands, which stand in no postcode list. docs/taxes.md says which rates could be compared with a published list.
var table = map[string][]Rates{
	"AT": {since("", 2000, 1300, 1000)},
	"BE": {since("", 2100, 1200, 600)},
	"BG": {since("", 2000, 900)},
	"CY": {since("", 1900, 900, 500), since("2023-07-21", 1900, 900, 500, 300)},
	"CZ": {since("", 2100, 1500, 1000), since("2024-01-01", 2100, 1200)},
	"DE": {since("", 1900, 700)},
	"DK": {since("", 2500)},
	"EE": {since("", 2000, 900), since("2024-01-01", 2200, 900), since("2025-07-01", 2400, 900)},
	"ES": {since("", 2100, 1000, 0, 400)},
	"FI": {since("", 2400, 1400, 1000), since("2024-09-01", 2550, 1400, 1000), since("2026-01-01", 2550, 1350, 1000)},
	"FR": {since("", 2000, 1000, 550, 210)},
	"GR": {since("", 2400, 1300, 600)},
	"HR": {since("", 2500, 1300, 500)},
	"HU": {since("", 2700, 1800, 500)},
	"IE": {since("", 2300, 1350, 900, 480)},
	"IT": {since("", 2200, 1000, 500, 400)},
	"LT": {since("", 2100, 900, 500), since("2026-01-01", 2100, 1200, 500)},
	"LU": {since("", 1700, 800, 0, 300), since("2023-01-01", 1600, 700, 0, 300), since("2024-01-01", 1700, 800, 0, 300)},
	"LV": {since("", 2100, 1200, 500)},
	"MT": {since("", 1800, 700, 500)},
	"NL": {since("", 2100, 900)},
	"PL": {since("", 2300, 800, 500)},
	"PT": {since("", 2300, 1300, 600)},
	"RO": {since("", 1900, 900, 500), since("2025-08-01", 2100, 1100)},
	"SE": {since("", 2500, 1200, 600)},
	"SI": {since("", 2200, 950, 500)},
	"SK": {since("", 2000, 1000), since("2023-01-01", 2000, 1000, 500), since("2025-01-01", 2300, 1900, 500)},

	// Parts of member states with rates of their own.
	"AT-19": {since("", 1900, 1300, 1000)},                                         // Jungholz and Mittelberg
	"FR-20": {since("", 2000, 1000, 210, 90)},                                      // Corsica: what bears 5.5 % on the mainland bears 2.1 % there
	"PT-20": {since("", 1800, 900, 400), since("2021-07-01", 1600, 900, 400)},      // Azores
	"PT-30": {since("", 2200, 1200, 500), since("2024-10-01", 2200, 1200, 0, 400)}, // Madeira

	// United Kingdom: HMRC, VAT rates on goods and services. Goods in Northern Ireland are sold under Union rules at these rates.
	"GB": {since("", 2000, 500)},
	// For sellers who are at home there: Skatteetaten; the Swiss Federal Tax Administration, also for Liechtenstein; Skatturinn; the National Tax Agency.
	"NO": {since("", 2500, 1500, 1200)},
	"CH": {since("", 770, 370, 0, 250), since("2024-01-01", 810, 380, 0, 260)},
	"LI": {since("", 770, 370, 0, 250), since("2024-01-01", 810, 380, 0, 260)},
	"IS": {since("", 2400, 1100)},
	"JP": {since("", 1000, 800)},
}
