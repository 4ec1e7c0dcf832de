package app

import (
	"strings"

	"wizamart/framework/permission"
	"wizamart/framework/problem"
	"wizamart/framework/web"
)

// TokenPrefix is what every API token begins with, so that people and secret scanners know one when they see it.
const TokenPrefix = "wizamart_"

// IsToken tells an API token from an access token by its looks.
func IsToken(bearer string) bool { return strings.HasPrefix(bearer, TokenPrefix) }

// Tokens knows the API tokens of stores, from memory.
type Tokens interface {
	// Token is the program whose secret this is, or nil for one that is unknown, revoked or past its day.
	Token(secret string) *web.Program
	// Used notes that it asked for something, and from where.
	Used(id, address string)
}

// forPrograms tells whether a program can be given a permission. A store's own details, which need none, it can read.
func (a *App) forPrograms(name string) bool {
	if name == permission.SignedIn {
		return true
	}
	for _, m := range a.Registry.modules {
		for _, p := range m.Permissions {
			if p.Name == name {
				return !p.People
			}
		}
	}
	return false
}

// setProgram lets an API token ask in its own store. It may what it was given, as far as the user who answers for it may that today.
func (a *App) setProgram(c *web.Context, secret string) error {
	var program *web.Program
	if a.Tokens != nil {
		program = a.Tokens.Token(secret)
	}
	if program == nil {
		return problem.New(problem.Unauthorized, "The API token is not known, has expired or was revoked.")
	}
	user := a.Directory.Staff(program.UserID)
	if user == nil {
		return errStopped
	}
	own := *user
	c.User, c.Program = &own, program
	switch {
	case c.Store != nil && c.Store.ID() == program.StoreID:
		power := a.Directory.Grants(own.ID, c.Store.Info())
		if power == nil {
			return errStopped
		}
		c.Lacks = func(permission string) bool { return a.lacks(c, permission) }
		c.Grants = permission.Set{}
		for _, name := range program.Set {
			if power.Allows(name) && a.forPrograms(name) {
				c.Grants = append(c.Grants, name)
			}
		}
		a.Tokens.Used(program.ID, c.Address)
	case c.Store == nil && (c.Route == nil || !strings.HasPrefix(c.Route.Pattern, "/stores/:store")):
		c.User, c.Program = nil, nil
		if c.Route != nil && c.Route.Permission != permission.Public {
			return problem.New(problem.Forbidden, "An API token opens what is below /stores/ and the code of its store, and nothing else.")
		}
	}
	return nil
}

var errStopped = problem.New(problem.Unauthorized, "The API token is stopped: who answers for it no longer works in this store. Somebody else can make a new secret for it.")

// tokenOf is who the rate limits count a request of an API token under: each by itself, whoever made it.
func (a *App) tokenOf(secret string) (account, token string) {
	if a.Tokens == nil {
		return "", ""
	}
	program := a.Tokens.Token(secret)
	if program == nil {
		return "", ""
	}
	return "token " + program.ID, program.ID
}
