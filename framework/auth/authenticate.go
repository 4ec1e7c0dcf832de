package auth

import (
	"context"
	"errors"

	"wizamart/framework/problem"
)

// Attempt is one try to sign in.
type Attempt struct {
	Audience string // Staff or CustomerAudience: accounts are counted apart
	Account  string // the e-mail address as CleanEmail gives it
	Address  string // the client's IP address
	Password string
}

// Authenticate checks a password: TooMany (with RetryAfter) when there were too many attempts, and one
// Unauthorized for an account that is unknown or disabled, or a password that is wrong, at the same price
// of time. find returns the account's hash, and "" for one that may not sign in; it is not called
// when the attempt is throttled.
//
// Attempts are counted per account; those of one address on all accounts, the routes' rate limits count. A stranger's
// attempts do not lock the owner out: an address that has signed in to the account has a count of its own.
func (s *Service) Authenticate(ctx context.Context, a Attempt, find func() (hash string, err error)) error {
	address := AddressKey(a.Address)
	account := a.Audience + "\x00" + a.Account
	pair := account + "\x00" + address
	perAccount, key := s.accounts, account
	if s.known.Has(pair) {
		perAccount, key = s.known, pair
	}
	if err := perAccount.Take(key); err != nil {
		return err
	}
	hash, err := find()
	if err != nil {
		return err
	}
	ok, err := s.hasher.compare(ctx, hash, a.Password)
	if err != nil {
		return err
	}
	if !ok {
		return errSignIn()
	}
	// Its owner is here: their count starts anew.
	perAccount.Reset(key)
	s.known.Keep(pair)
	return nil
}

var errCredentials = errors.New("credentials do not match")

func errSignIn() error {
	return &problem.Error{Code: problem.Unauthorized, Message: "The e-mail address or the password is not right.", Cause: errCredentials}
}
