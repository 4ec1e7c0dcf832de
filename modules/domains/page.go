package domains

import (
	"context"
	"net/http"
	"strings"

	"wizamart/framework/problem"
	"wizamart/framework/tlscert"
	"wizamart/framework/web"
	"wizamart/tenant"
)

// pageData is a store's domains, in the dashboard and in the admin.
type pageData struct {
	Store     *tenant.Info
	Base      string // path of the page, with the surface's prefix
	Platform  string // the store's name under the base domain
	Target    string // what a CNAME record names
	Addresses []addressRecord
	Rows      []row
	MayWrite  bool
	HTTPS     bool // certificates are obtained here
	Full      bool
}

type row struct {
	Claim
	Primary     bool
	Opened      bool
	Certificate tlscert.State
}

func (r row) FoundAddresses() []string { return strings.Fields(r.Addresses) }

// addressRecord is what an apex needs, where no CNAME may stand.
type addressRecord struct{ Type, Value string }

func addressRecords(ips []string) []addressRecord {
	var out []addressRecord
	for _, ip := range ips {
		kind := "A"
		if strings.Contains(ip, ":") {
			kind = "AAAA"
		}
		out = append(out, addressRecord{kind, ip})
	}
	return out
}

// info is the store that the page is about.
func (s *Service) info(c *web.Context) (*tenant.Info, string, error) {
	if c.Surface == web.Admin {
		info := s.app.Platform.ByID(c.Param("id"))
		if info == nil {
			return nil, "", problem.New(problem.NotFound, "This store does not exist.")
		}
		return info, "/stores/" + info.ID + "/domains", nil
	}
	return c.Store.Info(), "/domains", nil
}

func (s *Service) page(c *web.Context) error { return s.render(c, nil) }

func (s *Service) render(c *web.Context, form *web.Form) error {
	info, base, err := s.info(c)
	if err != nil {
		return err
	}
	d, err := s.data(c.Ctx(), info)
	if err != nil {
		return err
	}
	d.Base, d.MayWrite = c.URL(base), c.Can(write)
	page := web.Page{View: "domains/any/domains", Title: c.T("Domains"), D: d, Form: form}
	if c.Surface == web.Admin {
		page.Crumbs = []web.Link{{Label: c.T("Stores"), URL: c.URL("/stores")}, {Label: info.Name, URL: c.URL("/stores/" + info.ID)}, {Label: c.T("Domains")}}
	}
	return c.Render(page)
}

func (s *Service) data(ctx context.Context, info *tenant.Info) (pageData, error) {
	claims, err := claimsOf(ctx, s.app.Platform.DB, info.ID)
	if err != nil {
		return pageData{}, err
	}
	d := pageData{
		Store: info, Platform: info.Code + "." + info.Base, HTTPS: s.app.Certificates != nil, Full: len(claims) >= maxClaims,
	}
	d.Target = d.Platform
	for _, c := range claims {
		d.Rows = append(d.Rows, row{Claim: c, Primary: info.Primary == c.Host, Opened: !c.Verified() || !c.Routed || c.Trouble != "", Certificate: s.app.Certificates.State(c.Host)})
	}
	if len(claims) > 0 {
		ctx, cancel := context.WithTimeout(ctx, pageWait)
		defer cancel()
		d.Addresses = addressRecords(s.Addresses(ctx))
	}
	return d, nil
}

func (s *Service) postClaim(c *web.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	info, base, err := s.info(c)
	if err != nil {
		return err
	}
	added, err := s.Add(c.Ctx(), info, form.Value("host"), form.Bool("pair"))
	if err != nil {
		if form.Take(err) {
			return s.render(c, form)
		}
		return err
	}
	c.Flash("success", "%s is on the list. Now set its DNS records.", added[0].Shown())
	return c.Redirect(base)
}

// act runs a use case on one of the store's claims and leads back to the page. What is refused is said there.
func (s *Service) act(c *web.Context, do func(ctx context.Context, info *tenant.Info, id string) (Claim, error), said func(Claim)) error {
	info, base, err := s.info(c)
	if err != nil {
		return err
	}
	claim, err := do(c.Ctx(), info, c.Param("domain"))
	switch {
	case problem.Is(err, problem.Conflict) || problem.Is(err, problem.TooMany):
		c.Flash("error", "%s", messageOf(err))
	case err != nil:
		return err
	default:
		said(claim)
	}
	http.Redirect(c.W, c.R, c.URL(base)+"#d-"+claim.ID, http.StatusSeeOther)
	return nil
}

func (s *Service) postCheck(c *web.Context) error {
	return s.act(c, s.Check, func(claim Claim) {
		switch {
		case claim.Verified() && claim.Routed && claim.Trouble == "":
			c.Flash("success", "%s is verified and points here.", claim.Shown())
		case claim.Verified() && claim.Trouble == "":
			c.Flash("info", "%s is verified, and does not point here yet.", claim.Shown())
		default:
			c.Flash("info", "%s", c.T("%s: %s", claim.Shown(), c.T(troubleText[claim.Trouble])))
		}
	})
}

func (s *Service) postPrimary(c *web.Context) error {
	return s.act(c, s.SetPrimary, func(claim Claim) {
		c.Flash("success", "%s is the primary domain. All other addresses of the shop lead there.", claim.Shown())
	})
}

func (s *Service) postNoPrimary(c *web.Context) error {
	return s.act(c, s.ClearPrimary, func(Claim) {
		c.Flash("success", "There is no primary domain now: every address of the shop stands for itself.")
	})
}

func (s *Service) postRemoval(c *web.Context) error {
	return s.act(c, s.Remove, func(claim Claim) { c.Flash("success", "%s is removed.", claim.Shown()) })
}

type listData struct {
	Rows  []listed
	Q     string
	Pages web.Paging
	HTTPS bool
}

type listed struct {
	listRow
	Certificate tlscert.State
}

const perPage = 50

// list is the operator's page of all stores' domains.
func (s *Service) list(c *web.Context) error {
	q, page := c.Search(), c.PageNumber()
	rows, total, err := searchClaims(c.Ctx(), s.app.Platform.DB, q, perPage, (page-1)*perPage)
	if err != nil {
		return err
	}
	d := listData{Q: q, Pages: c.Paging(page, perPage, total), HTTPS: s.app.Certificates != nil}
	for _, r := range rows {
		d.Rows = append(d.Rows, listed{r, s.app.Certificates.State(r.Host)})
	}
	return c.Render(web.Page{View: "domains/admin/list", Title: c.T("Domains"), D: d})
}
