package customers

import (
	"context"
	"fmt"

	"wizamart/framework/audit"
	"wizamart/framework/database"
	"wizamart/framework/mail"
	"wizamart/framework/problem"
	"wizamart/modules/orders/ordertype"
	"wizamart/tenant"
)

// Update changes what staff know of a customer. The e-mail address is also what the customer signs in with.
func (s *Service) Update(ctx context.Context, st *tenant.Store, id string, in Edit) error {
	if err := in.validate(); err != nil {
		return err
	}
	return s.change(ctx, st, id, "updated", func(tx *tenant.Store, k *Customer) error {
		if k.Deleted() {
			return problem.New(problem.Conflict, "This customer is deleted. Restore them first.")
		}
		other, err := s.byEmail(ctx, tx, in.Email)
		if err == nil && other.ID != id {
			return problem.On("email", "Another customer has this e-mail address.")
		}
		if err != nil && !problem.Is(err, problem.NotFound) {
			return err
		}
		k.Email, k.Name, k.Phone, k.Note, k.Tags, k.AcceptsMarketing = in.Email, in.Name, in.Phone, in.Note, in.Tags, in.AcceptsMarketing
		return nil
	})
}

// Delete takes a customer out of the lists and ends their sessions. Their orders stay; Restore undoes it.
func (s *Service) Delete(ctx context.Context, st *tenant.Store, id string) error {
	return s.change(ctx, st, id, "deleted", func(tx *tenant.Store, k *Customer) error {
		if k.Deleted() {
			return problem.New(problem.Conflict, "This customer is deleted already.")
		}
		k.DeletedAt = database.Now()
		return s.app.Auth.RevokeAll(ctx, tx.DB, id, "the customer was deleted")
	})
}

// Restore undoes Delete. Conflict when another customer has the e-mail address by now.
func (s *Service) Restore(ctx context.Context, st *tenant.Store, id string) error {
	return s.change(ctx, st, id, "restored", func(tx *tenant.Store, k *Customer) error {
		if _, err := s.byEmail(ctx, tx, k.Email); err == nil && k.Deleted() {
			return problem.New(problem.Conflict, "Another customer has the e-mail address %s by now.", k.Email)
		} else if err != nil && !problem.Is(err, problem.NotFound) {
			return err
		}
		k.DeletedAt = database.Time{}
		return nil
	})
}

// Erase removes what is known of a person, for good (GDPR, article 17): the customer, the account, and their name in the
// audit. Orders keep what was given with them, because commercial and tax law wants them kept.
func (s *Service) Erase(ctx context.Context, st *tenant.Store, id string) error {
	return st.Write(ctx, func(tx *tenant.Store) error {
		k, err := s.Get(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := s.app.Auth.RevokeAll(ctx, tx.DB, id, "the customer was erased"); err != nil {
			return err
		}
		for _, sql := range []string{"DELETE FROM customers_credential WHERE customer_id = ?", "DELETE FROM customers_account WHERE customer_id = ?"} {
			if _, err := tx.ExecContext(ctx, sql, id); err != nil {
				return fmt.Errorf("erase an account: %w", err)
			}
		}
		if err := mail.Erase(ctx, tx.DB, k.Email); err != nil {
			return err
		}
		now := database.Now()
		erased := &Customer{ID: id, Email: audit.Erased, ErasedAt: now, DeletedAt: k.DeletedAt}
		if erased.DeletedAt.IsZero() {
			erased.DeletedAt = now
		}
		if err := update(ctx, tx, erased); err != nil {
			return err
		}
		if _, err := audit.Erase(tx.DB, "customer", id, "erasure of a customer"); err != nil {
			return err
		}
		return audit.Record(ctx, tx.DB, audit.Entry{Action: "customers.customer.erased", SubjectKind: "customer", SubjectID: audit.Erased, SubjectName: audit.Erased})
	})
}

// change reads a customer in a transaction, has do change it, saves it and records what differs.
func (s *Service) change(ctx context.Context, st *tenant.Store, id, action string, do func(tx *tenant.Store, k *Customer) error) error {
	return st.Write(ctx, func(tx *tenant.Store) error {
		k, err := s.Get(ctx, tx, id)
		if err != nil {
			return err
		}
		before := k.auditView()
		if err := do(tx, k); err != nil {
			return err
		}
		if err := update(ctx, tx, k); err != nil {
			return err
		}
		return recordAudit(ctx, tx, k, action, before, k.auditView())
	})
}

// auditView is what the audit keeps of a customer. Erase takes it out again.
type auditView struct {
	Email            string            `json:"email"`
	Name             string            `json:"name"`
	Phone            string            `json:"phone"`
	Address          ordertype.Address `json:"address"`
	Note             string            `json:"note"`
	Tags             []string          `json:"tags"`
	AcceptsMarketing bool              `json:"accepts_marketing"`
	DeletedAt        database.Time     `json:"deleted_at"`
}

func (k *Customer) auditView() auditView {
	return auditView{k.Email, k.Name, k.Phone, k.Address, k.Note, k.Tags, k.AcceptsMarketing, k.DeletedAt}
}

func recordAudit(ctx context.Context, tx *tenant.Store, k *Customer, action string, before, after any) error {
	b, a, err := audit.Diff(before, after)
	if err != nil {
		return err
	}
	return audit.Record(ctx, tx.DB, audit.Entry{Action: "customers.customer." + action, SubjectKind: "customer", SubjectID: k.ID, SubjectName: k.Label(), Before: b, After: a})
}
