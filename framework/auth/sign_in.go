package auth

import (
	"context"
	"fmt"

	"wizamart/framework/database"
)

// SignIn checks a staff user's password; see Authenticate for its refusals. The caller starts the
// session, and sends a user who MustChangePassword to do so.
func (s *Service) SignIn(ctx context.Context, email, password, address string) (User, error) {
	var user User
	var hash string
	clean, valid := CleanEmail(email)
	if !valid {
		clean = "" // all that is no address is counted together
	}
	err := s.Authenticate(ctx, Attempt{Audience: Staff, Account: clean, Address: address, Password: password}, func() (string, error) {
		if !valid {
			return "", nil
		}
		var err error
		user, hash, err = s.userAndHash(ctx, s.platform, clean)
		if database.NotFound(err) || user.Disabled() {
			return "", nil
		}
		return hash, err
	})
	if err != nil {
		return User{}, fmt.Errorf("sign in: %w", err)
	}
	renewed := hash
	if s.hasher.dated(hash) {
		if renewed, err = s.hasher.hash(ctx, password); err != nil {
			return User{}, fmt.Errorf("sign in: %w", err)
		}
	}
	user.LastSignInAt = s.now()
	err = s.platform.Write(ctx, func(tx *database.DB) error {
		// The user may have been disabled, or the password changed, while bcrypt ran.
		ok, err := changed(ctx, tx, "UPDATE auth_user SET last_sign_in_at = ?, password_hash = ? WHERE id = ? AND password_hash = ? AND disabled_at IS NULL",
			user.LastSignInAt, renewed, user.ID, hash)
		if err == nil && !ok {
			return errSignIn()
		}
		return err
	})
	if err != nil {
		return User{}, fmt.Errorf("sign in: %w", err)
	}
	return user, nil
}
