package checkout

import (
	"context"
	"net/http"

	"wizamart/framework/app"
	"wizamart/framework/web"
)

type zoneInput struct {
	Store string `path:"store" doc:"The store's code."`
	ID    string `path:"id" doc:"The zone's id."`
}

type zonesOutput struct {
	Body struct {
		Zones []Zone `json:"zones"`
	}
}

type zoneBody struct {
	Name   string  `json:"name" maxLength:"80"`
	Places []Place `json:"places" maxItems:"500" doc:"Countries, regions and ranges of postal codes; a place without a country is the rest of the world."`
}

type createZoneInput struct {
	Store string `path:"store" doc:"The store's code."`
	Body  zoneBody
}

type putZoneInput struct {
	Store string `path:"store" doc:"The store's code."`
	ID    string `path:"id" doc:"The zone's id."`
	Body  zoneBody
}

type zoneOutput struct{ Body Zone }

func (s *Service) zoneAPI(r *app.Router) {
	const path = "/stores/{store}/shipping-zones"
	app.API(r, app.Operation{
		Method: http.MethodGet, Path: path, Permission: "checkout.read", ID: "list-shipping-zones", Summary: "List the shipping zones", Tag: "Checkout",
		Description: "An address belongs to the zone that names it most closely: a range of postal codes before a region, a region before a country, a country before the rest of the world; of equals the older zone.",
	}, func(ctx context.Context, c *web.Context, _ *struct {
		Store string `path:"store" doc:"The store's code."`
	}) (*zonesOutput, error) {
		list, err := s.Zones(ctx, c.Store)
		out := &zonesOutput{}
		out.Body.Zones = append([]Zone{}, list...)
		return out, err
	})
	app.API(r, app.Operation{Method: http.MethodPost, Path: path, Permission: "checkout.write", ID: "create-shipping-zone", Summary: "Make a shipping zone", Tag: "Checkout", Status: http.StatusCreated},
		func(ctx context.Context, c *web.Context, in *createZoneInput) (*zoneOutput, error) {
			check := Zone{Name: in.Body.Name, Places: in.Body.Places}
			if err := check.Validate(); err != nil {
				return nil, err
			}
			z, err := s.CreateZone(ctx, c.Store, check.Name)
			if err != nil {
				return nil, err
			}
			z.Places = check.Places
			if z, err = s.SaveZone(ctx, c.Store, z); err != nil {
				return nil, err
			}
			return &zoneOutput{z}, nil
		})
	app.API(r, app.Operation{Method: http.MethodPut, Path: path + "/{id}", Permission: "checkout.write", ID: "put-shipping-zone", Summary: "Change a shipping zone", Tag: "Checkout"},
		func(ctx context.Context, c *web.Context, in *putZoneInput) (*zoneOutput, error) {
			z, err := s.SaveZone(ctx, c.Store, Zone{ID: in.ID, Name: in.Body.Name, Places: in.Body.Places})
			if err != nil {
				return nil, err
			}
			return &zoneOutput{z}, nil
		})
	app.API(r, app.Operation{Method: http.MethodDelete, Path: path + "/{id}", Permission: "checkout.write", ID: "delete-shipping-zone", Summary: "Delete a shipping zone", Tag: "Checkout"},
		func(ctx context.Context, c *web.Context, in *zoneInput) (*zoneOutput, error) {
			if _, err := s.Zone(ctx, c.Store, in.ID); err != nil {
				return nil, err
			}
			z, err := s.DeleteZone(ctx, c.Store, in.ID)
			if err != nil {
				return nil, err
			}
			return &zoneOutput{z}, nil
		})
}
