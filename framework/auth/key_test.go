package auth

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/bcrypt"
)

func TestKeyRotation(t *testing.T) {
	f := newFixture(t)
	tokens := f.start()
	cart := f.Signer().Sign("cart", []byte("x"))
	link, err := f.OneTime(ctx, f.platform, PurposeSetup, "u", time.Hour)
	must(t, err)

	must(t, f.Rotate(ctx))
	_, err = f.Verify(tokens.Access, Staff)
	must(t, err)
	if _, ok := f.Signer().Open("cart", cart); !ok {
		t.Error("a cart is lost with the first rotation")
	}
	_, err = f.Peek(ctx, f.platform, PurposeSetup, link)
	must(t, err)
	renewed := f.refresh(tokens.Refresh)
	if again := f.refresh(tokens.Refresh); again.Refresh != renewed.Refresh {
		t.Error("a repeat across a rotation gets another successor")
	}

	must(t, f.Rotate(ctx))
	_, err = f.Verify(tokens.Access, Staff)
	refuses(t, "access token of a deleted key", err, ErrUnknown)
	_, _, err = f.Refresh(ctx, f.platform, Staff, tokens.Refresh)
	refuses(t, "refresh token of a deleted key", err, ErrUnknown)
	if _, ok := f.Signer().Open("cart", cart); ok {
		t.Error("a deleted key still opens carts")
	}
	last := f.refresh(renewed.Refresh)
	if n := len(f.keys.Load().byID); n != 2 {
		t.Errorf("%d live keys", n)
	}
	f.Service = f.restart()
	f.refresh(last.Refresh)
}

// reverser stands in for the operator's key.
type reverser struct{}

func (reverser) Seal(b []byte) ([]byte, error) { return append([]byte("sealed:"), flip(b)...), nil }
func (reverser) Unseal(b []byte) ([]byte, error) {
	return flip(bytes.TrimPrefix(b, []byte("sealed:"))), nil
}

func flip(b []byte) []byte {
	out := make([]byte, len(b))
	for i := range b {
		out[i] = ^b[i]
	}
	return out
}

func TestKeysAreSealed(t *testing.T) {
	f := newFixture(t)
	tokens := f.start()
	f.Service = f.restart(WithSealer(reverser{})) // seals what was in clear
	tokens = f.refresh(tokens.Refresh)
	must(t, f.Rotate(ctx))
	f.Service = f.restart(WithSealer(reverser{}))
	f.refresh(tokens.Refresh)
	var secrets []string
	must(t, f.platform.NewQuery("SELECT CAST(substr(secret, 1, 7) AS TEXT) FROM auth_key").Column(&secrets))
	if strings.Join(secrets, " ") != "sealed: sealed:" {
		t.Errorf("stored: %q", secrets)
	}
	if _, err := New(f.platform, f.clock.Now, WithCost(bcrypt.MinCost)); err == nil {
		t.Error("started without the operator's key")
	}
}

func TestSigner(t *testing.T) {
	f := newFixture(t)
	s := f.Signer()
	for _, data := range []string{"", "a cart", strings.Repeat("x", 4000), "\x00\xff"} {
		value := s.Sign("cart s1", []byte(data))
		if got, ok := s.Open("cart s1", value); !ok || string(got) != data {
			t.Errorf("%q: got %q, %v", data, got, ok)
		}
	}
	value := s.Sign("cart s1", []byte("a cart"))
	parts := strings.Split(value, ".")
	for name, v := range map[string]string{
		"empty":        "",
		"garbage":      "..",
		"other data":   parts[0] + ".YQ." + parts[2],
		"no signature": parts[0] + "." + parts[1] + ".",
		"unknown key":  "ffffffff." + parts[1] + "." + parts[2],
		"padding":      value + "=",
		"huge":         strings.Repeat("a", 1<<20),
	} {
		if _, ok := s.Open("cart s1", v); ok {
			t.Errorf("%s: opened", name)
		}
	}
	if _, ok := s.Open("cart s2", value); ok {
		t.Error("a cart of one store opens in another")
	}
	if other := newFixture(t); true {
		if _, ok := other.Signer().Open("cart s1", value); ok {
			t.Error("a cart of another installation opens")
		}
	}
}
