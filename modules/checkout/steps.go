package checkout

import (
	"context"

	"wizamart/framework/app"
	"wizamart/tenant"
)

// steps is what selling needs of a new store: who sells, its taxes, and how things arrive.
func (s *Service) steps(ctx context.Context, st *tenant.Store) ([]app.Step, error) {
	methods, err := s.ShippingMethods(ctx, st)
	if err != nil {
		return nil, err
	}
	delivery := app.Step{
		Key: "checkout.delivery", Icon: "truck", Title: "Check the delivery prices", Text: "Two ways to deliver are there to begin with: make them yours.", Path: "/delivery", Permission: "checkout.write", Order: 25,
	}
	for _, m := range methods {
		delivery.Done = delivery.Done || m.UpdatedAt != m.CreatedAt
	}
	return []app.Step{
		delivery,
		{
			Key: "checkout.identity", Icon: "scale", Title: "Say who you are in law", Text: "Name, address and VAT number: orders and the legal notice show them.", Path: "/legal-identity", Permission: "checkout.write",
			Order: 30, Done: SellerOf(st).Complete(), Required: true,
		},
		{
			Key: "checkout.taxes", Icon: "percent", Title: "Decide about taxes", Text: "No tax is charged until you say that you have to.", Path: "/taxes", Permission: "checkout.write", Order: 40, Done: TaxesSet(st),
		},
	}, nil
}
