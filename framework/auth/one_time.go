package auth

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	"wizamart/framework/database"
	"wizamart/framework/problem"
)

// Purposes of one-time tokens that auth itself knows. Modules name their own.
const (
	PurposeSetup         = "setup"          // the first administrator's link
	PurposePasswordReset = "password-reset" // subject: the user or the customer
)

// OneTime makes a token that is redeemed once, within ttl, for purpose. It goes into a link; the database
// keeps its hash. A subject may hold several: redeeming one ends all of the same purpose.
func (s *Service) OneTime(ctx context.Context, db *database.DB, purpose, subject string, ttl time.Duration) (string, error) {
	if purpose == "" || subject == "" || ttl <= 0 {
		return "", errors.New("make a one-time token: purpose, subject and lifetime are needed")
	}
	random := make([]byte, 32)
	rand.Read(random) // never fails, since Go 1.24
	token := s.Signer().Sign(oneTimePurpose(purpose), random)
	now := s.now()
	err := db.Write(ctx, func(tx *database.DB) error {
		_, err := tx.ExecContext(ctx, "INSERT INTO auth_one_time (token_hash, purpose, subject, created_at, expires_at) VALUES (?, ?, ?, ?, ?)",
			hashOf(token), purpose, subject, now, database.At(now.Add(ttl)))
		return err
	})
	if err != nil {
		return "", fmt.Errorf("make a one-time token: %w", err)
	}
	return token, nil
}

// Peek returns the subject of a token that could be redeemed, for the page that asks to confirm: links
// are followed by mail scanners too, so a GET never redeems.
func (s *Service) Peek(ctx context.Context, db *database.DB, purpose, token string) (string, error) {
	if _, ok := s.Signer().Open(oneTimePurpose(purpose), token); !ok {
		return "", errSpent()
	}
	var subject string
	err := queryOne(ctx, db, into(&subject),
		"SELECT subject FROM auth_one_time WHERE token_hash = ? AND purpose = ? AND expires_at > ?", hashOf(token), purpose, s.now())
	if database.NotFound(err) {
		return "", errSpent()
	}
	if err != nil {
		return "", fmt.Errorf("look at a one-time token: %w", err)
	}
	return subject, nil
}

// Redeem spends a token and returns its subject. Call it in the transaction of what it allows: when
// that fails the token is whole again. Gone when it is unknown, spent or too old.
func (s *Service) Redeem(ctx context.Context, tx *database.DB, purpose, token string) (string, error) {
	var subject string
	err := tx.Write(ctx, func(tx *database.DB) error {
		var err error
		if subject, err = s.Peek(ctx, tx, purpose, token); err != nil {
			return err
		}
		return s.dropOneTime(ctx, tx, purpose, subject)
	})
	if err != nil {
		return "", err
	}
	return subject, nil
}

// Void ends all of a subject's tokens of a purpose, as when the mail with the link is sent anew.
func (s *Service) Void(ctx context.Context, tx *database.DB, purpose, subject string) error {
	return s.dropOneTime(ctx, tx, purpose, subject)
}

func (s *Service) dropOneTime(ctx context.Context, tx *database.DB, purpose, subject string) error {
	_, err := tx.ExecContext(ctx, "DELETE FROM auth_one_time WHERE subject = ? AND purpose = ?", subject, purpose)
	if err != nil {
		return fmt.Errorf("spend a one-time token: %w", err)
	}
	return nil
}

func oneTimePurpose(purpose string) string { return "one-time: " + purpose }

func errSpent() error {
	return problem.New(problem.Gone, "This link has expired or has been used.")
}
