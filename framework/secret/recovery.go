package secret

import (
	"context"
	"crypto/subtle"
	"fmt"
	"strings"

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
	return k.confirm(ctx, db)
}

func (k *Keys) confirm(ctx context.Context, db *database.DB) error {
	return db.Write(ctx, func(tx *database.DB) error {
		_, err := tx.Exec("UPDATE secret_key SET confirmed_at = {:at} WHERE id = {:id} AND confirmed_at IS NULL", dbx.Params{"id": k.ID(), "at": database.Now()})
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

// Groups is how many groups of characters a recovery code has.
const Groups = codeLength / 6

// ConfirmGroups is Confirm for somebody who typed some groups of the code, by their place from 1 on: enough to show that it was written
// down, where the code itself need not be typed whole. At least two are needed.
func (k *Keys) ConfirmGroups(ctx context.Context, db *database.DB, typed map[int]string) error {
	have := strings.Split(k.RecoveryCode(), "-")
	var f problem.Fields
	for at, text := range typed {
		right := at >= 1 && at <= len(have) && subtle.ConstantTimeCompare([]byte(readCode.Replace(strings.ToUpper(text))), []byte(have[at-1])) == 1
		f.Check(right, fmt.Sprintf("group-%d", at), "This differs from the recovery code. Look at what you wrote down.")
	}
	if err := f.Err(); err != nil {
		return err
	}
	if len(typed) < 2 {
		return problem.New(problem.BadRequest, "Two groups of the recovery code are needed.")
	}
	return k.confirm(ctx, db)
}
