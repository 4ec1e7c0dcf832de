package secret

import (
	"context"
	"fmt"

	"github.com/pocketbase/dbx"

	"wizamart/framework/database"
	"wizamart/framework/problem"
)

// RecoveryCode is what brings the newest key back. Whoever has it has the key.
func (k *Keys) RecoveryCode() string { return k.ring.Load().keys[0].code() }

// Confirm notes that somebody has the recovery code of the newest key. A code that is mistyped, or another key's, is refused.
func (k *Keys) Confirm(ctx context.Context, db *database.DB, code string) error {
	given, err := parseCode(code)
	if err != nil {
		return problem.On("code", "%s", ErrCode.Error())
	}
	if given.id != k.ID() {
		return problem.On("code", "this is the recovery code of key %s, and the key in use is %s", given.id, k.ID())
	}
	return db.Write(ctx, func(tx *database.DB) error {
		_, err := tx.Exec("UPDATE secret_key SET confirmed_at = {:at} WHERE id = {:id} AND confirmed_at IS NULL", dbx.Params{"id": given.id, "at": database.Now()})
		return err
	})
}

// Rotate makes a new key, which seals from now on; the one before still opens. Older ones are forgotten: the caller has
// sealed anew what they sealed. The file is written first: what a crash cuts off, the next start completes.
func (k *Keys) Rotate(ctx context.Context, db *database.DB) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	now := k.ring.Load()
	next := &ring{keys: []*key{newKey(), now.keys[0]}}
	if err := next.write(k.file); err != nil {
		return fmt.Errorf("keep the new key in %s: %w", k.file, err)
	}
	k.ring.Store(next)
	return k.note(ctx, db)
}
