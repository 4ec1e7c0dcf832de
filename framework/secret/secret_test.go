package secret

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func create(t *testing.T) *Keys {
	t.Helper()
	k, err := Create(filepath.Join(t.TempDir(), "operator.key"))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestASecretOpensInItsPlaceOnly(t *testing.T) {
	k := create(t)
	plain := []byte("sk_live_of_a_merchant")
	here := Where("store-1", "payments_account", "42", "secret")
	sealed, err := k.Seal(here, plain)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(sealed, plain) {
		t.Error("the secret stands in what was sealed")
	}
	if again, _ := k.Seal(here, plain); bytes.Equal(again, sealed) {
		t.Error("sealing twice gives the same bytes")
	}
	got, err := k.Open(here, sealed)
	if err != nil || !bytes.Equal(got, plain) {
		t.Fatalf("opened %q, %v", got, err)
	}
	if _, err := k.Open(Where("store-2", "payments_account", "42", "secret"), sealed); !errors.Is(err, ErrDamaged) {
		t.Errorf("moved to another store it opens: %v", err)
	}
	for i := range sealed {
		changed := bytes.Clone(sealed)
		changed[i] ^= 1
		if _, err := k.Open(here, changed); err == nil {
			t.Errorf("with byte %d changed it opens", i)
		}
	}
	for n := range sealed {
		if _, err := k.Open(here, sealed[:n]); err == nil {
			t.Errorf("%d bytes of it open", n)
		}
	}
	var missing *MissingKeyError
	if _, err := create(t).Open(here, sealed); !errors.As(err, &missing) || missing.ID != k.ID() {
		t.Errorf("another key: %v", err)
	}
}

func TestKeyFile(t *testing.T) {
	k := create(t)
	info, err := os.Stat(k.File())
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("%v, %v", info.Mode(), err)
	}
	again, err := Load(k.File())
	if err != nil || again.ID() != k.ID() {
		t.Fatalf("read again it is %v, %v", again, err)
	}
	if _, err := Create(k.File()); err == nil {
		t.Error("a key file was overwritten")
	}
	if err := os.Chmod(k.File(), 0o640); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(k.File()); err == nil || !strings.Contains(err.Error(), "chmod 600") {
		t.Errorf("a key that others can read: %v", err)
	}
}

func TestRecoveryCode(t *testing.T) {
	k := create(t)
	code := k.ring.Load().keys[0].code()
	if len(code) != 41 || strings.Count(code, "-") != 5 {
		t.Errorf("the code is %q", code)
	}
	sloppy := strings.ToLower(strings.NewReplacer("0", "o", "1", "l", "-", " ").Replace(code))
	back, err := Recover(filepath.Join(t.TempDir(), "operator.key"), sloppy)
	if err != nil {
		t.Fatal(err)
	}
	sealed, _ := k.Seal("x", []byte("plain"))
	if plain, err := back.Open("x", sealed); err != nil || string(plain) != "plain" {
		t.Errorf("the recovered key opens %q, %v", plain, err)
	}
	for i := range code {
		wrong := []byte(code)
		switch wrong[i] {
		case '-':
			continue
		case '7':
			wrong[i] = '8'
		default:
			wrong[i] = '7'
		}
		if _, err := parseCode(string(wrong)); err == nil {
			t.Errorf("%s instead of %s is taken", wrong, code)
		}
	}
}
