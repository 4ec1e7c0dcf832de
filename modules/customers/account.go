package customers

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"wizamart/framework/auth"
	"wizamart/framework/database"
	"wizamart/framework/event"
	"wizamart/framework/problem"
	"wizamart/framework/web"
	"wizamart/modules/orders/ordertype"
	"wizamart/tenant"
)

// Account is what the holder of an account says of themselves.
//
// Nobody has proved yet that the account's e-mail address is theirs: that takes a message with a link. Until then an
// account shows nothing that came from elsewhere with the same address: no orders placed as a guest, no name, phone
// number or address that a guest left. Those orders open with the link of their confirmation, or by number and address.
type Account struct {
	CustomerID       string
	Email            string
	Name             string
	Phone            string
	Address          ordertype.Address
	AcceptsMarketing bool
	CreatedAt        database.Time
	VerifiedAt       database.Time
}

// Customer is who is signed in as id, for the storefront's pages. NotFound for one who has no account any more.
func (s *Service) Customer(ctx context.Context, st *tenant.Store, id string) (*web.User, error) {
	u := &web.User{}
	err := st.One(ctx, func(row database.Row) error { return row.Scan(&u.ID, &u.Name, &u.Email) },
		"SELECT c.id, a.name, c.email FROM customers_customer c JOIN customers_account a ON a.customer_id = c.id WHERE c.id = ? AND c.deleted_at IS NULL", id)
	if database.NotFound(err) {
		return nil, problem.New(problem.NotFound, "There is no such account.")
	}
	if err != nil {
		return nil, fmt.Errorf("find who is signed in: %w", err)
	}
	return u, nil
}

// Account is the account of a customer. NotFound when there is none.
func (s *Service) Account(ctx context.Context, st *tenant.Store, id string) (*Account, error) {
	a := &Account{}
	var address database.JSON
	err := st.One(ctx, func(row database.Row) error {
		return row.Scan(&a.CustomerID, &a.Email, &a.Name, &a.Phone, &address, &a.AcceptsMarketing, &a.CreatedAt, &a.VerifiedAt)
	}, `SELECT c.id, c.email, a.name, a.phone, a.address, a.accepts_marketing, a.created_at, a.verified_at
		FROM customers_account a JOIN customers_customer c ON c.id = a.customer_id WHERE c.id = ? AND c.deleted_at IS NULL`, id)
	if database.NotFound(err) {
		return nil, problem.New(problem.NotFound, "There is no such account.")
	}
	if err != nil {
		return nil, fmt.Errorf("find an account: %w", err)
	}
	return a, address.Decode(&a.Address)
}

// SignUp is a new account.
type SignUp struct {
	Email            string
	Name             string
	Password         string
	AcceptsMarketing bool
	Locale           string
	Address          string // the client's IP address, which gets TooMany when it tries often
}

// errTaken says no more than it must; see SignUp.
var errTaken = errors.New("the e-mail address has an account")

// SignUp opens an account and returns the customer's id. For an address that has an account already, the right password
// signs in; any other gets a Conflict that does not say why. (Whoever tries can still tell, by trying an address
// of their own: only a link by mail, sent in both cases, would hide it.)
func (s *Service) SignUp(ctx context.Context, st *tenant.Store, in SignUp) (id string, err error) {
	email, ok := auth.CleanEmail(in.Email)
	in.Name = strings.TrimSpace(in.Name)
	var f problem.Fields
	f.Check(ok, "email", "Enter an e-mail address such as name@example.com.")
	f.Check(in.Name != "", "name", "Enter your name.")
	checkName(&f, "name", in.Name)
	auth.ValidatePassword(&f, "password", email, in.Password)
	if err := f.Err(); err != nil {
		return "", err
	}
	if err := s.signUps.Take(auth.AddressKey(in.Address)); err != nil {
		return "", err
	}
	hash, err := s.app.Auth.HashPassword(ctx, in.Password)
	if err != nil {
		return "", err
	}
	err = st.Write(ctx, func(tx *tenant.Store) error {
		id, err = s.openAccount(ctx, tx, email, hash, in)
		return err
	})
	if errors.Is(err, errTaken) {
		id, err = s.SignIn(ctx, st, email, in.Password, in.Address)
		if problem.Is(err, problem.Unauthorized) {
			return "", problem.New(problem.Conflict, "We could not open an account with these details. If you have one with this address, please sign in instead.")
		}
	}
	return id, err
}

func (s *Service) openAccount(ctx context.Context, tx *tenant.Store, email, hash string, in SignUp) (string, error) {
	now := database.Now()
	k, err := s.byEmail(ctx, tx, email)
	switch {
	case problem.Is(err, problem.NotFound):
		k = &Customer{ID: database.NewID(), Email: email, Name: in.Name, Locale: in.Locale, AcceptsMarketing: in.AcceptsMarketing, CreatedAt: now}
		if err := insert(ctx, tx, k); err != nil {
			return "", err
		}
	case err != nil:
		return "", err
	case k.HasAccount:
		return "", errTaken
	}
	if _, err := tx.ExecContext(ctx, "INSERT INTO customers_account (customer_id, name, accepts_marketing, created_at, last_sign_in_at) VALUES (?, ?, ?, ?, ?)", k.ID, in.Name, in.AcceptsMarketing, now, now); err != nil {
		return "", fmt.Errorf("insert an account: %w", err)
	}
	if _, err := tx.ExecContext(ctx, "INSERT INTO customers_credential (customer_id, password_hash, changed_at) VALUES (?, ?, ?)", k.ID, hash, now); err != nil {
		return "", fmt.Errorf("insert a credential: %w", err)
	}
	if _, err := event.Publish(tx.DB, event.CustomerCreated{CustomerID: k.ID, Channel: "storefront", CreatedAt: now}); err != nil {
		return "", err
	}
	return k.ID, recordAudit(ctx, tx, k, "account_opened", nil, map[string]string{"name": in.Name})
}

// SignIn checks a customer's password and returns their id; the caller starts the session. Unauthorized is the same for an
// address without an account and a wrong password, and takes as long; TooMany when there were too many attempts.
func (s *Service) SignIn(ctx context.Context, st *tenant.Store, email, password, address string) (id string, err error) {
	clean, valid := auth.CleanEmail(email)
	if !valid {
		clean = "" // all that is no address is counted together
	}
	var hash string
	err = s.app.Auth.Authenticate(ctx, auth.Attempt{Audience: auth.CustomerAudience(st.ID()), Account: clean, Address: address, Password: password}, func() (string, error) {
		err := st.One(ctx, func(row database.Row) error { return row.Scan(&id, &hash) },
			"SELECT c.id, p.password_hash FROM customers_customer c JOIN customers_credential p ON p.customer_id = c.id WHERE c.email = ? AND c.deleted_at IS NULL", clean)
		if database.NotFound(err) {
			return "", nil
		}
		return hash, err
	})
	if err != nil {
		return "", err
	}
	renewed := hash
	if s.app.Auth.DatedHash(hash) {
		if renewed, err = s.app.Auth.HashPassword(ctx, password); err != nil {
			return "", err
		}
	}
	return id, st.Write(ctx, func(tx *tenant.Store) error {
		if renewed != hash {
			if _, err := tx.ExecContext(ctx, "UPDATE customers_credential SET password_hash = ? WHERE customer_id = ? AND password_hash = ?", renewed, id, hash); err != nil {
				return fmt.Errorf("renew a hash: %w", err)
			}
		}
		if _, err := tx.ExecContext(ctx, "UPDATE customers_account SET last_sign_in_at = ? WHERE customer_id = ?", database.Now(), id); err != nil {
			return fmt.Errorf("note a sign-in: %w", err)
		}
		return nil
	})
}
