package tenancy

import (
	"context"
	"fmt"

	"github.com/pocketbase/dbx"

	"wizamart/framework/audit"
	"wizamart/framework/database"
	"wizamart/framework/permission"
	"wizamart/framework/problem"
)

// maxRoles is how many roles a merchant may make.
const maxRoles = 50

// CreateRole makes a role for the teams of a merchant, or of the platform. by is the user who does it: nobody makes a role that may do more
// than they. Invalid: title, text, permissions.
func (s *Service) CreateRole(ctx context.Context, by string, at Place, in RoleInput) (Role, error) {
	r := Role{Name: database.NewID(), MerchantID: at.MerchantID, Custom: true}
	if err := s.shape(by, at, Role{}, &r, in); err != nil {
		return r, err
	}
	err := s.app.Platform.DB.Write(ctx, func(tx *database.DB) error {
		var n int
		if err := tx.NewQuery("SELECT count(*) FROM tenancy_role WHERE merchant_id = {:m}").Bind(dbx.Params{"m": at.MerchantID}).Row(&n); err != nil {
			return err
		}
		if n >= maxRoles {
			return problem.New(problem.Conflict, "There are %d roles, as many as there may be. Delete one that nobody needs.", n)
		}
		if err := titleFree(tx, r); err != nil {
			return err
		}
		if err := saveRole(tx, r, database.Now()); err != nil {
			return err
		}
		return s.record(ctx, tx, at, "tenancy.role.created", r.Title, nil, r)
	})
	if err != nil {
		return r, fmt.Errorf("create a role: %w", err)
	}
	return r, s.Load(ctx)
}

// UpdateRole changes a custom role. It acts on the next request of all who hold it.
func (s *Service) UpdateRole(ctx context.Context, by string, at Place, id string, in RoleInput) (Role, error) {
	var r Role
	err := s.app.Platform.DB.Write(ctx, func(tx *database.DB) error {
		before, err := customRole(ctx, tx, at.MerchantID, id)
		if err != nil {
			return err
		}
		r = before
		if err := s.shape(by, at, before, &r, in); err != nil {
			return err
		}
		if err := titleFree(tx, r); err != nil {
			return err
		}
		if err := saveRole(tx, r, database.Now()); err != nil {
			return err
		}
		return s.record(ctx, tx, at, "tenancy.role.updated", r.Title, before, r)
	})
	if err != nil {
		return r, fmt.Errorf("update a role: %w", err)
	}
	return r, s.Load(ctx)
}

// shape fills r from the input, if by may: what the role could do before and what it can then are within their own power.
func (s *Service) shape(by string, at Place, before Role, r *Role, in RoleInput) error {
	if err := s.mayShape(by, at, roleWrite); err != nil {
		return err
	}
	if err := in.clean(names(s.Matrix(at.MerchantID))); err != nil {
		return err
	}
	power := s.Power(by, at.Wide())
	if !power.Covers(before.Set) {
		return problem.New(problem.Forbidden, "This role may do more than you. Only somebody who may do all of it can change it.")
	}
	for _, p := range in.Permissions {
		if !power.Covers(permission.Set{p}) {
			return problem.On("permissions", "You cannot give “%s”: you do not have it yourself.", p)
		}
	}
	r.Title, r.Text, r.Set = in.Title, in.Text, permission.Set(in.Permissions)
	return nil
}

// DeleteRole takes a custom role away. Those who hold it, and open invitations, get the role instead, which is needed if there are any.
// Invalid: role.
func (s *Service) DeleteRole(ctx context.Context, by string, at Place, id, instead string) error {
	if err := s.mayShape(by, at, roleWrite); err != nil {
		return err
	}
	err := s.app.Platform.DB.Write(ctx, func(tx *database.DB) error {
		r, err := customRole(ctx, tx, at.MerchantID, id)
		if err != nil {
			return err
		}
		params := dbx.Params{"m": at.MerchantID, "r": id, "i": instead}
		holders, err := holdersOf(tx, at.MerchantID, id)
		if err != nil {
			return err
		}
		if !s.Power(by, at.Wide()).Covers(r.Set) {
			return problem.New(problem.Forbidden, "This role may do more than you. Only somebody who may do all of it can delete it.")
		}
		if holders > 0 {
			next, ok := s.Role(at.MerchantID, instead)
			if !ok || instead == id || at == Platform && instead == Operator {
				return problem.On("role", "Choose the role that those who have this one get instead.")
			}
			if err := s.mayGive(by, at.Wide(), next); err != nil {
				return err
			}
		}
		for _, query := range []string{
			"UPDATE tenancy_membership SET role = {:i} WHERE merchant_id = {:m} AND role = {:r}",
			"UPDATE tenancy_invitation SET role = {:i} WHERE merchant_id = {:m} AND role = {:r}",
		} {
			if _, err := tx.Exec(query, params); err != nil {
				return err
			}
		}
		if _, err := tx.Exec("DELETE FROM tenancy_role WHERE id = {:r}", dbx.Params{"r": id}); err != nil {
			return err
		}
		return s.record(ctx, tx, at, "tenancy.role.deleted", r.Title, r, map[string]any{"holders": holders, "instead": instead})
	})
	if err != nil {
		return fmt.Errorf("delete a role: %w", err)
	}
	return s.Load(ctx)
}

// holdersOf counts who holds a role, or is invited to it.
func holdersOf(db *database.DB, merchantID, role string) (n int, err error) {
	err = db.NewQuery(`SELECT (SELECT count(*) FROM tenancy_membership WHERE merchant_id = {:m} AND role = {:r})
		+ (SELECT count(*) FROM tenancy_invitation WHERE merchant_id = {:m} AND role = {:r} AND accepted_at IS NULL AND revoked_at IS NULL)`).
		Bind(dbx.Params{"m": merchantID, "r": role}).Row(&n)
	return n, err
}

// record notes a change of a team in the transaction that makes it. The subject is the team: its id is the merchant's, or "platform".
func (s *Service) record(ctx context.Context, tx *database.DB, at Place, action, name string, before, after any) error {
	e := audit.Entry{Action: action, SubjectKind: "team", SubjectID: at.MerchantID, SubjectName: name}
	if at.MerchantID == "" {
		e.SubjectID = "platform"
	}
	var err error
	if e.Before, e.After, err = audit.Diff(before, after); err != nil {
		return err
	}
	return audit.Record(ctx, tx, e)
}
