package harness

import (
	"context"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"
)

// Authenticator is what a user with two-factor sign-in has at hand.
type Authenticator struct {
	Key      string
	Recovery []string
}

// Code is what it shows now, or some 30-second steps later. The platform takes one step of drift, and each step's code once.
func (a *Authenticator) Code(t testing.TB, steps int) string {
	t.Helper()
	code, err := totp.GenerateCode(a.Key, time.Now().Add(time.Duration(steps)*30*time.Second))
	if err != nil {
		t.Fatal(err)
	}
	return code
}

// TwoFactor switches two-factor sign-in on for a user, with the code of this moment. The user's sessions end.
func (p *Platform) TwoFactor(t testing.TB, userID string) *Authenticator {
	t.Helper()
	ctx := context.Background()
	if err := p.App.Auth.BeginTwoFactor(ctx, userID); err != nil {
		t.Fatal(err)
	}
	e, err := p.App.Auth.Enrolment(ctx, userID, p.Base, "user")
	if err != nil {
		t.Fatal(err)
	}
	a := &Authenticator{Key: e.Key}
	if a.Recovery, err = p.App.Auth.ConfirmTwoFactor(ctx, p.App.Platform.DB, userID, a.Code(t, 0)); err != nil {
		t.Fatal(err)
	}
	if err := p.App.Directory.Load(ctx); err != nil {
		t.Fatal(err)
	}
	return a
}
