package tokens

import (
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"wizamart/framework/database"
	"wizamart/framework/permission"
	"wizamart/framework/problem"
)

// Token is what a program has to use a store's API. Its secret is told once, when it is made.
type Token struct {
	ID          string         `json:"id"`
	StoreID     string         `json:"-"`
	Name        string         `json:"name"`
	Hint        string         `json:"hint"` // the secret's last characters
	Permissions permission.Set `json:"permissions"`
	UserID      string         `json:"-"`    // who answers for it
	Days        int            `json:"days"` // for how long a secret works; 0 is without an end
	CreatedAt   database.Time  `json:"created_at"`
	SecretAt    database.Time  `json:"secret_at"`
	ExpiresAt   database.Time  `json:"expires_at"`
	LastUsedAt  database.Time  `json:"last_used_at"`
	LastAddress string         `json:"last_address"`
	RevokedAt   database.Time  `json:"revoked_at"`
	RevokedBy   string         `json:"-"`

	hash []byte
}

// State is whether a token works.
type State string

// States of a token.
const (
	Live    State = "live"
	Ending  State = "ending"  // within a week
	Stopped State = "stopped" // who answers for it no longer works in the store
	Expired State = "expired"
	Revoked State = "revoked"
)

// endingFor is how long before its end a token is said to end.
const endingFor = 7 * 24 * time.Hour

// state of a token; works tells whether who answers for it works in the store.
func (t Token) state(now time.Time, works bool) State {
	switch {
	case !t.RevokedAt.IsZero():
		return Revoked
	case t.over(now):
		return Expired
	case !works:
		return Stopped
	case !t.ExpiresAt.IsZero() && t.ExpiresAt.Sub(now) < endingFor:
		return Ending
	}
	return Live
}

func (t Token) over(now time.Time) bool {
	return !t.ExpiresAt.IsZero() && !now.Before(t.ExpiresAt.Time)
}

// expiry is when a secret that is made now ends; zero is never.
func expiry(now database.Time, days int) database.Time {
	if days == 0 {
		return database.Time{}
	}
	return database.At(now.AddDate(0, 0, days))
}

// NewToken is what Create takes.
type NewToken struct {
	Name        string
	Permissions []string // names; patterns are none
	Days        int
}

const (
	maxName = 60
	maxDays = 1825 // five years
)

// clean checks the input. grantable are the permissions that a program can have here, power what the maker may. Complaints are about name, permissions, days.
func (in *NewToken) clean(grantable []string, power permission.Set) error {
	in.Name = strings.TrimSpace(in.Name)
	var f problem.Fields
	f.Check(in.Name != "", "name", "Give the token a name: the audit log shows it.")
	f.Check(utf8.RuneCountInString(in.Name) <= maxName && !strings.ContainsFunc(in.Name, unicode.IsControl), "name", "Use at most %d characters.", maxName)
	f.Check(in.Days >= 0 && in.Days <= maxDays, "days", "Choose for how long it works: at most %d days.", maxDays)
	slices.Sort(in.Permissions)
	in.Permissions = slices.Compact(in.Permissions)
	f.Check(len(in.Permissions) > 0, "permissions", "Tick at least one permission.")
	for _, p := range in.Permissions {
		switch {
		case !slices.Contains(grantable, p):
			f.Add("permissions", "A program cannot have “%s”.", p)
		case !power.Allows(p):
			f.Add("permissions", "You cannot give “%s”: you do not have it yourself.", p)
		}
	}
	return f.Err()
}
