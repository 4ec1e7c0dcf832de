package paymenttype

import (
	"regexp"
	"strings"
)

var ibanPattern = regexp.MustCompile(`^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$`)

// ValidIBAN holds the check digits of ISO 13616: the number, read in base 36 digit by digit, is 1 modulo 97.
func ValidIBAN(s string) bool {
	if !ibanPattern.MatchString(s) {
		return false
	}
	rest := 0
	for _, r := range s[4:] + s[:4] {
		if r >= 'A' {
			rest = (rest*100 + int(r-'A') + 10) % 97
		} else {
			rest = (rest*10 + int(r-'0')) % 97
		}
	}
	return rest == 1
}

// GroupIBAN writes an IBAN in groups of four, as on paper.
func GroupIBAN(s string) string {
	var b strings.Builder
	for i, r := range s {
		if i > 0 && i%4 == 0 {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
	}
	return b.String()
}
