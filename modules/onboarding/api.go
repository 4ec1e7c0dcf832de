package onboarding

import (
	"context"
	"net/http"

	"wizamart/framework/app"
	"wizamart/framework/database"
	"wizamart/framework/permission"
	"wizamart/framework/web"
	"wizamart/tenant"
)

// StateBody says who can see a shop and what can be done with its store.
type StateBody struct {
	Code       string        `json:"code"`
	State      string        `json:"state" enum:"live,suspended" doc:"A suspended store can be read, not changed."`
	Reason     string        `json:"reason" doc:"Of the suspension."`
	LaunchedAt database.Time `json:"launched_at" doc:"Null while the shop asks for its password."`
	DeleteAt   database.Time `json:"delete_at" doc:"Until then the deletion can be undone. Null unless somebody asked for it."`
}

func stateBody(info *tenant.Info) StateBody {
	return StateBody{Code: info.Code, State: string(info.State), Reason: info.Reason, LaunchedAt: info.LaunchedAt, DeleteAt: info.DeleteAt}
}

type stateOut struct{ Body StateBody }

// now is the state of a store after a change.
func (s *Service) now(id string, err error) (*stateOut, error) {
	if err != nil {
		return nil, err
	}
	info, err := s.store(id)
	if err != nil {
		return nil, err
	}
	return &stateOut{stateBody(info)}, nil
}

func (s *Service) api(r *app.Router) {
	type storeIn struct {
		Store string `path:"store" doc:"The store's code."`
	}
	type storeDeletionIn struct {
		Store string `path:"store" doc:"The store's code."`
		Body  struct {
			Code string `json:"code" doc:"The store's code once more, to confirm." maxLength:"60"`
		}
	}
	type shopPasswordIn struct {
		Store string `path:"store" doc:"The store's code."`
		Body  struct {
			Password string `json:"password" maxLength:"60"`
		}
	}
	const base, tag = "/stores/{store}", "Launch and deletion"
	app.API(r, app.Operation{Method: "GET", Path: base + "/state", Permission: "core.read", ID: "get-store-state", Tag: tag, Summary: "Who can see the shop"},
		func(_ context.Context, c *web.Context, _ *storeIn) (*stateOut, error) {
			return s.now(c.Store.ID(), nil)
		})
	app.API(r, app.Operation{Method: "PUT", Path: base + "/launch", Permission: Launching, ID: "launch-store", Tag: tag, Errors: []int{409}, Summary: "Launch the shop",
		Description: "409 while a required step of the checklist is not done."},
		func(ctx context.Context, c *web.Context, _ *storeIn) (*stateOut, error) {
			return s.now(c.Store.ID(), s.Launch(ctx, c.Store))
		})
	app.API(r, app.Operation{Method: "DELETE", Path: base + "/launch", Permission: Launching, ID: "withdraw-launch", Tag: tag, Errors: []int{409}, Summary: "Have the shop ask for its password again"},
		func(ctx context.Context, c *web.Context, _ *storeIn) (*stateOut, error) {
			return s.now(c.Store.ID(), s.Withdraw(ctx, c.Store))
		})
	app.API(r, app.Operation{Method: "PUT", Path: base + "/shop-password", Permission: Launching, ID: "set-shop-password", Tag: tag, Summary: "Set the password before the launch"},
		func(ctx context.Context, c *web.Context, in *shopPasswordIn) (*stateOut, error) {
			return s.now(c.Store.ID(), s.SetPassword(ctx, c.Store, in.Body.Password))
		})
	app.API(r, app.Operation{Method: "PUT", Path: base + "/deletion", Permission: Deleting, ID: "delete-store", Tag: tag, Errors: []int{409}, Summary: "Close the store, and delete it after the days in which that can be undone"},
		func(ctx context.Context, c *web.Context, in *storeDeletionIn) (*stateOut, error) {
			_, err := s.Delete(ctx, c.Store.ID(), in.Body.Code)
			return s.now(c.Store.ID(), err)
		})
	app.API(r, app.Operation{Method: "DELETE", Path: base + "/deletion", Permission: Deleting, ID: "undo-deletion", Tag: tag, Errors: []int{409}, WhileClosed: true, Summary: "Undo the deletion"},
		func(ctx context.Context, c *web.Context, _ *storeIn) (*stateOut, error) {
			return s.now(c.Store.ID(), s.Restore(ctx, c.Store.ID()))
		})
	s.openingAPI(r)
	s.operatorAPI(r)
}

func (s *Service) openingAPI(r *app.Router) {
	type storeOpeningIn struct {
		Body struct {
			Name     string `json:"name" maxLength:"100"`
			Code     string `json:"code,omitempty" maxLength:"60" doc:"Made from the name when it is left out."`
			Country  string `json:"country" maxLength:"2" doc:"ISO 3166-1 alpha-2."`
			Currency string `json:"currency,omitempty" maxLength:"3" doc:"ISO 4217; as usual in the country when it is left out."`
			Language string `json:"language,omitempty" maxLength:"20" doc:"BCP 47; as usual in the country when it is left out."`
		}
	}
	app.API(r, app.Operation{Method: "POST", Path: "/stores", Permission: permission.SignedIn, ID: "open-store", Tag: "Stores", Status: http.StatusCreated, Errors: []int{404, 409, 429}, Summary: "Open a shop",
		Description: "For those who are invited, or for everybody where the operator allows it. The shop is not launched."},
		func(ctx context.Context, c *web.Context, in *storeOpeningIn) (*stateOut, error) {
			info, err := s.OpenStore(ctx, c.User.ID, Opening{in.Body.Name, in.Body.Code, in.Body.Country, in.Body.Currency, in.Body.Language})
			if err != nil {
				return nil, err
			}
			return &stateOut{stateBody(info)}, nil
		})
}

// InvitationBody is an invitation in the API.
type InvitationBody struct {
	Invitation
	State string `json:"state" enum:"waiting,accepted,opened,expired,revoked"`
}

func (s *Service) operatorAPI(r *app.Router) {
	type merchantInviteIn struct {
		Body struct {
			Email    string `json:"email" maxLength:"254"`
			Business string `json:"business,omitempty" maxLength:"100"`
		}
	}
	type idIn struct {
		ID string `path:"id"`
	}
	type suspensionIn struct {
		ID   string `path:"id" doc:"The store's id."`
		Body struct {
			Reason string `json:"reason" maxLength:"500"`
		}
	}
	type invitationOut struct{ Body InvitationBody }
	type invitationsOut struct {
		Body struct {
			Invitations []InvitationBody `json:"invitations"`
		}
	}
	type nothing struct{}
	const tag = "Operators"
	body := func(in Invitation) InvitationBody { return InvitationBody{in, in.State(s.app.Now())} }
	app.API(r, app.Operation{Method: "GET", Path: "/merchant-invitations", Permission: read, ID: "list-merchant-invitations", Tag: tag, Summary: "List invitations and sign-ups, the newest 200"},
		func(ctx context.Context, _ *web.Context, _ *struct{}) (*invitationsOut, error) {
			list, err := s.Invitations(ctx, 200)
			out := &invitationsOut{}
			out.Body.Invitations = []InvitationBody{}
			for _, in := range list {
				out.Body.Invitations = append(out.Body.Invitations, body(in))
			}
			return out, err
		})
	app.API(r, app.Operation{Method: "POST", Path: "/merchant-invitations", Permission: write, ID: "invite-merchant", Tag: tag, Status: http.StatusCreated, Summary: "Invite a merchant by mail"},
		func(ctx context.Context, c *web.Context, in *merchantInviteIn) (*invitationOut, error) {
			made, err := s.Invite(ctx, in.Body.Email, in.Body.Business, "en", c.User.ID)
			return &invitationOut{body(made)}, err
		})
	app.API(r, app.Operation{Method: "DELETE", Path: "/merchant-invitations/{id}", Permission: write, ID: "revoke-merchant-invitation", Tag: tag, Status: http.StatusNoContent, Errors: []int{409}, Summary: "Take an invitation back"},
		func(ctx context.Context, _ *web.Context, in *idIn) (*nothing, error) {
			return nil, s.Revoke(ctx, in.ID)
		})
	app.API(r, app.Operation{Method: "PUT", Path: "/store-suspensions/{id}", Permission: write, ID: "suspend-store", Tag: tag, Errors: []int{409}, Summary: "Suspend a store"},
		func(ctx context.Context, _ *web.Context, in *suspensionIn) (*stateOut, error) {
			return s.now(in.ID, s.Suspend(ctx, in.ID, in.Body.Reason))
		})
	app.API(r, app.Operation{Method: "DELETE", Path: "/store-suspensions/{id}", Permission: write, ID: "reactivate-store", Tag: tag, Errors: []int{409}, Summary: "End a store's suspension"},
		func(ctx context.Context, _ *web.Context, in *idIn) (*stateOut, error) {
			return s.now(in.ID, s.Reactivate(ctx, in.ID))
		})
	app.API(r, app.Operation{Method: "PUT", Path: "/merchant-suspensions/{id}", Permission: write, ID: "suspend-merchant", Tag: tag, Status: http.StatusNoContent, Errors: []int{409}, Summary: "Suspend all stores of a merchant"},
		func(ctx context.Context, _ *web.Context, in *suspensionIn) (*nothing, error) {
			return nil, s.SuspendMerchant(ctx, in.ID, in.Body.Reason)
		})
	app.API(r, app.Operation{Method: "DELETE", Path: "/merchant-suspensions/{id}", Permission: write, ID: "reactivate-merchant", Tag: tag, Status: http.StatusNoContent, Errors: []int{409}, Summary: "End a merchant's suspension"},
		func(ctx context.Context, _ *web.Context, in *idIn) (*nothing, error) {
			return nil, s.ReactivateMerchant(ctx, in.ID)
		})
}
