package auth

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"wizamart/framework/database"
	"wizamart/framework/problem"
)

// errHashInside: bcrypt takes longer than a transaction may.
var errHashInside = errors.New("a password is hashed before the transaction: see HashPassword")

// CreateUser adds a user. A field's complaint is Invalid, an address that is taken too. Within a
// transaction it takes a Hash, not a Password.
func (s *Service) CreateUser(ctx context.Context, db *database.DB, n NewUser) (User, error) {
	if err := n.Validate(); err != nil {
		return User{}, err
	}
	if n.inClear() {
		if db.InTransaction() {
			return User{}, fmt.Errorf("create a user: %w", errHashInside)
		}
		var err error
		if n.Hash, err = s.HashPassword(ctx, n.Password); err != nil {
			return User{}, fmt.Errorf("create a user: %w", err)
		}
	}
	email, _ := CleanEmail(n.Email)
	u := User{
		ID: database.NewID(), Email: email, Name: strings.TrimSpace(n.Name), Admin: n.Admin,
		MustChangePassword: n.MustChangePassword, CreatedAt: s.now(),
	}
	err := db.Write(ctx, func(tx *database.DB) error {
		if err := emailFree(ctx, tx, email, ""); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO auth_user (id, email, name, password_hash, is_admin, must_change_password, created_at)
			VALUES (?, ?, ?, ?, ?, ?, ?)`, u.ID, u.Email, u.Name, n.Hash, u.Admin, u.MustChangePassword, u.CreatedAt)
		return err
	})
	if err != nil {
		return User{}, fmt.Errorf("create a user: %w", err)
	}
	return u, nil
}

// UpdateUser changes a user's address, name and whether they are an administrator. A new address ends the
// links that were sent to the old one. Conflict when no administrator would be left.
func (s *Service) UpdateUser(ctx context.Context, db *database.DB, id string, c UserChange) (User, error) {
	if err := c.Validate(); err != nil {
		return User{}, err
	}
	email, _ := CleanEmail(c.Email)
	var u User
	err := db.Write(ctx, func(tx *database.DB) error {
		var err error
		if u, err = s.UserByID(ctx, tx, id); err != nil {
			return err
		}
		if err := emailFree(ctx, tx, email, id); err != nil {
			return err
		}
		if u.Admin && !c.Admin {
			if err := adminLeft(ctx, tx, id); err != nil {
				return err
			}
		}
		if u.Email != email {
			if err := s.dropOneTime(ctx, tx, PurposePasswordReset, id); err != nil {
				return err
			}
		}
		u.Email, u.Name, u.Admin = email, strings.TrimSpace(c.Name), c.Admin
		_, err = tx.ExecContext(ctx, "UPDATE auth_user SET email = ?, name = ?, is_admin = ? WHERE id = ?", u.Email, u.Name, u.Admin, id)
		return err
	})
	if err != nil {
		return User{}, fmt.Errorf("update a user: %w", err)
	}
	return u, nil
}

// SetPassword checks, hashes and sets a password. It ends the user's other sessions and reset links; keep names
// the session in which the user did it. It is not for use in a transaction: see SetPasswordHash.
func (s *Service) SetPassword(ctx context.Context, db *database.DB, id, password string, keep ...string) error {
	if db.InTransaction() {
		return fmt.Errorf("set a password: %w", errHashInside)
	}
	u, err := s.UserByID(ctx, db, id)
	if err != nil {
		return fmt.Errorf("set a password: %w", err)
	}
	var f problem.Fields
	ValidatePassword(&f, "password", u.Email, password)
	if err := f.Err(); err != nil {
		return err
	}
	hash, err := s.HashPassword(ctx, password)
	if err != nil {
		return fmt.Errorf("set a password: %w", err)
	}
	return s.SetPasswordHash(ctx, db, id, hash, keep...)
}

// SetPasswordHash is SetPassword for a password that was checked with ValidatePassword and hashed before, so
// that it can share a transaction with Redeem.
func (s *Service) SetPasswordHash(ctx context.Context, db *database.DB, id, hash string, keep ...string) error {
	err := db.Write(ctx, func(tx *database.DB) error {
		ok, err := changed(ctx, tx, "UPDATE auth_user SET password_hash = ?, must_change_password = 0 WHERE id = ?", hash, id)
		if err != nil {
			return err
		}
		if !ok {
			return errNoUser()
		}
		for _, purpose := range []string{PurposePasswordReset, PurposeSecondFactor} {
			if err := s.dropOneTime(ctx, tx, purpose, id); err != nil {
				return err
			}
		}
		return s.RevokeAll(ctx, tx, id, "password was changed", keep...)
	})
	if err != nil {
		return fmt.Errorf("set a password: %w", err)
	}
	return nil
}

// SetDisabled bars a user, ending all sessions, or lets them in again. Conflict when no administrator would be left.
func (s *Service) SetDisabled(ctx context.Context, db *database.DB, id string, disabled bool) error {
	err := db.Write(ctx, func(tx *database.DB) error {
		u, err := s.UserByID(ctx, tx, id)
		if err != nil || u.Disabled() == disabled {
			return err
		}
		if !disabled {
			_, err := tx.ExecContext(ctx, "UPDATE auth_user SET disabled_at = NULL WHERE id = ?", id)
			return err
		}
		if u.Admin {
			if err := adminLeft(ctx, tx, id); err != nil {
				return err
			}
		}
		if _, err := tx.ExecContext(ctx, "UPDATE auth_user SET disabled_at = ? WHERE id = ?", s.now(), id); err != nil {
			return err
		}
		if err := s.dropOneTime(ctx, tx, PurposePasswordReset, id); err != nil {
			return err
		}
		return s.RevokeAll(ctx, tx, id, "user was disabled")
	})
	if err != nil {
		return fmt.Errorf("disable a user: %w", err)
	}
	return nil
}

func emailFree(ctx context.Context, tx *database.DB, email, exceptID string) error {
	var n int
	if err := queryOne(ctx, tx, into(&n), "SELECT count(*) FROM auth_user WHERE email = ? AND id <> ?", email, exceptID); err != nil {
		return err
	}
	if n > 0 {
		return problem.On("email", "Another user has this e-mail address.")
	}
	return nil
}

// adminLeft refuses to take away the last administrator who can sign in.
func adminLeft(ctx context.Context, tx *database.DB, exceptID string) error {
	var n int
	err := queryOne(ctx, tx, into(&n), "SELECT count(*) FROM auth_user WHERE is_admin = 1 AND disabled_at IS NULL AND password_hash <> '' AND id <> ?", exceptID)
	if err == nil && n == 0 {
		return problem.New(problem.Conflict, "This is the last administrator. Make somebody else one first.")
	}
	return err
}
