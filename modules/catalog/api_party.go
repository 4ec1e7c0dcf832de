package catalog

import (
	"context"
	"net/http"
	"time"

	"wizamart/framework/app"
	"wizamart/framework/web"
)

// partyResource answers for products' safety, as programs see it.
type partyResource struct {
	ID                  string    `json:"id" doc:"UUIDv7"`
	Name                string    `json:"name" doc:"Or registered trade name or trade mark"`
	Address             string    `json:"address" doc:"Postal, lines as on an envelope, without the country"`
	Country             string    `json:"country" doc:"ISO 3166-1 alpha-2"`
	Contact             string    `json:"contact" doc:"Electronic address: e-mail or web"`
	InUnion             bool      `json:"in_union" doc:"Established in the European Union: otherwise its products need a responsible person who is"`
	DefaultManufacturer bool      `json:"default_manufacturer" doc:"Of products that name none"`
	DefaultResponsible  bool      `json:"default_responsible" doc:"Of products that name none"`
	UpdatedAt           time.Time `json:"updated_at"`
}

func newPartyResource(p *Party) partyResource {
	return partyResource{p.ID, p.Name, p.Address, p.Country, p.Contact, p.InUnion(), p.DefaultManufacturer, p.DefaultResponsible, p.UpdatedAt.Time}
}

type partyPatch struct {
	Name                *string `json:"name,omitempty" maxLength:"500"`
	Address             *string `json:"address,omitempty" maxLength:"500"`
	Country             *string `json:"country,omitempty" maxLength:"2"`
	Contact             *string `json:"contact,omitempty" maxLength:"500"`
	DefaultManufacturer *bool   `json:"default_manufacturer,omitempty"`
	DefaultResponsible  *bool   `json:"default_responsible,omitempty"`
}

func (in *partyPatch) apply(p *Party) error {
	put(&p.Name, in.Name)
	put(&p.Address, in.Address)
	put(&p.Country, in.Country)
	put(&p.Contact, in.Contact)
	put(&p.DefaultManufacturer, in.DefaultManufacturer)
	put(&p.DefaultResponsible, in.DefaultResponsible)
	return nil
}

// safetyResource is what a product says of its safety.
type safetyResource struct {
	Manufacturer string `json:"manufacturer,omitempty" doc:"Id of a responsible party; missing: the store's default"`
	Responsible  string `json:"responsible,omitempty" doc:"Id of a responsible party; missing: the store's default"`
	Model        string `json:"model,omitempty" maxLength:"255" doc:"Type of the product"`
	Batch        string `json:"batch,omitempty" maxLength:"255"`
	Serial       string `json:"serial,omitempty" maxLength:"255"`
	Warnings     string `json:"warnings,omitempty" maxLength:"10000" doc:"And safety information, plain text"`
}

type partyOutput struct{ Body partyResource }

type PartyInput struct {
	Store string `path:"store" doc:"Code of the store"`
	Party string `path:"party" doc:"Id of the responsible party"`
}

type listPartiesOutput struct {
	Body struct {
		Items []partyResource `json:"items"`
	}
}

func (s *Service) partyAPI(r *app.Router) {
	const parties = "/stores/{store}/responsible-parties"
	op := func(method, path, perm, id, summary string) app.Operation {
		return app.Operation{Method: method, Path: parties + path, Permission: perm, ID: id, Tag: "Catalogue", Summary: summary}
	}
	list := op("GET", "", Read, "list-responsible-parties", "List manufacturers and responsible persons")
	list.Description = "Who answers for the safety of products (Regulation (EU) 2023/988, article 19), by name."
	app.API(r, list, func(ctx context.Context, c *web.Context, _ *struct {
		Store string `path:"store" doc:"Code of the store"`
	},
	) (*listPartiesOutput, error) {
		all, err := s.Parties(ctx, c.Store)
		out := &listPartiesOutput{}
		out.Body.Items = []partyResource{}
		for i := range all {
			out.Body.Items = append(out.Body.Items, newPartyResource(&all[i]))
		}
		return out, err
	})
	create := op("POST", "", Write, "create-responsible-party", "Add a manufacturer or responsible person")
	create.Status = http.StatusCreated
	app.API(r, create, func(ctx context.Context, c *web.Context, in *struct {
		Store string `path:"store" doc:"Code of the store"`
		Body  partyPatch
	},
	) (*partyOutput, error) {
		var p Party
		if err := in.Body.apply(&p); err != nil {
			return nil, err
		}
		return party(s.CreateParty(ctx, c.Store, p))
	})
	app.API(r, op("GET", "/{party}", Read, "get-responsible-party", "Get a manufacturer or responsible person"), func(ctx context.Context, c *web.Context, in *PartyInput) (*partyOutput, error) {
		return party(s.Party(ctx, c.Store, in.Party))
	})
	app.API(r, op("PATCH", "/{party}", Write, "update-responsible-party", "Change a manufacturer or responsible person"), func(ctx context.Context, c *web.Context, in *struct {
		PartyInput
		Body partyPatch
	},
	) (*partyOutput, error) {
		return party(s.UpdateParty(ctx, c.Store, in.Party, in.Body.apply))
	})
	remove := op("DELETE", "/{party}", Remove, "delete-responsible-party", "Delete a manufacturer or responsible person")
	remove.Status, remove.Description = http.StatusNoContent, "Products that name it fall back on the store's default."
	app.API(r, remove, func(ctx context.Context, c *web.Context, in *PartyInput) (*struct{}, error) {
		_, err := s.DeleteParty(ctx, c.Store, in.Party)
		return nil, err
	})
}

func party(p *Party, err error) (*partyOutput, error) {
	if err != nil {
		return nil, err
	}
	return &partyOutput{newPartyResource(p)}, nil
}
