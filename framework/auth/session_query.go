package auth

import (
	"context"
	"fmt"

	"wizamart/framework/database"
)

type sessionRow struct {
	id, subject, audience string
	generation            int64
	keyID                 string
	tokenHash, previous   []byte
	rotated               database.Time
	created, expires      database.Time
	revoked               database.Time
}

func (row *sessionRow) insert(ctx context.Context, tx *database.DB, address, userAgent string) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO auth_session
		(id, subject, audience, generation, key_id, token_hash, created_at, last_used_at, expires_at, address, user_agent)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		row.id, row.subject, row.audience, row.generation, row.keyID, row.tokenHash,
		row.created, row.created, row.expires, address, userAgent)
	return err
}

func (row *sessionRow) load(ctx context.Context, db *database.DB, id string) error {
	return queryOne(ctx, db, into(&row.id, &row.subject, &row.audience, &row.generation, &row.keyID, &row.tokenHash,
		&row.previous, &row.rotated, &row.created, &row.expires, &row.revoked),
		`SELECT id, subject, audience, generation, key_id, token_hash, previous_hash, rotated_at, created_at,
		expires_at, revoked_at FROM auth_session WHERE id = ?`, id)
}

func (row *sessionRow) rotate(ctx context.Context, tx *database.DB) error {
	_, err := tx.ExecContext(ctx, `UPDATE auth_session SET generation = ?, key_id = ?, token_hash = ?, previous_hash = ?,
		rotated_at = ?, last_used_at = ?, expires_at = ? WHERE id = ?`,
		row.generation, row.keyID, row.tokenHash, row.previous, row.rotated, row.rotated, row.expires, row.id)
	return err
}

// Sessions lists a subject's live sessions, the last used first.
func (s *Service) Sessions(ctx context.Context, db *database.DB, subject string) ([]Session, error) {
	var out []Session
	err := queryAll(ctx, db, func(r scanner) error {
		var v Session
		err := r.Scan(&v.ID, &v.Subject, &v.Audience, &v.CreatedAt, &v.LastUsedAt, &v.ExpiresAt, &v.Address, &v.UserAgent)
		out = append(out, v)
		return err
	}, `SELECT id, subject, audience, created_at, last_used_at, expires_at, address, user_agent FROM auth_session
		WHERE subject = ? AND revoked_at IS NULL AND expires_at > ? ORDER BY last_used_at DESC, id DESC`, subject, s.now())
	if err != nil {
		return nil, fmt.Errorf("list sessions: %w", err)
	}
	return out, nil
}

// Purge deletes up to 500 sessions and 500 one-time tokens that have expired, and returns how many; 0 says that
// none are left. Revoked sessions stay until they would have expired.
func (s *Service) Purge(ctx context.Context, db *database.DB) (int, error) {
	var total int64
	err := db.Write(ctx, func(tx *database.DB) error {
		total = 0
		for _, query := range []string{
			"DELETE FROM auth_session WHERE id IN (SELECT id FROM auth_session WHERE expires_at <= ? LIMIT 500)",
			"DELETE FROM auth_one_time WHERE token_hash IN (SELECT token_hash FROM auth_one_time WHERE expires_at <= ? LIMIT 500)",
		} {
			res, err := tx.ExecContext(ctx, query, s.now())
			if err != nil {
				return err
			}
			n, err := res.RowsAffected()
			if err != nil {
				return err
			}
			total += n
		}
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("purge sessions: %w", err)
	}
	return int(total), nil
}
