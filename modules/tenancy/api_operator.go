package tenancy

import (
	"context"
	"net/http"

	"wizamart/framework/app"
	"wizamart/framework/web"
)

// OperatorBody is an operator in the API.
type OperatorBody struct{ Member }

// OperatorInvitationBody is an operator's invitation in the API. Its link is mailed, and nowhere else.
type OperatorInvitationBody struct {
	Invitation
	Expired bool `json:"expired"`
}

// apiOperators is the team of the platform itself, with the same use cases as a store's.
func (s *Service) apiOperators(r *app.Router) {
	op := func(method, path, permission, id, summary string, status int, errors ...int) app.Operation {
		return app.Operation{Method: method, Path: "/operators" + path, Permission: permission, ID: id, Tag: "Operators", Summary: summary, Status: status, Errors: errors}
	}
	type none struct{}
	type item struct {
		ID string `path:"id"`
	}
	type operatorsOut struct {
		Body struct {
			Members   []OperatorBody `json:"members"`
			Roles     []RoleBody     `json:"roles" doc:"What somebody can be."`
			TwoFactor bool           `json:"two_factor" doc:"Operators must use two-factor sign-in."`
		}
	}
	app.API(r, op(http.MethodGet, "", teamRead, "list-operators", "List the operators", 200), func(ctx context.Context, c *web.Context, _ *none) (*operatorsOut, error) {
		list, err := s.Team(ctx, c.User.ID, Platform)
		out := &operatorsOut{}
		out.Body.Members, out.Body.Roles, out.Body.TwoFactor = []OperatorBody{}, []RoleBody{}, s.Strict("")
		for _, m := range list {
			out.Body.Members = append(out.Body.Members, OperatorBody{m})
		}
		for _, role := range s.RolesOf("") {
			out.Body.Roles = append(out.Body.Roles, roleBody(role))
		}
		return out, err
	})
	type operatorIn struct {
		ID   string `path:"id"`
		Body struct {
			Role string `json:"role"`
		}
	}
	app.API(r, op(http.MethodPut, "/{id}", teamWrite, "change-operator", "Change an operator's role", 204, 409), func(ctx context.Context, c *web.Context, in *operatorIn) (*none, error) {
		return nil, s.ChangeMember(ctx, c.User.ID, Platform, in.ID, in.Body.Role, "")
	})
	app.API(r, op(http.MethodDelete, "/{id}", teamWrite, "remove-operator", "Remove an operator", 204, 409), func(ctx context.Context, c *web.Context, in *item) (*none, error) {
		return nil, s.RemoveMember(ctx, c.User.ID, Platform, in.ID)
	})
	type operatorRuleIn struct {
		Body struct {
			TwoFactor bool `json:"two_factor"`
		}
	}
	app.API(r, app.Operation{Method: http.MethodPut, Path: "/operator-rule", Permission: teamWrite, ID: "set-operator-rule", Tag: "Operators", Status: 204,
		Summary: "Say whether operators must use two-factor sign-in", Errors: []int{409}}, func(ctx context.Context, c *web.Context, in *operatorRuleIn) (*none, error) {
		return nil, s.SetTwoFactorRule(ctx, c.User.ID, Platform, in.Body.TwoFactor)
	})
	s.apiOperatorInvitations(r)
}

func (s *Service) apiOperatorInvitations(r *app.Router) {
	op := func(method, path, permission, id, summary string, status int, errors ...int) app.Operation {
		return app.Operation{Method: method, Path: "/operator-invitations" + path, Permission: permission, ID: id, Tag: "Operators", Summary: summary, Status: status, Errors: errors}
	}
	type none struct{}
	type item struct {
		ID string `path:"id"`
	}
	type operatorInvitationsOut struct {
		Body struct {
			Invitations []OperatorInvitationBody `json:"invitations"`
		}
	}
	type operatorInvitationOut struct{ Body OperatorInvitationBody }
	app.API(r, op(http.MethodGet, "", teamRead, "list-operator-invitations", "List operators' invitations that wait for an answer", 200), func(ctx context.Context, c *web.Context, _ *none) (*operatorInvitationsOut, error) {
		list, err := s.Invitations(ctx, c.User.ID, Platform)
		out := &operatorInvitationsOut{}
		out.Body.Invitations = []OperatorInvitationBody{}
		for _, i := range list {
			out.Body.Invitations = append(out.Body.Invitations, OperatorInvitationBody{i, i.Expired()})
		}
		return out, err
	})
	type operatorInviteIn struct {
		Body struct {
			Email string `json:"email" format:"email" maxLength:"254"`
			Role  string `json:"role"`
		}
	}
	app.API(r, op(http.MethodPost, "", teamWrite, "invite-operator", "Invite an operator", 201, 429), func(ctx context.Context, c *web.Context, in *operatorInviteIn) (*operatorInvitationOut, error) {
		inv, err := s.Invite(ctx, c.User.ID, Platform, in.Body.Email, in.Body.Role, c.Lang)
		if err != nil {
			return nil, err
		}
		return &operatorInvitationOut{OperatorInvitationBody{inv, inv.Expired()}}, nil
	})
	app.API(r, op(http.MethodPost, "/{id}/resends", teamWrite, "resend-operator-invitation", "Send an operator's invitation again", 200, 429), func(ctx context.Context, c *web.Context, in *item) (*operatorInvitationOut, error) {
		inv, err := s.Resend(ctx, c.User.ID, Platform, in.ID)
		if err != nil {
			return nil, err
		}
		return &operatorInvitationOut{OperatorInvitationBody{inv, inv.Expired()}}, nil
	})
	app.API(r, op(http.MethodDelete, "/{id}", teamWrite, "revoke-operator-invitation", "Take an operator's invitation back", 204), func(ctx context.Context, c *web.Context, in *item) (*none, error) {
		return nil, s.Revoke(ctx, c.User.ID, Platform, in.ID)
	})
}
