package checkout

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"wizamart/framework/audit"
	"wizamart/framework/database"
	"wizamart/framework/money"
	"wizamart/framework/problem"
	"wizamart/modules/checkout/tax"
	"wizamart/tenant"
)

// Ways to tax sales to consumers in other member states.
const (
	SalesHome        = "home"        // below the threshold of Article 59c: as at home
	SalesDestination = "destination" // at the buyer's rates, declared in the one-stop shop or in each country
)

// Bounds of what a merchant may set.
const (
	MaxTaxClasses = 30
	MaxTaxRules   = 300
)

// Taxes are a store's tax settings, kept as one of its settings.
//
// They are off until the merchant switches them on: who states tax owes it (Article 203 of Directive 2006/112/EC), registered or not, and only
// the merchant knows. While off, orders have no tax at all, rather than a category that says why there is none.
type Taxes struct {
	On            bool        `json:"on"`
	Inclusive     bool        `json:"prices_include_tax"`
	Country       string      `json:"country" doc:"Where the seller is taxed, ISO 3166-1 alpha-2."`
	PostalCode    string      `json:"postal_code,omitempty" doc:"Of the seller; it matters in special territories."`
	SmallBusiness bool        `json:"small_business,omitempty" doc:"Exempt as a small enterprise."`
	Sales         string      `json:"eu_sales" enum:"home,destination" doc:"How sales to consumers in other member states are taxed."`
	Classes       []tax.Class `json:"classes"`
	Rules         []tax.Rule  `json:"rules"`
}

const taxesKey = "checkout.taxes"

// TaxesOf reads a store's settings. Without any, taxes are off and the rest is a guess for the form to begin with.
func TaxesOf(st *tenant.Store) Taxes {
	return taxesOf.of(st, func() Taxes { return firstTaxes(st) })
}

var taxesOf = decoded[Taxes]{key: taxesKey}

func firstTaxes(st *tenant.Store) Taxes {
	t := Taxes{Inclusive: true, Country: homeOf(st), Sales: SalesHome, Classes: []tax.Class{}, Rules: []tax.Rule{}}
	if t.Country == "US" || t.Country == "CA" { // prices are without tax there
		t.Inclusive = false
	}
	return t
}

// TaxesSet tells whether the merchant has decided about taxes.
func TaxesSet(st *tenant.Store) bool {
	_, ok := st.Settings().Get(taxesKey)
	return ok
}

// Validate tidies the settings and checks what a merchant typed. Fields of a row are called "classes.0.name".
func (t *Taxes) Validate() error {
	var f problem.Fields
	t.Country, t.PostalCode = strings.ToUpper(tidy(t.Country)), strings.ToUpper(tidy(t.PostalCode))
	f.Check(t.Country == "" && !t.On || KnownCountry(t.Country), "country", "Choose a country.")
	f.Check(utf8.RuneCountInString(t.PostalCode) <= maxCode, "postal_code", "Use at most %d characters.", maxCode)
	f.Check(t.Sales == SalesHome || t.Sales == SalesDestination, "eu_sales", "Choose one of the two.")
	f.Check(len(t.Classes) <= MaxTaxClasses, "classes", "A store has at most %d tax classes.", MaxTaxClasses)
	f.Check(len(t.Rules) <= MaxTaxRules, "rules", "A store has at most %d tax rates.", MaxTaxRules)
	seen := map[string]bool{}
	for i := range t.Classes {
		c, at := &t.Classes[i], fmt.Sprintf("classes.%d.", i)
		c.Name, c.Code = tidy(c.Name), tidy(c.Code)
		f.Check(c.Name != "" && utf8.RuneCountInString(c.Name) <= 40, at+"name", "Enter a name of at most %d characters.", 40)
		f.Check(tax.CodePattern.MatchString(c.Code), at+"code", "A code has small letters, digits and hyphens, and begins with a letter: books.")
		f.Check(c.Code != tax.Voucher && !seen[c.Code] && !slices.Contains(tax.Levels, tax.Level(c.Code)), at+"code", "There is a class with this code already.")
		f.Check(slices.Contains(tax.Levels, c.Level), at+"level", "Choose a rate.")
		seen[c.Code] = true
	}
	for i := range t.Rules {
		r, at := &t.Rules[i], fmt.Sprintf("rules.%d.", i)
		r.Name, r.Country, r.Region = tidy(r.Name), strings.ToUpper(tidy(r.Country)), tidy(r.Region)
		r.PostFrom, r.PostTo = strings.ToUpper(tidy(r.PostFrom)), strings.ToUpper(tidy(r.PostTo))
		if r.ID == "" {
			r.ID = database.NewID()
		}
		f.Check(KnownCountry(r.Country), at+"country", "Choose a country.")
		f.Check(utf8.RuneCountInString(r.Name) <= 40, at+"name", "Use at most %d characters.", 40)
		f.Check(utf8.RuneCountInString(r.Region) <= maxCity, at+"region", "Use at most %d characters.", maxCity)
		f.Check(utf8.RuneCountInString(r.PostFrom) <= maxCode && utf8.RuneCountInString(r.PostTo) <= maxCode, at+"from", "Use at most %d characters.", maxCode)
		f.Check(r.PostTo == "" || r.PostFrom != "" && r.PostFrom <= r.PostTo, at+"from", "Enter the first and the last postal code, in this order.")
		f.Check(r.Class == "" || seen[r.Class] || slices.Contains(tax.Levels, tax.Level(r.Class)), at+"class", "Choose a tax class.")
		f.Check(r.Rate >= 0 && r.Rate <= money.One, at+"rate", "Enter a rate from 0 to 100 percent.")
	}
	return f.Err()
}

// SaveTaxes changes how the store charges tax. Orders that were placed keep the tax they were placed with.
func (s *Service) SaveTaxes(ctx context.Context, st *tenant.Store, t Taxes) (Taxes, error) {
	t.Classes, t.Rules = append([]tax.Class{}, t.Classes...), append([]tax.Rule{}, t.Rules...) // they may be those of TaxesOf
	if err := t.Validate(); err != nil {
		return t, err
	}
	tax.SortRules(t.Rules)
	return t, s.saveSetting(ctx, st, taxesKey, "Taxes", "checkout.taxes.updated", TaxesOf(st), t)
}

// saveSetting writes a setting that is a JSON object, and who changed what of it.
func (s *Service) saveSetting(ctx context.Context, st *tenant.Store, key, name, action string, old, now any) error {
	text, err := json.Marshal(now)
	if err != nil {
		return err
	}
	return st.Write(ctx, func(tx *tenant.Store) error {
		before, after, err := audit.Diff(old, now)
		if err != nil {
			return err
		}
		if was, ok := tx.Settings().Get(key); ok && was == string(text) {
			return nil
		}
		if err := tx.SetSettings(ctx, map[string]string{key: string(text)}); err != nil {
			return err
		}
		return audit.Record(ctx, tx.DB, audit.Entry{Action: action, SubjectKind: "settings", SubjectID: key, SubjectName: name, Before: before, After: after})
	})
}

// request is what the tax of this store is asked with on a day, which is a midnight UTC.
func (t Taxes) request(currency, vatID string, day time.Time) tax.Request {
	return tax.Request{
		Currency: currency, Inclusive: t.Inclusive, Classes: t.Classes, Rules: t.Rules, Date: day,
		Seller: tax.Seller{
			Country: t.Country, PostalCode: t.PostalCode, VATID: vatID, SmallBusiness: t.SmallBusiness,
			OSS: t.Sales == SalesDestination, BelowThreshold: t.Sales == SalesHome,
		},
	}
}

// TaxClasses are the classes that a product may have, the standard one first; the store's own after the built-in ones.
func TaxClasses(st *tenant.Store) []tax.Class {
	out := make([]tax.Class, 0, len(tax.Levels))
	for _, l := range tax.Levels {
		code := string(l)
		if l == tax.LevelStandard {
			code = ""
		}
		out = append(out, tax.Class{Code: code, Name: l.Label(), Level: l})
	}
	return append(out, TaxesOf(st).Classes...)
}
