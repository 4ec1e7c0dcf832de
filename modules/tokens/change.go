package tokens

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/pocketbase/dbx"

	"wizamart/framework/audit"
	"wizamart/framework/database"
	"wizamart/framework/problem"
	"wizamart/tenant"
)

// Made is a token with its secret, which is told this once and kept nowhere.
type Made struct {
	Token
	Secret string
}

// Create makes a token in the name of by, who answers for it: it may what it is given here, as long as by may that. Invalid: name, permissions, days. Quota where
// the store has all the tokens that it may have.
func (s *Service) Create(ctx context.Context, by string, info *tenant.Info, in NewToken) (Made, error) {
	if err := in.clean(s.names(info), s.app.Directory.Grants(by, info)); err != nil {
		return Made{}, err
	}
	secret, err := newSecret()
	if err != nil {
		return Made{}, fmt.Errorf("make an API token: %w", err)
	}
	now, hash := database.At(s.app.Now()), hashOf(secret)
	t := Token{
		ID: database.NewID(), StoreID: info.ID, Name: in.Name, Hint: hintOf(secret), Permissions: in.Permissions, UserID: by, Days: in.Days, CreatedAt: now, SecretAt: now,
		ExpiresAt: expiry(now, in.Days), hash: hash[:],
	}
	err = s.app.Platform.DB.Write(ctx, func(tx *database.DB) error {
		have, err := find(ctx, tx, "WHERE store_id = {:s} AND revoked_at IS NULL", dbx.Params{"s": info.ID})
		if err != nil {
			return err
		}
		if slices.ContainsFunc(have, func(h Token) bool { return strings.EqualFold(h.Name, t.Name) }) {
			return problem.On("name", "There is a token of this name already.")
		}
		if err := s.ForTokens(info.ID, len(have), 1); err != nil {
			return err
		}
		if err := t.insert(tx); err != nil {
			return err
		}
		return s.record(ctx, tx, info, "tokens.token.created", t, nil, t)
	})
	if err != nil {
		return Made{}, fmt.Errorf("make an API token: %w", err)
	}
	return Made{t, secret}, nil
}

// Renew makes a new secret for a token, and by the one who answers for it: for a secret that got about, and where who made it has left. The one before ends at once.
func (s *Service) Renew(ctx context.Context, by string, info *tenant.Info, id string) (Made, error) {
	secret, err := newSecret()
	if err != nil {
		return Made{}, fmt.Errorf("make a new secret: %w", err)
	}
	var t Token
	err = s.app.Platform.DB.Write(ctx, func(tx *database.DB) error {
		if t, err = one(ctx, tx, info, id); err != nil {
			return err
		}
		if !s.app.Directory.Grants(by, info).Covers(t.Permissions) {
			return problem.New(problem.Forbidden, "This token may do more than you. Only somebody who may do all of it can make a new secret for it.")
		}
		before, now, hash := t, database.At(s.app.Now()), hashOf(secret)
		t.UserID, t.Hint, t.SecretAt, t.ExpiresAt, t.hash = by, hintOf(secret), now, expiry(now, t.Days), hash[:]
		_, err := tx.Exec("UPDATE tokens_token SET user_id = {:u}, hash = {:h}, hint = {:i}, secret_at = {:now}, expires_at = {:x} WHERE id = {:id}",
			dbx.Params{"u": by, "h": t.hash, "i": t.Hint, "now": now, "x": orNull(t.ExpiresAt), "id": id})
		if err != nil {
			return err
		}
		return s.record(ctx, tx, info, "tokens.token.renewed", t, before, t)
	})
	if err != nil {
		return Made{}, fmt.Errorf("make a new secret: %w", err)
	}
	return Made{t, secret}, nil
}

// Revoke ends a token. It acts on the next request, and cannot be undone.
func (s *Service) Revoke(ctx context.Context, by string, info *tenant.Info, id string) (Token, error) {
	var t Token
	err := s.app.Platform.DB.Write(ctx, func(tx *database.DB) error {
		var err error
		if t, err = one(ctx, tx, info, id); err != nil {
			return err
		}
		if _, err := tx.Exec("UPDATE tokens_token SET revoked_at = {:now}, revoked_by = {:u} WHERE id = {:id}",
			dbx.Params{"now": database.At(s.app.Now()), "u": by, "id": id}); err != nil {
			return err
		}
		return s.record(ctx, tx, info, "tokens.token.revoked", t, t, nil)
	})
	if err != nil {
		return t, fmt.Errorf("revoke an API token: %w", err)
	}
	return t, nil
}

// one is a token of the store that is not revoked; NotFound otherwise.
func one(ctx context.Context, tx *database.DB, info *tenant.Info, id string) (Token, error) {
	list, err := find(ctx, tx, "WHERE id = {:id} AND store_id = {:s} AND revoked_at IS NULL", dbx.Params{"id": id, "s": info.ID})
	if err != nil {
		return Token{}, err
	}
	if len(list) == 0 {
		return Token{}, problem.New(problem.NotFound, "There is no such token any more.")
	}
	return list[0], nil
}

// record notes a change in the platform's audit log, in the transaction that makes it, and has the next request see it. No secret stands in it.
func (s *Service) record(ctx context.Context, tx *database.DB, info *tenant.Info, action string, t Token, before, after any) error {
	e := audit.Entry{Action: action, SubjectKind: "token", SubjectID: t.ID, SubjectName: info.Name + ": " + t.Name}
	var err error
	if e.Before, e.After, err = audit.Diff(before, after); err != nil {
		return err
	}
	if err := audit.Record(ctx, tx, e); err != nil {
		return err
	}
	return s.renew(ctx, tx)
}
