package auth

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	"wizamart/framework/database"
	"wizamart/framework/problem"
)

// repeatTime is how long a refresh may be repeated: two tabs, or an answer that was lost on the way.
const repeatTime = 30 * time.Second

// Refresh trades a refresh token for its successor and a new access token.
//
// The same token within 30 seconds gets the same successor. Later, or once that successor has been used
// itself, somebody else holds a copy: the whole session is revoked. Every refusal has the code
// Unauthorized and says the same; its cause is ErrUnknown, ErrExpired, ErrRevoked or ErrReused.
//
// Do not call it inside a transaction: the revocation must last although Refresh fails.
func (s *Service) Refresh(ctx context.Context, db *database.DB, audience, text string) (Tokens, Claims, error) {
	if err := s.checkFile(db, audience); err != nil {
		return Tokens{}, Claims{}, fmt.Errorf("refresh a session: %w", err)
	}
	if db.InTransaction() {
		return Tokens{}, Claims{}, errors.New("refresh a session: inside a transaction")
	}
	m := s.revoked.moment()
	ring := s.keys.Load()
	presented, ok := ring.parseRefreshToken(text, audience)
	if !ok {
		return Tokens{}, Claims{}, refused(ErrUnknown)
	}
	var row sessionRow
	var refusal *problem.Error // the transaction is committed all the same
	err := db.Write(ctx, func(tx *database.DB) error {
		row, refusal = sessionRow{}, nil
		err := row.load(ctx, tx, presented.family)
		switch {
		case database.NotFound(err):
			refusal = refused(ErrUnknown)
			return nil
		case err != nil:
			return err
		}
		refusal, err = s.advance(ctx, tx, &row, text, audience, ring, m)
		return err
	})
	if err != nil {
		return Tokens{}, Claims{}, fmt.Errorf("refresh a session: %w", err)
	}
	if refusal != nil {
		return Tokens{}, Claims{}, refusal
	}
	derivedBy, ok := ring.byID[row.keyID]
	if !ok { // repeated across two rotations of the key
		return Tokens{}, Claims{}, refused(ErrUnknown)
	}
	return s.tokens(&row, refreshToken{row.id, row.generation, derivedBy}, m)
}

// advance decides what an authentic token is worth, and leaves in row the generation to answer with.
func (s *Service) advance(ctx context.Context, tx *database.DB, row *sessionRow, text, audience string, ring *keyring, m moment) (*problem.Error, error) {
	presented := hashOf(text)
	switch {
	case row.audience != audience:
		return refused(ErrUnknown), nil
	case !row.revoked.IsZero():
		return refused(ErrRevoked), nil
	case !m.now.Before(row.expires.Time):
		return refused(ErrExpired), nil
	}
	if err := s.checkSubject(ctx, tx, row.audience, row.subject); err != nil {
		var refusal *problem.Error
		if errors.As(err, &refusal) {
			return refusal, nil
		}
		return nil, err
	}
	if bytes.Equal(presented, row.tokenHash) {
		row.generation++
		row.keyID = ring.current.id
		row.previous = row.tokenHash
		row.tokenHash = hashOf(refreshToken{row.id, row.generation, ring.current}.text(audience))
		row.rotated = m.now
		row.expires = expiry(row.created, m.now)
		return nil, row.rotate(ctx, tx)
	}
	if bytes.Equal(presented, row.previous) && m.now.Sub(row.rotated.Time) <= repeatTime {
		return nil, nil
	}
	return refused(ErrReused), s.Revoke(ctx, tx, row.id, "refresh token was used twice")
}
