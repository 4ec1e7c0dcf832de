package tenancy

import (
	"wizamart/framework/permission"
	"wizamart/framework/problem"
	"wizamart/framework/web"
	"wizamart/tenant"
)

// Place is where somebody works: a merchant with one of its stores or, with an empty StoreID, all of them. The zero place is the platform.
type Place struct {
	MerchantID string `json:"merchant_id"`
	StoreID    string `json:"store_id"`
}

// Platform is the place of operators.
var Platform = Place{}

// Wide is the place with all stores of its merchant.
func (p Place) Wide() Place { return Place{MerchantID: p.MerchantID} }

func placeOf(c *web.Context) Place {
	if c.Surface == web.Admin || c.Store == nil {
		return Platform
	}
	info := c.Store.Info()
	return Place{info.MerchantID, info.ID}
}

// Power is what a user may do at a place. nil: they have no business there.
func (s *Service) Power(userID string, at Place) permission.Set {
	return s.current.Load().power(userID, at)
}

func (now *snapshot) power(userID string, at Place) permission.Set {
	user := now.users[userID]
	if user == nil {
		return nil
	}
	if user.Admin {
		return permission.Set{"*"}
	}
	var sets []permission.Set
	for _, m := range now.members[userID] {
		set := now.role(m.MerchantID, m.Role).Set
		switch {
		case m.MerchantID == at.MerchantID && (m.StoreID == "" || m.StoreID == at.StoreID):
			sets = append(sets, set)
		case m.MerchantID == "" && set.Allows("core.read"): // an operator who may open dashboards
			sets = append(sets, set)
		}
	}
	if sets == nil {
		return nil
	}
	return append(permission.Set{}, permission.Join(sets...)...) // never nil: a member whose role may nothing is one all the same
}

// Grants is what the user may do in a store: everything for an operator, nil for one who is no member.
func (s *Service) Grants(userID string, store *tenant.Info) permission.Set {
	return s.Power(userID, Place{store.MerchantID, store.ID})
}

// Operator is what the user may do on the platform's own surfaces; nil for one who is no operator.
func (s *Service) Operator(userID string) permission.Set { return s.Power(userID, Platform) }

// Role finds a preset, or a role that the place's merchant made.
func (s *Service) Role(merchantID, name string) (Role, bool) {
	r := s.current.Load().role(merchantID, name)
	return r, r.Name != ""
}

// role is the zero Role, which may nothing, for one that does not exist or is another merchant's.
func (now *snapshot) role(merchantID, name string) Role {
	for _, r := range presets(merchantID) {
		if r.Name == name {
			return r
		}
	}
	if r, ok := now.roles[name]; ok && r.MerchantID == merchantID {
		return r
	}
	return Role{}
}

// RolesOf are the roles of a merchant, or of the platform: presets, then its own by title.
func (s *Service) RolesOf(merchantID string) []Role {
	out := append([]Role{}, presets(merchantID)...)
	for _, r := range s.current.Load().custom {
		if r.MerchantID == merchantID {
			out = append(out, r)
		}
	}
	return out
}

const (
	teamRead  = "tenancy.team.read"
	teamWrite = "tenancy.team.write"
	roleWrite = "tenancy.role.write"
)

// mayGive refuses a role that by may not give, or take away, at a place: nobody gives what they do not have.
func (s *Service) mayGive(by string, at Place, r Role) error {
	power := s.Power(by, at)
	if !power.Allows(teamWrite) {
		return problem.New(problem.Forbidden, "You may not change who works there.")
	}
	if !power.Covers(r.Set) {
		return problem.On("role", "“%s” may do more than you. Only somebody who may do all of it can give or take it.", r.Title)
	}
	return nil
}

// mayShape refuses to let by change roles or rules that count for all stores of a merchant.
func (s *Service) mayShape(by string, at Place, permission string) error {
	if s.Power(by, at.Wide()).Allows(permission) {
		return nil
	}
	return problem.New(problem.Forbidden, "This counts for all stores of the merchant. Only somebody who works in all of them can change it.")
}
