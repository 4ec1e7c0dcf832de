package tenancy

import (
	"fmt"

	"github.com/pocketbase/dbx"

	"wizamart/framework/database"
	"wizamart/framework/problem"
)

// seat refuses to let a user work at a place where a store has all the people that it may have: a problem.Quota about the field. Who works for the store
// already takes no further seat, nor do operators. asked are those who are counted beside the team, such as open invitations to the same store.
func (s *Service) seat(tx *database.DB, userID string, to Place, field string, asked func(storeID string) (int, error)) error {
	if s.ForStaff == nil || to == Platform {
		return nil
	}
	for _, info := range s.app.Platform.Stores() {
		if info.MerchantID != to.MerchantID || to.StoreID != "" && to.StoreID != info.ID {
			continue
		}
		var have int
		var works bool
		err := tx.NewQuery(`SELECT count(DISTINCT m.user_id), ifnull(max(m.user_id = {:u}), 0) OR EXISTS (SELECT 1 FROM auth_user WHERE id = {:u} AND is_admin = 1)
			FROM tenancy_membership m JOIN auth_user u ON u.id = m.user_id AND u.disabled_at IS NULL AND u.is_admin = 0
			WHERE m.merchant_id = {:m} AND (m.store_id IS NULL OR m.store_id = {:s})`).
			Bind(dbx.Params{"u": userID, "m": to.MerchantID, "s": info.ID}).Row(&have, &works)
		if err != nil {
			return fmt.Errorf("count who works for a store: %w", err)
		}
		if works {
			continue
		}
		if asked != nil {
			n, err := asked(info.ID)
			if err != nil {
				return err
			}
			have += n
		}
		if err := s.ForStaff(info.ID, have, 1); err != nil {
			if p, ok := asProblem(err); ok && to.StoreID == "" {
				p.Message = info.Name + ": " + p.Message // which of the merchant's
			}
			return beside(field, err)
		}
	}
	return nil
}

// asked counts the open invitations that would take a seat of a store.
func asked(tx *database.DB, merchantID string) func(storeID string) (int, error) {
	return func(storeID string) (n int, err error) {
		err = tx.NewQuery(`SELECT count(DISTINCT email) FROM tenancy_invitation WHERE merchant_id = {:m} AND (store_id IS NULL OR store_id = {:s})
			AND accepted_at IS NULL AND revoked_at IS NULL AND expires_at > {:now}`).Bind(dbx.Params{"m": merchantID, "s": storeID, "now": database.Now()}).Row(&n)
		if err != nil {
			return 0, fmt.Errorf("count open invitations: %w", err)
		}
		return n, nil
	}
}

// beside puts a refusal's sentence beside a field of the form.
func beside(field string, err error) error {
	if p, ok := asProblem(err); ok && len(p.Fields) == 0 {
		p.Fields = []problem.Field{{Name: field, Message: p.Message}}
	}
	return err
}
