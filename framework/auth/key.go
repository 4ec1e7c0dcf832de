package auth

import (
	"context"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"

	"wizamart/framework/database"
)

// Sealer encrypts secrets with the operator's key. Sealed bytes say which of its keys they need.
type Sealer interface {
	Seal(plain []byte) ([]byte, error)
	Unseal(sealed []byte) ([]byte, error)
}

// key is one installation secret of 32 random bytes. It is never used itself: each purpose has
// a key derived from it, so a value of one purpose is worth nothing in another.
type key struct {
	id      string
	secret  []byte
	access  []byte
	refresh []byte
}

// keyring holds the key that signs and the one before it, which verifies only. It is immutable.
type keyring struct {
	current *key
	byID    map[string]*key
}

func newKey(id string, secret []byte) (*key, error) {
	if len(secret) != 32 {
		return nil, fmt.Errorf("key %s has %d bytes, not 32", id, len(secret))
	}
	k := &key{id: id, secret: secret}
	var err1, err2 error
	k.access, err1 = k.derive("access token")
	k.refresh, err2 = k.derive("refresh token")
	return k, errors.Join(err1, err2)
}

// derive is HKDF-Expand (RFC 5869). The secret is uniformly random, so Extract is not needed (section 3.3).
func (k *key) derive(purpose string) ([]byte, error) {
	return hkdf.Expand(sha256.New, k.secret, "wizamart "+purpose, 32)
}

func mac(key []byte, message string) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(message))
	return h.Sum(nil)
}

// Rotate creates a new signing key. The one before it goes on verifying; older ones are deleted, and what
// they signed (sessions, one-time links, cookies) ends. Twice in a row ends everything.
func (s *Service) Rotate(ctx context.Context) error {
	err := s.platform.Write(ctx, func(tx *database.DB) error {
		if _, err := tx.ExecContext(ctx, "DELETE FROM auth_key WHERE retired_at IS NOT NULL"); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, "UPDATE auth_key SET retired_at = ?", s.now()); err != nil {
			return err
		}
		if err := s.createKey(ctx, tx); err != nil {
			return err
		}
		return s.installKeys(ctx, tx)
	})
	if err != nil {
		return fmt.Errorf("rotate the signing key: %w", err)
	}
	return nil
}

// loadKeys takes the keys into use, creating the first and sealing the unsealed.
func (s *Service) loadKeys(ctx context.Context) error {
	return s.platform.Write(ctx, func(tx *database.DB) error {
		var n int
		if err := queryOne(ctx, tx, into(&n), "SELECT count(*) FROM auth_key WHERE retired_at IS NULL"); err != nil {
			return err
		}
		if n == 0 {
			if err := s.createKey(ctx, tx); err != nil {
				return err
			}
		}
		return s.installKeys(ctx, tx)
	})
}

// installKeys has the keys that tx sees used from its commit on.
func (s *Service) installKeys(ctx context.Context, tx *database.DB) error {
	ring, err := s.readKeys(ctx, tx)
	if err == nil {
		tx.AfterCommit(func() { s.keys.Store(ring) })
	}
	return err
}

type keyRow struct {
	id      string
	secret  []byte
	sealed  bool
	retired database.Time
}

func (s *Service) readKeys(ctx context.Context, tx *database.DB) (*keyring, error) {
	var found []keyRow
	err := queryAll(ctx, tx, func(r scanner) error {
		var k keyRow
		err := r.Scan(&k.id, &k.secret, &k.sealed, &k.retired)
		found = append(found, k)
		return err
	}, "SELECT id, secret, sealed, retired_at FROM auth_key")
	if err != nil {
		return nil, err
	}
	ring := &keyring{byID: map[string]*key{}}
	for _, r := range found {
		plain, err := s.unseal(ctx, tx, r)
		if err != nil {
			return nil, err
		}
		k, err := newKey(r.id, plain)
		if err != nil {
			return nil, err
		}
		ring.byID[k.id] = k
		if r.retired.IsZero() {
			ring.current = k
		}
	}
	return ring, nil
}

func (s *Service) unseal(ctx context.Context, tx *database.DB, r keyRow) ([]byte, error) {
	switch {
	case r.sealed && s.sealer == nil:
		return nil, fmt.Errorf("key %s is encrypted and the operator's key is not here", r.id)
	case r.sealed:
		plain, err := s.sealer.Unseal(r.secret)
		if err != nil {
			return nil, fmt.Errorf("decrypt key %s: %w", r.id, err)
		}
		return plain, nil
	case s.sealer == nil:
		return r.secret, nil
	}
	sealed, err := s.sealer.Seal(r.secret)
	if err != nil {
		return nil, fmt.Errorf("encrypt key %s: %w", r.id, err)
	}
	_, err = tx.ExecContext(ctx, "UPDATE auth_key SET secret = ?, sealed = 1 WHERE id = ?", sealed, r.id)
	return r.secret, err
}

func (s *Service) createKey(ctx context.Context, tx *database.DB) error {
	secret := make([]byte, 32)
	id := make([]byte, 4)
	rand.Read(secret) // never fails, since Go 1.24
	rand.Read(id)
	sealed := s.sealer != nil
	if sealed {
		var err error
		if secret, err = s.sealer.Seal(secret); err != nil {
			return fmt.Errorf("encrypt a new key: %w", err)
		}
	}
	_, err := tx.ExecContext(ctx, "INSERT INTO auth_key (id, secret, sealed, created_at) VALUES (?, ?, ?, ?)",
		hex.EncodeToString(id), secret, sealed, s.now())
	return err
}
