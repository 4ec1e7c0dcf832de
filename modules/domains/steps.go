package domains

import (
	"context"

	"wizamart/framework/app"
	"wizamart/tenant"
)

// steps is what domains add to a new store's checklist.
func (s *Service) steps(_ context.Context, st *tenant.Store) ([]app.Step, error) {
	return []app.Step{{
		Key: "domains.own", Icon: "globe", Title: "Connect a domain of your own", Text: "Shoppers remember yours better. The platform’s address works without it.", Path: "/domains", Permission: write, Order: 70,
		Done: len(st.Info().Domains) > 0,
	}}, nil
}
