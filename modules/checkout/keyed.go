package checkout

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"wizamart/framework/database"
	"wizamart/framework/secret"
	"wizamart/tenant"
)

var hashKey = secret.Column{Scope: database.Store, Table: "checkout_key", Key: "id", Value: "sealed"}

// keyed hashes a text under the store's own key (HMAC-SHA-256): of what must be found again and not be read. It is "" while the store has
// no key yet, and so has hashed nothing; in a transaction the key is made.
func (s *Service) keyed(ctx context.Context, st *tenant.Store, purpose, text string) (string, error) {
	if text == "" {
		return "", nil
	}
	place := hashKey.Place(st.ID(), "hash")
	var sealed []byte
	err := st.One(ctx, func(row database.Row) error { return row.Scan(&sealed) }, "SELECT sealed FROM checkout_key WHERE id = 'hash'")
	if database.NotFound(err) {
		if !st.InTransaction() {
			return "", nil
		}
		key := make([]byte, 32)
		rand.Read(key) //nolint:errcheck // it never fails
		if sealed, err = s.app.Secrets.Seal(place, key); err == nil {
			_, err = st.ExecContext(ctx, "INSERT INTO checkout_key (id, sealed) VALUES ('hash', ?)", sealed)
		}
	}
	if err != nil {
		return "", fmt.Errorf("read the store's key: %w", err)
	}
	key, err := s.app.Secrets.Open(place, sealed)
	if err != nil {
		return "", fmt.Errorf("open the store's key: %w", err)
	}
	mac := hmac.New(sha256.New, key)
	fmt.Fprintf(mac, "%s\x00%s", purpose, text)
	return hex.EncodeToString(mac.Sum(nil)), nil
}
