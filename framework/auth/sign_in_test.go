package auth

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/bcrypt"

	"wizamart/framework/database"
	"wizamart/framework/problem"
)

const home, elsewhere = "192.0.2.1", "203.0.113.9"

func TestSignIn(t *testing.T) {
	f := newFixture(t)
	add := func(email string, n NewUser) User {
		n.Email, n.Name = email, "Somebody"
		u, err := f.CreateUser(ctx, f.platform, n)
		must(t, err)
		return u
	}
	off := add("off@example.test", NewUser{Password: password})
	must(t, f.SetDisabled(ctx, f.platform, off.ID, true))
	add("invited@example.test", NewUser{Invited: true})

	compared := 0
	f.hasher.onCompare = func() { compared++ }
	messages := map[string]bool{}
	for _, c := range []struct {
		name, email, password string
		ok                    bool
	}{
		{"right", "ada@example.test", password, true},
		{"other case and spaces", " ADA@example.TEST ", password, true},
		{"wrong password", "ada@example.test", "something else", false},
		{"no password", "ada@example.test", "", false},
		{"password of 73 bytes", "ada@example.test", strings.Repeat("x", 73), false},
		{"unknown", "nobody@example.test", password, false},
		{"the dummy's password", "nobody@example.test", "no account has this password", false},
		{"disabled", "off@example.test", password, false},
		{"invited, without a password yet", "invited@example.test", "", false},
		{"no address", "ada", password, false},
	} {
		before := compared
		u, err := f.SignIn(ctx, c.email, c.password, home)
		if compared != before+1 {
			t.Errorf("%s: bcrypt ran %d times", c.name, compared-before)
		}
		if c.ok {
			if err != nil || u.ID != f.admin.ID || !u.LastSignInAt.Equal(f.clock.Now()) {
				t.Errorf("%s: %+v, %v", c.name, u, err)
			}
			continue
		}
		hasCode(t, c.name, err, problem.Unauthorized)
		var p *problem.Error
		errors.As(err, &p)
		messages[p.Message] = true
		if u != (User{}) {
			t.Errorf("%s: told %+v", c.name, u)
		}
	}
	if len(messages) != 1 {
		t.Errorf("refusals can be told apart: %v", messages)
	}
	must(t, f.SetDisabled(ctx, f.platform, off.ID, false))
	_, err := f.SignIn(ctx, "off@example.test", password, home)
	must(t, err)
}

func TestAccountIsThrottled(t *testing.T) {
	f := newFixture(t)
	try := func(address, pw string) error {
		_, err := f.SignIn(ctx, "ada@example.test", pw, address)
		return err
	}
	must(t, try(home, password))
	for i := range 10 {
		hasCode(t, "guess", try(elsewhere, "guess number "+string(rune('a'+i))), problem.Unauthorized)
	}
	compared := 0
	f.hasher.onCompare = func() { compared++ }
	err := try(elsewhere, password)
	hasCode(t, "eleventh, even with the right password", err, problem.TooMany)
	var p *problem.Error
	if errors.As(err, &p); p.RetryAfter != 60 {
		t.Errorf("retry after %d s", p.RetryAfter)
	}
	hasCode(t, "from another address", try("198.51.100.7", "guess"), problem.TooMany)
	if compared != 0 {
		t.Error("bcrypt ran for a throttled attempt")
	}
	must(t, try(home, password)) // the owner is not locked out
	f.clock.Forward(59 * time.Second)
	hasCode(t, "too early", try(elsewhere, password), problem.TooMany)
	f.clock.Forward(time.Second)
	must(t, try(elsewhere, password))
}

func TestUnknownAccountIsThrottledAlike(t *testing.T) {
	f := newFixture(t)
	for range 10 {
		_, err := f.SignIn(ctx, "nobody@example.test", "guess", home)
		hasCode(t, "guess", err, problem.Unauthorized)
	}
	_, err := f.SignIn(ctx, "nobody@example.test", "guess", home)
	hasCode(t, "eleventh", err, problem.TooMany)
}

func TestAddressKey(t *testing.T) {
	for in, want := range map[string]string{
		"192.0.2.1":               "192.0.2.1",
		"::ffff:192.0.2.1":        "192.0.2.1",
		"2001:db8:1:2:3:4:5:6":    "2001:db8:1:2::/64",
		"2001:db8:1:2:ffff::1":    "2001:db8:1:2::/64",
		"fe80::1%eth0":            "fe80::/64",
		"":                        "",
		"unix socket, no address": "unix socket, no address",
	} {
		if got := AddressKey(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

func TestCustomersAuthenticateThroughTheSameDoor(t *testing.T) {
	f := newFixture(t)
	hash, err := f.HashPassword(ctx, password)
	must(t, err)
	attempt := Attempt{Audience: CustomerAudience("s1"), Account: "c@example.test", Address: home, Password: password}
	known := func() (string, error) { return hash, nil }
	must(t, f.Authenticate(ctx, attempt, known))
	hasCode(t, "unknown", f.Authenticate(ctx, attempt, func() (string, error) { return "", nil }), problem.Unauthorized)
	broken := errors.New("disk")
	if err := f.Authenticate(ctx, attempt, func() (string, error) { return "", broken }); !errors.Is(err, broken) {
		t.Error(err)
	}
	if !f.CheckPassword(ctx, hash, password) || f.CheckPassword(ctx, hash, "x") || f.CheckPassword(ctx, "", "no account has this password") {
		t.Error("CheckPassword")
	}
}

func TestBcryptIsCapped(t *testing.T) {
	f := newFixture(t)
	for range cap(f.hasher.slots) {
		f.hasher.slots <- struct{}{}
	}
	short, cancel := context.WithTimeout(ctx, 10*time.Millisecond)
	defer cancel()
	if _, err := f.HashPassword(short, password); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("no core is free: %v", err)
	}
	f.hasher.waiting.Store(int64(maxWaiting * cap(f.hasher.slots)))
	_, err := f.HashPassword(ctx, password)
	hasCode(t, "a long queue", err, problem.TooMany)
	f.hasher.waiting.Store(0)
	for range cap(f.hasher.slots) {
		<-f.hasher.slots
	}
	_, err = f.HashPassword(ctx, password)
	must(t, err)
}

func TestHashIsRenewedWithTheCost(t *testing.T) {
	f := newFixture(t)
	f.Service = f.restart(WithCost(bcrypt.MinCost + 1))
	for range 2 {
		_, err := f.SignIn(ctx, "ada@example.test", password, home)
		must(t, err)
	}
	_, hash, err := f.userAndHash(ctx, f.platform, "ada@example.test")
	must(t, err)
	if cost, _ := bcrypt.Cost([]byte(hash)); cost != bcrypt.MinCost+1 {
		t.Errorf("cost %d", cost)
	}
}

func TestSignInLosesToADisabling(t *testing.T) {
	f := newFixture(t)
	u, err := f.CreateUser(ctx, f.platform, NewUser{Email: "bob@example.test", Name: "Bob", Password: password})
	must(t, err)
	f.hasher.onCompare = func() { must(t, f.SetDisabled(ctx, f.platform, u.ID, true)) }
	_, err = f.SignIn(ctx, u.Email, password, home)
	hasCode(t, "disabled while bcrypt ran", err, problem.Unauthorized)
	_, err = f.Start(ctx, f.platform, Grant{Subject: u.ID, Audience: Staff})
	hasCode(t, "session of a disabled user", err, problem.Unauthorized)
	_, err = f.Start(ctx, f.platform, Grant{Subject: database.NewID(), Audience: Staff})
	hasCode(t, "session of nobody", err, problem.Unauthorized)
}
