package cms

import (
	"context"
	"net/http"

	"wizamart/framework/app"
	"wizamart/framework/web"
)

type redirectsInput struct {
	Store string `path:"store" doc:"The store's code."`
	Query string `query:"q" doc:"Part of an old or a new address."`
	Page  int    `query:"page" default:"1" minimum:"1" doc:"100 to a page."`
}

type redirectsOutput struct {
	Body struct {
		Redirects []Redirect `json:"redirects"`
		Total     int        `json:"total"`
	}
}

type addRedirectInput struct {
	Store string `path:"store" doc:"The store's code."`
	Body  struct {
		From string `json:"from" maxLength:"500" doc:"A path of the shop, without query."`
		To   string `json:"to" maxLength:"500" doc:"A path of the shop, or an https address."`
	}
}

type redirectInput struct {
	Store string `path:"store" doc:"The store's code."`
	ID    string `path:"id" doc:"The redirect's id."`
}

type redirectOutput struct{ Body Redirect }

func (s *Service) redirectAPI(r *app.Router) {
	const path = "/stores/{store}/redirects"
	app.API(r, app.Operation{Method: http.MethodGet, Path: path, Permission: Read, ID: "list-redirects", Summary: "List the redirects", Tag: "Online store"},
		func(ctx context.Context, c *web.Context, in *redirectsInput) (*redirectsOutput, error) {
			list, total, err := s.Redirects(ctx, c.Store, in.Query, in.Page)
			out := &redirectsOutput{}
			out.Body.Redirects, out.Body.Total = append([]Redirect{}, list...), total
			return out, err
		})
	app.API(r, app.Operation{
		Method: http.MethodPost, Path: path, Permission: Write, ID: "add-redirect", Summary: "Lead from an old address to a new one", Tag: "Online store", Status: http.StatusCreated,
		Description: "Answered with 301 (RFC 9110) where the shop has no page at the old address. One from the same address is replaced.",
	}, func(ctx context.Context, c *web.Context, in *addRedirectInput) (*redirectOutput, error) {
		list, err := ParseRedirects(in.Body.From + " " + in.Body.To)
		if err == nil {
			list, err = s.AddRedirects(ctx, c.Store, list)
		}
		if err != nil {
			return nil, err
		}
		return &redirectOutput{list[0]}, nil
	})
	app.API(r, app.Operation{Method: http.MethodDelete, Path: path + "/{id}", Permission: Write, ID: "delete-redirect", Summary: "Delete a redirect", Tag: "Online store", Status: http.StatusNoContent},
		func(ctx context.Context, c *web.Context, in *redirectInput) (*struct{}, error) {
			_, err := s.DeleteRedirect(ctx, c.Store, in.ID)
			return nil, err
		})
}
