package auth

import (
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"wizamart/framework/database"
	"wizamart/framework/problem"
)

func TestOneTimeTokens(t *testing.T) {
	f := newFixture(t)
	issue := func(purpose string) string {
		token, err := f.OneTime(ctx, f.platform, purpose, f.admin.ID, time.Hour)
		must(t, err)
		return token
	}
	redeem := func(db *database.DB, purpose, token string) error {
		subject, err := f.Redeem(ctx, db, purpose, token)
		if err == nil && subject != f.admin.ID {
			t.Errorf("subject %q", subject)
		}
		return err
	}
	token, sibling, invitation := issue(PurposePasswordReset), issue(PurposePasswordReset), issue("invitation")
	hasCode(t, "other purpose", redeem(f.platform, "invitation", token), problem.Gone)
	hasCode(t, "other file", redeem(f.store, PurposePasswordReset, token), problem.Gone)
	hasCode(t, "garbage", redeem(f.platform, PurposePasswordReset, "a.b.c"), problem.Gone)
	hasCode(t, "signed, never issued", redeem(f.platform, "invitation", f.Signer().Sign(oneTimePurpose("invitation"), make([]byte, 32))), problem.Gone)

	failed := errors.New("what it allows failed")
	err := f.platform.Write(ctx, func(tx *database.DB) error {
		must(t, redeem(tx, PurposePasswordReset, token))
		return failed
	})
	if !errors.Is(err, failed) {
		t.Fatal(err)
	}
	for range 2 { // a mail scanner follows the link too
		_, err = f.Peek(ctx, f.platform, PurposePasswordReset, token)
		must(t, err)
	}
	must(t, redeem(f.platform, PurposePasswordReset, token))
	hasCode(t, "twice", redeem(f.platform, PurposePasswordReset, token), problem.Gone)
	hasCode(t, "a second link of the same purpose", redeem(f.platform, PurposePasswordReset, sibling), problem.Gone)
	must(t, redeem(f.platform, "invitation", invitation))

	late := issue("invitation")
	f.clock.Forward(time.Hour)
	hasCode(t, "late", redeem(f.platform, "invitation", late), problem.Gone)
}

func TestOneTimeTokenIsRedeemedOnce(t *testing.T) {
	f := newFixture(t)
	token, err := f.OneTime(ctx, f.platform, PurposeSetup, "u", time.Hour)
	must(t, err)
	var wg sync.WaitGroup
	var won atomic.Int32
	for range 20 {
		wg.Go(func() {
			if _, err := f.Redeem(ctx, f.platform, PurposeSetup, token); err == nil {
				won.Add(1)
			}
		})
	}
	wg.Wait()
	if won.Load() != 1 {
		t.Errorf("redeemed %d times", won.Load())
	}
}
