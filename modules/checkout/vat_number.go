package checkout

import (
	"context"
	"strings"
	"time"

	"wizamart/framework/problem"
	"wizamart/modules/checkout/tax"
	"wizamart/tenant"
)

// checkHolds is how long an answer of the register is good for a session.
const checkHolds = 24 * time.Hour

// AsksVAT tells whether the checkout has a field for a VAT number: where taxes are on and the seller is in the Union.
func AsksVAT(st *tenant.Store) bool {
	t := TaxesOf(st)
	return t.On && tax.Place(t.Country, t.PostalCode).InUnion()
}

// register is the one that was given to the service, or the Commission's at the address that the operator has set.
func (s *Service) register() VATRegister {
	if s.VAT != nil {
		return s.VAT
	}
	return VIES{Base: strings.TrimSuffix(s.app.PlatformSetting(viesSetting), "/"), Client: s.viesClient}
}

// CheckVAT asks the register for a number that a shopper typed, unless the session's answer is fresh. It is called outside transactions.
// A register that does not answer is not an error: the check then has no time, VAT is charged and the order goes on.
//
// Errors: Invalid for a number that cannot be, or that the register does not know.
func (s *Service) CheckVAT(ctx context.Context, st *tenant.Store, typed string, before VATCheck) (string, VATCheck, error) {
	number := tax.NormalVATID(tidy(typed))
	if number == "" || !AsksVAT(st) {
		return "", VATCheck{}, nil
	}
	switch {
	case !tax.UsesVIES(number):
		return number, VATCheck{}, problem.On("vat_id", "Enter a VAT number of the European Union with its country, such as DE123456789, or leave this empty.")
	case !tax.ValidVATID(number):
		return number, VATCheck{}, problem.On("vat_id", "This is not a valid VAT number. Please check each character.")
	case before.Number == number && !before.At.IsZero() && time.Since(before.At.Time) < checkHolds && before.Valid:
		return number, before, nil
	}
	requester := SellerOf(st).VATID
	if !tax.ValidVATID(requester) { // the register refuses to answer one that it cannot know
		requester = ""
	}
	check, err := s.register().Check(ctx, number, requester)
	if err != nil {
		if s.app != nil && s.app.Log != nil {
			s.app.Log.WarnContext(ctx, "a VAT number could not be checked", "error", err.Error())
		}
		return number, VATCheck{Number: number}, nil
	}
	if !check.Valid {
		return number, VATCheck{}, problem.On("vat_id", "The European Union’s register does not know this VAT number as valid. Please correct it, or leave it empty.")
	}
	return number, check, nil
}
