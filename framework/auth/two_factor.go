package auth

import (
	"context"
	"encoding/base32"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"
	"github.com/pquerna/otp/totp"

	"wizamart/framework/database"
	"wizamart/framework/problem"
)

// Vault seals secrets for the place where they are kept, with the operator's key.
type Vault interface {
	Seal(where string, plain []byte) ([]byte, error)
	Open(where string, sealed []byte) ([]byte, error)
}

// WithVault says what seals the secrets of second factors; place names a user's. Without it nobody can have one.
func WithVault(v Vault, place func(userID string) string) Option {
	return func(o *options) { o.vault, o.place = v, place }
}

// The parameters of RFC 6238 that every authenticator knows: SHA-1, six digits, 30 seconds. One step of drift is forgiven to either side.
const (
	totpPeriod = 30 // seconds
	totpDrift  = 1  // steps
)

var totpOptions = hotp.ValidateOpts{Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1}

// errCode says the same of a code that is wrong, was used or is none.
func errCode() error { return problem.On("code", "This code is not right, or was used already.") }

// TwoFactor is how things stand with a user's second factor.
type TwoFactor struct {
	On            bool          `json:"on"`
	Since         database.Time `json:"since"`
	RecoveryCodes int           `json:"recovery_codes"` // that are left
}

// Enrolment is a secret that waits for its first code.
type Enrolment struct {
	Key string // base32, for those who type it
	URL string // otpauth://, for a QR code
}

// BeginTwoFactor makes a new secret for a user, in the place of one that was never proved. Conflict when they have a second factor.
func (s *Service) BeginTwoFactor(ctx context.Context, userID string) error {
	if s.vault == nil {
		return errors.New("begin a second factor: there is no vault")
	}
	key, err := totp.Generate(totp.GenerateOpts{Issuer: "-", AccountName: "-", SecretSize: 20, Period: totpPeriod})
	if err != nil {
		return fmt.Errorf("begin a second factor: %w", err)
	}
	sealed, err := s.vault.Seal(s.place(userID), []byte(key.Secret()))
	if err != nil {
		return fmt.Errorf("begin a second factor: %w", err)
	}
	return s.platform.Write(ctx, func(tx *database.DB) error {
		row, err := s.secondFactor(ctx, tx, userID)
		if err != nil {
			return err
		}
		if row.confirmed() {
			return problem.New(problem.Conflict, "You have a second factor already. Switch it off first.")
		}
		return row.replace(ctx, tx, userID, sealed, s.now())
	})
}

// Enrolment shows the secret that BeginTwoFactor made, as long as it waits for its first code; NotFound otherwise. issuer and account are
// what the authenticator shows.
func (s *Service) Enrolment(ctx context.Context, userID, issuer, account string) (Enrolment, error) {
	row, err := s.secondFactor(ctx, s.platform, userID)
	if err != nil {
		return Enrolment{}, err
	}
	if row.secret == nil || row.confirmed() {
		return Enrolment{}, problem.New(problem.NotFound, "There is no key to show. Begin anew.")
	}
	secret, err := s.vault.Open(s.place(userID), row.secret)
	if err != nil {
		return Enrolment{}, fmt.Errorf("open a second factor: %w", err)
	}
	raw, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(string(secret))
	if err != nil {
		return Enrolment{}, fmt.Errorf("read a second factor: %w", err)
	}
	key, err := totp.Generate(totp.GenerateOpts{Issuer: issuer, AccountName: account, Secret: raw, Period: totpPeriod})
	if err != nil {
		return Enrolment{}, fmt.Errorf("show a second factor: %w", err)
	}
	return Enrolment{Key: string(secret), URL: key.URL()}, nil
}

// ConfirmTwoFactor switches the second factor on with its first code, and returns the recovery codes, which are never shown again. All
// other sessions than keep end: they were begun without it.
func (s *Service) ConfirmTwoFactor(ctx context.Context, tx *database.DB, userID, code string, keep ...string) ([]string, error) {
	var codes []string
	err := tx.Write(ctx, func(tx *database.DB) error {
		row, err := s.secondFactor(ctx, tx, userID)
		switch {
		case err != nil:
			return err
		case row.secret == nil:
			return problem.New(problem.Conflict, "There is no key to confirm. Begin anew.")
		case row.confirmed():
			return problem.New(problem.Conflict, "You have a second factor already.")
		}
		if err := s.codes.Take(userID); err != nil {
			return err
		}
		step, err := s.step(row, userID, code)
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, "UPDATE auth_two_factor SET confirmed_at = ?, last_step = ? WHERE user_id = ?", s.now(), step, userID); err != nil {
			return err
		}
		if codes, err = s.NewRecoveryCodes(ctx, tx, userID); err != nil {
			return err
		}
		return s.RevokeAll(ctx, tx, userID, "a second factor was set up", keep...)
	})
	if err == nil {
		s.codes.Reset(userID)
	}
	return codes, err
}

// CheckSecondFactor takes a code of the authenticator, or a recovery code: each is good once. Invalid (field code) for one that is not right,
// TooMany after a few of them. It tells whether it was a recovery code. Call it in the transaction of what the code allows.
func (s *Service) CheckSecondFactor(ctx context.Context, tx *database.DB, userID, code string) (recovery bool, err error) {
	err = tx.Write(ctx, func(tx *database.DB) error {
		row, err := s.secondFactor(ctx, tx, userID)
		if err != nil {
			return err
		}
		if !row.confirmed() {
			return errCode()
		}
		if err := s.codes.Take(userID); err != nil {
			return err
		}
		if recovery, err = s.spendRecoveryCode(ctx, tx, userID, code); err != nil || recovery {
			return err
		}
		step, err := s.step(row, userID, code)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, "UPDATE auth_two_factor SET last_step = ? WHERE user_id = ?", step, userID)
		return err
	})
	if err == nil {
		s.codes.Reset(userID)
	}
	return recovery, err
}

// RemoveTwoFactor takes a user's second factor and recovery codes away.
func (s *Service) RemoveTwoFactor(ctx context.Context, tx *database.DB, userID string) error {
	return tx.Write(ctx, func(tx *database.DB) error {
		for _, query := range []string{"DELETE FROM auth_recovery_code WHERE user_id = ?", "DELETE FROM auth_two_factor WHERE user_id = ?"} {
			if _, err := tx.ExecContext(ctx, query, userID); err != nil {
				return fmt.Errorf("remove a second factor: %w", err)
			}
		}
		return s.dropOneTime(ctx, tx, PurposeSecondFactor, userID)
	})
}

// step is the time step of a code that is good now, and later than the last one taken.
func (s *Service) step(row secondFactor, userID, code string) (int64, error) {
	code = strings.Join(strings.Fields(code), "")
	if len(code) != 6 {
		return 0, errCode()
	}
	secret, err := s.vault.Open(s.place(userID), row.secret)
	if err != nil {
		return 0, fmt.Errorf("open a second factor: %w", err)
	}
	now := s.clock().Unix() / totpPeriod
	for step := now - totpDrift; step <= now+totpDrift; step++ {
		ok, err := hotp.ValidateCustom(code, uint64(step), string(secret), totpOptions)
		if err != nil {
			return 0, errCode()
		}
		if ok && step > row.lastStep {
			return step, nil
		}
	}
	return 0, errCode()
}

// PurposeSecondFactor is the purpose of the token that stands between the password and the code. Its subject is the user.
const PurposeSecondFactor = "second-factor"

// secondFactorFor is how long a code may be looked for after the password.
const secondFactorFor = 10 * time.Minute

// AwaitCode is given to who has proved a password and owes a code.
func (s *Service) AwaitCode(ctx context.Context, userID string) (string, error) {
	return s.OneTime(ctx, s.platform, PurposeSecondFactor, userID, secondFactorFor)
}

// CompleteSignIn trades what AwaitCode gave, and a code, for the user who may have a session now. Gone when the token is too old, else as
// CheckSecondFactor. also runs in the same transaction.
func (s *Service) CompleteSignIn(ctx context.Context, token, code string, also func(tx *database.DB, userID string, recovery bool) error) (string, error) {
	var userID string
	err := s.platform.Write(ctx, func(tx *database.DB) error {
		var err error
		if userID, err = s.Peek(ctx, tx, PurposeSecondFactor, token); err != nil {
			return err
		}
		recovery, err := s.CheckSecondFactor(ctx, tx, userID, code)
		if err != nil {
			return err
		}
		if err := also(tx, userID, recovery); err != nil {
			return err
		}
		_, err = s.Redeem(ctx, tx, PurposeSecondFactor, token)
		return err
	})
	return userID, err
}
