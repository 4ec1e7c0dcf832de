package checkout

import (
	"context"
	"encoding/json"
	"net/mail"
	"strings"
	"unicode/utf8"

	"wizamart/framework/problem"
	"wizamart/modules/checkout/tax"
	"wizamart/modules/payments/paymenttype"
	"wizamart/tenant"
)

// Seller is who sells, as the law wants it on invoices and in the legal notice (Article 5 of Directive 2000/31/EC, Article 226 of 2006/112/EC).
// Orders keep it as it was when they were placed.
type Seller struct {
	Name       string `json:"name" doc:"Legal name, with its form."`
	Person     string `json:"represented_by,omitempty"`
	Line1      string `json:"line1"`
	Line2      string `json:"line2,omitempty"`
	PostalCode string `json:"postal_code"`
	City       string `json:"city"`
	Country    string `json:"country" doc:"ISO 3166-1 alpha-2."`
	Email      string `json:"email"`
	Phone      string `json:"phone,omitempty"`
	VATID      string `json:"vat_id,omitempty"`
	TaxNumber  string `json:"tax_number,omitempty"`
	Register   string `json:"register,omitempty" doc:"Trade register and number."`
	IBAN       string `json:"iban,omitempty" doc:"ISO 13616, without spaces."`
}

const sellerKey = "checkout.seller"

// SellerOf reads the store's legal identity; empty until the merchant has entered it.
func SellerOf(st *tenant.Store) Seller { return sellerOf.of(st, func() Seller { return Seller{} }) }

var sellerOf = decoded[Seller]{key: sellerKey}

// Complete tells whether there is enough for a legal notice.
func (s Seller) Complete() bool {
	return s.Name != "" && s.Line1 != "" && s.City != "" && s.Country != "" && s.Email != ""
}

// Lines is the name and address as on an envelope.
func (s Seller) Lines() []string {
	out := []string{}
	for _, l := range []string{s.Name, s.Line1, s.Line2, joined(" ", s.PostalCode, s.City)} {
		if l != "" {
			out = append(out, l)
		}
	}
	if s.Country != "" {
		out = append(out, CountryName(s.Country))
	}
	return out
}

// Validate tidies the identity and checks what a merchant typed.
func (s *Seller) Validate() error {
	var f problem.Fields
	for _, p := range []struct {
		at    string
		value *string
		limit int
	}{
		{"name", &s.Name, 140}, {"represented_by", &s.Person, 140}, {"line1", &s.Line1, maxLine}, {"line2", &s.Line2, maxLine}, {"postal_code", &s.PostalCode, maxCode}, {"city", &s.City, maxCity},
		{"country", &s.Country, 2}, {"email", &s.Email, maxEmail}, {"phone", &s.Phone, maxPhone}, {"tax_number", &s.TaxNumber, 40}, {"register", &s.Register, 140},
	} {
		*p.value = tidy(*p.value)
		f.Check(utf8.RuneCountInString(*p.value) <= p.limit, p.at, "Use at most %d characters.", p.limit)
	}
	s.Country, s.VATID = strings.ToUpper(s.Country), tax.NormalVATID(s.VATID)
	s.IBAN = strings.ToUpper(strings.Join(strings.Fields(s.IBAN), ""))
	f.Check(s.Name != "", "name", "Enter the legal name of your business.")
	f.Check(s.Line1 != "", "line1", "Enter a street and number.")
	f.Check(s.City != "", "city", "Enter a city.")
	f.Check(KnownCountry(s.Country), "country", "Choose a country.")
	_, err := mail.ParseAddress(s.Email)
	f.Check(err == nil, "email", "Enter a whole e-mail address, such as ada@example.com.")
	if s.VATID != "" && tax.UsesVIES(s.VATID) {
		f.Check(tax.ValidVATID(s.VATID), "vat_id", "This is not a valid VAT number. Please check each character.")
	}
	f.Check(len(s.VATID) <= 20, "vat_id", "Use at most %d characters.", 20)
	f.Check(s.IBAN == "" || paymenttype.ValidIBAN(s.IBAN), "iban", "This is not a valid IBAN. Please check each digit.")
	return f.Err()
}

// SaveSeller changes the store's legal identity. Orders that were placed keep the one they were placed with.
func (s *Service) SaveSeller(ctx context.Context, st *tenant.Store, in Seller) (Seller, error) {
	if err := in.Validate(); err != nil {
		return in, err
	}
	return in, s.saveSetting(ctx, st, sellerKey, "Legal identity", "checkout.seller.updated", SellerOf(st), in)
}

// record is what an order keeps of the seller: an object, or nothing.
func (s Seller) record() json.RawMessage {
	if s == (Seller{}) {
		return nil
	}
	data, err := json.Marshal(s)
	if err != nil {
		panic(err) // plain strings
	}
	return data
}
