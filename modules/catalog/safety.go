package catalog

import (
	"net/mail"
	"net/url"
	"strings"
	"unicode/utf8"

	"wizamart/framework/country"
	"wizamart/framework/database"
	"wizamart/framework/problem"
)

// Regulation (EU) 2023/988 on general product safety, article 19: who offers products online to consumers in the Union shows with each of them (a)
// name, postal and electronic address of the manufacturer, (b) the same of the responsible person where the manufacturer is not established in the
// Union, (c) what identifies the product, and (d) warnings and safety information.

// Safety is what a product says of its safety. Empty parties are the store's defaults.
type Safety struct {
	Manufacturer string `json:"manufacturer,omitempty"` // id of a party
	Responsible  string `json:"responsible,omitempty"`  // id of a party
	Model        string `json:"model,omitempty"`        // type of the product
	Batch        string `json:"batch,omitempty"`
	Serial       string `json:"serial,omitempty"`
	Warnings     string `json:"warnings,omitempty"` // and safety information, plain text of several lines
}

// Limits of what is said of safety, in characters.
const (
	MaxParties     = 1000
	MaxWarnings    = 10_000
	maxPartyText   = 500
	maxIdentifiers = 255
)

// Party answers for the safety of products: a manufacturer, or a responsible person in the Union.
type Party struct {
	ID                  string
	Name                string // or registered trade name or trade mark
	Address             string // postal, lines as on an envelope, without the country
	Country             string // ISO 3166-1 alpha-2
	Contact             string // electronic address: e-mail or web
	DefaultManufacturer bool
	DefaultResponsible  bool
	CreatedAt           database.Time
	UpdatedAt           database.Time
}

// memberStates are those of the Union: who is established elsewhere needs a responsible person in one of them.
var memberStates = setOf("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK")

// InUnion tells whether the party is established in the European Union.
func (p *Party) InUnion() bool { return memberStates[p.Country] }

// ContactURL is the electronic address as a link.
func (p *Party) ContactURL() string {
	if strings.Contains(p.Contact, "@") {
		return "mailto:" + p.Contact
	}
	return p.Contact
}

func (p *Party) prepare() {
	p.Name, p.Country, p.Contact = strings.TrimSpace(p.Name), strings.ToUpper(strings.TrimSpace(p.Country)), strings.TrimSpace(p.Contact)
	var lines []string
	for line := range strings.Lines(p.Address) {
		if line = strings.TrimSpace(line); line != "" {
			lines = append(lines, line)
		}
	}
	p.Address = strings.Join(lines, "\n")
	if strings.HasPrefix(strings.ToLower(p.Contact), "www.") {
		p.Contact = "https://" + p.Contact
	}
}

// Validate checks what article 19 asks of a party.
func (p *Party) Validate() error {
	var f problem.Fields
	f.Check(p.Name != "", "name", "Enter a name.")
	f.Check(p.Address != "", "address", "Enter the postal address.")
	f.Check(country.Valid(p.Country), "country", "Choose a country.")
	f.Check(p.Contact != "", "contact", "Enter an e-mail address or a web address.")
	for name, value := range map[string]string{"name": p.Name, "address": p.Address, "contact": p.Contact} {
		f.Check(utf8.RuneCountInString(value) <= maxPartyText, name, "Use at most %d characters.", maxPartyText)
	}
	if p.Contact != "" {
		u, err := url.Parse(p.Contact)
		web := err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && u.User == nil
		a, err := mail.ParseAddress(p.Contact)
		f.Check(web || err == nil && a.Address == p.Contact, "contact", "Enter an e-mail address or a web address that begins with https://.")
	}
	f.Check(!p.DefaultResponsible || p.Country == "" || p.InUnion(), "default_responsible", "A responsible person is established in the European Union.")
	return f.Err()
}

func (s *Safety) prepare() {
	for _, at := range []*string{&s.Model, &s.Batch, &s.Serial} {
		*at = strings.TrimSpace(*at)
	}
	s.Warnings = strings.TrimSpace(strings.ReplaceAll(s.Warnings, "\r\n", "\n"))
}

func (s *Safety) validate(f *problem.Fields) {
	for name, value := range map[string]string{"safety_model": s.Model, "safety_batch": s.Batch, "safety_serial": s.Serial} {
		f.Check(utf8.RuneCountInString(value) <= maxIdentifiers, name, "Use at most %d characters.", maxIdentifiers)
	}
	f.Check(utf8.RuneCountInString(s.Warnings) <= MaxWarnings, "safety_warnings", "Use at most %d characters.", MaxWarnings)
}

// ToldSafety is what shoppers are told of a product's safety.
type ToldSafety struct {
	Safety
	Maker       *Party // nil while nobody is named
	Representer *Party // in the Union; nil where the manufacturer is there, or nobody is named
}

// Any tells whether there is anything to tell.
func (t *ToldSafety) Any() bool {
	return t.Maker != nil || t.Representer != nil || t.Model != "" || t.Batch != "" || t.Serial != "" || t.Warnings != ""
}

// safetyOf is what a product's page tells: its own parties, else the store's. What needs no delivery, and gift cards, are told of only where the product says something
// of its own.
func (c *typeSet) safetyOf(p *Product) *ToldSafety {
	t := &ToldSafety{Safety: p.Safety}
	if p.Safety == (Safety{}) && !p.tangible() {
		return t
	}
	for i := range c.parties {
		one := &c.parties[i]
		if one.ID == p.Safety.Manufacturer || t.Maker == nil && one.DefaultManufacturer {
			t.Maker = one
		}
		if one.ID == p.Safety.Responsible || t.Representer == nil && one.DefaultResponsible {
			t.Representer = one
		}
	}
	if t.Maker != nil && t.Maker.InUnion() && t.Representer != nil && p.Safety.Responsible != t.Representer.ID {
		t.Representer = nil // nobody is needed, and the product names nobody
	}
	return t
}

// tangible tells whether the product is a thing that is sent: safety rules are about those.
func (p *Product) tangible() bool {
	if p.GiftCard {
		return false
	}
	for i := range p.Variants {
		if p.Variants[i].RequiresShipping {
			return true
		}
	}
	return false
}

// partyByID finds one, or nil.
func (c *typeSet) partyByID(id string) *Party {
	for i := range c.parties {
		if c.parties[i].ID == id {
			return &c.parties[i]
		}
	}
	return nil
}
