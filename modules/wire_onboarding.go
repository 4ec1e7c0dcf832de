package modules

import (
	"context"

	"wizamart/framework/app"
	"wizamart/framework/auth"
	"wizamart/framework/problem"
	"wizamart/modules/tenancy"
)

// merchantPeople is what onboarding wants of tenancy.
type merchantPeople struct {
	*tenancy.Service
	app *app.App
}

// MakeOwner has a user work for a merchant, in all its stores, with every permission.
func (p merchantPeople) MakeOwner(ctx context.Context, userID, merchantID string) error {
	return p.AddMembership(ctx, tenancy.Membership{UserID: userID, MerchantID: merchantID, Role: "owner"})
}

// Owns lists the merchants that a user owns.
func (p merchantPeople) Owns(userID string) (merchants []string) {
	for _, m := range p.Memberships(userID) {
		if m.Role == "owner" && m.StoreID == "" {
			merchants = append(merchants, m.MerchantID)
		}
	}
	return merchants
}

// Owners are those who own a merchant and can sign in.
func (p merchantPeople) Owners(ctx context.Context, merchantID string) (out []auth.User, err error) {
	for _, id := range p.OwnersOf(merchantID) {
		u, err := p.app.Auth.UserByID(ctx, p.app.Platform.DB, id)
		if problem.Is(err, problem.NotFound) || err == nil && u.Disabled() {
			continue
		}
		if err != nil {
			return nil, err
		}
		out = append(out, u)
	}
	return out, nil
}
