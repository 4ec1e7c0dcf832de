package cms

import (
	"slices"
	"strings"
	"time"

	"wizamart/framework/app"
	"wizamart/framework/country"
	"wizamart/framework/database"
	"wizamart/framework/problem"
	"wizamart/framework/web"
	"wizamart/tenant"
)

// standing is a page that every shop has, until its merchant publishes one of the same address.
type standing struct {
	slug  string
	title string
	about string // for search engines
}

// The European Accessibility Act (Directive (EU) 2019/882, Annex V) asks for a statement that everybody finds; the General Data Protection
// Regulation (Article 13) for what is kept of visitors.
var standingPages = []standing{
	{"accessibility", "Accessibility", "How this shop can be used by everybody, and whom to tell when it cannot."},
	{"privacy", "Privacy", "What this shop keeps of its visitors and customers, and which cookies it sets."},
}

const assessedKey = "cms.accessibility_assessed"

var assessedSetting = app.Setting{
	Key: assessedKey, Scope: database.Store, Group: "Accessibility statement", Label: "Your shop was last assessed on", Kind: app.Text, Max: 10,
	Help: "As 2026-03-31: when somebody last went through your shop to see whether everybody can use it. Empty until then: the statement says then what tests of the software cover.",
	Check: func(text string) error {
		if day, err := time.Parse(time.DateOnly, text); text != "" && (err != nil || day.After(time.Now().AddDate(0, 0, 1))) {
			return problem.New(problem.Invalid, "Write a day that has been, as 2026-03-31.")
		}
		return nil
	},
}

// assessed is when the merchant had the shop assessed; zero when that was never said.
func assessed(st *tenant.Store) time.Time {
	text, _ := st.Settings().Get(assessedKey)
	day, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return time.Time{}
	}
	return day
}

// standingData is what the pages say of this shop.
type standingData struct {
	Shop     string
	Address  string
	Host     string
	Who      Organization
	Country  string    // its name
	Assessed time.Time // zero when nobody did
	Counted  bool      // visits are
}

// shopStanding answers with the page of that address; ok is false where there is none.
func (s *Service) shopStanding(c *web.Context, slug string) (ok bool, err error) {
	for _, p := range standingPages {
		if p.slug != slug {
			continue
		}
		address := c.Absolute("/")
		_, host, _ := strings.Cut(strings.TrimSuffix(address, "/"), "://")
		d := standingData{Shop: c.Store.Info().Name, Address: address, Host: host, Assessed: assessed(c.Store), Counted: s.app.EnabledFor(c.Store, "analytics")}
		if s.Organization != nil {
			d.Who = s.Organization(c.Store)
			d.Country = country.Name(c.Lang, d.Who.Country)
		}
		title := c.T(p.title)
		return true, c.Render(web.Page{
			View: "cms/shop/" + p.slug, Title: title, Description: c.T(p.about), D: d, Canonical: c.Absolute("/" + p.slug),
			Crumbs: []web.Link{{Label: c.T("Home"), URL: c.URL("/")}, {Label: title}},
		})
	}
	return false, nil
}

// listStanding adds the standing pages to the footer's links, unless the merchant lists pages of their own there.
func listStanding(c *web.Context, links []web.Link) []web.Link {
	for _, p := range standingPages {
		address := c.URL("/" + p.slug)
		listed := slices.ContainsFunc(links, func(l web.Link) bool { return l.URL == address })
		if !listed {
			links = append(links, web.Link{Label: c.T(p.title), URL: address, Active: c.R.URL.Path == address})
		}
	}
	return links
}
