package tenancy

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"wizamart/framework/app"
	"wizamart/framework/database"
	"wizamart/framework/problem"
	"wizamart/framework/web"
	"wizamart/tenant"
)

// snapshot is an immutable picture of users, memberships, roles and rules: a request's permissions cost no query, and a change
// acts on the next request.
type snapshot struct {
	users   map[string]*web.User
	secured map[string]bool         // users with a second factor
	members map[string][]Membership // by user
	roles   map[string]Role         // custom ones by id
	custom  []Role                  // the same by title
	strict  map[string]bool         // merchants that want a second factor; "" is the platform
}

// Load reads it anew. It is called at boot and after each change.
func (s *Service) Load(ctx context.Context) error {
	s.loading.Lock()
	defer s.loading.Unlock()
	next := &snapshot{users: map[string]*web.User{}, secured: map[string]bool{}, members: map[string][]Membership{}, roles: map[string]Role{}, strict: map[string]bool{}}
	err := s.app.Platform.DB.View(ctx, func(view *database.DB) error { return next.read(ctx, view) })
	if err != nil {
		return err
	}
	s.current.Store(next)
	return nil
}

func (next *snapshot) read(ctx context.Context, db *database.DB) error {
	var users []struct {
		ID, Name, Email  string
		IsAdmin, Secured bool
	}
	err := db.NewQuery(`SELECT u.id, u.name, u.email, u.is_admin, f.confirmed_at IS NOT NULL AS secured
		FROM auth_user u LEFT JOIN auth_two_factor f ON f.user_id = u.id WHERE u.disabled_at IS NULL`).WithContext(ctx).All(&users)
	if err != nil {
		return fmt.Errorf("read the users: %w", err)
	}
	for _, u := range users {
		next.users[u.ID] = &web.User{ID: u.ID, Name: u.Name, Email: u.Email, Admin: u.IsAdmin}
		next.secured[u.ID] = u.Secured
	}
	var members []Membership
	err = db.NewQuery("SELECT id, user_id, merchant_id, ifnull(store_id, '') AS store_id, role FROM tenancy_membership").WithContext(ctx).All(&members)
	if err != nil {
		return fmt.Errorf("read the memberships: %w", err)
	}
	for _, m := range members {
		next.members[m.UserID] = append(next.members[m.UserID], m)
	}
	if next.custom, err = allRoles(ctx, db); err != nil {
		return err
	}
	for _, r := range next.custom {
		next.roles[r.Name] = r
	}
	var strict []string
	if err := db.NewQuery("SELECT merchant_id FROM tenancy_rule WHERE two_factor = 1").WithContext(ctx).Column(&strict); err != nil {
		return fmt.Errorf("read the rules: %w", err)
	}
	for _, id := range strict {
		next.strict[id] = true
	}
	return nil
}

// Staff is the user, or nil for one who is unknown or disabled.
func (s *Service) Staff(userID string) *web.User { return s.current.Load().users[userID] }

// Secured tells whether a user has a second factor.
func (s *Service) Secured(userID string) bool { return s.current.Load().secured[userID] }

// Strict tells whether a merchant's team, or for "" the platform's, must have a second factor.
func (s *Service) Strict(merchantID string) bool { return s.current.Load().strict[merchantID] }

// Admits is app.ErrEnrol for a user who must set up a second factor before they work in a store or, where store is nil, as an operator.
// Who comes into a store as an operator keeps the platform's rule too.
func (s *Service) Admits(userID string, store *tenant.Info) error {
	now := s.current.Load()
	if now.secured[userID] {
		return nil
	}
	strict := now.strict[""]
	if store != nil {
		strict = now.strict[store.MerchantID] || strict && now.power(userID, Platform) != nil
	}
	if !strict {
		return nil
	}
	return &problem.Error{Code: problem.Forbidden, Cause: app.ErrEnrol,
		Message: "This team works with two-factor sign-in. Set it up on your account page, then come back."}
}

// MustBeSecured tells whether a team that the user belongs to wants a second factor.
func (s *Service) MustBeSecured(userID string) bool {
	now := s.current.Load()
	if user := now.users[userID]; user != nil && user.Admin && now.strict[""] {
		return true
	}
	return slices.ContainsFunc(now.members[userID], func(m Membership) bool { return now.strict[m.MerchantID] })
}

// StaffCount is how many people work for a store, operators of the platform aside.
func (s *Service) StaffCount(store *tenant.Info) (n int) {
	now := s.current.Load()
	for userID, list := range now.members {
		if u := now.users[userID]; u == nil || u.Admin {
			continue
		}
		if slices.ContainsFunc(list, func(m Membership) bool {
			return m.MerchantID == store.MerchantID && (m.StoreID == "" || m.StoreID == store.ID)
		}) {
			n++
		}
	}
	return n
}

// StoresOf lists the stores that the user may open, by name.
func (s *Service) StoresOf(userID string) []*tenant.Info {
	var out []*tenant.Info
	for _, info := range s.app.Platform.Stores() {
		if s.Grants(userID, info) != nil {
			out = append(out, info)
		}
	}
	slices.SortFunc(out, func(a, b *tenant.Info) int { return strings.Compare(a.Name, b.Name) })
	return out
}
