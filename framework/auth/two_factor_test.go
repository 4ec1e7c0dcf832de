package auth

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"wizamart/framework/database"
	"wizamart/framework/problem"
)

// labelled seals by turning the bits over, for the place that it is told.
type labelled struct{}

func (labelled) Seal(where string, plain []byte) ([]byte, error) {
	out := []byte(where + "|")
	for _, b := range plain {
		out = append(out, ^b)
	}
	return out, nil
}

func (labelled) Open(where string, sealed []byte) ([]byte, error) {
	rest, ok := bytes.CutPrefix(sealed, []byte(where+"|"))
	if !ok {
		return nil, errors.New("sealed for another place")
	}
	var out []byte
	for _, b := range rest {
		out = append(out, ^b)
	}
	return out, nil
}

// enrolled is an administrator with a second factor, switched on with the code of that moment.
func enrolled(t *testing.T) (f *fixture, key string, codes []string) {
	t.Helper()
	f = newFixture(t, WithVault(labelled{}, func(id string) string { return "factor/" + id }))
	must(t, f.BeginTwoFactor(ctx, f.admin.ID))
	e, err := f.Enrolment(ctx, f.admin.ID, "shop.test", f.admin.Email)
	must(t, err)
	if !strings.HasPrefix(e.URL, "otpauth://totp/shop.test:ada@example.test?") || !strings.Contains(e.URL, "secret="+e.Key) {
		t.Errorf("the address for the QR code is %s", e.URL)
	}
	_, err = f.ConfirmTwoFactor(ctx, f.platform, f.admin.ID, "000000")
	hasCode(t, "a wrong first code", err, problem.Invalid)
	codes, err = f.ConfirmTwoFactor(ctx, f.platform, f.admin.ID, f.code(e.Key, 0))
	must(t, err)
	return f, e.Key, codes
}

func (f *fixture) code(key string, steps int) string {
	code, err := totp.GenerateCode(key, f.clock.Now().Add(time.Duration(steps)*totpPeriod*time.Second))
	must(f.t, err)
	return code
}

func (f *fixture) check(code string) error {
	_, err := f.CheckSecondFactor(ctx, f.platform, f.admin.ID, code)
	return err
}

func TestCodesCountOnceAndInTheirTime(t *testing.T) {
	f, key, _ := enrolled(t)
	hasCode(t, "the code that switched it on", f.check(f.code(key, 0)), problem.Invalid)
	f.clock.Forward(time.Minute)
	must(t, f.check(f.code(key, -1))) // a clock that is late
	hasCode(t, "the same once more", f.check(f.code(key, -1)), problem.Invalid)
	must(t, f.check(" "+f.code(key, 0)[:3]+" "+f.code(key, 0)[3:]))
	must(t, f.check(f.code(key, 1)))
	hasCode(t, "an earlier one than the last", f.check(f.code(key, 0)), problem.Invalid)
	f.clock.Forward(time.Hour)
	for _, steps := range []int{-2, 2} {
		hasCode(t, "out of its time", f.check(f.code(key, steps)), problem.Invalid)
	}
	for _, code := range []string{"", "12345", "1234567", "abcdef", "１２３４５６"} {
		f.codes.Reset(f.admin.ID)
		hasCode(t, code, f.check(code), problem.Invalid)
	}
	f.codes.Reset(f.admin.ID)
	must(t, f.check(f.code(key, 0)))
}

func TestCodesAreNotGuessed(t *testing.T) {
	f, key, recovery := enrolled(t)
	f.clock.Forward(time.Minute)
	for range 5 {
		hasCode(t, "a guess", f.check("000000"), problem.Invalid)
	}
	hasCode(t, "the right one after five", f.check(f.code(key, 0)), problem.TooMany)
	hasCode(t, "a recovery code after five", f.check(recovery[0]), problem.TooMany)
	f.clock.Forward(2 * time.Minute)
	must(t, f.check(f.code(key, 0)))
}

func TestRecoveryCodes(t *testing.T) {
	f, _, codes := enrolled(t)
	if len(codes) != recoveryCodes {
		t.Fatalf("%d codes", len(codes))
	}
	used, err := f.CheckSecondFactor(ctx, f.platform, f.admin.ID, strings.ToUpper(strings.ReplaceAll(codes[3], "-", " ")))
	must(t, err)
	if !used {
		t.Error("it was not a recovery code")
	}
	hasCode(t, "once more", f.check(codes[3]), problem.Invalid)
	state, err := f.TwoFactorOf(ctx, f.platform, f.admin.ID)
	must(t, err)
	if !state.On || state.RecoveryCodes != recoveryCodes-1 {
		t.Errorf("%+v", state)
	}
	next, err := f.NewRecoveryCodes(ctx, f.platform, f.admin.ID)
	must(t, err)
	hasCode(t, "one of those before", f.check(codes[4]), problem.Invalid)
	must(t, f.check(next[0]))
	var kept []string
	must(t, f.platform.NewQuery("SELECT hex(code_hash) FROM auth_recovery_code UNION ALL SELECT hex(secret) FROM auth_two_factor").Column(&kept))
	for _, code := range next {
		for _, row := range kept {
			if strings.Contains(row, strings.ToUpper(code)) {
				t.Error("a code stands in the database")
			}
		}
	}
}

func TestSecretIsSealedForItsUser(t *testing.T) {
	f, key, _ := enrolled(t)
	var sealed []byte
	must(t, f.platform.NewQuery("SELECT secret FROM auth_two_factor").Row(&sealed))
	if bytes.Contains(sealed, []byte(key)) {
		t.Error("the key is kept in clear")
	}
	other, err := f.CreateUser(ctx, f.platform, NewUser{Email: "bob@example.test", Name: "Bob", Password: password})
	must(t, err)
	must(t, f.platform.Write(ctx, func(tx *database.DB) error {
		_, err := tx.ExecContext(ctx, "UPDATE auth_two_factor SET user_id = ?", other.ID)
		return err
	}))
	f.clock.Forward(time.Minute)
	if _, err := f.CheckSecondFactor(ctx, f.platform, other.ID, f.code(key, 0)); err == nil || problem.Is(err, problem.Invalid) {
		t.Errorf("a secret that was moved to another user: %v", err)
	}
}

func TestSecondFactorEndsOtherSessions(t *testing.T) {
	f := newFixture(t, WithVault(labelled{}, func(id string) string { return id }))
	mine, other := f.start(), f.start()
	must(t, f.BeginTwoFactor(ctx, f.admin.ID))
	e, err := f.Enrolment(ctx, f.admin.ID, "shop.test", "ada")
	must(t, err)
	_, err = f.ConfirmTwoFactor(ctx, f.platform, f.admin.ID, f.code(e.Key, 0), mine.Session)
	must(t, err)
	_, err = f.Verify(mine.Access, Staff)
	must(t, err)
	_, err = f.Verify(other.Access, Staff)
	refuses(t, "a session from before", err, ErrRevoked)
	_, err = f.Enrolment(ctx, f.admin.ID, "shop.test", "ada")
	hasCode(t, "the key is shown no more", err, problem.NotFound)
	hasCode(t, "another key", f.BeginTwoFactor(ctx, f.admin.ID), problem.Conflict)
}

func TestPasswordThenCode(t *testing.T) {
	f, key, _ := enrolled(t)
	none := func(*database.DB, string, bool) error { return nil }
	f.clock.Forward(time.Minute)
	token, err := f.AwaitCode(ctx, f.admin.ID)
	must(t, err)
	_, err = f.CompleteSignIn(ctx, token, "000000", none)
	hasCode(t, "a wrong code", err, problem.Invalid)
	id, err := f.CompleteSignIn(ctx, token, f.code(key, 0), none)
	must(t, err)
	if id != f.admin.ID {
		t.Errorf("it is %s", id)
	}
	_, err = f.CompleteSignIn(ctx, token, f.code(key, 1), none)
	hasCode(t, "the same token once more", err, problem.Gone)

	token, err = f.AwaitCode(ctx, f.admin.ID)
	must(t, err)
	f.clock.Forward(11 * time.Minute)
	_, err = f.CompleteSignIn(ctx, token, f.code(key, 0), none)
	hasCode(t, "eleven minutes later", err, problem.Gone)

	token, err = f.AwaitCode(ctx, f.admin.ID)
	must(t, err)
	must(t, f.SetPassword(ctx, f.platform, f.admin.ID, password+" 2"))
	_, err = f.CompleteSignIn(ctx, token, f.code(key, 0), none)
	hasCode(t, "after the password was changed", err, problem.Gone)
	must(t, f.RemoveTwoFactor(ctx, f.platform, f.admin.ID))
	state, err := f.TwoFactorOf(ctx, f.platform, f.admin.ID)
	must(t, err)
	if state.On {
		t.Error("it is still on")
	}
}
