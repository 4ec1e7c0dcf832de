package tenancy

import (
	"context"
	"fmt"
	"time"

	"github.com/pocketbase/dbx"

	"wizamart/framework/auth"
	"wizamart/framework/database"
	"wizamart/framework/problem"
)

const (
	purposeInvitation = "invitation" // its subject is the invitation's id
	invitationFor     = 7 * 24 * time.Hour
)

// Invitation asks somebody by mail to join a team.
type Invitation struct {
	ID          string        `json:"id"`
	Email       string        `json:"email"` // in lower case
	At          Place         `json:"-"`
	Role        string        `json:"role"`
	InviterID   string        `json:"-"`
	InviterName string        `json:"inviter_name"`
	Lang        string        `json:"-"`
	CreatedAt   database.Time `json:"created_at"`
	SentAt      database.Time `json:"sent_at"`
	ExpiresAt   database.Time `json:"expires_at"`
}

// Expired invitations can be sent again.
func (i Invitation) Expired() bool { return !time.Now().Before(i.ExpiresAt.Time) }

const openInvitations = `SELECT id, email, merchant_id, ifnull(store_id, '') AS store_id, role, inviter_id, inviter_name, lang, created_at, sent_at, expires_at
	FROM tenancy_invitation WHERE accepted_at IS NULL AND revoked_at IS NULL`

func invitations(ctx context.Context, db *database.DB, condition string, params dbx.Params) ([]Invitation, error) {
	var rows []struct {
		ID, Email, MerchantID, StoreID, Role, InviterID, InviterName, Lang string
		CreatedAt, SentAt, ExpiresAt                                       database.Time
	}
	err := db.NewQuery(openInvitations + condition + " ORDER BY created_at DESC, id DESC").Bind(params).WithContext(ctx).All(&rows)
	if err != nil {
		return nil, fmt.Errorf("list invitations: %w", err)
	}
	out := make([]Invitation, len(rows))
	for i, r := range rows {
		out[i] = Invitation{r.ID, r.Email, Place{r.MerchantID, r.StoreID}, r.Role, r.InviterID, r.InviterName, r.Lang, r.CreatedAt, r.SentAt, r.ExpiresAt}
	}
	return out, nil
}

// Invitations lists those of a team that wait for an answer, the newest first.
func (s *Service) Invitations(ctx context.Context, by string, at Place) ([]Invitation, error) {
	condition := " AND merchant_id = {:m}"
	if at != Platform && !s.Power(by, at.Wide()).Allows(teamRead) {
		condition += " AND (store_id IS NULL OR store_id = {:s})"
	}
	return invitations(ctx, s.app.Platform.DB, condition, dbx.Params{"m": at.MerchantID, "s": at.StoreID})
}

// invitation finds one that waits for an answer and that by may see; NotFound otherwise.
func (s *Service) invitation(ctx context.Context, tx *database.DB, by string, at Place, id string) (Invitation, error) {
	list, err := invitations(ctx, tx, " AND merchant_id = {:m} AND id = {:id}", dbx.Params{"m": at.MerchantID, "id": id})
	if err != nil {
		return Invitation{}, err
	}
	if len(list) == 0 || at != Platform && list[0].At.StoreID != "" && list[0].At.StoreID != at.StoreID && !s.Power(by, at.Wide()).Allows(teamRead) {
		return Invitation{}, problem.New(problem.NotFound, "There is no such invitation any more.")
	}
	return list[0], nil
}

// Invite asks somebody to join: with a role, in one store or in all. The mail's link works once, for seven days. Whether there is a user with the
// address already does not show. Invalid: email, role, place; TooMany for a team that invites often; Quota, beside email, where team and open
// invitations are all the people that a store may have.
func (s *Service) Invite(ctx context.Context, by string, to Place, email, role, lang string) (Invitation, error) {
	r, known := s.Role(to.MerchantID, role)
	var f problem.Fields
	clean, ok := auth.CleanEmail(email)
	f.Check(ok, "email", "Enter an e-mail address such as name@example.com.")
	f.Check(known, "role", "Choose a role.")
	if to.StoreID != "" {
		info := s.app.Platform.ByID(to.StoreID)
		f.Check(info != nil && info.MerchantID == to.MerchantID, "place", "Choose a store of this merchant.")
	}
	if err := f.Err(); err != nil {
		return Invitation{}, err
	}
	if err := s.mayGive(by, to, r); err != nil {
		return Invitation{}, err
	}
	inviter, now := s.Staff(by), database.Now()
	if inviter == nil {
		return Invitation{}, problem.New(problem.Forbidden, "You may not change who works there.")
	}
	inv := Invitation{
		ID: database.NewID(), Email: clean, At: to, Role: role, InviterID: by, InviterName: inviter.Name, Lang: lang,
		CreatedAt: now, SentAt: now, ExpiresAt: database.At(now.Add(invitationFor)),
	}
	err := s.app.Platform.DB.Write(ctx, func(tx *database.DB) error {
		params := dbx.Params{"m": to.MerchantID, "s": to.StoreID, "e": clean}
		if works, err := worksAt(tx, params); err != nil || works {
			if works {
				err = problem.On("email", "They work here already.")
			}
			return err
		}
		open, err := invitations(ctx, tx, " AND merchant_id = {:m} AND ifnull(store_id, '') = {:s} AND email = {:e}", params)
		if err != nil {
			return err
		}
		if len(open) > 0 {
			return problem.On("email", "They have an invitation already. You can send it again.")
		}
		var userID string
		if err := tx.NewQuery("SELECT id FROM auth_user WHERE email = {:e}").Bind(params).Row(&userID); err != nil && !database.NotFound(err) {
			return err
		}
		if err := s.seat(tx, userID, to, "email", asked(tx, to.MerchantID)); err != nil {
			return err
		}
		_, err = tx.Insert("tenancy_invitation", dbx.Params{
			"id": inv.ID, "email": inv.Email, "merchant_id": to.MerchantID, "store_id": orNull(to.StoreID), "role": role, "inviter_id": by, "inviter_name": inv.InviterName,
			"lang": lang, "created_at": now, "sent_at": now, "expires_at": inv.ExpiresAt,
		}).Execute()
		if err != nil {
			return err
		}
		if err := s.send(ctx, tx, inv, r); err != nil {
			return err
		}
		return s.record(ctx, tx, to, "tenancy.invitation.sent", inv.Email, nil, memberChange{role, to.StoreID})
	})
	if err != nil {
		return Invitation{}, fmt.Errorf("invite: %w", err)
	}
	return inv, nil
}

// worksAt tells whether the user with the address has a role at exactly that place.
func worksAt(tx *database.DB, params dbx.Params) (bool, error) {
	var n int
	err := tx.NewQuery(`SELECT count(*) FROM auth_user u LEFT JOIN tenancy_membership m ON m.user_id = u.id AND m.merchant_id = {:m} AND ifnull(m.store_id, '') = {:s}
		WHERE u.email = {:e} AND (m.id IS NOT NULL OR {:m} = '' AND u.is_admin = 1)`).Bind(params).Row(&n)
	return n > 0, err
}

// Resend mails an invitation anew, for seven days from now, in the name of by. The link of the mail before ends.
func (s *Service) Resend(ctx context.Context, by string, at Place, id string) (Invitation, error) {
	var inv Invitation
	err := s.app.Platform.DB.Write(ctx, func(tx *database.DB) error {
		var err error
		if inv, err = s.invitation(ctx, tx, by, at, id); err != nil {
			return err
		}
		r, ok := s.Role(inv.At.MerchantID, inv.Role)
		if !ok {
			return problem.New(problem.Conflict, "Its role is gone. Take it back and invite them anew.")
		}
		if err := s.mayGive(by, inv.At, r); err != nil {
			return refuse(err)
		}
		if err := s.app.Auth.Void(ctx, tx, purposeInvitation, inv.ID); err != nil {
			return err
		}
		inv.InviterID, inv.InviterName = by, s.Staff(by).Name
		inv.SentAt = database.Now()
		inv.ExpiresAt = database.At(inv.SentAt.Add(invitationFor))
		if _, err := tx.Exec("UPDATE tenancy_invitation SET sent_at = {:now}, expires_at = {:x}, inviter_id = {:by}, inviter_name = {:name} WHERE id = {:id}",
			dbx.Params{"now": inv.SentAt, "x": inv.ExpiresAt, "by": by, "name": inv.InviterName, "id": id}); err != nil {
			return err
		}
		if err := s.send(ctx, tx, inv, r); err != nil {
			return err
		}
		return s.record(ctx, tx, at, "tenancy.invitation.resent", inv.Email, nil, nil)
	})
	if err != nil {
		return Invitation{}, fmt.Errorf("send an invitation again: %w", err)
	}
	return inv, nil
}

// Revoke takes an invitation back: its link ends.
func (s *Service) Revoke(ctx context.Context, by string, at Place, id string) error {
	err := s.app.Platform.DB.Write(ctx, func(tx *database.DB) error {
		inv, err := s.invitation(ctx, tx, by, at, id)
		if err != nil {
			return err
		}
		if !s.Power(by, inv.At).Allows(teamWrite) {
			return problem.New(problem.Forbidden, "You may not change who works there.")
		}
		if err := s.app.Auth.Void(ctx, tx, purposeInvitation, inv.ID); err != nil {
			return err
		}
		if _, err := tx.Exec("UPDATE tenancy_invitation SET revoked_at = {:now} WHERE id = {:id}", dbx.Params{"now": database.Now(), "id": id}); err != nil {
			return err
		}
		return s.record(ctx, tx, at, "tenancy.invitation.revoked", inv.Email, memberChange{inv.Role, inv.At.StoreID}, nil)
	})
	if err != nil {
		return fmt.Errorf("take an invitation back: %w", err)
	}
	return nil
}

// refuse makes a complaint about a field into a refusal, where there is no field.
func refuse(err error) error {
	if p, ok := asProblem(err); ok && len(p.Fields) > 0 {
		return problem.New(problem.Forbidden, "%s", p.Fields[0].Message)
	}
	return err
}
