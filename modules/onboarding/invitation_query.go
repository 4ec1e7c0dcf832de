package onboarding

import (
	"context"
	"fmt"
	"time"

	"github.com/pocketbase/dbx"

	"wizamart/framework/database"
	"wizamart/framework/problem"
)

const columns = "id, kind, email, business, lang, invited_by, created_at, expires_at, revoked_at, accepted_at, ifnull(user_id, '') AS user_id, ifnull(store_id, '') AS store_id"

func insertInvitation(ctx context.Context, tx *database.DB, in Invitation) error {
	_, err := tx.ExecContext(ctx, "INSERT INTO onboarding_invitation (id, kind, email, business, lang, invited_by, created_at, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
		in.ID, in.Kind, in.Email, in.Business, in.Lang, in.InvitedBy, in.CreatedAt, in.ExpiresAt)
	if err != nil {
		return fmt.Errorf("write an invitation: %w", err)
	}
	return nil
}

// prune takes away what a new one stands in for, and sign-ups that came to nothing.
func (s *Service) prune(ctx context.Context, tx *database.DB, in Invitation, now time.Time) error {
	var ids []string
	err := tx.NewQuery(`SELECT id FROM onboarding_invitation WHERE accepted_at IS NULL AND revoked_at IS NULL
		AND (kind = {:k} AND email = {:e} OR kind = 'sign_up' AND expires_at < {:old}) LIMIT 200`).
		Bind(dbx.Params{"k": in.Kind, "e": in.Email, "old": database.At(now.Add(-keepSignUps))}).WithContext(ctx).Column(&ids)
	if err != nil {
		return fmt.Errorf("read old invitations: %w", err)
	}
	for _, id := range ids {
		if err := s.app.Auth.Void(ctx, tx, purpose, id); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, "DELETE FROM onboarding_invitation WHERE id = ?", id); err != nil {
			return err
		}
	}
	if in.Kind != invitation {
		return nil
	}
	var waiting int
	if err := tx.NewQuery("SELECT count(*) FROM onboarding_invitation WHERE kind = 'invitation' AND accepted_at IS NULL AND revoked_at IS NULL").WithContext(ctx).Row(&waiting); err != nil {
		return err
	}
	if waiting >= maxWaiting {
		return problem.New(problem.Conflict, "So many invitations wait already (%d). Take some back first.", maxWaiting)
	}
	return nil
}

func invitationByID(ctx context.Context, db *database.DB, id string) (Invitation, error) {
	var in Invitation
	err := db.NewQuery("SELECT " + columns + " FROM onboarding_invitation WHERE id = {:id}").Bind(dbx.Params{"id": id}).WithContext(ctx).One(&in)
	if database.NotFound(err) {
		return in, problem.New(problem.NotFound, "There is no such invitation.")
	}
	return in, err
}

// Invitations lists the newest, at most limit.
func (s *Service) Invitations(ctx context.Context, limit int) ([]Invitation, error) {
	var out []Invitation
	err := s.app.Platform.DB.NewQuery("SELECT " + columns + " FROM onboarding_invitation ORDER BY created_at DESC, id DESC LIMIT {:n}").Bind(dbx.Params{"n": limit}).WithContext(ctx).All(&out)
	if err != nil {
		return nil, fmt.Errorf("list invitations: %w", err)
	}
	return out, nil
}

// granted is an invitation that the user has accepted and not used. ok is false when there is none.
func granted(ctx context.Context, db *database.DB, userID string) (in Invitation, ok bool, err error) {
	err = db.NewQuery("SELECT " + columns + ` FROM onboarding_invitation WHERE user_id = {:u} AND store_id IS NULL AND revoked_at IS NULL
		ORDER BY kind, accepted_at DESC LIMIT 1`).Bind(dbx.Params{"u": userID}).WithContext(ctx).One(&in)
	if database.NotFound(err) {
		return in, false, nil
	}
	return in, err == nil, err
}
