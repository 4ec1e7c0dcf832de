package auth

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"wizamart/framework/database"
	"wizamart/framework/problem"
)

func TestRevoke(t *testing.T) {
	f := newFixture(t)
	mine, laptop, phone := f.start(), f.start(), f.start()
	verify := func(name string, tokens Tokens, cause error) {
		t.Helper()
		_, err := f.Verify(tokens.Access, Staff)
		if cause == nil && err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if cause != nil {
			refuses(t, name, err, cause)
		}
	}
	must(t, f.Revoke(ctx, f.platform, laptop.Session, "signed out"))
	must(t, f.Revoke(ctx, f.platform, laptop.Session, "again"))
	verify("revoked", laptop, ErrRevoked)
	_, _, err := f.Refresh(ctx, f.platform, Staff, laptop.Refresh)
	refuses(t, "refresh of a revoked one", err, ErrRevoked)
	verify("another of the same user", phone, nil)

	hasCode(t, "somebody else's", f.RevokeOwn(ctx, f.platform, "other user", phone.Session, "?"), problem.NotFound)
	verify("after somebody else tried", phone, nil)

	must(t, f.RevokeAll(ctx, f.platform, f.admin.ID, "sign out elsewhere", mine.Session))
	verify("phone", phone, ErrRevoked)
	verify("the one kept", mine, nil)
	live, err := f.Sessions(ctx, f.platform, f.admin.ID)
	if err != nil || len(live) != 1 || live[0].ID != mine.Session || live[0].Address != "192.0.2.1" || live[0].UserAgent != "test" {
		t.Errorf("live: %+v, %v", live, err)
	}
	must(t, f.RevokeOwn(ctx, f.platform, f.admin.ID, mine.Session, "signed out"))
	verify("own", mine, ErrRevoked)
	hasCode(t, "twice", f.RevokeOwn(ctx, f.platform, f.admin.ID, mine.Session, "?"), problem.NotFound)
}

func TestUndoneRevocationRevokesNothing(t *testing.T) {
	f := newFixture(t)
	tokens := f.start()
	undo := errors.New("undo")
	err := f.platform.Write(ctx, func(tx *database.DB) error {
		must(t, f.Revoke(ctx, tx, tokens.Session, "?"))
		return undo
	})
	if !errors.Is(err, undo) {
		t.Fatal(err)
	}
	_, err = f.Verify(tokens.Access, Staff)
	must(t, err)
	f.refresh(tokens.Refresh)
}

func TestRestartForgetsNoRevocation(t *testing.T) {
	f := newFixture(t)
	revoked, alive := f.start(), f.start()
	must(t, f.Revoke(ctx, f.platform, revoked.Session, "signed out"))
	f.Service = f.restart()
	for name, tokens := range map[string]Tokens{"revoked": revoked, "alive": alive} {
		_, err := f.Verify(tokens.Access, Staff)
		refuses(t, name+": access token of the process before", err, ErrRevoked)
	}
	_, _, err := f.Refresh(ctx, f.platform, Staff, revoked.Refresh)
	refuses(t, "refresh", err, ErrRevoked)
	_, err = f.Verify(f.refresh(alive.Refresh).Access, Staff)
	must(t, err)
}

func TestRevocationsAreBounded(t *testing.T) {
	c := &clock{now: time.Unix(1e9, 0)}
	r := newRevocations(c.Now, 3)
	before := r.moment().epoch
	r.add("a", "b")
	c.Forward(accessLife + 2*time.Minute)
	r.add("c", "d")
	if len(r.until) != 2 || r.has("a", before) || !r.has("c", before) {
		t.Errorf("expired ones are kept: %v", r.until)
	}
	r.add("e", "f")
	if now := r.moment().epoch; now == before || len(r.until) != 0 {
		t.Error("a full set goes on as if nothing had happened")
	}
	for _, id := range []string{"c", "f", "innocent"} {
		if !r.has(id, before) {
			t.Errorf("%s: a token from before the set was full still counts", id)
		}
	}
	if r.has("innocent", r.moment().epoch) {
		t.Error("a fresh token does not count")
	}
	for i := range 1000 {
		r.add(fmt.Sprint(i))
	}
	if len(r.until) > 3 {
		t.Errorf("%d remembered", len(r.until))
	}
}
