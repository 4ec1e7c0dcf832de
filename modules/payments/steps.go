package payments

import (
	"context"

	"wizamart/framework/app"
	"wizamart/tenant"
)

// steps is what payments add to a new store's checklist.
func (s *Service) steps(_ context.Context, st *tenant.Store) ([]app.Step, error) {
	p := SettingsOf(st)
	return []app.Step{{
		Key: "payments.ways", Icon: "credit-card", Title: "Say how you are paid", Text: "Cards, your bank account for transfers, or cash on delivery.", Path: "/payment", Permission: Write, Order: 20,
		Done: p.BankIBAN != "" || p.Card || p.Cash && !p.BankTransfer,
	}}, nil
}
