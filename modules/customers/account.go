package customers

import (
	"context"
	"fmt"

	"wizamart/framework/auth"
	"wizamart/framework/database"
	"wizamart/framework/problem"
	"wizamart/framework/web"
	"wizamart/modules/orders/ordertype"
	"wizamart/tenant"
)

// Account is what the holder of an account says of themselves.
//
// Whoever opens an account follows a link that was mailed to the address (VerifiedAt; older accounts have none). An account shows nothing that
// came from elsewhere with the same address all the same: no orders placed as a guest, no name, phone number or address that a guest left. Those orders open with the link of their confirmation, or by number and address.
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
