package auth

import (
	"strings"
	"sync"
	"testing"
	"time"

	"wizamart/framework/database"
)

func TestRefreshRotates(t *testing.T) {
	f := newFixture(t)
	first := f.start()
	f.clock.Forward(20 * time.Minute)
	second := f.refresh(first.Refresh)
	if second.Refresh == first.Refresh || second.Session != first.Session {
		t.Fatalf("not a successor: %+v after %+v", second, first)
	}
	if want := f.clock.Now().Add(30 * 24 * time.Hour); !second.RefreshExpires.Equal(want) {
		t.Errorf("expires %v, want %v", second.RefreshExpires, want)
	}
	if c, err := f.Verify(second.Access, Staff); err != nil || c.Subject != f.admin.ID {
		t.Errorf("new access token: %+v, %v", c, err)
	}
}

func TestRepeatedRefresh(t *testing.T) {
	for _, c := range []struct {
		name  string
		after time.Duration
		used  bool // the successor has been used in between
		cause error
	}{
		{"at once", 0, false, nil},
		{"after 30 s", 30 * time.Second, false, nil},
		{"after 31 s", 31 * time.Second, false, ErrReused},
		{"after a week", 7 * 24 * time.Hour, false, ErrReused},
		{"once its successor was used", 0, true, ErrReused},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := newFixture(t)
			bystander := f.start()
			first := f.start()
			second := f.refresh(first.Refresh)
			latest := second
			if c.used {
				latest = f.refresh(second.Refresh)
			}
			f.clock.Forward(c.after)
			again, _, err := f.Refresh(ctx, f.platform, Staff, first.Refresh)
			if c.cause == nil {
				must(t, err)
				if again.Refresh != second.Refresh {
					t.Fatal("another successor")
				}
				f.refresh(again.Refresh)
				return
			}
			refuses(t, "reuse", err, c.cause)
			_, _, err = f.Refresh(ctx, f.platform, Staff, latest.Refresh)
			refuses(t, "the family's latest token", err, ErrRevoked)
			if c.after < accessLife {
				_, err = f.Verify(latest.Access, Staff)
				refuses(t, "the family's live access token", err, ErrRevoked)
			}
			f.refresh(bystander.Refresh)
		})
	}
}

func TestGuessedRefreshTokenHarmsNobody(t *testing.T) {
	f := newFixture(t)
	tokens := f.start()
	parts := strings.Split(tokens.Refresh, ".")
	tail := strings.Join(parts[2:], ".")
	for name, token := range map[string]string{
		"empty":                "",
		"garbage":              "a.b.c.d",
		"an access token":      tokens.Access,
		"huge":                 tokens.Refresh + strings.Repeat("A", 1<<20),
		"other generation":     parts[0] + ".2." + tail,
		"same, spelled anew":   parts[0] + ".+1." + tail,
		"leading zero":         parts[0] + ".01." + tail,
		"other family":         database.NewID() + ".1." + tail,
		"unknown key":          parts[0] + ".1.ffffffff." + parts[3],
		"no signature":         parts[0] + ".1." + parts[2] + ".",
		"signature in padding": tokens.Refresh + "=",
	} {
		_, _, err := f.Refresh(ctx, f.platform, Staff, token)
		refuses(t, name, err, ErrUnknown)
	}
	f.refresh(tokens.Refresh)
}

func TestConcurrentRefreshesGetOneSuccessor(t *testing.T) {
	f := newFixture(t)
	token := f.start().Refresh
	var wg sync.WaitGroup
	got := make([]string, 20)
	for i := range got {
		wg.Go(func() {
			tokens, _, err := f.Refresh(ctx, f.platform, Staff, token)
			if err != nil {
				t.Error(err)
			}
			got[i] = tokens.Refresh
		})
	}
	wg.Wait()
	for _, g := range got {
		if g != got[0] || g == token {
			t.Fatalf("successors differ: %q", got)
		}
	}
	f.refresh(got[0])
}

func TestSessionsExpire(t *testing.T) {
	f := newFixture(t)
	day := 24 * time.Hour
	idle := f.start()
	f.clock.Forward(30 * day)
	_, _, err := f.Refresh(ctx, f.platform, Staff, idle.Refresh)
	refuses(t, "30 idle days", err, ErrExpired)

	tokens := f.start()
	started := f.clock.Now()
	for range 3 {
		f.clock.Forward(29 * day)
		tokens = f.refresh(tokens.Refresh)
	}
	if want := started.Add(90 * day); !tokens.RefreshExpires.Equal(want) {
		t.Errorf("slides to %v, past the absolute end %v", tokens.RefreshExpires, want)
	}
	f.clock.Forward(3 * day)
	_, _, err = f.Refresh(ctx, f.platform, Staff, tokens.Refresh)
	refuses(t, "90 days after the sign-in", err, ErrExpired)

	if live, err := f.Sessions(ctx, f.platform, f.admin.ID); err != nil || len(live) != 0 {
		t.Errorf("live sessions: %v, %v", live, err)
	}
	if n, err := f.Purge(ctx, f.platform); err != nil || n != 2 {
		t.Errorf("purged %d, %v; want 2", n, err)
	}
}

func TestRefreshInsideATransactionIsRefused(t *testing.T) {
	f := newFixture(t)
	token := f.start().Refresh
	err := f.platform.Write(ctx, func(tx *database.DB) error {
		_, _, err := f.Refresh(ctx, tx, Staff, token)
		return err
	})
	if err == nil {
		t.Error("a revocation there could be undone")
	}
}

func TestTokensAreNotStoredInClear(t *testing.T) {
	f := newFixture(t)
	tokens := f.refresh(f.start().Refresh)
	var rows []string
	must(t, f.platform.NewQuery("SELECT hex(token_hash) || hex(previous_hash) || id FROM auth_session").Column(&rows))
	secret := tokens.Refresh[strings.LastIndexByte(tokens.Refresh, '.')+1:]
	if strings.Contains(strings.Join(rows, ""), secret) || len(rows[0]) != 2*64+36 {
		t.Errorf("stored: %q", rows)
	}
}
