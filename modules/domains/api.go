package domains

import (
	"context"
	"net/http"

	"wizamart/framework/app"
	"wizamart/framework/database"
	"wizamart/framework/tlscert"
	"wizamart/framework/web"
	"wizamart/tenant"
)

// DomainBody is a domain in the API.
type DomainBody struct {
	ID          string          `json:"id"`
	Host        string          `json:"host" doc:"Lower case; internationalised names in punycode (RFC 5891)." example:"shop.example"`
	Name        string          `json:"name" doc:"The host as a person reads it."`
	Verified    bool            `json:"verified" doc:"It leads to the store's shop."`
	Primary     bool            `json:"primary" doc:"All other addresses of the shop lead there."`
	PointsHere  bool            `json:"points_here" doc:"At the last check its addresses were the platform's."`
	Addresses   []string        `json:"addresses" doc:"What the DNS gave at the last check."`
	Trouble     string          `json:"trouble" enum:",no-record,other-record,no-answer,taken" doc:"Why the last check did not prove it."`
	Record      RecordBody      `json:"record" doc:"The TXT record that proves it."`
	Certificate CertificateBody `json:"certificate"`
	CheckedAt   database.Time   `json:"checked_at"`
	NextCheckAt database.Time   `json:"next_check_at"`
	CreatedAt   database.Time   `json:"created_at"`
}

// RecordBody is a DNS record.
type RecordBody struct {
	Type  string `json:"type" enum:"TXT"`
	Name  string `json:"name" example:"_wizamart.shop.example"`
	Value string `json:"value"`
}

// CertificateBody is what is known of a domain's certificate.
type CertificateBody struct {
	State    string        `json:"state" enum:"none,waiting,issued,failed" doc:"none: nobody asked for one, or certificates are not obtained here."`
	NotAfter database.Time `json:"not_after"`
	Error    string        `json:"error" doc:"What the certificate authority said, in words."`
	RetryAt  database.Time `json:"retry_at"`
}

func certificateBody(st tlscert.State) CertificateBody {
	return CertificateBody{State: st.Word(), NotAfter: database.At(st.NotAfter), Error: st.Error, RetryAt: database.At(st.RetryAt)}
}

func (s *Service) body(info *tenant.Info, c Claim) DomainBody {
	b := DomainBody{
		ID: c.ID, Host: c.Host, Name: c.Shown(), Verified: c.Verified(), Primary: info.Primary == c.Host, PointsHere: c.Routed, Addresses: row{Claim: c}.FoundAddresses(),
		Trouble: c.Trouble, Record: RecordBody{"TXT", c.RecordName(), c.RecordValue()}, Certificate: certificateBody(s.app.Certificates.State(c.Host)),
		CheckedAt: c.CheckedAt, NextCheckAt: c.NextCheckAt, CreatedAt: c.CreatedAt,
	}
	if b.Addresses == nil {
		b.Addresses = []string{}
	}
	return b
}

func (s *Service) api(r *app.Router) {
	type storeIn struct {
		Store string `path:"store" doc:"The store's code."`
	}
	type domainIn struct {
		Store string `path:"store" doc:"The store's code."`
		ID    string `path:"id"`
	}
	type listOut struct {
		Body struct {
			Domains []DomainBody `json:"domains"`
		}
	}
	type oneOut struct{ Body DomainBody }
	type claimIn struct {
		Store string `path:"store" doc:"The store's code."`
		Body  struct {
			Host string `json:"host" maxLength:"253" example:"shop.example"`
			Pair bool   `json:"pair,omitempty" doc:"Take the www of a registered domain, or the domain of a www, along."`
		}
	}
	list := func(info *tenant.Info, claims []Claim) *listOut {
		out := &listOut{}
		out.Body.Domains = []DomainBody{}
		for _, c := range claims {
			out.Body.Domains = append(out.Body.Domains, s.body(info, c))
		}
		return out
	}
	app.API(r, app.Operation{Method: http.MethodGet, Path: "/stores/{store}/domains", Permission: read, ID: "list-domains", Tag: "Domains",
		Summary: "List the store's domains"}, func(ctx context.Context, c *web.Context, _ *storeIn) (*listOut, error) {
		claims, err := claimsOf(ctx, s.app.Platform.DB, c.Store.ID())
		if err != nil {
			return nil, err
		}
		return list(c.Store.Info(), claims), nil
	})
	app.API(r, app.Operation{Method: http.MethodPost, Path: "/stores/{store}/domains", Permission: write, ID: "claim-domain", Tag: "Domains", Status: 201,
		Summary: "Claim a domain", Description: "It leads to the shop once its TXT record is found."},
		func(ctx context.Context, c *web.Context, in *claimIn) (*listOut, error) {
			added, err := s.Add(ctx, c.Store.Info(), in.Body.Host, in.Body.Pair)
			if err != nil {
				return nil, err
			}
			return list(c.Store.Info(), added), nil
		})
	act := func(method, path, id, summary string, do func(context.Context, *tenant.Info, string) (Claim, error), statuses ...int) {
		app.API(r, app.Operation{Method: method, Path: "/stores/{store}/domains/{id}" + path, Permission: write, ID: id, Tag: "Domains", Summary: summary, Errors: statuses},
			func(ctx context.Context, c *web.Context, in *domainIn) (*oneOut, error) {
				claim, err := do(ctx, c.Store.Info(), in.ID)
				if err != nil {
					return nil, err
				}
				return &oneOut{s.body(s.app.Platform.ByID(c.Store.ID()), claim)}, nil
			})
	}
	act(http.MethodPost, "/checks", "check-domain", "Ask the DNS for a domain now", s.Check, 429)
	act(http.MethodPut, "/primary", "set-primary-domain", "Make a verified domain the primary one", s.SetPrimary, 409)
	act(http.MethodDelete, "/primary", "clear-primary-domain", "Have no primary domain", s.ClearPrimary, 409)
	app.API(r, app.Operation{Method: http.MethodDelete, Path: "/stores/{store}/domains/{id}", Permission: write, ID: "remove-domain", Tag: "Domains", Status: 204,
		Summary: "Remove a domain"}, func(ctx context.Context, c *web.Context, in *domainIn) (*struct{}, error) {
		_, err := s.Remove(ctx, c.Store.Info(), in.ID)
		return nil, err
	})
}
