package tenancy

import (
	"context"
	"net/http"

	"wizamart/framework/app"
	"wizamart/framework/web"
)

// MemberBody is somebody of a team in the API.
type MemberBody struct {
	Member
	Store string `json:"store" doc:"The code of the one store that they work in; empty for all of the merchant's."`
}

// InvitationBody is an invitation in the API. Its link is mailed, and nowhere else.
type InvitationBody struct {
	Invitation
	Store   string `json:"store" doc:"The code of the one store; empty for all of the merchant's."`
	Expired bool   `json:"expired"`
}

// RoleBody is a role in the API.
type RoleBody struct {
	Name        string   `json:"name" doc:"Of a preset its word, such as owner; of a custom role its id."`
	Title       string   `json:"title"`
	Text        string   `json:"text"`
	Permissions []string `json:"permissions" doc:"Patterns: orders.* grants orders.refund."`
	Custom      bool     `json:"custom"`
}

// PermissionBody is a permission that a role can have.
type PermissionBody struct {
	Name   string `json:"name" example:"orders.refund"`
	Title  string `json:"title"`
	Module string `json:"module"`
}

func roleBody(r Role) RoleBody {
	return RoleBody{r.Name, r.Title, r.Text, append([]string{}, r.Set...), r.Custom}
}

func (s *Service) storeCode(id string) string {
	if info := s.app.Platform.ByID(id); info != nil {
		return info.Code
	}
	return ""
}

// storeNamed is the place of a store's code within a merchant; "" is all stores, and one that is no store's stays none.
func (s *Service) storeNamed(at Place, code string) Place {
	if code == "" {
		return at.Wide()
	}
	if info := s.app.Platform.ByCode(code); info != nil {
		return Place{at.MerchantID, info.ID}
	}
	return Place{at.MerchantID, code} // no store has such an id
}

type teamIn struct {
	Store string `path:"store" doc:"The store's code."`
}

type teamItemIn struct {
	Store string `path:"store" doc:"The store's code."`
	ID    string `path:"id"`
}

func (s *Service) apiTeam(r *app.Router) {
	const tag = "Team"
	type teamOut struct {
		Body struct {
			Members   []MemberBody `json:"members"`
			TwoFactor bool         `json:"two_factor" doc:"The team must use two-factor sign-in."`
		}
	}
	app.API(r, app.Operation{Method: http.MethodGet, Path: "/stores/{store}/team", Permission: teamRead, ID: "list-team", Tag: tag, Summary: "List the team"},
		func(ctx context.Context, c *web.Context, _ *teamIn) (*teamOut, error) {
			list, err := s.Team(ctx, c.User.ID, placeOf(c))
			if err != nil {
				return nil, err
			}
			out := &teamOut{}
			out.Body.Members, out.Body.TwoFactor = []MemberBody{}, s.Strict(placeOf(c).MerchantID)
			for _, m := range list {
				out.Body.Members = append(out.Body.Members, MemberBody{m, s.storeCode(m.At.StoreID)})
			}
			return out, nil
		})
	type teamMemberIn struct {
		Store string `path:"store" doc:"The store's code."`
		ID    string `path:"id"`
		Body  struct {
			Role  string `json:"role"`
			Store string `json:"store" doc:"The code of the one store; empty for all of the merchant's."`
		}
	}
	app.API(r, app.Operation{Method: http.MethodPut, Path: "/stores/{store}/team/{id}", Permission: teamWrite, ID: "change-member", Tag: tag, Status: 204,
		Summary: "Change a member's role", Errors: []int{409}}, func(ctx context.Context, c *web.Context, in *teamMemberIn) (*struct{}, error) {
		at := placeOf(c)
		return nil, s.ChangeMember(ctx, c.User.ID, at, in.ID, in.Body.Role, s.storeNamed(at, in.Body.Store).StoreID)
	})
	app.API(r, app.Operation{Method: http.MethodDelete, Path: "/stores/{store}/team/{id}", Permission: teamWrite, ID: "remove-member", Tag: tag, Status: 204,
		Summary: "Remove a member", Errors: []int{409}}, func(ctx context.Context, c *web.Context, in *teamItemIn) (*struct{}, error) {
		return nil, s.RemoveMember(ctx, c.User.ID, placeOf(c), in.ID)
	})
	type teamRuleIn struct {
		Store string `path:"store" doc:"The store's code."`
		Body  struct {
			TwoFactor bool `json:"two_factor"`
		}
	}
	app.API(r, app.Operation{Method: http.MethodPut, Path: "/stores/{store}/team-rule", Permission: teamWrite, ID: "set-team-rule", Tag: tag, Status: 204,
		Summary: "Say whether the team must use two-factor sign-in", Errors: []int{409}}, func(ctx context.Context, c *web.Context, in *teamRuleIn) (*struct{}, error) {
		return nil, s.SetTwoFactorRule(ctx, c.User.ID, placeOf(c), in.Body.TwoFactor)
	})
	s.apiInvitations(r)
	s.apiRoles(r)
}

func (s *Service) apiInvitations(r *app.Router) {
	const tag = "Team"
	body := func(i Invitation) InvitationBody { return InvitationBody{i, s.storeCode(i.At.StoreID), i.Expired()} }
	type invitationsOut struct {
		Body struct {
			Invitations []InvitationBody `json:"invitations"`
		}
	}
	type oneOut struct{ Body InvitationBody }
	app.API(r, app.Operation{Method: http.MethodGet, Path: "/stores/{store}/team-invitations", Permission: teamRead, ID: "list-invitations", Tag: tag,
		Summary: "List invitations that wait for an answer"}, func(ctx context.Context, c *web.Context, _ *teamIn) (*invitationsOut, error) {
		list, err := s.Invitations(ctx, c.User.ID, placeOf(c))
		if err != nil {
			return nil, err
		}
		out := &invitationsOut{}
		out.Body.Invitations = []InvitationBody{}
		for _, i := range list {
			out.Body.Invitations = append(out.Body.Invitations, body(i))
		}
		return out, nil
	})
	type inviteIn struct {
		Store string `path:"store" doc:"The store's code."`
		Body  struct {
			Email string `json:"email" format:"email" maxLength:"254"`
			Role  string `json:"role"`
			Store string `json:"store,omitempty" doc:"The code of the one store; empty for all of the merchant's."`
		}
	}
	app.API(r, app.Operation{Method: http.MethodPost, Path: "/stores/{store}/team-invitations", Permission: teamWrite, ID: "invite", Tag: tag, Status: 201,
		Summary: "Invite somebody", Description: "They get a mail with a link that works once, within seven days.", Errors: []int{429}},
		func(ctx context.Context, c *web.Context, in *inviteIn) (*oneOut, error) {
			inv, err := s.Invite(ctx, c.User.ID, s.storeNamed(placeOf(c), in.Body.Store), in.Body.Email, in.Body.Role, c.Lang)
			if err != nil {
				return nil, err
			}
			return &oneOut{body(inv)}, nil
		})
	app.API(r, app.Operation{Method: http.MethodPost, Path: "/stores/{store}/team-invitations/{id}/resends", Permission: teamWrite, ID: "resend-invitation", Tag: tag,
		Summary: "Send an invitation again", Description: "The link before ends.", Errors: []int{429}}, func(ctx context.Context, c *web.Context, in *teamItemIn) (*oneOut, error) {
		inv, err := s.Resend(ctx, c.User.ID, placeOf(c), in.ID)
		if err != nil {
			return nil, err
		}
		return &oneOut{body(inv)}, nil
	})
	app.API(r, app.Operation{Method: http.MethodDelete, Path: "/stores/{store}/team-invitations/{id}", Permission: teamWrite, ID: "revoke-invitation", Tag: tag, Status: 204,
		Summary: "Take an invitation back"}, func(ctx context.Context, c *web.Context, in *teamItemIn) (*struct{}, error) {
		return nil, s.Revoke(ctx, c.User.ID, placeOf(c), in.ID)
	})
}

func (s *Service) apiRoles(r *app.Router) {
	const tag = "Team"
	type rolesOut struct {
		Body struct {
			Roles       []RoleBody       `json:"roles"`
			Permissions []PermissionBody `json:"permissions" doc:"What a role can have."`
		}
	}
	type oneOut struct{ Body RoleBody }
	type createIn struct {
		Store string `path:"store" doc:"The store's code."`
		Body  RoleInput
	}
	type updateIn struct {
		Store string `path:"store" doc:"The store's code."`
		ID    string `path:"id"`
		Body  RoleInput
	}
	type deleteIn struct {
		Store   string `path:"store" doc:"The store's code."`
		ID      string `path:"id"`
		Instead string `query:"instead" doc:"The role that those who have it get instead."`
	}
	app.API(r, app.Operation{Method: http.MethodGet, Path: "/stores/{store}/roles", Permission: teamRead, ID: "list-roles", Tag: tag,
		Summary: "List roles, and the permissions that there are"}, func(_ context.Context, c *web.Context, _ *teamIn) (*rolesOut, error) {
		at, out := placeOf(c), &rolesOut{}
		for _, role := range s.RolesOf(at.MerchantID) {
			out.Body.Roles = append(out.Body.Roles, roleBody(role))
		}
		for _, g := range s.Matrix(at.MerchantID) {
			for _, p := range g.Permissions {
				out.Body.Permissions = append(out.Body.Permissions, PermissionBody{p.Name, p.Title, g.Module})
			}
		}
		return out, nil
	})
	app.API(r, app.Operation{Method: http.MethodPost, Path: "/stores/{store}/roles", Permission: roleWrite, ID: "create-role", Tag: tag, Status: 201,
		Summary: "Make a role", Description: "It counts for all stores of the merchant.", Errors: []int{409}}, func(ctx context.Context, c *web.Context, in *createIn) (*oneOut, error) {
		role, err := s.CreateRole(ctx, c.User.ID, placeOf(c), in.Body)
		if err != nil {
			return nil, err
		}
		return &oneOut{roleBody(role)}, nil
	})
	app.API(r, app.Operation{Method: http.MethodPut, Path: "/stores/{store}/roles/{id}", Permission: roleWrite, ID: "update-role", Tag: tag,
		Summary: "Change a role", Description: "It acts on the next request of all who hold it."}, func(ctx context.Context, c *web.Context, in *updateIn) (*oneOut, error) {
		role, err := s.UpdateRole(ctx, c.User.ID, placeOf(c), in.ID, in.Body)
		if err != nil {
			return nil, err
		}
		return &oneOut{roleBody(role)}, nil
	})
	app.API(r, app.Operation{Method: http.MethodDelete, Path: "/stores/{store}/roles/{id}", Permission: roleWrite, ID: "delete-role", Tag: tag, Status: 204,
		Summary: "Delete a role"}, func(ctx context.Context, c *web.Context, in *deleteIn) (*struct{}, error) {
		return nil, s.DeleteRole(ctx, c.User.ID, placeOf(c), in.ID, in.Instead)
	})
}
