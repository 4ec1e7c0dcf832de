package tenancy

import (
	"context"
	"net/http"

	"wizamart/framework/app"
	"wizamart/framework/auth"
	"wizamart/framework/database"
	"wizamart/framework/permission"
	"wizamart/framework/problem"
	"wizamart/framework/web"
)

// AccountBody is who is signed in, in the API.
type AccountBody struct {
	ID        string         `json:"id"`
	Name      string         `json:"name"`
	Email     string         `json:"email"`
	NewEmail  string         `json:"new_email" doc:"Asked for, and not confirmed yet."`
	Operator  bool           `json:"operator"`
	TwoFactor auth.TwoFactor `json:"two_factor"`
}

// SessionBody is one live sign-in, in the API.
type SessionBody struct {
	ID         string        `json:"id"`
	Device     string        `json:"device" example:"Firefox · Linux"`
	Address    string        `json:"address"`
	CreatedAt  database.Time `json:"created_at"`
	LastUsedAt database.Time `json:"last_used_at" doc:"To about a quarter of an hour."`
	Current    bool          `json:"current"`
}

// PasswordBody proves who asks.
type PasswordBody struct {
	Password string `json:"current" maxLength:"200" doc:"The current password."`
}

// ProofBody is PasswordBody with the second factor.
type ProofBody struct {
	Password string `json:"current" maxLength:"200" doc:"The current password."`
	Code     string `json:"code" maxLength:"24" doc:"Of the authenticator, or a recovery code."`
}

// CodesBody has recovery codes, which are shown only now.
type CodesBody struct {
	RecoveryCodes []string `json:"recovery_codes"`
}

// apiAccount is what everybody of the staff does for themselves. Who must set up a second factor first can do that here.
func (s *Service) apiAccount(r *app.Router) {
	op := func(method, path, id, summary string, status int, statuses ...int) app.Operation {
		return app.Operation{Method: method, Path: "/account" + path, Permission: permission.SignedIn, ID: id, Tag: "Account", Summary: summary, Status: status, Errors: statuses}
	}
	type accountOut struct{ Body AccountBody }
	account := func(ctx context.Context, userID string) (*accountOut, error) {
		user := s.Staff(userID)
		if user == nil {
			return nil, problem.New(problem.Unauthorized, "Please sign in again.")
		}
		out := &accountOut{AccountBody{ID: user.ID, Name: user.Name, Email: user.Email, Operator: s.Operator(userID) != nil}}
		var err error
		if out.Body.TwoFactor, err = s.app.Auth.TwoFactorOf(ctx, s.app.Platform.DB, userID); err != nil {
			return nil, err
		}
		out.Body.NewEmail, err = pendingEmail(ctx, s.app.Platform.DB, userID)
		return out, err
	}
	app.API(r, op(http.MethodGet, "", "get-account", "Who is signed in", 200), func(ctx context.Context, c *web.Context, _ *struct{}) (*accountOut, error) {
		return account(ctx, c.User.ID)
	})
	type accountNameIn struct {
		Body struct {
			Name string `json:"name" maxLength:"100"`
		}
	}
	app.API(r, op(http.MethodPatch, "", "rename-account", "Change your name", 200), func(ctx context.Context, c *web.Context, in *accountNameIn) (*accountOut, error) {
		if err := s.Rename(ctx, c.User.ID, in.Body.Name); err != nil {
			return nil, err
		}
		return account(ctx, c.User.ID)
	})
	type accountEmailIn struct {
		Body struct {
			Email    string `json:"email" maxLength:"254"`
			Password string `json:"email_password" maxLength:"200" doc:"The current password."`
		}
	}
	app.API(r, op(http.MethodPost, "/email-changes", "change-email", "Ask for another e-mail address: a link is mailed to it", 204, 429),
		func(ctx context.Context, c *web.Context, in *accountEmailIn) (*struct{}, error) {
			return nil, s.RequestEmail(ctx, c.User, in.Body.Email, in.Body.Password, c.Lang, c.Address)
		})
	type accountPasswordIn struct {
		Body struct {
			Current  string `json:"current" maxLength:"200" doc:"The current password."`
			Password string `json:"password" maxLength:"200" doc:"The new one."`
		}
	}
	app.API(r, op(http.MethodPost, "/passwords", "change-password", "Change your password: all your other sessions end", 204, 429),
		func(ctx context.Context, c *web.Context, in *accountPasswordIn) (*struct{}, error) {
			return nil, s.ChangePassword(ctx, c.User, in.Body.Current, in.Body.Password, c.Lang, c.Address)
		})
	s.apiSessions(r, op)
	s.apiTwoFactor(r, op)
}

type accountOp func(method, path, id, summary string, status int, statuses ...int) app.Operation

func (s *Service) apiSessions(r *app.Router, op accountOp) {
	type sessionsOut struct {
		Body struct {
			Sessions []SessionBody `json:"sessions"`
		}
	}
	app.API(r, op(http.MethodGet, "/sessions", "list-sessions", "Where you are signed in", 200), func(ctx context.Context, c *web.Context, _ *struct{}) (*sessionsOut, error) {
		list, err := s.app.Auth.Sessions(ctx, s.app.Platform.DB, c.User.ID)
		if err != nil {
			return nil, err
		}
		out := &sessionsOut{}
		for _, d := range devices(list) {
			out.Body.Sessions = append(out.Body.Sessions, SessionBody{d.ID, d.Name, d.Address, d.CreatedAt, d.LastUsedAt, d.ID == c.User.Session})
		}
		return out, nil
	})
	type sessionIn struct {
		ID string `path:"id"`
	}
	app.API(r, op(http.MethodDelete, "/sessions/{id}", "end-session", "Sign a session out", 204), func(ctx context.Context, c *web.Context, in *sessionIn) (*struct{}, error) {
		return nil, s.RevokeSession(ctx, c.User, in.ID)
	})
	app.API(r, op(http.MethodDelete, "/sessions", "end-other-sessions", "Sign out everywhere else", 204), func(ctx context.Context, c *web.Context, _ *struct{}) (*struct{}, error) {
		return nil, s.RevokeOthers(ctx, c.User)
	})
}

func (s *Service) apiTwoFactor(r *app.Router, op accountOp) {
	type keyIn struct{ Body PasswordBody }
	type twoFactorKeyOut struct {
		Body struct {
			Key string `json:"key" doc:"Base32, to be typed."`
			URL string `json:"url" doc:"otpauth://, to be shown as a QR code."`
		}
	}
	app.API(r, op(http.MethodPost, "/two-factor-keys", "begin-two-factor", "Make a key for an authenticator (TOTP, RFC 6238)", 201, 409, 429),
		func(ctx context.Context, c *web.Context, in *keyIn) (*twoFactorKeyOut, error) {
			if err := s.BeginTwoFactor(ctx, c.User, in.Body.Password, c.Address); err != nil {
				return nil, err
			}
			e, err := s.Enrolment(ctx, c.User)
			if err != nil {
				return nil, err
			}
			out := &twoFactorKeyOut{}
			out.Body.Key, out.Body.URL = e.Key, e.URL
			return out, nil
		})
	type twoFactorCodeIn struct {
		Body struct {
			Code string `json:"code" maxLength:"24"`
		}
	}
	type codesOut struct{ Body CodesBody }
	app.API(r, op(http.MethodPost, "/two-factor", "confirm-two-factor", "Switch two-factor sign-in on with the first code", 201, 409, 429),
		func(ctx context.Context, c *web.Context, in *twoFactorCodeIn) (*codesOut, error) {
			codes, err := s.ConfirmTwoFactor(ctx, c.User, in.Body.Code, c.Lang)
			if err != nil {
				return nil, err
			}
			return &codesOut{CodesBody{codes}}, nil
		})
	type proofIn struct{ Body ProofBody }
	app.API(r, op(http.MethodPost, "/two-factor-removals", "remove-two-factor", "Switch two-factor sign-in off", 204, 409, 429),
		func(ctx context.Context, c *web.Context, in *proofIn) (*struct{}, error) {
			return nil, s.RemoveTwoFactor(ctx, c.User, in.Body.Password, in.Body.Code, c.Lang, c.Address)
		})
	app.API(r, op(http.MethodPost, "/recovery-codes", "new-recovery-codes", "Make new recovery codes: those before end", 201, 429),
		func(ctx context.Context, c *web.Context, in *proofIn) (*codesOut, error) {
			codes, err := s.NewRecoveryCodes(ctx, c.User, in.Body.Password, in.Body.Code, c.Address)
			if err != nil {
				return nil, err
			}
			return &codesOut{CodesBody{codes}}, nil
		})
}
