package customers

import (
	"context"
	"fmt"
	"strings"

	"wizamart/framework/audit"
	"wizamart/framework/auth"
	"wizamart/framework/database"
	"wizamart/framework/problem"
	"wizamart/modules/orders/ordertype"
	"wizamart/tenant"
)

// Ensure is the customer that an order belongs to, in the checkout's transaction: the one who is signed in (the
// context's actor), else the living one with this address, else a new one. What the order brings is kept on the
// customer: a name and a phone number where there were none, and the address as the last one.
func (s *Service) Ensure(ctx context.Context, tx *tenant.Store, email, name, phone string, address ordertype.Address, locale string) (id string, err error) {
	if !tx.InTransaction() {
		return "", fmt.Errorf("ensure a customer: %w", database.ErrNoTransaction)
	}
	clean, ok := auth.CleanEmail(email)
	if !ok {
		return "", problem.On("email", "Enter an e-mail address such as name@example.com.")
	}
	name, phone = strings.TrimSpace(name), strings.TrimSpace(phone)
	k, err := s.known(ctx, tx, clean)
	if problem.Is(err, problem.NotFound) {
		k = &Customer{ID: database.NewID(), Email: clean, Name: name, Phone: phone, Address: address, Locale: locale, CreatedAt: database.Now()}
		if err := insert(ctx, tx, k); err != nil {
			return "", err
		}
		return k.ID, recordAudit(ctx, tx, k, "created", nil, k.auditView())
	}
	if err != nil {
		return "", err
	}
	before := *k
	if k.Name == "" {
		k.Name = name
	}
	if k.Phone == "" {
		k.Phone = phone
	}
	k.Address, k.Locale = address, locale
	if err := s.fillAccount(ctx, tx, k.ID, phone, address); err != nil {
		return "", err
	}
	if before.Name == k.Name && before.Phone == k.Phone && before.Address == k.Address && before.Locale == k.Locale {
		return k.ID, nil
	}
	if err := update(ctx, tx, k); err != nil {
		return "", err
	}
	return k.ID, recordAudit(ctx, tx, k, "updated", before.auditView(), k.auditView())
}

func (s *Service) known(ctx context.Context, tx *tenant.Store, email string) (*Customer, error) {
	if who := audit.ActorFrom(ctx); who.Kind == audit.Customer {
		k, err := s.find(ctx, tx, "id = ? AND deleted_at IS NULL", who.ID)
		if !problem.Is(err, problem.NotFound) {
			return k, err
		}
	}
	return s.byEmail(ctx, tx, email)
}

// fillAccount gives the account of who is signed in its first address, so that the next checkout knows it.
func (s *Service) fillAccount(ctx context.Context, tx *tenant.Store, id, phone string, address ordertype.Address) error {
	if who := audit.ActorFrom(ctx); who.Kind != audit.Customer || who.ID != id {
		return nil
	}
	text, err := addressJSON(address)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `UPDATE customers_account SET address = coalesce(address, ?), phone = CASE phone WHEN '' THEN ? ELSE phone END
		WHERE customer_id = ? AND (address IS NULL OR phone = '')`, text, phone, id)
	if err != nil {
		return fmt.Errorf("keep an account's address: %w", err)
	}
	return nil
}

// addressJSON is an address as it is stored; a zero one is NULL.
func addressJSON(a ordertype.Address) (database.JSON, error) {
	if a == (ordertype.Address{}) {
		return nil, nil
	}
	return database.JSONOf(a)
}
