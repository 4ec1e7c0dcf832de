package onboarding

import (
	"context"
	stdmail "net/mail"
	"strings"
	"time"
	"unicode/utf8"

	"wizamart/framework/audit"
	"wizamart/framework/auth"
	"wizamart/framework/database"
	"wizamart/framework/mail"
	"wizamart/framework/problem"
)

// Kinds of Invitation.
const (
	signUp     = "sign_up"
	invitation = "invitation"
)

const (
	purpose      = "onboarding" // of the links' tokens; subject: the invitation
	signUpFor    = 24 * time.Hour
	invitedFor   = 14 * 24 * time.Hour
	keepSignUps  = 30 * 24 * time.Hour // how long a sign-up that came to nothing is kept
	maxWaiting   = 1000                // open invitations
	maxBusiness  = 100
	invitePrompt = "Open your shop"
)

// Invitation lets the reader of a mail open a shop.
type Invitation struct {
	ID         string        `json:"id"`
	Kind       string        `json:"kind" enum:"sign_up,invitation"`
	Email      string        `json:"email"`
	Business   string        `json:"business" doc:"Name of the business, where it was given."`
	Lang       string        `json:"-"`
	InvitedBy  string        `json:"-"`
	CreatedAt  database.Time `json:"created_at"`
	ExpiresAt  database.Time `json:"expires_at"`
	RevokedAt  database.Time `json:"-"`
	AcceptedAt database.Time `json:"accepted_at"`
	UserID     string        `json:"-"`
	StoreID    string        `json:"-"`
}

// State of an invitation.
func (i Invitation) State(now time.Time) string {
	switch {
	case !i.RevokedAt.IsZero():
		return "revoked"
	case i.StoreID != "":
		return "opened"
	case !i.AcceptedAt.IsZero():
		return "accepted"
	case !now.Before(i.ExpiresAt.Time):
		return "expired"
	}
	return "waiting"
}

// Invite has a link mailed with which somebody opens a shop. One that waits for the same address is renewed.
func (s *Service) Invite(ctx context.Context, email, business, lang, by string) (in Invitation, err error) {
	var f problem.Fields
	email, ok := auth.CleanEmail(email)
	f.Check(ok, "email", "Enter an e-mail address such as name@example.com.")
	business = strings.TrimSpace(business)
	f.Check(utf8.RuneCountInString(business) <= maxBusiness, "business", "Use at most %d characters.", maxBusiness)
	if err := f.Err(); err != nil {
		return in, err
	}
	err = s.app.Platform.DB.Write(ctx, func(tx *database.DB) error {
		if in, err = s.issue(ctx, tx, invitation, email, business, lang, by, invitedFor); err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Entry{Action: "onboarding.merchant.invited", SubjectKind: "invitation", SubjectID: in.ID, SubjectName: email})
	})
	return in, err
}

// issue writes an invitation and its mail, in place of an earlier one of the kind that waits.
func (s *Service) issue(ctx context.Context, tx *database.DB, kind, email, business, lang, by string, ttl time.Duration) (Invitation, error) {
	now := s.app.Now()
	in := Invitation{ID: database.NewID(), Kind: kind, Email: email, Business: business, Lang: lang, InvitedBy: by, CreatedAt: database.At(now), ExpiresAt: database.At(now.Add(ttl))}
	if err := s.prune(ctx, tx, in, now); err != nil {
		return in, err
	}
	if err := insertInvitation(ctx, tx, in); err != nil {
		return in, err
	}
	return in, s.mailLink(ctx, tx, in, ttl)
}

func (s *Service) mailLink(ctx context.Context, tx *database.DB, in Invitation, ttl time.Duration) error {
	token, err := s.app.Auth.OneTime(ctx, tx, purpose, in.ID, ttl)
	if err != nil {
		return err
	}
	base := s.app.Platform.BaseDomain()
	t := s.app.Site.Texts.Printer(in.Lang).Sprintf
	n := mail.Note{Title: t("Open your shop at %s", base), Button: t("Open your shop"), URL: s.app.Config.URL(base, "/invitation?token="+token)}
	if in.Kind == signUp {
		n.Text = []string{t("Somebody, probably you, wants to open a shop at %s with this address. The link works once, within a day.", base), t("If it was not you, there is nothing to do.")}
	} else {
		n.Text = []string{t("You are invited to open a shop at %s. Choose a name and a password: a minute later your shop is there, and nobody sees it until you launch it.", base), t("The link works once, within two weeks.")}
	}
	return s.mail(ctx, tx, stdmail.Address{Address: in.Email}, "onboarding."+in.Kind, in.ID, true, n)
}

// mail queues a short mail from the platform.
func (s *Service) mail(ctx context.Context, tx *database.DB, to stdmail.Address, kind, ref string, secret bool, n mail.Note) error {
	n.Brand = s.app.Platform.BaseDomain()
	m := mail.Message{Kind: kind, Ref: ref, To: to, From: n.Brand, Subject: n.Title, Secret: secret}
	if err := n.Fill(&m); err != nil {
		return err
	}
	_, err := mail.Queue(ctx, tx, m)
	return err
}

// SendAgain mails an invitation's link once more, for two weeks from now. The links before stop working.
func (s *Service) SendAgain(ctx context.Context, id string) error {
	return s.app.Platform.DB.Write(ctx, func(tx *database.DB) error {
		in, err := invitationByID(ctx, tx, id)
		if err != nil {
			return err
		}
		if state := in.State(s.app.Now()); in.Kind != invitation || state != "waiting" && state != "expired" {
			return problem.New(problem.Conflict, "This invitation was accepted or taken back.")
		}
		if err := s.app.Auth.Void(ctx, tx, purpose, id); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, "UPDATE onboarding_invitation SET expires_at = ? WHERE id = ?", database.At(s.app.Now().Add(invitedFor)), id); err != nil {
			return err
		}
		if err := s.mailLink(ctx, tx, in, invitedFor); err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Entry{Action: "onboarding.invitation.sent_again", SubjectKind: "invitation", SubjectID: id, SubjectName: in.Email})
	})
}

// Revoke takes an invitation back: its link opens nothing any more, nor does the account that it made until there is a shop.
func (s *Service) Revoke(ctx context.Context, id string) error {
	return s.app.Platform.DB.Write(ctx, func(tx *database.DB) error {
		in, err := invitationByID(ctx, tx, id)
		if err != nil {
			return err
		}
		if state := in.State(s.app.Now()); state == "opened" || state == "revoked" {
			return problem.New(problem.Conflict, "This invitation was used or taken back already.")
		}
		if err := s.app.Auth.Void(ctx, tx, purpose, id); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, "UPDATE onboarding_invitation SET revoked_at = ? WHERE id = ?", database.Now(), id); err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Entry{Action: "onboarding.invitation.revoked", SubjectKind: "invitation", SubjectID: id, SubjectName: in.Email})
	})
}
