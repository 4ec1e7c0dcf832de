package customers

import (
	"context"
	"time"

	"wizamart/framework/app"
	"wizamart/framework/audit"
	"wizamart/framework/auth"
	"wizamart/framework/web"
	"wizamart/tenant"
)

func (s *Service) sessionRoutes(r *app.Router) {
	const base = "/stores/{store}/customers/{customer}/sessions"
	app.API(r, app.Operation{Method: "GET", Path: base, Permission: "customers.read", ID: "list-customer-sessions", Tag: "Customers",
		Summary: "List where a customer is signed in"}, s.apiSessions)
	app.API(r, app.Operation{Method: "DELETE", Path: base + "/{session}", Permission: "customers.write", ID: "end-customer-session", Tag: "Customers", Status: 204,
		Summary: "End a customer's session"}, s.apiEndSession)
}

// customerSession is one live sign-in of a customer.
type customerSession struct {
	ID         string    `json:"id" format:"uuid"`
	Address    string    `json:"address" doc:"The client's IP address at the sign-in."`
	UserAgent  string    `json:"user_agent"`
	CreatedAt  time.Time `json:"created_at"`
	LastUsedAt time.Time `json:"last_used_at" doc:"To about a quarter of an hour."`
	ExpiresAt  time.Time `json:"expires_at"`
}

type customerSessionsOutput struct {
	Body struct {
		Sessions []customerSession `json:"sessions"`
	}
}

// Sessions lists where a customer is signed in, the last used first.
func (s *Service) Sessions(ctx context.Context, st *tenant.Store, customer string) ([]auth.Session, error) {
	if _, err := s.Get(ctx, st, customer); err != nil {
		return nil, err
	}
	return s.app.Auth.Sessions(ctx, st.DB, customer)
}

// EndSession ends a customer's session; NotFound when it is somebody else's or has ended.
func (s *Service) EndSession(ctx context.Context, st *tenant.Store, customer, session string) error {
	k, err := s.Get(ctx, st, customer)
	if err != nil {
		return err
	}
	return st.Write(ctx, func(tx *tenant.Store) error {
		if err := s.app.Auth.RevokeOwn(ctx, tx.DB, k.ID, session, "staff"); err != nil {
			return err
		}
		return audit.Record(ctx, tx.DB, audit.Entry{Action: "customers.session.ended", SubjectKind: "customer", SubjectID: k.ID, SubjectName: k.Label()})
	})
}

func (s *Service) apiSessions(ctx context.Context, c *web.Context, in *customerInput) (*customerSessionsOutput, error) {
	list, err := s.Sessions(ctx, c.Store, in.Customer)
	if err != nil {
		return nil, err
	}
	out := &customerSessionsOutput{}
	out.Body.Sessions = []customerSession{}
	for _, v := range list {
		out.Body.Sessions = append(out.Body.Sessions, customerSession{v.ID, v.Address, v.UserAgent, v.CreatedAt.Time, v.LastUsedAt.Time, v.ExpiresAt.Time})
	}
	return out, nil
}

type endSessionInput struct {
	Store    string `path:"store" doc:"Code of the store"`
	Customer string `path:"customer"`
	Session  string `path:"session"`
}

func (s *Service) apiEndSession(ctx context.Context, c *web.Context, in *endSessionInput) (*struct{}, error) {
	return nil, s.EndSession(ctx, c.Store, in.Customer, in.Session)
}
