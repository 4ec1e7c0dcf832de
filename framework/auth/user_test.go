package auth

import (
	"errors"
	"strings"
	"testing"
	"time"

	"wizamart/framework/database"
	"wizamart/framework/problem"
)

func fieldOf(err error) string {
	var p *problem.Error
	if !errors.As(err, &p) || p.Code != problem.Invalid {
		return ""
	}
	var names []string
	for _, f := range p.Fields {
		names = append(names, f.Name)
	}
	return strings.Join(names, " ")
}

func TestValidation(t *testing.T) {
	good := NewUser{Email: "bob@example.test", Name: "Bob", Password: password}
	for _, c := range []struct {
		name   string
		change func(*NewUser)
		fields string
	}{
		{"good", func(*NewUser) {}, ""},
		{"all wrong", func(n *NewUser) { *n = NewUser{} }, "email name password"},
		{"invited without a password", func(n *NewUser) { n.Invited, n.Password = true, "" }, ""},
		{"invited with a bad one", func(n *NewUser) { n.Invited, n.Password = true, "short" }, "password"},
		{"display name", func(n *NewUser) { n.Email = "Bob <bob@example.test>" }, "email"},
		{"two addresses", func(n *NewUser) { n.Email = "a@example.test, b@example.test" }, "email"},
		{"quoted local part", func(n *NewUser) { n.Email = `"a b"@example.test` }, "email"},
		{"header injection", func(n *NewUser) { n.Email = "a@example.test\r\nBcc: x@example.test" }, "email"},
		{"no-break space", func(n *NewUser) { n.Email = "a\u00a0b@example.test" }, "email"},
		{"zero-width space", func(n *NewUser) { n.Email = "a\u200bb@example.test" }, "email"},
		{"address literal", func(n *NewUser) { n.Email = "a@[127.0.0.1]" }, "email"},
		{"long local part", func(n *NewUser) { n.Email = strings.Repeat("a", 65) + "@example.test" }, "email"},
		{"255 bytes", func(n *NewUser) { n.Email = "a@" + strings.Repeat("b.", 124) + "test1" }, "email"},
		{"plus and dots", func(n *NewUser) { n.Email = "a.b+c@sub.example.test" }, ""},
		{"long name", func(n *NewUser) { n.Name = strings.Repeat("é", 101) }, "name"},
		{"name of 100 characters", func(n *NewUser) { n.Name = strings.Repeat("é", 100) }, ""},
		{"name with a line break", func(n *NewUser) { n.Name = "Bob\nBcc: x" }, "name"},
		{"nine characters", func(n *NewUser) { n.Password = "ninechars" }, "password"},
		{"nine characters of two bytes", func(n *NewUser) { n.Password = "éèêëàâîïô" }, "password"},
		{"ten characters", func(n *NewUser) { n.Password = "tencharsok" }, ""},
		{"72 bytes", func(n *NewUser) { n.Password = strings.Repeat("abcdefgh", 9) }, ""},
		{"73 bytes", func(n *NewUser) { n.Password = strings.Repeat("abcdefgh", 9) + "i" }, "password"},
		{"73 bytes in fewer characters", func(n *NewUser) { n.Password = strings.Repeat("éàü", 12) + "x" }, "password"},
		{"common", func(n *NewUser) { n.Password = "Password123" }, "password"},
		{"common, with a mark", func(n *NewUser) { n.Password = "Qwertyuiop!" }, "password"},
		{"one character", func(n *NewUser) { n.Password = "zzzzzzzzzzzz" }, "password"},
		{"the address", func(n *NewUser) { n.Password = "BOB@example.test" }, "password"},
		{"the local part", func(n *NewUser) { n.Email, n.Password = "robert.smith@example.test", "Robert.Smith" }, "password"},
		{"not UTF-8", func(n *NewUser) { n.Password = "abcdefghij\xff" }, "password"},
	} {
		n := good
		c.change(&n)
		if got := fieldOf(n.Validate()); got != c.fields {
			t.Errorf("%s: complaints about %q, want %q", c.name, got, c.fields)
		}
	}
}

func TestUsers(t *testing.T) {
	f := newFixture(t)
	bob, err := f.CreateUser(ctx, f.platform, NewUser{Email: " Bob@Example.Test", Name: " Bob 100% ", Password: password, MustChangePassword: true})
	must(t, err)
	if bob.Email != "bob@example.test" || bob.Name != "Bob 100%" {
		t.Errorf("stored as %+v", bob)
	}
	if got, err := f.UserByEmail(ctx, f.platform, "BOB@example.test"); err != nil || got != bob {
		t.Errorf("by address: %+v, %v; want %+v", got, err, bob)
	}
	if got, err := f.UserByID(ctx, f.platform, bob.ID); err != nil || got != bob {
		t.Errorf("by id: %+v, %v", got, err)
	}
	_, err = f.UserByID(ctx, f.platform, "nobody")
	hasCode(t, "by unknown id", err, problem.NotFound)
	_, err = f.UserByEmail(ctx, f.platform, "not an address")
	hasCode(t, "by no address", err, problem.NotFound)
	_, err = f.CreateUser(ctx, f.platform, NewUser{Email: "BOB@example.test", Name: "Bob", Password: password})
	if fieldOf(err) != "email" {
		t.Errorf("same address: %v", err)
	}
	_, err = f.UpdateUser(ctx, f.platform, bob.ID, UserChange{Email: f.admin.Email, Name: "Bob"})
	if fieldOf(err) != "email" {
		t.Errorf("address of another: %v", err)
	}
	for search, want := range map[string]int{"": 2, "ADA": 1, "example": 2, "100%": 1, "%": 1, "_": 0, `\`: 0, "'": 0} {
		got, total, err := f.ListUsers(ctx, f.platform, UserFilter{Search: search})
		if err != nil || len(got) != want || total != want {
			t.Errorf("search %q: %d of %d, %v; want %d", search, len(got), total, err, want)
		}
	}
	page, total, err := f.ListUsers(ctx, f.platform, UserFilter{Page: 2, PerPage: 1})
	if err != nil || total != 2 || len(page) != 1 || page[0].ID != bob.ID {
		t.Errorf("page 2: %+v of %d, %v", page, total, err)
	}
}

func TestOneAdministratorIsLeft(t *testing.T) {
	f := newFixture(t)
	demote := UserChange{Email: f.admin.Email, Name: "Ada"}
	_, err := f.UpdateUser(ctx, f.platform, f.admin.ID, demote)
	hasCode(t, "demote the last", err, problem.Conflict)
	hasCode(t, "disable the last", f.SetDisabled(ctx, f.platform, f.admin.ID, true), problem.Conflict)
	_, err = f.CreateUser(ctx, f.platform, NewUser{Email: "invited@example.test", Name: "I", Invited: true, Admin: true})
	must(t, err)
	hasCode(t, "one who cannot sign in yet does not count", f.SetDisabled(ctx, f.platform, f.admin.ID, true), problem.Conflict)
	_, err = f.CreateUser(ctx, f.platform, NewUser{Email: "eve@example.test", Name: "Eve", Password: password, Admin: true})
	must(t, err)
	u, err := f.UpdateUser(ctx, f.platform, f.admin.ID, demote)
	if err != nil || u.Admin {
		t.Errorf("%+v, %v", u, err)
	}
}

func TestPasswordChangeEndsOtherSessions(t *testing.T) {
	f := newFixture(t)
	here, there := f.start(), f.start()
	link, err := f.OneTime(ctx, f.platform, PurposePasswordReset, f.admin.ID, time.Hour)
	must(t, err)
	const next = "another long phrase"
	if err := f.SetPassword(ctx, f.platform, f.admin.ID, "ada@example.test"); fieldOf(err) != "password" {
		t.Errorf("own address: %v", err)
	}
	hasCode(t, "nobody's", f.SetPassword(ctx, f.platform, "nobody", next), problem.NotFound)
	must(t, f.SetPassword(ctx, f.platform, f.admin.ID, next, here.Session))
	_, err = f.Verify(here.Access, Staff)
	must(t, err)
	_, err = f.Verify(there.Access, Staff)
	refuses(t, "other session", err, ErrRevoked)
	_, err = f.Peek(ctx, f.platform, PurposePasswordReset, link)
	hasCode(t, "a reset link from before", err, problem.Gone)
	_, err = f.SignIn(ctx, f.admin.Email, password, home)
	hasCode(t, "old password", err, problem.Unauthorized)
	_, err = f.SignIn(ctx, f.admin.Email, next, home)
	must(t, err)
}

func TestDisablingEndsSessions(t *testing.T) {
	f := newFixture(t)
	bob, err := f.CreateUser(ctx, f.platform, NewUser{Email: "bob@example.test", Name: "Bob", Password: password})
	must(t, err)
	tokens, err := f.Start(ctx, f.platform, Grant{Subject: bob.ID, Audience: Staff})
	must(t, err)
	must(t, f.SetDisabled(ctx, f.platform, bob.ID, true))
	_, err = f.Verify(tokens.Access, Staff)
	refuses(t, "access", err, ErrRevoked)
	_, _, err = f.Refresh(ctx, f.platform, Staff, tokens.Refresh)
	refuses(t, "refresh", err, ErrRevoked)
	must(t, f.SetDisabled(ctx, f.platform, bob.ID, false))
	_, _, err = f.Refresh(ctx, f.platform, Staff, tokens.Refresh)
	refuses(t, "refresh after being let in again", err, ErrRevoked)
}

func TestPasswordsAreNotHashedInATransaction(t *testing.T) {
	f := newFixture(t)
	hash, err := f.HashPassword(ctx, password)
	must(t, err)
	link, err := f.OneTime(ctx, f.platform, PurposePasswordReset, f.admin.ID, time.Hour)
	must(t, err)
	err = f.platform.Write(ctx, func(tx *database.DB) error {
		if _, err := f.CreateUser(ctx, tx, NewUser{Email: "x@example.test", Name: "X", Password: password}); !errors.Is(err, errHashInside) {
			t.Errorf("create: %v", err)
		}
		if err := f.SetPassword(ctx, tx, f.admin.ID, password); !errors.Is(err, errHashInside) {
			t.Errorf("set: %v", err)
		}
		if _, err := f.CreateUser(ctx, tx, NewUser{Email: "x@example.test", Name: "X", Hash: hash}); err != nil {
			return err
		}
		subject, err := f.Redeem(ctx, tx, PurposePasswordReset, link)
		if err != nil {
			return err
		}
		return f.SetPasswordHash(ctx, tx, subject, hash)
	})
	must(t, err)
}
