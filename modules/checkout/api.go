package checkout

import (
	"context"
	"net/http"

	"wizamart/framework/app"
	"wizamart/framework/web"
)

type methodsInput struct {
	Store string `path:"store" doc:"The store's code."`
}

type methodsOutput struct {
	Body struct {
		ShippingMethods []ShippingMethod `json:"shipping_methods"`
	}
}

type methodInput struct {
	Store string `path:"store" doc:"The store's code."`
	ID    string `path:"id" doc:"The shipping method's id."`
	Body  struct {
		Name        string   `json:"name" maxLength:"80"`
		Description string   `json:"description,omitempty" maxLength:"300"`
		Estimate    string   `json:"estimate,omitempty" maxLength:"80" doc:"How long it takes, for people."`
		Price       int64    `json:"price" minimum:"0" doc:"In minor units of the store's currency."`
		FreeAbove   *int64   `json:"free_above,omitempty" minimum:"0" doc:"A subtotal from which it is free, in minor units."`
		Countries   []string `json:"countries,omitempty" doc:"ISO 3166-1 alpha-2; none is everywhere."`
		ZoneID      string   `json:"zone_id,omitempty" doc:"Only addresses in this zone, instead of countries."`
		Basis       Basis    `json:"basis,omitempty" enum:"flat,weight,subtotal" doc:"What the price depends on; flat when left out."`
		Tiers       []Tier   `json:"tiers,omitempty" maxItems:"12" doc:"Prices from so many grams, or from such a subtotal, on."`
		DaysMin     int      `json:"days_min,omitempty" minimum:"0" maximum:"90" doc:"Working days until it arrives, at least."`
		DaysMax     int      `json:"days_max,omitempty" minimum:"0" maximum:"90" doc:"Working days until it arrives, at most; 0 says nothing."`
		Pickup      bool     `json:"pickup,omitempty"`
		Active      bool     `json:"active"`
	}
}

type methodOutput struct{ Body ShippingMethod }

func (s *Service) api(r *app.Router) {
	app.API(r, app.Operation{
		Method: http.MethodGet, Path: "/stores/{store}/shipping-methods", Permission: "checkout.read",
		ID: "list-shipping-methods", Summary: "List the shipping methods, in the order in which shoppers see them", Tag: "Checkout",
	}, func(ctx context.Context, c *web.Context, _ *methodsInput) (*methodsOutput, error) {
		list, err := s.ShippingMethods(ctx, c.Store)
		out := &methodsOutput{}
		out.Body.ShippingMethods = append([]ShippingMethod{}, list...)
		return out, err
	})
	app.API(r, app.Operation{
		Method: http.MethodPut, Path: "/stores/{store}/shipping-methods/{id}", Permission: "checkout.write",
		ID: "put-shipping-method", Summary: "Change a shipping method", Tag: "Checkout",
	}, func(ctx context.Context, c *web.Context, in *methodInput) (*methodOutput, error) {
		b := in.Body
		m, err := s.SaveShippingMethod(ctx, c.Store, ShippingMethod{
			ID: in.ID, Name: b.Name, Description: b.Description, Estimate: b.Estimate, Price: b.Price, FreeAbove: b.FreeAbove, Countries: b.Countries, Pickup: b.Pickup, Active: b.Active,
			ZoneID: b.ZoneID, Basis: b.Basis, Tiers: b.Tiers, DaysMin: b.DaysMin, DaysMax: b.DaysMax,
		})
		if err != nil {
			return nil, err
		}
		return &methodOutput{Body: m}, nil
	})
	s.zoneAPI(r)
	s.discountAPI(r)
	s.giftCardAPI(r)
}
