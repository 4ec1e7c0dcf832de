package tenancy

import (
	"context"
	"fmt"
	"slices"

	"github.com/pocketbase/dbx"

	"wizamart/framework/audit"
	"wizamart/framework/database"
	"wizamart/framework/problem"
)

// Membership lets a user work for a merchant, in one store or, with an empty StoreID, in all.
type Membership struct {
	ID         string `json:"id"`
	UserID     string `json:"user_id"`
	MerchantID string `json:"merchant_id"`
	StoreID    string `json:"store_id,omitempty"`
	Role       string `json:"role"`
}

// AddMembership gives a user a role; a role held already in the same place is replaced. Without a MerchantID it is a role of the platform.
// Invalid: user, role, merchant, store. Quota, beside store, where a store has all the people that it may have.
func (s *Service) AddMembership(ctx context.Context, m Membership) error {
	var f problem.Fields
	f.Check(s.Staff(m.UserID) != nil, "user", "This user does not exist or is disabled.")
	_, known := s.Role(m.MerchantID, m.Role)
	f.Check(known && (m.MerchantID != "" || m.Role != Operator), "role", "Choose a role.")
	if m.MerchantID != "" {
		if _, err := s.app.Platform.Merchant(ctx, m.MerchantID); err != nil {
			f.Add("merchant", "Choose a merchant.")
		}
	}
	if m.StoreID != "" {
		info := s.app.Platform.ByID(m.StoreID)
		f.Check(info != nil && info.MerchantID == m.MerchantID, "store", "Choose a store of this merchant.")
	}
	if err := f.Err(); err != nil {
		return err
	}
	err := s.app.Platform.DB.Write(ctx, func(tx *database.DB) error {
		if err := s.seat(tx, m.UserID, Place{m.MerchantID, m.StoreID}, "store", nil); err != nil {
			return err
		}
		if _, err := tx.Exec("DELETE FROM tenancy_membership WHERE user_id = {:u} AND merchant_id = {:m} AND ifnull(store_id, '') = {:s}",
			dbx.Params{"u": m.UserID, "m": m.MerchantID, "s": m.StoreID}); err != nil {
			return err
		}
		return insertMembership(tx, m)
	})
	if err != nil {
		return fmt.Errorf("add a membership: %w", err)
	}
	if err := s.note(ctx, audit.Entry{Action: "tenancy.membership.added", SubjectKind: "user", SubjectID: m.UserID}, nil, m); err != nil {
		return err
	}
	return s.Load(ctx)
}

func insertMembership(tx *database.DB, m Membership) error {
	_, err := tx.Insert("tenancy_membership", dbx.Params{
		"id": database.NewID(), "user_id": m.UserID, "merchant_id": m.MerchantID, "store_id": orNull(m.StoreID), "role": m.Role, "created_at": database.Now(),
	}).Execute()
	return err
}

// RemoveMembership takes a role away. It acts on the user's next request.
func (s *Service) RemoveMembership(ctx context.Context, userID, id string) error {
	var m Membership
	err := s.app.Platform.DB.Write(ctx, func(tx *database.DB) error {
		err := tx.NewQuery("SELECT id, user_id, merchant_id, ifnull(store_id, '') AS store_id, role FROM tenancy_membership WHERE id = {:id} AND user_id = {:u}").
			Bind(dbx.Params{"id": id, "u": userID}).One(&m)
		if database.NotFound(err) {
			return problem.New(problem.NotFound, "This membership does not exist any more.")
		}
		if err != nil {
			return err
		}
		_, err = tx.Exec("DELETE FROM tenancy_membership WHERE id = {:id}", dbx.Params{"id": id})
		return err
	})
	if err != nil {
		return err
	}
	if err := s.note(ctx, audit.Entry{Action: "tenancy.membership.removed", SubjectKind: "user", SubjectID: m.UserID}, m, nil); err != nil {
		return err
	}
	return s.Load(ctx)
}

// Memberships of a user, as of now.
func (s *Service) Memberships(userID string) []Membership { return s.current.Load().members[userID] }

// OwnersOf lists the users who own a merchant, as of now.
func (s *Service) OwnersOf(merchantID string) (users []string) {
	for user, all := range s.current.Load().members {
		if slices.ContainsFunc(all, func(m Membership) bool { return m.MerchantID == merchantID && m.StoreID == "" && m.Role == "owner" }) {
			users = append(users, user)
		}
	}
	slices.Sort(users)
	return users
}
