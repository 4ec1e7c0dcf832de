package auth

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"wizamart/framework/database"
	"wizamart/framework/problem"
)

const (
	refreshLife = 30 * 24 * time.Hour // since the last refresh
	sessionLife = 90 * 24 * time.Hour // since the sign-in
)

// Grant says whom a session is started for. The caller has checked their credentials.
type Grant struct {
	Subject   string
	Audience  string // Staff, or CustomerAudience
	Address   string // the client's IP address, shown in the list of sessions
	UserAgent string
}

// Tokens is what a client holds.
type Tokens struct {
	Session        string // the session's id: no secret, it stands in the access token
	Access         string
	AccessExpires  time.Time
	Refresh        string
	RefreshExpires time.Time
}

// Session is one live sign-in, as its owner sees it.
type Session struct {
	ID         string        `json:"id"`
	Subject    string        `json:"subject"`
	Audience   string        `json:"audience"`
	CreatedAt  database.Time `json:"created_at"`
	LastUsedAt database.Time `json:"last_used_at"` // the last refresh: precise to an access token's 15 minutes
	ExpiresAt  database.Time `json:"expires_at"`
	Address    string        `json:"address"`
	UserAgent  string        `json:"user_agent"`
}

// expiry slides with use and ends with the absolute limit.
func expiry(created, now database.Time) database.Time {
	slid, limit := now.Add(refreshLife), created.Add(sessionLife)
	if limit.Before(slid) {
		return database.At(limit)
	}
	return database.At(slid)
}

// errWrongFile: staff sessions live in the platform's file, customers' in their store's.
var errWrongFile = errors.New("session of this audience does not belong into this file")

func (s *Service) checkFile(db *database.DB, audience string) error {
	if audience == "" || (audience == Staff) != (db.Path() == s.platform.Path()) {
		return errWrongFile
	}
	return nil
}

// Start begins a session in db: the platform's file for Staff, the store's for its customers. A staff
// subject must be a user who is not disabled (Unauthorized otherwise).
func (s *Service) Start(ctx context.Context, db *database.DB, g Grant) (Tokens, error) {
	if g.Subject == "" {
		return Tokens{}, errors.New("start a session: no subject")
	}
	if err := s.checkFile(db, g.Audience); err != nil {
		return Tokens{}, fmt.Errorf("start a session: %w", err)
	}
	m := s.revoked.moment()
	row := sessionRow{
		id: database.NewID(), subject: g.Subject, audience: g.Audience, generation: 1,
		created: m.now, expires: expiry(m.now, m.now),
	}
	token := refreshToken{row.id, row.generation, s.keys.Load().current}
	row.keyID, row.tokenHash = token.key.id, hashOf(token.text(g.Audience))
	err := db.Write(ctx, func(tx *database.DB) error {
		if err := s.checkSubject(ctx, tx, g.Audience, g.Subject); err != nil {
			return err
		}
		return row.insert(ctx, tx, clip(g.Address, 64), clip(g.UserAgent, 300))
	})
	if err != nil {
		return Tokens{}, fmt.Errorf("start a session: %w", err)
	}
	tokens, _, err := s.tokens(&row, token, m)
	return tokens, err
}

// checkSubject refuses staff who have been disabled or deleted. Customers are their module's to check.
func (s *Service) checkSubject(ctx context.Context, tx *database.DB, audience, subject string) error {
	if audience != Staff {
		return nil
	}
	u, err := s.UserByID(ctx, tx, subject)
	if problem.Is(err, problem.NotFound) {
		return refused(err)
	}
	if err != nil {
		return err
	}
	if u.Disabled() {
		return refused(ErrRevoked)
	}
	return nil
}

func (s *Service) tokens(row *sessionRow, token refreshToken, m moment) (Tokens, Claims, error) {
	access, claims, err := s.sign(row.subject, row.audience, row.id, m)
	if err != nil {
		return Tokens{}, Claims{}, err
	}
	return Tokens{
		Session: row.id, Access: access, AccessExpires: claims.Expires,
		Refresh: token.text(row.audience), RefreshExpires: row.expires.Time,
	}, claims, nil
}

// clip cuts foreign text to at most n bytes of valid UTF-8.
func clip(text string, n int) string {
	text = strings.ToValidUTF8(text, "")
	if len(text) > n {
		text = strings.ToValidUTF8(text[:n], "")
	}
	return text
}
