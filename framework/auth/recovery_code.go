package auth

import (
	"context"
	"crypto/rand"
	"fmt"
	"strings"

	"wizamart/framework/database"
)

// recoveryCodes is how many a user gets.
const recoveryCodes = 10

// NewRecoveryCodes replaces a user's recovery codes. They have 80 random bits, so that their SHA-256 needs no salt and no slowness.
func (s *Service) NewRecoveryCodes(ctx context.Context, tx *database.DB, userID string) ([]string, error) {
	codes := make([]string, recoveryCodes)
	err := tx.Write(ctx, func(tx *database.DB) error {
		if _, err := tx.ExecContext(ctx, "DELETE FROM auth_recovery_code WHERE user_id = ?", userID); err != nil {
			return err
		}
		for i := range codes {
			text := strings.ToLower(rand.Text())
			codes[i] = text[:4] + "-" + text[4:8] + "-" + text[8:12] + "-" + text[12:16]
			if _, err := tx.ExecContext(ctx, "INSERT INTO auth_recovery_code (user_id, code_hash) VALUES (?, ?)", userID, hashOf(plainCode(codes[i]))); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("make recovery codes: %w", err)
	}
	return codes, nil
}

// HasRecoveryCodes tells whether all of these are codes that the user could use.
func (s *Service) HasRecoveryCodes(ctx context.Context, db *database.DB, userID string, codes []string) (bool, error) {
	for _, code := range codes {
		var n int
		err := queryOne(ctx, db, into(&n), "SELECT count(*) FROM auth_recovery_code WHERE user_id = ? AND code_hash = ? AND used_at IS NULL", userID, hashOf(plainCode(code)))
		if err != nil || n == 0 {
			return false, err
		}
	}
	return len(codes) > 0, nil
}

// spendRecoveryCode tells whether the code was one, and has been used with this.
func (s *Service) spendRecoveryCode(ctx context.Context, tx *database.DB, userID, code string) (bool, error) {
	plain := plainCode(code)
	if len(plain) != 16 {
		return false, nil
	}
	ok, err := changed(ctx, tx, "UPDATE auth_recovery_code SET used_at = ? WHERE user_id = ? AND code_hash = ? AND used_at IS NULL", s.now(), userID, hashOf(plain))
	if err != nil {
		return false, fmt.Errorf("spend a recovery code: %w", err)
	}
	return ok, nil
}

// plainCode is a code however it was typed.
func plainCode(code string) string {
	return strings.ToLower(strings.Join(strings.FieldsFunc(code, func(r rune) bool { return r == '-' || r == ' ' || r == '\t' }), ""))
}
