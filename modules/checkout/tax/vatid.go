package tax

import (
	"regexp"
	"strings"
	"unicode"
)

func form(pattern string) *regexp.Regexp { return regexp.MustCompile("^(?:" + pattern + ")$") }

// vatForms are what numbers look like behind the two letters of the state: ISO 3166-1, but EL for Greece and XI for Northern Ireland. After the
// Commission's "VAT identification number structure" (VIES, frequently asked questions).
var vatForms = map[string]*regexp.Regexp{
	"AT": form(`U\d{8}`), "BE": form(`[01]\d{9}`), "BG": form(`\d{9,10}`), "CY": form(`\d{8}[A-Z]`), "CZ": form(`\d{8,10}`), "DE": form(`\d{9}`), "DK": form(`\d{8}`),
	"EE": form(`\d{9}`), "EL": form(`\d{9}`), "ES": form(`[A-Z0-9]\d{7}[A-Z0-9]`), "FI": form(`\d{8}`), "FR": form(`[A-Z0-9]{2}\d{9}`), "HR": form(`\d{11}`), "HU": form(`\d{8}`),
	"IE": form(`\d[A-Z0-9+*]\d{5}[A-Z]|\d{7}[A-Z]{1,2}`), "IT": form(`\d{11}`), "LT": form(`\d{9}|\d{12}`), "LU": form(`\d{8}`), "LV": form(`\d{11}`), "MT": form(`\d{8}`),
	"NL": form(`[A-Z0-9+*]{12}`), "PL": form(`\d{10}`), "PT": form(`\d{9}`), "RO": form(`\d{2,10}`), "SE": form(`\d{12}`), "SI": form(`\d{8}`), "SK": form(`\d{10}`),
	"XI": form(`\d{9}|\d{12}|GD[0-4]\d{2}|HA[5-9]\d{2}`),
}

// NormalVATID writes a number in capitals without spaces, dots and hyphens. GR, as people write it, becomes EL.
func NormalVATID(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || r == '.' || r == '-' || r == '/' || unicode.IsControl(r) {
			return -1
		}
		return unicode.ToUpper(r)
	}, s)
	if rest, ok := strings.CutPrefix(s, "GR"); ok && len(rest) == 9 {
		return "EL" + rest
	}
	return s
}

// UsesVIES tells whether a normal number begins with a state whose numbers the Union's register knows.
func UsesVIES(number string) bool { return len(number) > 2 && vatForms[number[:2]] != nil }

// ValidVATID tells whether a normal number has its state's form and, where all of its numbers have one, the right check digit. Whether it
// has been given to anybody, only the register knows.
func ValidVATID(number string) bool {
	if !UsesVIES(number) || !vatForms[number[:2]].MatchString(number[2:]) {
		return false
	}
	check := vatChecks[number[:2]]
	return check == nil || check(number[2:])
}

// vatChecks are the check digits, as the national administrations publish them. Not here are states with several series of which not all
// are published or which overlap (BG, CY, CZ, ES persons, IE's newer ones, LV, LT, XI's groups): their form is held, the register says the rest.
var vatChecks = map[string]func(n string) bool{
	"AT": func(n string) bool { // the digits behind U by 1 and 2 in turn, cross sums, from 96
		sum := 4
		for i := range 7 {
			d := digit(n, i+1) * (1 + i%2)
			sum += d/10 + d%10
		}
		return (10-sum%10)%10 == digit(n, 8)
	},
	"BE": func(n string) bool { return 97-number(n[:8])%97 == number(n[8:]) },
	"DE": mod1110,
	"DK": func(n string) bool { return weighed(n, 2, 7, 6, 5, 4, 3, 2, 1)%11 == 0 },
	"EE": func(n string) bool { return weighed(n, 3, 7, 1, 3, 7, 1, 3, 7, 1)%10 == 0 },
	"EL": func(n string) bool { return weighed(n, 256, 128, 64, 32, 16, 8, 4, 2)%11%10 == digit(n, 8) },
	"FI": func(n string) bool { return weighed(n, 7, 9, 10, 5, 8, 4, 2, 1)%11 == 0 },
	"FR": func(n string) bool { // keys with letters are newer and have another rule
		if n[0] > '9' || n[1] > '9' {
			return true
		}
		return (number(n[2:])*100+12)%97 == number(n[:2])
	},
	"HR": mod1110,
	"HU": func(n string) bool { return weighed(n, 9, 7, 3, 1, 9, 7, 3, 1)%10 == 0 },
	"IT": luhn,
	"LU": func(n string) bool { return number(n[:6])%89 == number(n[6:]) },
	"MT": func(n string) bool { return (37-weighed(n, 3, 4, 6, 7, 8, 9)%37)%37 == number(n[6:])%37 },
	"NL": func(n string) bool { // a sole trader's since 2020: 97; all others' 9 digits: 11
		if n[9] != 'B' {
			return false
		}
		text := ""
		for _, r := range "NL" + n {
			switch {
			case r >= 'A' && r <= 'Z':
				text += twoDigits(int(r-'A') + 10)
			case r == '+':
				text += "36"
			case r == '*':
				text += "37"
			default:
				text += string(r)
			}
		}
		if number(text)%97 == 1 {
			return true
		}
		return strings.Trim(n[:9], "0123456789") == "" && weighed(n, 9, 8, 7, 6, 5, 4, 3, 2)%11%10 == digit(n, 8)
	},
	"PL": func(n string) bool { return weighed(n, 6, 5, 7, 2, 3, 4, 5, 6, 7)%11 == digit(n, 9) },
	"PT": func(n string) bool {
		d := 11 - weighed(n, 9, 8, 7, 6, 5, 4, 3, 2)%11
		if d > 9 {
			d = 0
		}
		return d == digit(n, 8)
	},
	"RO": func(n string) bool {
		n = strings.Repeat("0", 10-len(n)) + n
		return weighed(n, 7, 5, 3, 2, 1, 7, 5, 3, 2)*10%11%10 == digit(n, 9)
	},
	"SE": func(n string) bool { return luhn(n[:10]) && n[10:] != "00" },
	"SI": func(n string) bool {
		d := 11 - weighed(n, 8, 7, 6, 5, 4, 3, 2)%11
		return d != 11 && d%10 == digit(n, 7)
	},
	"SK": func(n string) bool { return number(n)%11 == 0 },
}

func digit(n string, i int) int { return int(n[i] - '0') }

func twoDigits(n int) string { return string([]byte{byte('0' + n/10), byte('0' + n%10)}) }

// number reads digits modulo 97×89×37×11, which is enough for each check here.
func number(n string) int {
	const ring = 97 * 89 * 37 * 11
	out := 0
	for i := range n {
		out = (out*10 + digit(n, i)) % ring
	}
	return out
}

func weighed(n string, weights ...int) int {
	sum := 0
	for i, w := range weights {
		sum += digit(n, i) * w
	}
	return sum
}

// mod1110 is ISO 7064, MOD 11,10.
func mod1110(n string) bool {
	p := 10
	for i := range len(n) - 1 {
		s := (digit(n, i) + p) % 10
		if s == 0 {
			s = 10
		}
		p = s * 2 % 11
	}
	return (11-p)%10 == digit(n, len(n)-1)
}

// luhn is ISO/IEC 7812-1.
func luhn(n string) bool {
	sum := 0
	for i := range n {
		d := digit(n, len(n)-1-i)
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0
}
