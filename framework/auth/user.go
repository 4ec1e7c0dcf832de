package auth

import (
	"net/mail"
	"strings"
	"unicode"
	"unicode/utf8"

	"wizamart/framework/database"
	"wizamart/framework/problem"
)

// User is a member of staff: an operator, an owner or one of a team. Roles and memberships are kept
// elsewhere; Admin alone stands here, because without it nobody could give any.
type User struct {
	ID                 string        `json:"id"`
	Email              string        `json:"email"` // in lower case
	Name               string        `json:"name"`
	Admin              bool          `json:"is_admin"`
	MustChangePassword bool          `json:"must_change_password"`
	DisabledAt         database.Time `json:"disabled_at"`
	CreatedAt          database.Time `json:"created_at"`
	LastSignInAt       database.Time `json:"last_sign_in_at"`
}

// Disabled users cannot sign in, and have no sessions.
func (u User) Disabled() bool { return !u.DisabledAt.IsZero() }

// NewUser is what CreateUser takes.
type NewUser struct {
	Email              string
	Name               string
	Password           string // in clear; checked and hashed before the transaction
	Hash               string // or its hash, from HashPassword, for a caller who is in a transaction
	Invited            bool   // or neither: who is invited chooses one with a one-time link
	Admin              bool
	MustChangePassword bool
}

// Validate returns every field's complaint at once, under the names email, name and password.
func (n NewUser) Validate() error {
	var f problem.Fields
	validateProfile(&f, n.Email, n.Name)
	if n.inClear() {
		ValidatePassword(&f, "password", n.Email, n.Password)
	}
	return f.Err()
}

// inClear tells whether there is a password to check and hash.
func (n NewUser) inClear() bool { return n.Hash == "" && (!n.Invited || n.Password != "") }

// UserChange is what UpdateUser sets, all of it.
type UserChange struct {
	Email string
	Name  string
	Admin bool
}

// Validate is like NewUser's.
func (c UserChange) Validate() error {
	var f problem.Fields
	validateProfile(&f, c.Email, c.Name)
	return f.Err()
}

func validateProfile(f *problem.Fields, email, name string) {
	_, ok := CleanEmail(email)
	f.Check(ok, "email", "Please give an e-mail address such as name@example.com.")
	name = strings.TrimSpace(name)
	f.Check(name != "", "name", "Please give a name.")
	f.Check(utf8.RuneCountInString(name) <= 100 && utf8.ValidString(name), "name", "The name may have at most 100 characters.")
	f.Check(!strings.ContainsFunc(name, unicode.IsControl), "name", "The name contains characters that cannot be shown.")
}

// invisible: two addresses that look the same must be the same.
func invisible(r rune) bool { return unicode.IsSpace(r) || !unicode.IsGraphic(r) }

// CleanEmail is an address as it is stored and compared: trimmed and in lower case. It takes a bare address
// (RFC 5322 addr-spec, RFC 6531) of at most 254 bytes, its local part at most 64 (RFC 5321).
func CleanEmail(raw string) (string, bool) {
	email := strings.ToLower(strings.TrimSpace(raw))
	if email == "" || len(email) > 254 || !utf8.ValidString(email) || strings.ContainsFunc(email, invisible) {
		return "", false
	}
	parsed, err := mail.ParseAddress(email)
	if err != nil || parsed.Name != "" || parsed.Address != email {
		return "", false // a display name, a comment or a quoted part
	}
	at := strings.LastIndexByte(email, '@')
	local, domain := email[:at], email[at+1:]
	if len(local) > 64 || strings.ContainsAny(local, `" `) || strings.ContainsAny(domain, "[]") {
		return "", false
	}
	return email, true
}
