package payments

import (
	"context"
	"fmt"

	"wizamart/framework/database"
	"wizamart/framework/problem"
	"wizamart/tenant"
)

const attemptColumns = `id, order_id, order_token, order_number, provider, mode, kind, state, amount, currency, session_id, external_id, outcome, captured, refunded,
	collect_asked, void_asked, reference, fault, fault_ref, until, created_at, updated_at`

func scanAttempt(row database.Row) (a Attempt, err error) {
	err = row.Scan(&a.ID, &a.Order.ID, &a.Order.Token, &a.Order.Number, &a.Provider, &a.Mode, &a.Kind, &a.State, &a.Amount.Minor, &a.Amount.Currency, &a.SessionID, &a.ExternalID,
		&a.Outcome, &a.Captured, &a.Refunded, &a.CollectAsked, &a.VoidAsked, &a.Reference, &a.Fault, &a.FaultRef, &a.Until, &a.CreatedAt, &a.UpdatedAt)
	return a, err
}

// attempts reads those that a condition finds, the newest first.
func attempts(ctx context.Context, st *tenant.Store, where string, args ...any) ([]Attempt, error) {
	var out []Attempt
	err := st.Each(ctx, func(row database.Row) error {
		a, err := scanAttempt(row)
		out = append(out, a)
		return err
	}, "SELECT "+attemptColumns+" FROM payments_attempt WHERE "+where, args...)
	if err != nil {
		return nil, fmt.Errorf("read payments: %w", err)
	}
	return out, nil
}

// Attempt is one by its id. NotFound when there is none.
func (s *Service) Attempt(ctx context.Context, st *tenant.Store, id string) (Attempt, error) {
	return oneAttempt(ctx, st, "id = ?", id)
}

func oneAttempt(ctx context.Context, st *tenant.Store, where string, args ...any) (Attempt, error) {
	list, err := attempts(ctx, st, where+" LIMIT 1", args...)
	if err == nil && len(list) == 0 {
		err = problem.New(problem.NotFound, "There is no such payment.")
	}
	if err != nil {
		return Attempt{}, err
	}
	return list[0], nil
}

// OrderAttempts are the tries to pay an order, the newest first.
func (s *Service) OrderAttempts(ctx context.Context, st *tenant.Store, orderID string) ([]Attempt, error) {
	return attempts(ctx, st, "order_id = ? ORDER BY id DESC", orderID)
}

func insertAttempt(ctx context.Context, tx *tenant.Store, a Attempt) error {
	_, err := tx.ExecContext(ctx, "INSERT INTO payments_attempt ("+attemptColumns+") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		a.ID, a.Order.ID, a.Order.Token, a.Order.Number, a.Provider, a.Mode, a.Kind, string(a.State), a.Amount.Minor, a.Amount.Currency, a.SessionID, a.ExternalID,
		string(a.Outcome), a.Captured, a.Refunded, a.CollectAsked, a.VoidAsked, a.Reference, a.Fault, a.FaultRef, a.Until, a.CreatedAt, a.UpdatedAt)
	if err != nil {
		return fmt.Errorf("write down a payment: %w", err)
	}
	return nil
}

func (s *Service) saveAttempt(ctx context.Context, tx *tenant.Store, a *Attempt) error {
	a.UpdatedAt = database.At(s.now())
	_, err := tx.ExecContext(ctx, `UPDATE payments_attempt SET state = ?, session_id = ?, external_id = ?, outcome = ?, captured = ?, refunded = ?, collect_asked = ?, void_asked = ?,
		reference = ?, fault = ?, fault_ref = ?, updated_at = ? WHERE id = ?`,
		string(a.State), a.SessionID, a.ExternalID, string(a.Outcome), a.Captured, a.Refunded, a.CollectAsked, a.VoidAsked, a.Reference, a.Fault, a.FaultRef, a.UpdatedAt, a.ID)
	if err != nil {
		return fmt.Errorf("save a payment: %w", err)
	}
	return nil
}
