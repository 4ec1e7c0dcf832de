package customers

import (
	"context"
	"fmt"
	"strings"

	"wizamart/framework/auth"
	"wizamart/framework/database"
	"wizamart/framework/problem"
	"wizamart/modules/orders/ordertype"
	"wizamart/tenant"
)

// Profile is what the holder of an account can change.
type Profile struct {
	Name             string
	Phone            string
	Address          ordertype.Address // empty is none
	AcceptsMarketing bool
}

// SetProfile changes an account. The merchant's record of the customer takes the name and the phone number over where
// it had none: what somebody says of an address that they have not proved does not overwrite what is known of it.
func (s *Service) SetProfile(ctx context.Context, st *tenant.Store, id string, in Profile) error {
	in.Name, in.Phone = strings.TrimSpace(in.Name), strings.TrimSpace(in.Phone)
	address, f := cleanAddress(in.Address)
	f.Check(in.Name != "", "name", "Enter your name.")
	checkName(&f, "name", in.Name)
	checkPhone(&f, "phone", in.Phone)
	if err := f.Err(); err != nil {
		return err
	}
	if address != (ordertype.Address{}) {
		address.Name, address.Phone = in.Name, in.Phone
	}
	text, err := addressJSON(address)
	if err != nil {
		return err
	}
	return s.change(ctx, st, id, "profile_changed", func(tx *tenant.Store, k *Customer) error {
		if k.Deleted() || !k.HasAccount {
			return problem.New(problem.NotFound, "There is no such account.")
		}
		_, err := tx.ExecContext(ctx, "UPDATE customers_account SET name = ?, phone = ?, address = ?, accepts_marketing = ? WHERE customer_id = ?", in.Name, in.Phone, text, in.AcceptsMarketing, id)
		if err != nil {
			return fmt.Errorf("save an account: %w", err)
		}
		if k.Name == "" || k.OrderCount == 0 {
			k.Name = in.Name
		}
		if k.Phone == "" {
			k.Phone = in.Phone
		}
		k.AcceptsMarketing = in.AcceptsMarketing
		return nil
	})
}

// ChangePassword is a customer's wish for another password.
type ChangePassword struct {
	Current string
	New     string
	Address string // the client's IP address
	Session string // the one that goes on; all others end
}

// SetPassword changes the password of an account. Wrong current ones are counted like sign-ins.
func (s *Service) SetPassword(ctx context.Context, st *tenant.Store, id string, in ChangePassword) error {
	account, err := s.Account(ctx, st, id)
	if err != nil {
		return err
	}
	var f problem.Fields
	f.Check(in.Current != "", "current", "Enter the password that you have now.")
	auth.ValidatePassword(&f, "password", account.Email, in.New)
	if err := f.Err(); err != nil {
		return err
	}
	var old string
	err = s.app.Auth.Authenticate(ctx, auth.Attempt{Audience: auth.CustomerAudience(st.ID()), Account: account.Email, Address: in.Address, Password: in.Current}, func() (string, error) {
		err := st.One(ctx, func(row database.Row) error { return row.Scan(&old) }, "SELECT password_hash FROM customers_credential WHERE customer_id = ?", id)
		return old, err
	})
	if problem.Is(err, problem.Unauthorized) {
		return problem.On("current", "This is not your password.")
	}
	if err != nil {
		return err
	}
	hash, err := s.app.Auth.HashPassword(ctx, in.New)
	if err != nil {
		return err
	}
	return s.change(ctx, st, id, "password_changed", func(tx *tenant.Store, k *Customer) error {
		res, err := tx.ExecContext(ctx, "UPDATE customers_credential SET password_hash = ?, changed_at = ? WHERE customer_id = ? AND password_hash = ?", hash, database.Now(), id, old)
		if err != nil {
			return fmt.Errorf("change a password: %w", err)
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return problem.New(problem.Conflict, "The password was changed in the meantime. Please try again.")
		}
		if err := s.app.Auth.RevokeAll(ctx, tx.DB, id, "the password was changed", in.Session); err != nil {
			return err
		}
		return s.passwordChanged(ctx, tx, k)
	})
}
