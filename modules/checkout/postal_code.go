package checkout

import (
	"regexp"
	"strings"
	"unicode"

	"wizamart/framework/problem"
)

// postalCode is a country's form of postal code: a pattern of Go's regexp and an example for people.
type postalCode struct {
	pattern *regexp.Regexp
	example string
}

func code(pattern, example string) postalCode {
	return postalCode{regexp.MustCompile("^(?:" + pattern + ")$"), example}
}

// postalCodes by country, after the Universal Postal Union's addressing systems. Countries that are not here
// take up to 10 letters and digits.
var postalCodes = map[string]postalCode{
	"AT": code(`\d{4}`, "1010"), "AU": code(`\d{4}`, "2000"), "BE": code(`\d{4}`, "1000"), "BG": code(`\d{4}`, "1000"), "BR": code(`\d{5}-?\d{3}`, "01310-100"),
	"CA": code(`[A-Z]\d[A-Z] ?\d[A-Z]\d`, "K1A 0B1"), "CH": code(`\d{4}`, "8001"), "CN": code(`\d{6}`, "100000"), "CY": code(`\d{4}`, "1010"),
	"CZ": code(`\d{3} ?\d{2}`, "110 00"), "DE": code(`\d{5}`, "10115"), "DK": code(`\d{4}`, "1050"), "EE": code(`\d{5}`, "10111"), "ES": code(`\d{5}`, "28001"),
	"FI": code(`\d{5}`, "00100"), "FR": code(`\d{5}`, "75001"), "GB": code(`[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}`, "SW1A 1AA"), "GR": code(`\d{3} ?\d{2}`, "105 57"),
	"HR": code(`\d{5}`, "10000"), "HU": code(`\d{4}`, "1011"), "IE": code(`[A-Z]\d[\dW] ?[A-Z\d]{4}`, "D02 AF30"), "IN": code(`\d{6}`, "110001"), "IS": code(`\d{3}`, "101"),
	"IT": code(`\d{5}`, "00118"), "JP": code(`\d{3}-?\d{4}`, "100-0001"), "KR": code(`\d{5}`, "03051"), "LI": code(`\d{4}`, "9490"), "LT": code(`(LT-)?\d{5}`, "01100"),
	"LU": code(`\d{4}`, "1009"), "LV": code(`(LV-)?\d{4}`, "1050"), "MT": code(`[A-Z]{3} ?\d{4}`, "VLT 1117"), "MX": code(`\d{5}`, "01000"), "NL": code(`\d{4} ?[A-Z]{2}`, "1011 AB"),
	"NO": code(`\d{4}`, "0150"), "NZ": code(`\d{4}`, "1010"), "PL": code(`\d{2}-?\d{3}`, "00-001"), "PT": code(`\d{4}-?\d{3}`, "1000-001"), "RO": code(`\d{6}`, "010011"),
	"SE": code(`\d{3} ?\d{2}`, "111 20"), "SG": code(`\d{6}`, "018956"), "SI": code(`\d{4}`, "1000"), "SK": code(`\d{3} ?\d{2}`, "811 01"), "TR": code(`\d{5}`, "06100"),
	"UA": code(`\d{5}`, "01001"), "US": code(`\d{5}(-\d{4})?`, "10001"), "ZA": code(`\d{4}`, "0001"),
}

// withoutPostalCodes are countries whose addresses have none, or where few people know theirs.
var withoutPostalCodes = set("AE AG AO AW BF BI BJ BO BS BW BZ CD CF CG CI CK CM DJ DM ER FJ GA GD GH GM GN GQ GY HK IE JM KI KM KN KP LC ML MO MR MS MW NR NU PA QA RW SB SC SL SR ST SY TD TG TK TL TO TT TV TZ UG VU YE ZW")

// needsRegion are countries whose addresses are not complete without a state, province or prefecture. checkout.css shows
// the field for the same ones.
var needsRegion = set("AU BR CA CN IN IT JP MX MY US")

func set(codes string) map[string]bool {
	out := map[string]bool{}
	for _, c := range strings.Fields(codes) {
		out[c] = true
	}
	return out
}

var postalPrefix = regexp.MustCompile(`^[A-Z]{1,3}[- ]`)

// normalPostalCode writes a code in capitals and plain digits, without the "D-" that some put before it.
func normalPostalCode(country, s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r >= '０' && r <= '９': // full-width digits, as Japanese keyboards type them
			return r - '０' + '0'
		case r == '－' || r == 'ー' || r == '–':
			return '-'
		}
		return unicode.ToUpper(r)
	}, s)
	p, ok := postalCodes[country]
	if !ok || p.pattern.MatchString(s) {
		return s
	}
	if cut := postalPrefix.ReplaceAllString(s, ""); p.pattern.MatchString(cut) {
		return cut
	}
	return s
}

var anyPostalCode = regexp.MustCompile(`^[A-Z0-9][A-Z0-9 -]{0,9}$`)

func checkPostalCode(f *problem.Fields, field, country, s string) {
	p, known := postalCodes[country]
	switch {
	case s == "" && withoutPostalCodes[country]:
	case s == "":
		f.Add(field, "Enter a postal code.")
	case known && !p.pattern.MatchString(s):
		f.Add(field, "Postal codes in %s look like %s.", CountryName(country), p.example)
	case !known && !anyPostalCode.MatchString(s):
		f.Add(field, "Enter a postal code of letters and digits.")
	}
}
