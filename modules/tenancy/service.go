// Package tenancy is the operator's module: merchants, stores, users and who works where, and the staff's way in.
package tenancy

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pocketbase/dbx"
	"golang.org/x/time/rate"

	"wizamart/framework/app"
	"wizamart/framework/audit"
	"wizamart/framework/auth"
	"wizamart/framework/database"
	"wizamart/framework/problem"
	"wizamart/framework/web"
	"wizamart/tenant"
)

// Service of the module. It is the app's Directory.
type Service struct {
	app     *app.App
	current atomic.Pointer[snapshot]
	loading sync.Mutex

	// SelfService tells whether anybody may sign up, MayOpen whether a user may open a shop.
	SelfService func() bool
	MayOpen     func(ctx context.Context, userID string) bool

	// ForStaff is nil when a store for which so many people work may have more of them, else a problem.Quota. Nil asks nobody.
	ForStaff func(storeID string, have, more int) error

	// Places finds pages and settings of the admin for its search; nil finds none.
	Places func(c *web.Context, q string) []Found

	resetsTo  *auth.Throttle // by address
	invites   *auth.Throttle // by team
	invitesTo *auth.Throttle // by address, whoever invites
	seen      *seen
}

// Found is a page or a setting that a search found; its URL lacks the surface's prefix.
type Found struct{ Kind, Icon, Label, Sub, URL string }

// New makes the service and installs it as the app's directory of staff.
func New(a *app.App) *Service {
	s := &Service{
		app: a, resetsTo: auth.NewThrottle(nil, rate.Every(20*time.Minute), 3),
		invites: auth.NewThrottle(nil, rate.Every(2*time.Minute), 50), invitesTo: auth.NewThrottle(nil, rate.Every(10*time.Minute), 5), seen: newSeen(),
		SelfService: func() bool { return false }, MayOpen: func(context.Context, string) bool { return false },
	}
	s.current.Store(&snapshot{})
	a.Directory = s
	return s
}

// CreateMerchant adds a merchant, and notes who did.
func (s *Service) CreateMerchant(ctx context.Context, in tenant.NewMerchant) (tenant.Merchant, error) {
	m, err := s.app.Platform.CreateMerchant(ctx, in)
	if err != nil {
		return m, err
	}
	return m, s.note(ctx, audit.Entry{Action: "tenancy.merchant.created", SubjectKind: "merchant", SubjectID: m.ID, SubjectName: m.Name}, nil, m)
}

// UpdateMerchant changes a merchant's name and e-mail.
func (s *Service) UpdateMerchant(ctx context.Context, id string, in tenant.NewMerchant) error {
	before, err := s.app.Platform.Merchant(ctx, id)
	if err != nil {
		return err
	}
	in.Code = before.Code
	if err := s.app.Platform.UpdateMerchant(ctx, id, in); err != nil {
		return err
	}
	return s.note(ctx, audit.Entry{Action: "tenancy.merchant.updated", SubjectKind: "merchant", SubjectID: id, SubjectName: in.Name}, before, in)
}

// CreateStore makes a store of a merchant, given by id or code.
func (s *Service) CreateStore(ctx context.Context, in tenant.NewStore) (*tenant.Info, error) {
	if m, err := s.app.Platform.Merchant(ctx, in.MerchantID); err == nil {
		in.MerchantID = m.ID
	}
	info, err := s.app.Platform.CreateStore(ctx, in)
	if err != nil {
		return nil, err
	}
	return info, s.note(ctx, audit.Entry{Action: "tenancy.store.created", SubjectKind: "store", SubjectID: info.ID, SubjectName: info.Name}, nil, in)
}

// UpdateStore changes a store's name and language.
func (s *Service) UpdateStore(ctx context.Context, id string, in tenant.StoreChange) error {
	before := s.app.Platform.ByID(id)
	if before == nil {
		return problem.New(problem.NotFound, "This store does not exist.")
	}
	if err := s.app.Platform.UpdateStore(ctx, id, in); err != nil {
		return err
	}
	return s.note(ctx, audit.Entry{
		Action: "tenancy.store.updated", SubjectKind: "store", SubjectID: id, SubjectName: in.Name,
	}, tenant.StoreChange{Name: before.Name, Locale: before.Locale}, in)
}

// CreateUser adds a user.
func (s *Service) CreateUser(ctx context.Context, in auth.NewUser) (auth.User, error) {
	u, err := s.app.Auth.CreateUser(ctx, s.app.Platform.DB, in)
	if err != nil {
		return u, err
	}
	if err := s.note(ctx, audit.Entry{Action: "tenancy.user.created", SubjectKind: "user", SubjectID: u.ID, SubjectName: u.Email}, nil, u); err != nil {
		return u, err
	}
	return u, s.Load(ctx)
}

// UpdateUser changes a user's name, e-mail and whether they are an operator.
func (s *Service) UpdateUser(ctx context.Context, id string, in auth.UserChange) error {
	before, err := s.app.Auth.UserByID(ctx, s.app.Platform.DB, id)
	if err != nil {
		return err
	}
	after, err := s.app.Auth.UpdateUser(ctx, s.app.Platform.DB, id, in)
	if err != nil {
		return err
	}
	if err := s.note(ctx, audit.Entry{Action: "tenancy.user.updated", SubjectKind: "user", SubjectID: id, SubjectName: after.Email}, before, after); err != nil {
		return err
	}
	return s.Load(ctx)
}

// SetUserDisabled locks a user out at once, or lets them in again.
func (s *Service) SetUserDisabled(ctx context.Context, id string, disabled bool) error {
	if err := s.app.Auth.SetDisabled(ctx, s.app.Platform.DB, id, disabled); err != nil {
		return err
	}
	action := "tenancy.user.enabled"
	if disabled {
		action = "tenancy.user.disabled"
	}
	if err := s.note(ctx, audit.Entry{Action: action, SubjectKind: "user", SubjectID: id}, nil, nil); err != nil {
		return err
	}
	return s.Load(ctx)
}

// SetUpOperator redeems the one-time link of an empty installation: the first operator, who is then signed in by the caller.
func (s *Service) SetUpOperator(ctx context.Context, token string, in auth.NewUser) (auth.User, error) {
	in.Admin = true
	if err := in.Validate(); err != nil {
		return auth.User{}, err
	}
	hash, err := s.app.Auth.HashPassword(ctx, in.Password)
	if err != nil {
		return auth.User{}, err
	}
	in.Hash, in.Password = hash, ""
	var u auth.User
	err = s.app.Platform.DB.Write(ctx, func(tx *database.DB) error {
		if _, err := s.app.Auth.Redeem(ctx, tx, auth.PurposeSetup, token); err != nil {
			return err
		}
		var users int
		if err := tx.NewQuery("SELECT count(*) FROM auth_user").Row(&users); err != nil {
			return err
		}
		if users > 0 {
			return problem.New(problem.Gone, "This platform has been set up already. Sign in instead.")
		}
		u, err = s.app.Auth.CreateUser(ctx, tx, in)
		if err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Entry{Action: "tenancy.operator.set_up", SubjectKind: "user", SubjectID: u.ID, SubjectName: u.Email})
	})
	if err != nil {
		return u, err
	}
	return u, s.Load(ctx)
}

// note records what was done in the platform's audit log, with the keys that changed.
func (s *Service) note(ctx context.Context, e audit.Entry, before, after any) error {
	var err error
	if e.Before, e.After, err = audit.Diff(before, after); err != nil {
		return err
	}
	err = s.app.Platform.DB.Write(ctx, func(tx *database.DB) error { return audit.Record(ctx, tx, e) })
	if err != nil {
		return fmt.Errorf("note it in the audit log: %w", err)
	}
	return nil
}

// demoUsers is the platform setting that names the users whose passwords are public.
const demoUsers = "demo.users"

// MarkDemo notes that the passwords of these users are public.
func (s *Service) MarkDemo(ctx context.Context, emails ...string) error {
	return s.app.Platform.SetSettings(ctx, map[string]string{demoUsers: strings.Join(emails, " ")})
}

// SignIn checks a user's password. Demo users are refused where others than this machine could come.
func (s *Service) SignIn(ctx context.Context, email, password, address string) (auth.User, error) {
	clean, _ := auth.CleanEmail(email)
	public, _ := s.app.Platform.Settings().Get(demoUsers)
	for _, demo := range strings.Fields(public) {
		if demo == clean && !s.app.Config.Loopback() {
			return auth.User{}, problem.New(problem.Forbidden, "The demo's passwords are public. They work only while the server listens on a loopback address.")
		}
	}
	return s.app.Auth.SignIn(ctx, email, password, address)
}

// countMerchants counts stores by merchant.
func (s *Service) storesByMerchant() map[string][]*tenant.Info {
	out := map[string][]*tenant.Info{}
	for _, info := range s.app.Platform.Stores() {
		out[info.MerchantID] = append(out[info.MerchantID], info)
	}
	return out
}

// Domains lists a store's custom domains with their state.
func (s *Service) Domains(ctx context.Context, storeID string) ([]string, error) {
	var hosts []string
	err := s.app.Platform.DB.NewQuery("SELECT host FROM tenant_domain WHERE store_id = {:s} ORDER BY is_primary DESC, host").
		Bind(dbx.Params{"s": storeID}).WithContext(ctx).Column(&hosts)
	return hosts, err
}
