package auth

import (
	"context"
	"fmt"

	"wizamart/framework/database"
)

// secondFactor is a user's row; without one its secret is nil.
type secondFactor struct {
	secret      []byte
	confirmedAt database.Time
	lastStep    int64
}

func (f secondFactor) confirmed() bool { return !f.confirmedAt.IsZero() }

func (s *Service) secondFactor(ctx context.Context, db *database.DB, userID string) (secondFactor, error) {
	var f secondFactor
	err := queryOne(ctx, db, into(&f.secret, &f.confirmedAt, &f.lastStep), "SELECT secret, confirmed_at, last_step FROM auth_two_factor WHERE user_id = ?", userID)
	if database.NotFound(err) {
		return secondFactor{}, nil
	}
	if err != nil {
		return f, fmt.Errorf("find a second factor: %w", err)
	}
	return f, nil
}

func (secondFactor) replace(ctx context.Context, tx *database.DB, userID string, sealed []byte, now database.Time) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO auth_two_factor (user_id, secret, created_at) VALUES (?, ?, ?)
		ON CONFLICT (user_id) DO UPDATE SET secret = excluded.secret, created_at = excluded.created_at, last_step = 0`, userID, sealed, now)
	if err != nil {
		return fmt.Errorf("keep a second factor: %w", err)
	}
	return nil
}

// TwoFactorOf tells how things stand with a user's second factor.
func (s *Service) TwoFactorOf(ctx context.Context, db *database.DB, userID string) (TwoFactor, error) {
	f, err := s.secondFactor(ctx, db, userID)
	if err != nil || !f.confirmed() {
		return TwoFactor{}, err
	}
	out := TwoFactor{On: true, Since: f.confirmedAt}
	err = queryOne(ctx, db, into(&out.RecoveryCodes), "SELECT count(*) FROM auth_recovery_code WHERE user_id = ? AND used_at IS NULL", userID)
	if err != nil {
		return out, fmt.Errorf("count recovery codes: %w", err)
	}
	return out, nil
}
