package auth

import (
	"context"
	"fmt"

	"wizamart/framework/database"
)

// Reseal seals the signing keys anew, after the operator's key has changed. They stay the same, so nobody is signed out.
func (s *Service) Reseal(ctx context.Context) error {
	if s.sealer == nil {
		return nil
	}
	err := s.platform.Write(ctx, func(tx *database.DB) error {
		ring, err := s.readKeys(ctx, tx)
		if err != nil {
			return err
		}
		for id, k := range ring.byID {
			sealed, err := s.sealer.Seal(k.secret)
			if err != nil {
				return err
			}
			if _, err := tx.ExecContext(ctx, "UPDATE auth_key SET secret = ?, sealed = 1 WHERE id = ?", sealed, id); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("seal the signing keys anew: %w", err)
	}
	return nil
}
