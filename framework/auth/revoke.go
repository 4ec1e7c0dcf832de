package auth

import (
	"context"
	"fmt"
	"slices"

	"wizamart/framework/database"
	"wizamart/framework/problem"
)

// Revoke ends a session: its access tokens at once, for this process, and its refresh token for good. why
// is a short phrase for the log. A session that is unknown or has ended is no error. It does not ask
// whose session it is: for an id that came from a client use RevokeOwn.
func (s *Service) Revoke(ctx context.Context, db *database.DB, sessionID, why string) error {
	err := db.Write(ctx, func(tx *database.DB) error {
		_, err := tx.ExecContext(ctx, "UPDATE auth_session SET revoked_at = ?, revoked_why = ? WHERE id = ? AND revoked_at IS NULL",
			s.now(), why, sessionID)
		tx.AfterCommit(func() { s.revoked.add(sessionID) })
		return err
	})
	if err != nil {
		return fmt.Errorf("revoke a session: %w", err)
	}
	return nil
}

// RevokeOwn ends a session of subject; NotFound when it is somebody else's or has ended.
func (s *Service) RevokeOwn(ctx context.Context, db *database.DB, subject, sessionID, why string) error {
	return db.Write(ctx, func(tx *database.DB) error {
		var id string
		err := queryOne(ctx, tx, into(&id), "SELECT id FROM auth_session WHERE id = ? AND subject = ? AND revoked_at IS NULL", sessionID, subject)
		if database.NotFound(err) {
			return problem.New(problem.NotFound, "This session has ended already.")
		}
		if err != nil {
			return fmt.Errorf("find a session: %w", err)
		}
		return s.Revoke(ctx, tx, id, why)
	})
}

// RevokeAll ends a subject's sessions in db, but those to keep.
func (s *Service) RevokeAll(ctx context.Context, db *database.DB, subject, why string, keep ...string) error {
	err := db.Write(ctx, func(tx *database.DB) error {
		var ids []string
		err := queryAll(ctx, tx, func(r scanner) error {
			var id string
			err := r.Scan(&id)
			ids = append(ids, id)
			return err
		}, "SELECT id FROM auth_session WHERE subject = ? AND revoked_at IS NULL AND expires_at > ?", subject, s.now())
		if err != nil {
			return err
		}
		for _, id := range ids {
			if slices.Contains(keep, id) {
				continue
			}
			if err := s.Revoke(ctx, tx, id, why); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("revoke all sessions: %w", err)
	}
	return nil
}
