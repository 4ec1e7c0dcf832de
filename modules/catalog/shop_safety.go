package catalog

import (
	"strings"

	"wizamart/framework/country"
	"wizamart/framework/web"
)

// safetyView is the section Product safety of the product's page.
type safetyView struct {
	Warnings []string // paragraphs
	Facts    []fact
	Parties  []partyView
}

type partyView struct{ Role, Lines, Contact, URL string }

// newSafetyView is nil where there is nothing to tell.
func newSafetyView(c *web.Context, t *ToldSafety) *safetyView {
	if !t.Any() {
		return nil
	}
	v := &safetyView{}
	for part := range strings.SplitSeq(t.Warnings, "\n\n") {
		if part = strings.TrimSpace(part); part != "" {
			v.Warnings = append(v.Warnings, part)
		}
	}
	for _, f := range []fact{{c.T("Type or model"), t.Model}, {c.T("Batch number"), t.Batch}, {c.T("Serial number"), t.Serial}} {
		if f.Value != "" {
			v.Facts = append(v.Facts, f)
		}
	}
	add := func(role string, p *Party) {
		if p != nil {
			v.Parties = append(v.Parties, partyView{role, p.Name + "\n" + p.Address + "\n" + country.Name(c.Lang, p.Country), strings.TrimPrefix(p.Contact, "https://"), p.ContactURL()})
		}
	}
	add(c.T("Manufacturer"), t.Maker)
	add(c.T("Responsible person in the EU"), t.Representer)
	return v
}
