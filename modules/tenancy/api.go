package tenancy

import (
	"context"
	"net/http"

	"wizamart/framework/app"
	"wizamart/framework/auth"
	"wizamart/framework/database"
	"wizamart/framework/limit"
	"wizamart/framework/permission"
	"wizamart/framework/web"
	"wizamart/tenant"
)

// tokenBody is a pair of tokens. The refresh token can be used once; it comes with its successor.
type tokenBody struct {
	AccessToken    string        `json:"access_token" doc:"Send it as Authorization: Bearer …"`
	AccessExpires  database.Time `json:"access_expires"`
	RefreshToken   string        `json:"refresh_token"`
	RefreshExpires database.Time `json:"refresh_expires"`
	TokenType      string        `json:"token_type" example:"Bearer"`
}

func body(t auth.Tokens) tokenBody {
	return tokenBody{t.Access, database.At(t.AccessExpires), t.Refresh, database.At(t.RefreshExpires), "Bearer"}
}

// StoreBody is a store in the API.
type StoreBody struct {
	Code      string        `json:"code" example:"fjord"`
	Name      string        `json:"name"`
	Merchant  string        `json:"merchant" doc:"The merchant's name."`
	State     string        `json:"state" enum:"live,suspended"`
	Currency  string        `json:"currency" doc:"ISO 4217"`
	Locale    string        `json:"locale" doc:"BCP 47"`
	URLs      StoreURLs     `json:"urls"`
	CreatedAt database.Time `json:"created_at"`
}

// StoreURLs is where a store is found.
type StoreURLs struct {
	Shop      string `json:"shop"`
	Dashboard string `json:"dashboard"`
}

func (s *Service) storeBody(info *tenant.Info) StoreBody {
	return StoreBody{
		Code: info.Code, Name: info.Name, Merchant: info.MerchantName, State: string(info.State), Currency: info.Currency,
		Locale: info.Locale, URLs: StoreURLs{s.shopURL(info), s.dashboardURL(info)}, CreatedAt: info.CreatedAt,
	}
}

func (s *Service) api(r *app.Router) {
	type tokensOut struct{ Body tokenBody }
	type signIn struct {
		Body struct {
			Email    string `json:"email" format:"email" maxLength:"254"`
			Password string `json:"password" maxLength:"200"`
			Code     string `json:"code,omitempty" maxLength:"24" doc:"With two-factor sign-in: of the authenticator, or a recovery code."`
		}
	}
	app.API(r, app.Operation{Method: http.MethodPost, Path: "/auth/tokens", Permission: permission.Public, ID: "create-token", Tag: "Sign-in",
		Summary: "Sign in", Class: limit.SignIn, Description: "Where two-factor sign-in is on and the code is missing, the answer is 401 with the field code.", Errors: []int{401, 429}}, func(ctx context.Context, c *web.Context, in *signIn) (*tokensOut, error) {
		u, err := s.SignIn(ctx, in.Body.Email, in.Body.Password, c.Address)
		if err != nil {
			return nil, err
		}
		if err := s.proveCode(ctx, u, in.Body.Code, c.Lang); err != nil {
			return nil, err
		}
		t, err := s.app.Auth.Start(ctx, s.app.Platform.DB, auth.Grant{Subject: u.ID, Audience: auth.Staff, Address: c.Address, UserAgent: c.R.UserAgent()})
		if err != nil {
			return nil, err
		}
		return &tokensOut{body(t)}, nil
	})
	type refresh struct {
		Body struct {
			RefreshToken string `json:"refresh_token" maxLength:"500"`
		}
	}
	app.API(r, app.Operation{Method: http.MethodPost, Path: "/auth/refreshes", Permission: permission.Public, ID: "refresh-token", Tag: "Sign-in",
		Summary: "Renew the tokens", Description: "A refresh token that was used before ends the session.", Errors: []int{401}},
		func(ctx context.Context, _ *web.Context, in *refresh) (*tokensOut, error) {
			t, _, err := s.app.Auth.Refresh(ctx, s.app.Platform.DB, auth.Staff, in.Body.RefreshToken)
			if err != nil {
				return nil, err
			}
			return &tokensOut{body(t)}, nil
		})
	s.apiTeam(r)
	s.apiOperators(r)
	s.apiAccount(r)
	type storesOut struct {
		Body struct {
			Stores []StoreBody `json:"stores"`
		}
	}
	app.API(r, app.Operation{Method: http.MethodGet, Path: "/stores", Permission: permission.SignedIn, ID: "list-stores", Tag: "Stores",
		Summary: "List your stores"}, func(_ context.Context, c *web.Context, _ *struct{}) (*storesOut, error) {
		out := &storesOut{}
		out.Body.Stores = []StoreBody{}
		for _, info := range s.StoresOf(c.User.ID) {
			out.Body.Stores = append(out.Body.Stores, s.storeBody(info))
		}
		return out, nil
	})
	type storeIn struct {
		Store string `path:"store" doc:"The store's code."`
	}
	type storeOut struct{ Body StoreBody }
	app.API(r, app.Operation{Method: http.MethodGet, Path: "/stores/{store}", Permission: permission.SignedIn, ID: "get-store", Tag: "Stores",
		Summary: "Get a store"}, func(_ context.Context, c *web.Context, _ *storeIn) (*storeOut, error) {
		return &storeOut{s.storeBody(c.Store.Info())}, nil
	})
}
