package tenancy

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"wizamart/framework/permission"
	"wizamart/framework/web"
	"wizamart/tenant"
)

// snapshot is an immutable picture of users and memberships: a request's permissions cost no query, and a change
// acts on the next request.
type snapshot struct {
	users   map[string]*web.User
	members map[string][]Membership // by user
}

// Load reads users and memberships anew. It is called at boot and after each change.
func (s *Service) Load(ctx context.Context) error {
	s.loading.Lock()
	defer s.loading.Unlock()
	var users []struct {
		ID, Name, Email string
		IsAdmin         bool
	}
	err := s.app.Platform.DB.NewQuery("SELECT id, name, email, is_admin FROM auth_user WHERE disabled_at IS NULL").WithContext(ctx).All(&users)
	if err != nil {
		return fmt.Errorf("read the users: %w", err)
	}
	var members []Membership
	err = s.app.Platform.DB.NewQuery("SELECT id, user_id, merchant_id, ifnull(store_id, '') AS store_id, role FROM tenancy_membership").WithContext(ctx).All(&members)
	if err != nil {
		return fmt.Errorf("read the memberships: %w", err)
	}
	next := &snapshot{users: make(map[string]*web.User, len(users)), members: map[string][]Membership{}}
	for _, u := range users {
		next.users[u.ID] = &web.User{ID: u.ID, Name: u.Name, Email: u.Email, Admin: u.IsAdmin}
	}
	for _, m := range members {
		next.members[m.UserID] = append(next.members[m.UserID], m)
	}
	s.current.Store(next)
	return nil
}

// Staff is the user, or nil for one who is unknown or disabled.
func (s *Service) Staff(userID string) *web.User { return s.current.Load().users[userID] }

// Grants is what the user may do in a store: everything for an operator, nil for one who is no member.
func (s *Service) Grants(userID string, store *tenant.Info) permission.Set {
	now := s.current.Load()
	user := now.users[userID]
	if user == nil {
		return nil
	}
	if user.Admin {
		return permission.Set{"*"}
	}
	var sets []permission.Set
	for _, m := range now.members[userID] {
		if m.MerchantID == store.MerchantID && (m.StoreID == "" || m.StoreID == store.ID) {
			sets = append(sets, roleSet(m.Role))
		}
	}
	if sets == nil {
		return nil
	}
	return permission.Join(sets...)
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
