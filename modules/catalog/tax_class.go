package catalog

import (
	"slices"

	"wizamart/framework/web"
	"wizamart/modules/catalog/shopifycsv"
	"wizamart/ui"
)

// Classes that follow from the product: what a merchant has marked as free of tax, and gift cards, which are vouchers.
const (
	exemptClass  = "exempt"
	voucherClass = "voucher"
)

// taxCodeColumn is where product files have the tax class. Files of other shops have codes of a tax service there, which mean nothing here: they
// are kept, go out again with an export, and are taxed at the standard rate.
const taxCodeColumn = "Variant Tax Code"

// takeTaxCode finds a variant's tax class among the columns that a file's row has besides the known ones.
func takeTaxCode(extra shopifycsv.Fields) (code string, rest shopifycsv.Fields) {
	at := slices.IndexFunc(extra, func(f shopifycsv.Field) bool { return f.Column == taxCodeColumn })
	if at < 0 || len(extra[at].Value) > MaxTitle {
		return "", extra
	}
	return extra[at].Value, slices.Concat(extra[:at], extra[at+1:])
}

// putTaxCode is the way back.
func putTaxCode(extra shopifycsv.Fields, code string) shopifycsv.Fields {
	if code == "" {
		return extra
	}
	_, rest := takeTaxCode(extra)
	return append(slices.Clone(rest), shopifycsv.Field{Column: taxCodeColumn, Value: code})
}

// taxClasses are the choices of the product's page, its own class among them though nobody declares it any more.
func (s *Service) taxClasses(c *web.Context, p *Product) (value string, options []ui.Option) {
	if s.TaxClasses == nil || len(p.Variants) == 0 {
		return "", nil
	}
	for _, class := range s.TaxClasses(c.Store) {
		options = append(options, ui.Option{Value: class.Code, Label: c.T(class.Name)})
	}
	value = p.Variants[0].TaxClass
	for i := range p.Variants {
		code := p.Variants[i].TaxClass
		if !slices.ContainsFunc(options, func(o ui.Option) bool { return o.Value == code }) {
			options = append(options, ui.Option{Value: code, Label: code})
		}
		if code != value && value != mixedChoice {
			value = mixedChoice
		}
	}
	if value == mixedChoice {
		options = append(options, ui.Option{Value: mixedChoice, Label: c.T("Differs between variants")})
	}
	return value, options
}

const mixedChoice = "mixed"
