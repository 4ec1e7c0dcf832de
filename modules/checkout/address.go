package checkout

import (
	"net/mail"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"wizamart/framework/problem"
	"wizamart/modules/orders/ordertype"
)

// Limits of what a shopper types, in characters.
const (
	maxEmail = 254 // RFC 5321, 4.5.3.1
	maxName  = 100
	maxLine  = 120
	maxCity  = 80
	maxCode  = 16
	maxPhone = 30
	maxNote  = 500
)

// tidy makes one line of what was typed: control characters and runs of space become one space. It cuts at a
// length that no honest input has, so that a draft stays small.
func tidy(s string) string {
	s = strings.Join(strings.FieldsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }), " ")
	if utf8.RuneCountInString(s) > 400 {
		s = string([]rune(s)[:400])
	}
	return s
}

// tidyAddress is tidy for each part, with the postal code as the country writes it.
func tidyAddress(a ordertype.Address) ordertype.Address {
	for _, p := range []*string{&a.Name, &a.Business, &a.Line1, &a.Line2, &a.PostalCode, &a.City, &a.Region, &a.Country, &a.Phone} {
		*p = tidy(*p)
	}
	a.Country = strings.ToUpper(a.Country)
	a.PostalCode = normalPostalCode(a.Country, a.PostalCode)
	if !needsRegion[a.Country] { // left over from another country: the field is not shown for this one
		a.Region = ""
	}
	return a
}

// checkEmail is for addresses that mail can be sent to; whether somebody reads it there, only a mail tells.
func checkEmail(f *problem.Fields, email string) {
	parsed, err := mail.ParseAddress(email)
	at := strings.LastIndexByte(email, '@')
	switch {
	case email == "":
		f.Add("email", "Enter your e-mail address.")
	case len(email) > maxEmail:
		f.Add("email", "Use at most %d characters.", maxEmail)
	case err != nil || parsed.Address != email || at < 1 || !strings.Contains(email[at:], ".") || strings.HasSuffix(email, ".") || strings.ContainsAny(email, " \"<>"):
		f.Add("email", "Enter a whole e-mail address, such as ada@example.com.")
	}
}

var phonePattern = regexp.MustCompile(`^\+?[0-9][0-9 ()./-]*$`)

// checkAddress notes what is wrong with an address in a form whose fields begin with prefix. It may be in one of
// the countries, or anywhere when there are none.
func checkAddress(f *problem.Fields, prefix string, a ordertype.Address, countries []Country) {
	text := func(field, value string, limit int, missing string) {
		switch {
		case value == "" && missing != "":
			f.Add(prefix+field, "%s", missing)
		case utf8.RuneCountInString(value) > limit:
			f.Add(prefix+field, "Use at most %d characters.", limit)
		}
	}
	switch {
	case a.Country == "":
		f.Add(prefix+"country", "Choose a country.")
	case !KnownCountry(a.Country):
		f.Add(prefix+"country", "Choose a country from the list.")
	case len(countries) > 0 && !slices.ContainsFunc(countries, func(c Country) bool { return c.Code == a.Country }):
		f.Add(prefix+"country", "We do not deliver to %s yet.", CountryName(a.Country))
	}
	text("name", a.Name, maxName, "Enter a first and last name.")
	if a.Name != "" && !strings.ContainsFunc(a.Name, unicode.IsLetter) || strings.Contains(a.Name, "://") {
		f.Add(prefix+"name", "Enter a first and last name.")
	}
	text("business", a.Business, maxName, "")
	text("line1", a.Line1, maxLine, "Enter a street and number.")
	text("line2", a.Line2, maxLine, "")
	checkPostalCode(f, prefix+"postal_code", a.Country, a.PostalCode)
	text("city", a.City, maxCity, "Enter a city.")
	missing := ""
	if needsRegion[a.Country] {
		missing = "Enter a state, province or prefecture."
	}
	text("region", a.Region, maxCity, missing)
	if a.Phone != "" {
		digits := 0
		for _, r := range a.Phone {
			if r >= '0' && r <= '9' {
				digits++
			}
		}
		if !phonePattern.MatchString(a.Phone) || digits < 5 || digits > 15 || len(a.Phone) > maxPhone {
			f.Add(prefix+"phone", "Enter a phone number of 5 to 15 digits, such as +49 30 1234567.")
		}
	}
}
