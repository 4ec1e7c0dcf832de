package tenancy

import (
	"context"
	"fmt"
	"net/mail"

	"github.com/pocketbase/dbx"

	"wizamart/framework/audit"
	"wizamart/framework/auth"
	"wizamart/framework/database"
	framework "wizamart/framework/mail"
	"wizamart/framework/problem"
	"wizamart/framework/web"
)

// send mails an invitation with a new link.
func (s *Service) send(ctx context.Context, tx *database.DB, inv Invitation, r Role) error {
	if err := s.invites.Take(inv.At.MerchantID); err != nil {
		return err
	}
	if err := s.invitesTo.Take(inv.Email); err != nil {
		return err
	}
	token, err := s.app.Auth.OneTime(ctx, tx, purposeInvitation, inv.ID, invitationFor)
	if err != nil {
		return err
	}
	where, err := s.placeName(ctx, inv.At)
	if err != nil {
		return err
	}
	t := s.printer(inv.Lang)
	r = r.In(t)
	n := framework.Note{
		Brand: s.app.Platform.BaseDomain(), Title: t("%s invites you to %s", inv.InviterName, where), Button: t("Accept the invitation"),
		URL: s.app.Config.URL(s.app.Platform.BaseDomain(), "/invitation?token="+token),
		Text: []string{
			t("Your role would be “%s”. %s", r.Title, r.Text),
			t("The link works once, within seven days. If you do not expect this mail, there is nothing to do."),
		},
	}
	m := framework.Message{Kind: "tenancy.invitation", Ref: inv.ID, To: mail.Address{Address: inv.Email}, From: n.Brand, Subject: n.Title, Secret: true}
	if err := n.Fill(&m); err != nil {
		return err
	}
	_, err = framework.Queue(ctx, tx, m)
	return err
}

// placeName is what people call a place: the store, the merchant, or the platform.
func (s *Service) placeName(ctx context.Context, at Place) (string, error) {
	if at == Platform {
		return s.app.Platform.BaseDomain(), nil
	}
	if info := s.app.Platform.ByID(at.StoreID); info != nil {
		return info.Name, nil
	}
	m, err := s.app.Platform.Merchant(ctx, at.MerchantID)
	return m.Name, err
}

// Invited is an invitation as its link shows it.
type Invited struct {
	Invitation
	Role  Role
	Where string
	// Known says that there is a user with the address, who signs in to accept; others choose a name and a password.
	Known bool
}

// LookAt shows what a link invites to. Gone for one that was used, taken back or is too old.
func (s *Service) LookAt(ctx context.Context, token string) (Invited, error) {
	var out Invited
	err := s.app.Platform.DB.View(ctx, func(view *database.DB) error {
		id, err := s.app.Auth.Peek(ctx, view, purposeInvitation, token)
		if err != nil {
			return err
		}
		out, err = s.invited(ctx, view, id)
		return err
	})
	return out, err
}

func (s *Service) invited(ctx context.Context, db *database.DB, id string) (Invited, error) {
	list, err := invitations(ctx, db, " AND id = {:id} AND expires_at > {:now}", dbx.Params{"id": id, "now": database.Now()})
	if err != nil {
		return Invited{}, err
	}
	if len(list) == 0 {
		return Invited{}, errInvitationGone()
	}
	out := Invited{Invitation: list[0]}
	r, ok := s.Role(out.At.MerchantID, out.Invitation.Role)
	if !ok || s.mayGive(out.InviterID, out.At, r) != nil { // who invited has lost the right to
		return Invited{}, errInvitationGone()
	}
	out.Role = r
	if out.Where, err = s.placeName(ctx, out.At); err != nil {
		return Invited{}, err
	}
	var hash string
	err = db.NewQuery("SELECT password_hash FROM auth_user WHERE email = {:e}").Bind(dbx.Params{"e": out.Email}).Row(&hash)
	if err != nil && !database.NotFound(err) {
		return Invited{}, err
	}
	out.Known = hash != ""
	return out, nil
}

func errInvitationGone() error {
	return problem.New(problem.Gone, "This invitation was used, taken back, or is older than seven days. Ask for another one.")
}

// Accept takes an invitation for the user who is signed in. Their address is the one that was invited: Forbidden otherwise.
func (s *Service) Accept(ctx context.Context, token string, user *web.User) (Invited, error) {
	var inv Invited
	err := s.app.Platform.DB.Write(ctx, func(tx *database.DB) error {
		u, err := s.app.Auth.UserByID(ctx, tx, user.ID)
		if err != nil {
			return err
		}
		inv, err = s.redeem(ctx, tx, token, u)
		return err
	})
	if err != nil {
		return inv, fmt.Errorf("accept an invitation: %w", err)
	}
	return inv, s.Load(ctx)
}

// AcceptNew takes an invitation for somebody who has no user yet, or one without a password: the link proves the address. Conflict when there is
// a user. Invalid: name, password.
func (s *Service) AcceptNew(ctx context.Context, token, name, password string) (Invited, auth.User, error) {
	look, err := s.LookAt(ctx, token)
	if err != nil {
		return look, auth.User{}, err
	}
	in := auth.NewUser{Email: look.Email, Name: name, Password: password}
	if err := in.Validate(); err != nil {
		return look, auth.User{}, err
	}
	if in.Hash, err = s.app.Auth.HashPassword(ctx, password); err != nil {
		return look, auth.User{}, err
	}
	in.Password = ""
	var u auth.User
	err = s.app.Platform.DB.Write(ctx, func(tx *database.DB) error {
		now, err := s.app.Auth.UserByEmail(ctx, tx, in.Email)
		switch {
		case problem.Is(err, problem.NotFound):
			if u, err = s.app.Auth.CreateUser(ctx, tx, in); err != nil {
				return err
			}
		case err != nil:
			return err
		default:
			if look, err = s.invited(ctx, tx, look.ID); err != nil {
				return err
			}
			if look.Known {
				return problem.New(problem.Conflict, "There is a user with this address. Sign in to accept.")
			}
			u = now
			if err := s.app.Auth.SetPasswordHash(ctx, tx, u.ID, in.Hash); err != nil {
				return err
			}
		}
		as := audit.WithActor(ctx, audit.Actor{Kind: audit.Staff, ID: u.ID, Name: u.Name, Address: audit.ActorFrom(ctx).Address})
		look, err = s.redeem(as, tx, token, u)
		return err
	})
	if err != nil {
		return look, u, fmt.Errorf("accept an invitation: %w", err)
	}
	return look, u, s.Load(ctx)
}

// redeem spends the link and lets the user in.
func (s *Service) redeem(ctx context.Context, tx *database.DB, token string, u auth.User) (Invited, error) {
	id, err := s.app.Auth.Redeem(ctx, tx, purposeInvitation, token)
	if err != nil {
		return Invited{}, err
	}
	inv, err := s.invited(ctx, tx, id)
	if err != nil {
		return inv, err
	}
	if u.Email != inv.Email {
		return inv, problem.New(problem.Forbidden, "This invitation is for %s. Sign in with that address.", inv.Email)
	}
	if u.Disabled() {
		return inv, problem.New(problem.Forbidden, "This account is locked. Ask the operator of the platform.")
	}
	params := dbx.Params{"m": inv.At.MerchantID, "s": inv.At.StoreID, "e": u.Email, "id": id, "now": database.Now()}
	works, err := worksAt(tx, params)
	if err != nil {
		return inv, err
	}
	if err := s.seat(tx, u.ID, inv.At, "", nil); problem.Is(err, problem.Quota) {
		return inv, problem.New(problem.Quota, "%s has no room for another person at the moment. Ask %s, who invited you: the invitation stays open.", inv.Where, inv.InviterName)
	} else if err != nil {
		return inv, err
	}
	switch {
	case works: // somebody gave them a role meanwhile: it stays
	case inv.At == Platform:
		err = s.putOperator(ctx, tx, u.ID, inv.Role.Name)
	default:
		err = insertMembership(tx, Membership{UserID: u.ID, MerchantID: inv.At.MerchantID, StoreID: inv.At.StoreID, Role: inv.Role.Name})
	}
	if err != nil {
		return inv, err
	}
	if _, err := tx.Exec("UPDATE tenancy_invitation SET accepted_at = {:now} WHERE id = {:id}", params); err != nil {
		return inv, err
	}
	return inv, s.record(ctx, tx, inv.At, "tenancy.invitation.accepted", label(u.Name, u.Email), nil, memberChange{inv.Role.Name, inv.At.StoreID})
}
