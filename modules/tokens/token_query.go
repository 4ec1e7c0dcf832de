package tokens

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/pocketbase/dbx"

	"wizamart/framework/database"
)

// find lists tokens, those made last first. condition begins with WHERE, or is empty.
func find(ctx context.Context, db *database.DB, condition string, params dbx.Params) ([]Token, error) {
	var rows []struct {
		ID, StoreID, Name, Hint, UserID, LastAddress, RevokedBy string
		Hash                                                    []byte
		Permissions                                             database.JSON
		Days                                                    int
		CreatedAt, SecretAt, ExpiresAt, LastUsedAt, RevokedAt   database.Time
	}
	err := db.NewQuery(`SELECT id, store_id, name, hash, hint, permissions, user_id, days, created_at, secret_at, expires_at, last_used_at, last_address,
		revoked_at, revoked_by FROM tokens_token ` + condition + ` ORDER BY created_at DESC, id DESC`).Bind(params).WithContext(ctx).All(&rows)
	if err != nil {
		return nil, fmt.Errorf("read the API tokens: %w", err)
	}
	out := make([]Token, len(rows))
	for i, r := range rows {
		out[i] = Token{
			ID: r.ID, StoreID: r.StoreID, Name: r.Name, Hint: r.Hint, UserID: r.UserID, Days: r.Days, CreatedAt: r.CreatedAt, SecretAt: r.SecretAt,
			ExpiresAt: r.ExpiresAt, LastUsedAt: r.LastUsedAt, LastAddress: r.LastAddress, RevokedAt: r.RevokedAt, RevokedBy: r.RevokedBy, hash: r.Hash,
		}
		if err := r.Permissions.Decode(&out[i].Permissions); err != nil {
			return nil, fmt.Errorf("read the permissions of an API token: %w", err)
		}
	}
	return out, nil
}

func (t Token) insert(tx *database.DB) error {
	permissions, err := json.Marshal(t.Permissions)
	if err != nil {
		return err
	}
	_, err = tx.Insert("tokens_token", dbx.Params{
		"id": t.ID, "store_id": t.StoreID, "name": t.Name, "hash": t.hash, "hint": t.Hint, "permissions": string(permissions), "user_id": t.UserID, "days": t.Days,
		"created_at": t.CreatedAt, "secret_at": t.SecretAt, "expires_at": orNull(t.ExpiresAt),
	}).Execute()
	return err
}

func orNull(t database.Time) any {
	if t.IsZero() {
		return nil
	}
	return t
}
