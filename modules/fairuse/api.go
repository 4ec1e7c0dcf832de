package fairuse

import (
	"context"
	"net/http"

	"wizamart/framework/app"
	"wizamart/framework/problem"
	"wizamart/framework/web"
	"wizamart/tenant"
)

// LineBody is how much of a kind a store has in the API.
type LineBody struct {
	Kind    Kind  `json:"kind" enum:"disk,products,staff,tokens" doc:"disk is in MB, the others are counted."`
	Used    int64 `json:"used"`
	Most    int64 `json:"most" doc:"0 is no limit."`
	Own     bool  `json:"own" doc:"The store has a quota of its own; else it is the platform's setting."`
	Percent int64 `json:"percent" doc:"Of what it may have; 0 without a limit."`
}

// UsageBody is what a store uses.
type UsageBody struct {
	Usage []LineBody `json:"usage"`
}

// QuotaBody is a quota of one store alone.
type QuotaBody struct {
	Kind   Kind  `json:"kind" enum:"disk,products,staff,tokens" doc:"disk is in MB, the others are counted."`
	Amount int64 `json:"amount" minimum:"0" maximum:"1000000000" doc:"0 is no limit."`
}

// QuotasBody is all that is set for one store alone. Of the other kinds the platform's settings hold.
type QuotasBody struct {
	Quotas []QuotaBody `json:"quotas" maxItems:"10"`
}

func (s *Service) body(ctx context.Context, st *tenant.Store) (UsageBody, error) {
	lines, err := s.Usage(ctx, st)
	b := UsageBody{Usage: []LineBody{}}
	for _, l := range lines {
		b.Usage = append(b.Usage, LineBody{l.Kind, l.Used, l.Most, l.Own, l.Percent()})
	}
	return b, err
}

func (s *Service) api(r *app.Router) {
	type storeIn struct {
		Store string `path:"store" doc:"The store's code."`
	}
	type usageOut struct{ Body UsageBody }
	app.API(r, app.Operation{Method: http.MethodGet, Path: "/stores/{store}/usage", Permission: read, ID: "get-usage", Tag: "Stores",
		Summary: "See what a store uses of what it may have"}, func(ctx context.Context, c *web.Context, _ *storeIn) (*usageOut, error) {
		b, err := s.body(ctx, c.Store)
		return &usageOut{b}, err
	})
	type quotasOut struct{ Body QuotasBody }
	app.API(r, app.Operation{Method: http.MethodGet, Path: "/quotas/{store}", Permission: write, ID: "get-quotas", Tag: "Platform",
		Summary: "See a store's own quotas", Description: "For operators."}, func(ctx context.Context, _ *web.Context, in *storeIn) (*quotasOut, error) {
		b, err := s.quotasBody(ctx, in.Store)
		return &quotasOut{b}, err
	})
	type quotasIn struct {
		Store string `path:"store" doc:"The store's code."`
		Body  QuotasBody
	}
	app.API(r, app.Operation{Method: http.MethodPut, Path: "/quotas/{store}", Permission: write, ID: "put-quotas", Tag: "Platform",
		Summary: "Set a store's own quotas", Description: "For operators. It acts at once, and takes nothing away that the store has already."}, func(ctx context.Context, _ *web.Context, in *quotasIn) (*quotasOut, error) {
		info := s.app.Platform.ByCode(in.Store)
		if info == nil {
			return nil, errNoStore
		}
		change := map[Kind]*int64{}
		for _, k := range kinds {
			change[k.Kind] = nil
		}
		for _, q := range in.Body.Quotas {
			change[q.Kind] = &q.Amount
		}
		if err := s.SetQuotas(ctx, info.ID, change); err != nil {
			return nil, err
		}
		b, err := s.quotasBody(ctx, in.Store)
		return &quotasOut{b}, err
	})
}

var errNoStore = problem.New(problem.NotFound, "This store does not exist.")

func (s *Service) quotasBody(ctx context.Context, code string) (QuotasBody, error) {
	b := QuotasBody{Quotas: []QuotaBody{}}
	info := s.app.Platform.ByCode(code)
	if info == nil {
		return b, errNoStore
	}
	all, err := s.quotas(ctx)
	if err != nil {
		return b, err
	}
	for _, k := range kinds {
		if n, ok := all[info.ID][k.Kind]; ok {
			b.Quotas = append(b.Quotas, QuotaBody{k.Kind, n})
		}
	}
	return b, nil
}
