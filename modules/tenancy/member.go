package tenancy

import (
	"context"
	"fmt"
	"strings"

	"github.com/pocketbase/dbx"

	"wizamart/framework/auth"
	"wizamart/framework/database"
	"wizamart/framework/problem"
)

// Member is somebody of a team, with the role that they have in one place.
type Member struct {
	ID        string        `json:"id"` // of the membership; of an operator the user's
	UserID    string        `json:"user_id"`
	Name      string        `json:"name"`
	Email     string        `json:"email"`
	At        Place         `json:"-"`
	Role      string        `json:"role"`
	SeenAt    database.Time `json:"seen_at"` // at work there
	Secured   bool          `json:"two_factor"`
	Disabled  bool          `json:"disabled"` // an operator has locked them out
	CreatedAt database.Time `json:"created_at"`
}

const memberColumns = `SELECT m.id, m.user_id, u.name, u.email, m.merchant_id, ifnull(m.store_id, '') AS store_id, m.role, m.seen_at,
	f.confirmed_at IS NOT NULL AS secured, u.disabled_at IS NOT NULL AS disabled, m.created_at
	FROM tenancy_membership m JOIN auth_user u ON u.id = m.user_id LEFT JOIN auth_two_factor f ON f.user_id = u.id`

// operators have their flag, or a role of the platform.
const operatorColumns = `SELECT u.id, u.id AS user_id, u.name, u.email, '' AS merchant_id, '' AS store_id, iif(u.is_admin, 'admin', m.role) AS role,
	u.last_sign_in_at AS seen_at, f.confirmed_at IS NOT NULL AS secured, u.disabled_at IS NOT NULL AS disabled, u.created_at
	FROM auth_user u LEFT JOIN tenancy_membership m ON m.user_id = u.id AND m.merchant_id = '' LEFT JOIN auth_two_factor f ON f.user_id = u.id
	WHERE (u.is_admin = 1 OR m.id IS NOT NULL)`

func members(ctx context.Context, db *database.DB, query string, params dbx.Params) ([]Member, error) {
	var rows []struct {
		ID, UserID, Name, Email, MerchantID, StoreID, Role string
		SeenAt, CreatedAt                                  database.Time
		Secured, Disabled                                  bool
	}
	if err := db.NewQuery(query).Bind(params).WithContext(ctx).All(&rows); err != nil {
		return nil, fmt.Errorf("list the team: %w", err)
	}
	out := make([]Member, len(rows))
	for i, r := range rows {
		out[i] = Member{r.ID, r.UserID, r.Name, r.Email, Place{r.MerchantID, r.StoreID}, r.Role, r.SeenAt, r.Secured, r.Disabled, r.CreatedAt}
	}
	return out, nil
}

// Team lists who works at a place, by name: those of the store and those of all stores; and of the merchant's other stores, if by may see their
// teams too. Nothing of what they do for other merchants is in it.
func (s *Service) Team(ctx context.Context, by string, at Place) ([]Member, error) {
	if at == Platform {
		return members(ctx, s.app.Platform.DB, operatorColumns+" ORDER BY u.is_admin DESC, u.name, u.id", nil)
	}
	query, params := memberColumns+" WHERE m.merchant_id = {:m}", dbx.Params{"m": at.MerchantID, "s": at.StoreID}
	if !s.Power(by, at.Wide()).Allows(teamRead) {
		query += " AND (m.store_id IS NULL OR m.store_id = {:s})"
	}
	list, err := members(ctx, s.app.Platform.DB, query+" ORDER BY u.name, u.id, m.store_id", params)
	for i := range list {
		if at := s.seen.at(list[i].UserID, list[i].At); at.After(list[i].SeenAt.Time) {
			list[i].SeenAt = at
		}
	}
	return list, err
}

// Member finds one of the team that by may see; NotFound otherwise.
func (s *Service) Member(ctx context.Context, db *database.DB, by string, at Place, id string) (Member, error) {
	query, params := operatorColumns+" AND u.id = {:id}", dbx.Params{"id": id, "m": at.MerchantID}
	if at != Platform {
		query = memberColumns + " WHERE m.merchant_id = {:m} AND m.id = {:id}"
	}
	list, err := members(ctx, db, query, params)
	if err != nil {
		return Member{}, err
	}
	if len(list) == 0 || at != Platform && list[0].At.StoreID != "" && list[0].At.StoreID != at.StoreID && !s.Power(by, at.Wide()).Allows(teamRead) {
		return Member{}, problem.New(problem.NotFound, "There is nobody like this in the team.")
	}
	return list[0], nil
}

// ChangeMember gives a member another role, or the same in another place of the merchant. It acts on their next request. by may do all that the
// role can that is taken, and all that the one can that is given. Invalid: role, place. Conflict for the last owner.
func (s *Service) ChangeMember(ctx context.Context, by string, at Place, id, role, storeID string) error {
	to := Place{at.MerchantID, storeID}
	err := s.app.Platform.DB.Write(ctx, func(tx *database.DB) error {
		m, err := s.Member(ctx, tx, by, at, id)
		if err != nil {
			return err
		}
		next, ok := s.Role(at.MerchantID, role)
		if !ok {
			return problem.On("role", "Choose a role.")
		}
		if info := s.app.Platform.ByID(storeID); storeID != "" && (info == nil || info.MerchantID != at.MerchantID) {
			return problem.On("place", "Choose a store of this merchant.")
		}
		if m.Role == role && m.At == to {
			return nil
		}
		if err := s.mayTake(by, m); err != nil {
			return err
		}
		if err := s.mayGive(by, to, next); err != nil {
			return err
		}
		if err := s.put(ctx, tx, m, next.Name, to); err != nil {
			return err
		}
		return s.record(ctx, tx, at, "tenancy.member.updated", label(m.Name, m.Email), memberChange{m.Role, m.At.StoreID}, memberChange{role, storeID})
	})
	if err != nil {
		return fmt.Errorf("change a member: %w", err)
	}
	return s.Load(ctx)
}

type memberChange struct {
	Role    string `json:"role"`
	StoreID string `json:"store_id"`
}

// mayTake refuses to take a role from somebody who may do more than by.
func (s *Service) mayTake(by string, m Member) error {
	r, ok := s.Role(m.At.MerchantID, m.Role)
	if !ok {
		r = Role{} // it is gone: nobody loses anything
	}
	return s.mayGive(by, m.At, r)
}

// put moves a member to a role and a place, keeping the last owner.
func (s *Service) put(ctx context.Context, tx *database.DB, m Member, role string, to Place) error {
	if to == Platform {
		return s.putOperator(ctx, tx, m.UserID, role)
	}
	if role != Owner || to.StoreID != "" && m.At.StoreID == "" || to.StoreID != m.At.StoreID && m.At.StoreID != "" && to.StoreID != "" {
		if err := ownerLeft(tx, m); err != nil {
			return err
		}
	}
	if err := s.seat(tx, m.UserID, to, "place", nil); err != nil {
		return err
	}
	var taken int
	params := dbx.Params{"id": m.ID, "u": m.UserID, "m": to.MerchantID, "s": to.StoreID, "r": role, "store": orNull(to.StoreID)}
	err := tx.NewQuery("SELECT count(*) FROM tenancy_membership WHERE user_id = {:u} AND merchant_id = {:m} AND ifnull(store_id, '') = {:s} AND id <> {:id}").Bind(params).Row(&taken)
	if err != nil {
		return err
	}
	if taken > 0 {
		return problem.On("place", "%s has a role there already.", m.Name)
	}
	_, err = tx.Exec("UPDATE tenancy_membership SET role = {:r}, store_id = {:store} WHERE id = {:id}", params)
	return err
}

// putOperator gives a user a role of the platform; "" takes it away. Conflict for the last administrator.
func (s *Service) putOperator(ctx context.Context, tx *database.DB, userID, role string) error {
	u, err := s.app.Auth.UserByID(ctx, tx, userID)
	if err != nil {
		return err
	}
	if u.Admin != (role == Operator) {
		if _, err := s.app.Auth.UpdateUser(ctx, tx, userID, auth.UserChange{Email: u.Email, Name: u.Name, Admin: role == Operator}); err != nil {
			return err
		}
	}
	if _, err := tx.Exec("DELETE FROM tenancy_membership WHERE user_id = {:u} AND merchant_id = ''", dbx.Params{"u": userID}); err != nil {
		return err
	}
	if role == "" || role == Operator {
		return nil
	}
	return insertMembership(tx, Membership{UserID: userID, Role: role})
}

// RemoveMember takes somebody out of the team, or lets them leave. It acts on their next request. Conflict for the last owner.
func (s *Service) RemoveMember(ctx context.Context, by string, at Place, id string) error {
	err := s.app.Platform.DB.Write(ctx, func(tx *database.DB) error {
		m, err := s.Member(ctx, tx, by, at, id)
		if err != nil {
			return err
		}
		if err := s.mayTake(by, m); err != nil {
			if problem.Is(err, problem.Invalid) {
				return problem.New(problem.Forbidden, "%s may do more than you. Only somebody who may do all of it can do this.", m.Name)
			}
			return err
		}
		if at == Platform {
			err = s.putOperator(ctx, tx, m.UserID, "")
		} else if err = ownerLeft(tx, m); err == nil {
			_, err = tx.Exec("DELETE FROM tenancy_membership WHERE id = {:id}", dbx.Params{"id": m.ID})
		}
		if err != nil {
			return err
		}
		return s.record(ctx, tx, at, "tenancy.member.removed", label(m.Name, m.Email), memberChange{m.Role, m.At.StoreID}, nil)
	})
	if err != nil {
		return fmt.Errorf("remove a member: %w", err)
	}
	return s.Load(ctx)
}

// ownerLeft refuses to take the last owner who can sign in away: of all stores, or of the one store that m owns.
func ownerLeft(tx *database.DB, m Member) error {
	if m.Role != Owner {
		return nil
	}
	query := `SELECT count(*) FROM tenancy_membership m JOIN auth_user u ON u.id = m.user_id AND u.disabled_at IS NULL AND u.password_hash <> ''
		WHERE m.merchant_id = {:m} AND m.role = 'owner' AND m.id <> {:id} AND `
	if m.At.StoreID == "" {
		query += "m.store_id IS NULL"
	} else {
		query += "(m.store_id IS NULL OR m.store_id = {:s})"
	}
	var n int
	err := tx.NewQuery(query).Bind(dbx.Params{"m": m.At.MerchantID, "s": m.At.StoreID, "id": m.ID}).Row(&n)
	if err == nil && n == 0 {
		return problem.New(problem.Conflict, "%s is the last owner. Make somebody else one first.", m.Name)
	}
	return err
}

func orNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// SetTwoFactorRule says whether a merchant's team, or the platform's, must have a second factor. It acts on the next request. Whoever asks it
// of others has one. Conflict otherwise.
func (s *Service) SetTwoFactorRule(ctx context.Context, by string, at Place, must bool) error {
	if err := s.mayShape(by, at, teamWrite); err != nil {
		return err
	}
	before := s.Strict(at.MerchantID)
	if before == must {
		return nil
	}
	if must && !s.Secured(by) {
		return problem.New(problem.Conflict, "Set up two-factor sign-in for yourself first: on your account page.")
	}
	type rule struct {
		Must bool `json:"two_factor"`
	}
	err := s.app.Platform.DB.Write(ctx, func(tx *database.DB) error {
		_, err := tx.Exec("INSERT INTO tenancy_rule (merchant_id, two_factor) VALUES ({:m}, {:on}) ON CONFLICT (merchant_id) DO UPDATE SET two_factor = excluded.two_factor",
			dbx.Params{"m": at.MerchantID, "on": must})
		if err != nil {
			return err
		}
		return s.record(ctx, tx, at, "tenancy.team.two_factor", "", rule{before}, rule{must})
	})
	if err != nil {
		return fmt.Errorf("change the team's rule: %w", err)
	}
	return s.Load(ctx)
}

// label of a person in the log and in mails.
func label(name, email string) string { return strings.TrimSpace(name + " <" + email + ">") }
