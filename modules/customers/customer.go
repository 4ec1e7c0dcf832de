package customers

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"wizamart/framework/auth"
	"wizamart/framework/country"
	"wizamart/framework/database"
	"wizamart/framework/money"
	"wizamart/framework/problem"
	"wizamart/modules/orders/ordertype"
)

// Customer is somebody who bought, as the merchant knows them.
type Customer struct {
	ID               string
	Email            string
	Name             string
	Phone            string
	Address          ordertype.Address // where the last order went; zero when there is none
	Locale           string
	Note             string
	Tags             []string
	AcceptsMarketing bool
	OrderCount       int          // orders that were not cancelled
	Spent            money.Amount // their totals
	LastOrderAt      database.Time
	CreatedAt        database.Time
	UpdatedAt        database.Time
	DeletedAt        database.Time
	ErasedAt         database.Time
	HasAccount       bool // they can sign in
}

// Label is what a customer is called: the name, or the e-mail address.
func (k *Customer) Label() string {
	if k.Name != "" {
		return k.Name
	}
	return k.Email
}

// Initials of the name, at most two letters.
func (k *Customer) Initials() string {
	words := strings.Fields(k.Label())
	if len(words) > 2 {
		words = []string{words[0], words[len(words)-1]}
	}
	out := ""
	for _, w := range words {
		r, _ := utf8.DecodeRuneInString(w)
		out += strings.ToUpper(string(r))
	}
	return out
}

// Deleted tells whether the customer is out of the lists.
func (k *Customer) Deleted() bool { return !k.DeletedAt.IsZero() }

// Edit is what staff may change.
type Edit struct {
	Email            string
	Name             string
	Phone            string
	Note             string
	Tags             []string
	AcceptsMarketing bool
}

const maxTags = 20

func (e *Edit) validate() error {
	var f problem.Fields
	email, ok := auth.CleanEmail(e.Email)
	f.Check(ok, "email", "Enter an e-mail address such as name@example.com.")
	e.Email = email
	e.Name, e.Phone, e.Note = strings.TrimSpace(e.Name), strings.TrimSpace(e.Phone), strings.TrimSpace(e.Note)
	checkName(&f, "name", e.Name)
	checkPhone(&f, "phone", e.Phone)
	f.Check(utf8.RuneCountInString(e.Note) <= 2000, "note", "Use at most %d characters.", 2000)
	e.Tags = cleanTags(e.Tags)
	f.Check(len(e.Tags) <= maxTags, "tags", "Use at most %d tags.", maxTags)
	for _, tag := range e.Tags {
		f.Check(utf8.RuneCountInString(tag) <= 40, "tags", "A tag has at most %d characters.", 40)
	}
	return f.Err()
}

// cleanTags trims, and leaves one of those that differ in case only.
func cleanTags(tags []string) []string {
	out := []string{}
	for _, tag := range tags {
		tag = strings.Join(strings.Fields(tag), " ")
		if tag != "" && !slices.ContainsFunc(out, func(t string) bool { return strings.EqualFold(t, tag) }) {
			out = append(out, tag)
		}
	}
	return out
}

func checkName(f *problem.Fields, field, name string) {
	f.Check(utf8.RuneCountInString(name) <= 100, field, "Use at most %d characters.", 100)
	f.Check(!strings.ContainsFunc(name, unicode.IsControl), field, "The name contains characters that cannot be shown.")
}

func checkPhone(f *problem.Fields, field, phone string) {
	f.Check(len(phone) <= 40 && !strings.ContainsFunc(phone, func(r rune) bool {
		return !unicode.IsDigit(r) && !strings.ContainsRune("+-()./ x", r)
	}), field, "Enter a phone number: digits, spaces and a leading +.")
}

// cleanAddress checks an address of an account; an empty one is fine.
func cleanAddress(a ordertype.Address) (ordertype.Address, problem.Fields) {
	var f problem.Fields
	field := func(name string, v *string, limit int) {
		*v = strings.TrimSpace(*v)
		f.Check(utf8.RuneCountInString(*v) <= limit, name, "Use at most %d characters.", limit)
	}
	field("business", &a.Business, 100)
	field("line1", &a.Line1, 150)
	field("line2", &a.Line2, 150)
	field("postal_code", &a.PostalCode, 20)
	field("city", &a.City, 100)
	field("region", &a.Region, 100)
	a.Country = strings.ToUpper(strings.TrimSpace(a.Country))
	if a.Business == "" && a.Line1 == "" && a.Line2 == "" && a.PostalCode == "" && a.City == "" && a.Region == "" {
		return ordertype.Address{}, f
	}
	f.Check(a.Line1 != "", "line1", "Fill this in.")
	f.Check(a.City != "", "city", "Fill this in.")
	f.Check(country.Valid(a.Country), "country", "Choose a country.")
	return a, f
}
