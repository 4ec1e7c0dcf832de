package tokens

import (
	"context"
	"net/http"

	"wizamart/framework/app"
	"wizamart/framework/permission"
	"wizamart/framework/web"
)

// APITokenBody is a token in the API.
type APITokenBody struct {
	Token
	State State  `json:"state" enum:"live,ending,stopped,expired,revoked" doc:"stopped: who answers for it no longer works in the store."`
	Maker string `json:"maker" doc:"The name of who answers for it; empty for somebody who has left."`
}

// APITokenMadeBody is a token with its secret.
type APITokenMadeBody struct {
	APITokenBody
	Secret string `json:"secret" doc:"Told this once: send it as Authorization: Bearer …"`
}

// NewAPITokenBody is what a token is made of.
type NewAPITokenBody struct {
	Name        string   `json:"name" maxLength:"60"`
	Permissions []string `json:"permissions" maxItems:"100" doc:"Names such as orders.read, of those that you have yourself."`
	Days        int      `json:"days" minimum:"0" maximum:"1825" doc:"For how long the secret works; 0 is without an end."`
}

// APITokenPermissionBody is a permission that a token can have.
type APITokenPermissionBody struct {
	Name   string `json:"name" example:"orders.read"`
	Title  string `json:"title"`
	Module string `json:"module"`
	Yours  bool   `json:"yours" doc:"You have it, so that you can give it."`
}

// APITokensBody is a store's tokens.
type APITokensBody struct {
	Tokens      []APITokenBody           `json:"tokens"`
	Permissions []APITokenPermissionBody `json:"permissions" doc:"What a token can have."`
}

func (l Line) body() APITokenBody {
	l.Permissions = append(permission.Set{}, l.Permissions...)
	return APITokenBody{l.Token, l.State, l.Maker}
}

func (s *Service) api(r *app.Router) {
	const tag = "API tokens"
	type storeIn struct {
		Store string `path:"store" doc:"The store's code."`
	}
	type tokenIn struct {
		Store string `path:"store" doc:"The store's code."`
		ID    string `path:"id"`
	}
	type createIn struct {
		Store string `path:"store" doc:"The store's code."`
		Body  NewAPITokenBody
	}
	type tokensOut struct{ Body APITokensBody }
	type madeOut struct{ Body APITokenMadeBody }
	made := func(c *web.Context, m Made) *madeOut {
		return &madeOut{APITokenMadeBody{s.line(m.Token, c.Store.Info()).body(), m.Secret}}
	}
	app.API(r, app.Operation{Method: http.MethodGet, Path: "/stores/{store}/tokens", Permission: read, ID: "list-api-tokens", Tag: tag, Summary: "List a store's API tokens",
		Description: "Revoked ones stay for 90 days."}, func(ctx context.Context, c *web.Context, _ *storeIn) (*tokensOut, error) {
		list, err := s.List(ctx, c.Store.Info())
		if err != nil {
			return nil, err
		}
		out := &tokensOut{APITokensBody{[]APITokenBody{}, []APITokenPermissionBody{}}}
		for _, l := range list {
			out.Body.Tokens = append(out.Body.Tokens, l.body())
		}
		for _, g := range s.Groups(c.Store.Info()) {
			for _, p := range g.Permissions {
				out.Body.Permissions = append(out.Body.Permissions, APITokenPermissionBody{p.Name, p.Title, g.Module, c.Can(p.Name)})
			}
		}
		return out, nil
	})
	app.API(r, app.Operation{Method: http.MethodPost, Path: "/stores/{store}/tokens", Permission: write, ID: "create-api-token", Tag: tag, Status: http.StatusCreated,
		Summary: "Make an API token", Description: "For people alone: a token cannot make tokens."}, func(ctx context.Context, c *web.Context, in *createIn) (*madeOut, error) {
		m, err := s.Create(ctx, c.User.ID, c.Store.Info(), NewToken(in.Body))
		if err != nil {
			return nil, err
		}
		return made(c, m), nil
	})
	app.API(r, app.Operation{Method: http.MethodPost, Path: "/stores/{store}/tokens/{id}/secrets", Permission: write, ID: "renew-api-token", Tag: tag, Status: http.StatusCreated,
		Summary: "Make a new secret", Description: "The one before ends at once. You answer for the token from then on."}, func(ctx context.Context, c *web.Context, in *tokenIn) (*madeOut, error) {
		m, err := s.Renew(ctx, c.User.ID, c.Store.Info(), in.ID)
		if err != nil {
			return nil, err
		}
		return made(c, m), nil
	})
	app.API(r, app.Operation{Method: http.MethodDelete, Path: "/stores/{store}/tokens/{id}", Permission: write, ID: "revoke-api-token", Tag: tag, Status: http.StatusNoContent,
		Summary: "Revoke an API token", Description: "It acts on the token's next request."}, func(ctx context.Context, c *web.Context, in *tokenIn) (*struct{}, error) {
		_, err := s.Revoke(ctx, c.User.ID, c.Store.Info(), in.ID)
		return nil, err
	})
}
