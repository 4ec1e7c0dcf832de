package tax

import (
	"strings"

	"wizamart/framework/money"
)

// Legal notes, the English keys of their translations. Articles are of Directive 2006/112/EC.
const (
	NoteSmallBusiness  = "No VAT is charged: exemption for small enterprises, Article 284 of Directive 2006/112/EC."
	NoteExempt         = "Exempt from VAT under Article 132 or 135 of Directive 2006/112/EC."
	NoteIntraCommunity = "VAT-exempt intra-Community supply, Article 138(1) of Directive 2006/112/EC."
	NoteReverseCharge  = "Reverse charge: the buyer owes the VAT, Articles 44 and 196 of Directive 2006/112/EC."
	NoteExport         = "VAT-exempt export, Article 146(1) of Directive 2006/112/EC."
	NoteExportElse     = "Export: no tax is charged. Import duties and taxes may be due on arrival."
	NoteService        = "Not subject to VAT here: the service is supplied outside the Union, Articles 44, 58 and 59 of Directive 2006/112/EC."
	NoteVoucher        = "Multi-purpose voucher: not subject to VAT, Article 30b(1) of Directive 2006/112/EC."
	NoteOutOfScope     = "Not subject to tax."
)

func charged(rate money.Rate) Treatment {
	if rate == 0 {
		return Treatment{Category: Zero}
	}
	return Treatment{Category: Standard, Rate: rate}
}

// seller's country as VAT numbers and the Union's territory have it.
func (r Request) home() Territory { return Place(r.Seller.Country, r.Seller.PostalCode) }

// Treat says how a class of goods, or of digital content, is taxed for this buyer.
func (r Request) Treat(class string, digital bool) Treatment {
	home := r.home()
	country, region, postal := r.Buyer.Country, r.Buyer.Region, r.Buyer.PostalCode
	if digital && r.Buyer.BillCountry != "" {
		country, region, postal = r.Buyer.BillCountry, r.Buyer.BillRegion, r.Buyer.BillPostalCode
	}
	if country == "" { // not known yet: as at home
		country, region, postal = r.Seller.Country, "", r.Seller.PostalCode
	}
	to := Place(country, postal)
	union := home.InUnion() && (!digital || home.Services) // the seller's side of it
	inside := union && to.InUnion() && (!digital || to.Services)
	number, business := r.business(home)

	switch {
	case class == Voucher:
		return Treatment{Category: OutOfScope, Note: NoteVoucher}
	case r.level(class) == LevelExempt && !r.Seller.SmallBusiness:
		return Treatment{Category: Exempt, Note: NoteExempt}
	case union && digital && business && number != "XI":
		return r.unless(Treatment{Category: ReverseCharge, Note: NoteReverseCharge})
	case sameState(home, to):
		return r.unless(r.rated(to, country, region, postal, class))
	case inside && !digital && business: // Article 139(1): a small enterprise has no exemption but its own
		return r.unless(Treatment{Category: IntraCommunity, Note: NoteIntraCommunity})
	case inside && r.Seller.BelowThreshold && !r.Seller.OSS: // Article 59c: as at home
		return r.Domestic(class)
	case inside:
		return r.rated(to, country, region, postal, class)
	}
	if rule := r.rule(country, region, postal, class); rule != nil { // the store is registered there
		return charged(rule.Rate)
	}
	switch {
	case r.Seller.SmallBusiness:
		return r.unless(Treatment{})
	case union && digital:
		return Treatment{Category: OutOfScope, Note: NoteService}
	case union:
		return Treatment{Category: Export, Note: NoteExport}
	case r.Domestic(class).Charged() && !digital:
		return Treatment{Category: Export, Note: NoteExportElse}
	}
	return Treatment{Category: OutOfScope, Note: NoteOutOfScope}
}

// sameState tells whether a sale stays in the seller's country. Northern Ireland and the rest of the United Kingdom are one.
func sameState(home, to Territory) bool {
	if home.State == to.State {
		return home.State != "" || home.Rates == to.Rates && home.Country == to.Country
	}
	return home.Rates == "GB" && to.Rates == "GB"
}

// unless a small enterprise sells, it is t.
func (r Request) unless(t Treatment) Treatment {
	if r.Seller.SmallBusiness {
		return Treatment{Category: Exempt, Note: NoteSmallBusiness}
	}
	return t
}

// business is the state of a buyer whose number a register has confirmed, when it is not the seller's own.
func (r Request) business(home Territory) (state string, is bool) {
	if !r.Buyer.VATChecked || len(r.Buyer.VATID) < 4 {
		return "", false
	}
	state = strings.ToUpper(r.Buyer.VATID[:2])
	if state == "EL" {
		state = "GR"
	}
	return state, state != home.State
}

// rated is taxed at a place's own rates.
func (r Request) rated(to Territory, country, region, postal, class string) Treatment {
	if rule := r.rule(country, region, postal, class); rule != nil {
		return charged(rule.Rate)
	}
	level := r.level(class)
	if level == LevelZero {
		if sameState(r.home(), to) {
			return Treatment{Category: Zero}
		}
		level = LevelStandard
	}
	rates, ok := RatesOf(to.Rates, r.Date)
	if !ok { // a country without a rule and outside the table
		return Treatment{Category: OutOfScope, Note: NoteOutOfScope}
	}
	return charged(rates.at(level))
}

// Domestic is how the class is taxed when it is sold at home: what prices that include tax include.
func (r Request) Domestic(class string) Treatment {
	if class == Voucher {
		return Treatment{Category: OutOfScope, Note: NoteVoucher}
	}
	if r.level(class) == LevelExempt && !r.Seller.SmallBusiness {
		return Treatment{Category: Exempt, Note: NoteExempt}
	}
	home := r.home()
	return r.unless(r.rated(home, r.Seller.Country, "", r.Seller.PostalCode, class))
}

// NetOf tells whether a buyer pays the price without the tax that it includes, because none is charged on this sale though it
// would be at home: exports, sales to businesses in other member states, services outside the Union. Discounts and the delivery follow.
func (r Request) NetOf(class string, digital bool) bool {
	switch r.Treat(class, digital).Category {
	case IntraCommunity, ReverseCharge, Export, OutOfScope:
		return r.Domestic(class).Charged()
	}
	return false
}

// Included is the rate that a price which includes tax has in it, for this sale: where none is charged, the one at home.
func (r Request) Included(class string, digital bool) money.Rate {
	if r.NetOf(class, digital) {
		return r.Domestic(class).Rate
	}
	return r.Treat(class, digital).Rate
}
