package auth

import (
	"crypto/rand"
	"crypto/rsa"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"wizamart/framework/problem"
)

func TestForgedAccessTokens(t *testing.T) {
	f := newFixture(t)
	tokens := f.start()
	k := f.keys.Load().current
	claims := func(change func(*accessClaims)) accessClaims {
		var c accessClaims
		_, _, err := jwt.NewParser().ParseUnverified(tokens.Access, &c)
		must(t, err)
		if change != nil {
			change(&c)
		}
		return c
	}
	signed := func(method jwt.SigningMethod, kid, secret any, c jwt.Claims) string {
		token := jwt.NewWithClaims(method, c)
		if kid != nil {
			token.Header["kid"] = kid
		}
		text, err := token.SignedString(secret)
		must(t, err)
		return text
	}
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	must(t, err)
	hs := jwt.SigningMethodHS256
	parts := strings.Split(tokens.Access, ".")
	other := f.start()
	otherBit := map[bool]string{true: "B", false: "A"}[parts[2][0] == 'A']

	for name, token := range map[string]string{
		"empty":                   "",
		"garbage":                 "not.a.token",
		"huge":                    strings.Repeat("a", 1<<20),
		"alg none":                signed(jwt.SigningMethodNone, k.id, jwt.UnsafeAllowNoneSignatureType, claims(nil)),
		"alg HS512, right key":    signed(jwt.SigningMethodHS512, k.id, k.access, claims(nil)),
		"alg RS256":               signed(jwt.SigningMethodRS256, k.id, rsaKey, claims(nil)),
		"other key":               signed(hs, k.id, []byte("0123456789abcdef0123456789abcdef"), claims(nil)),
		"the undivided secret":    signed(hs, k.id, k.secret, claims(nil)),
		"the refresh key":         signed(hs, k.id, k.refresh, claims(nil)),
		"wrong kid":               signed(hs, "ffffffff", k.access, claims(nil)),
		"no kid":                  signed(hs, nil, k.access, claims(nil)),
		"kid of a strange type":   signed(hs, []string{k.id}, k.access, claims(nil)),
		"other audience":          signed(hs, k.id, k.access, claims(func(c *accessClaims) { c.Audience = jwt.ClaimStrings{CustomerAudience("s1")} })),
		"no audience":             signed(hs, k.id, k.access, claims(func(c *accessClaims) { c.Audience = nil })),
		"other issuer":            signed(hs, k.id, k.access, claims(func(c *accessClaims) { c.Issuer = "somebody" })),
		"no expiry":               signed(hs, k.id, k.access, claims(func(c *accessClaims) { c.ExpiresAt = nil })),
		"expired":                 signed(hs, k.id, k.access, claims(func(c *accessClaims) { c.ExpiresAt = jwt.NewNumericDate(f.clock.Now()) })),
		"no subject":              signed(hs, k.id, k.access, claims(func(c *accessClaims) { c.Subject = "" })),
		"no session":              signed(hs, k.id, k.access, claims(func(c *accessClaims) { c.Session = "" })),
		"no issue time":           signed(hs, k.id, k.access, claims(func(c *accessClaims) { c.IssuedAt = nil })),
		"other epoch":             signed(hs, k.id, k.access, claims(func(c *accessClaims) { c.Epoch = "before" })),
		"no signature":            parts[0] + "." + parts[1] + ".",
		"tampered signature":      parts[0] + "." + parts[1] + "." + otherBit + parts[2][1:],
		"payload of another":      parts[0] + "." + strings.Split(other.Access, ".")[1] + "." + parts[2],
		"a refresh token instead": tokens.Refresh,
	} {
		_, err := f.Verify(token, Staff)
		hasCode(t, name, err, problem.Unauthorized)
	}
	got, err := f.Verify(tokens.Access, Staff)
	must(t, err)
	want := Claims{Subject: f.admin.ID, Audience: Staff, Session: tokens.Session, Issued: f.clock.Now(), Expires: f.clock.Now().Add(15 * time.Minute)}
	if got != want || !tokens.AccessExpires.Equal(want.Expires) {
		t.Errorf("got %+v, want %+v", got, want)
	}
	f.clock.Forward(15*time.Minute - time.Second)
	_, err = f.Verify(tokens.Access, Staff)
	must(t, err)
	f.clock.Forward(time.Second)
	_, err = f.Verify(tokens.Access, Staff)
	refuses(t, "after 15 minutes", err, jwt.ErrTokenExpired)
}

func TestAudiencesAreApart(t *testing.T) {
	f := newFixture(t)
	one, two := CustomerAudience("s1"), CustomerAudience("s2")
	customer, err := f.Start(ctx, f.store, Grant{Subject: "c1", Audience: one})
	must(t, err)
	staff := f.start()
	for _, c := range []struct {
		name, token, audience string
		ok                    bool
	}{
		{"customer in their store", customer.Access, one, true},
		{"customer in another store", customer.Access, two, false},
		{"customer as staff", customer.Access, Staff, false},
		{"customer without audience", customer.Access, "", false},
		{"staff in a store", staff.Access, one, false},
		{"a store named staff", staff.Access, CustomerAudience(Staff), false},
	} {
		if _, err := f.Verify(c.token, c.audience); (err == nil) != c.ok {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	_, _, err = f.Refresh(ctx, f.store, two, customer.Refresh)
	refuses(t, "refresh in another store", err, ErrUnknown)
	_, _, err = f.Refresh(ctx, openFile(t, "store"), one, customer.Refresh)
	refuses(t, "refresh in a file that has no such session", err, ErrUnknown)
	if _, err := f.Start(ctx, f.store, Grant{Subject: f.admin.ID, Audience: Staff}); err == nil {
		t.Error("a staff session was started in a store's file")
	}
	if _, _, err := f.Refresh(ctx, f.store, Staff, staff.Refresh); err == nil {
		t.Error("a staff session was refreshed in a store's file")
	}
	if _, err := f.Start(ctx, f.platform, Grant{Subject: "c1", Audience: one}); err == nil {
		t.Error("a customer's session was started in the platform's file")
	}
	_, _, err = f.Refresh(ctx, f.store, one, customer.Refresh)
	must(t, err)
}
