package checkout

import (
	"context"
	"net/http"

	"wizamart/framework/app"
	"wizamart/framework/web"
)

type storeInput struct {
	Store string `path:"store" doc:"The store's code."`
}

type taxesInput struct {
	Store string `path:"store" doc:"The store's code."`
	Body  Taxes
}

type taxesOutput struct{ Body Taxes }

type sellerInput struct {
	Store string `path:"store" doc:"The store's code."`
	Body  Seller
}

type sellerOutput struct{ Body Seller }

func (s *Service) taxAPI(r *app.Router) {
	app.API(r, app.Operation{
		Method: http.MethodGet, Path: "/stores/{store}/taxes", Permission: "checkout.read",
		ID: "get-taxes", Summary: "Read how the store charges tax", Tag: "Checkout",
	}, func(_ context.Context, c *web.Context, _ *storeInput) (*taxesOutput, error) {
		return &taxesOutput{Body: TaxesOf(c.Store)}, nil
	})
	app.API(r, app.Operation{
		Method: http.MethodPut, Path: "/stores/{store}/taxes", Permission: "checkout.write",
		ID: "put-taxes", Summary: "Change how the store charges tax: all of it, classes and own rates included", Tag: "Checkout",
	}, func(ctx context.Context, c *web.Context, in *taxesInput) (*taxesOutput, error) {
		out, err := s.SaveTaxes(ctx, c.Store, in.Body)
		if err != nil {
			return nil, err
		}
		return &taxesOutput{Body: out}, nil
	})
	app.API(r, app.Operation{
		Method: http.MethodGet, Path: "/stores/{store}/legal-identity", Permission: "checkout.read",
		ID: "get-legal-identity", Summary: "Read who sells, as invoices and the legal notice say it", Tag: "Checkout",
	}, func(_ context.Context, c *web.Context, _ *storeInput) (*sellerOutput, error) {
		return &sellerOutput{Body: SellerOf(c.Store)}, nil
	})
	app.API(r, app.Operation{
		Method: http.MethodPut, Path: "/stores/{store}/legal-identity", Permission: "checkout.write",
		ID: "put-legal-identity", Summary: "Change who sells; orders that were placed keep what they were placed with", Tag: "Checkout",
	}, func(ctx context.Context, c *web.Context, in *sellerInput) (*sellerOutput, error) {
		out, err := s.SaveSeller(ctx, c.Store, in.Body)
		if err != nil {
			return nil, err
		}
		return &sellerOutput{Body: out}, nil
	})
}
