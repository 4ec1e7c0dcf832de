package payments

import (
	"context"
	"errors"
	"fmt"

	"wizamart/framework/database"
	"wizamart/framework/job"
	"wizamart/framework/money"
	"wizamart/modules/orders/ordertype"
	"wizamart/tenant"
)

const refundJob = "payments.refund"

type refundJobPayload struct {
	Refund string `json:"refund"`
}

// Repay gives a payment back, in the transaction that decided so: a job tells the provider. What other providers collected is not ours.
func (s *Service) Repay(ctx context.Context, tx *tenant.Store, r ordertype.Repayment) error {
	if r.Receipt.Provider != providerName {
		return nil
	}
	a, err := oneAttempt(ctx, tx, "external_id = ?", r.Receipt.ExternalID)
	if err != nil {
		return fmt.Errorf("find the payment to give back: %w", err)
	}
	now := database.At(s.now())
	_, err = tx.ExecContext(ctx, "INSERT OR IGNORE INTO payments_refund (id, attempt_id, amount, state, created_at, updated_at) VALUES (?, ?, ?, 'pending', ?, ?)",
		r.ID, a.ID, r.Amount.Minor, now, now)
	if err != nil {
		return fmt.Errorf("write a refund down: %w", err)
	}
	return s.settleLater(tx, r.ID)
}

// settleLater has a job make a refund, or ask what became of it.
func (s *Service) settleLater(tx *tenant.Store, id string) error {
	_, err := job.Enqueue(tx.DB, job.New{Kind: refundJob, Payload: refundJobPayload{id}, Key: id, MaxAttempts: 200})
	return err
}

type refund struct {
	ID, AttemptID, State, ExternalID string
	Amount                           int64
	Tries                            int
}

func refunds(ctx context.Context, st *tenant.Store, where string, args ...any) ([]refund, error) {
	var out []refund
	err := st.Each(ctx, func(row database.Row) error {
		var r refund
		err := row.Scan(&r.ID, &r.AttemptID, &r.State, &r.ExternalID, &r.Amount, &r.Tries)
		out = append(out, r)
		return err
	}, "SELECT id, attempt_id, state, external_id, amount, tries FROM payments_refund WHERE "+where, args...)
	if err != nil {
		return nil, fmt.Errorf("read refunds: %w", err)
	}
	return out, nil
}

var errRefundPending = errors.New("payments: the refund is under way at the provider")

// settleRefund tells the provider to give money back, or asks it what became of that. Only a definite no is a failure that the merchant
// has to deal with; when the provider does not answer, the same call is made again, for days if need be: money never goes back twice.
func (s *Service) settleRefund(ctx context.Context, st *tenant.Store, id string) error {
	list, err := refunds(ctx, st, "id = ?", id)
	if err != nil || len(list) == 0 || list[0].State == "failed" {
		return err
	}
	r := list[0]
	a, err := s.Attempt(ctx, st, r.AttemptID)
	if err != nil {
		return err
	}
	acc, err := s.account(ctx, st, a.Mode)
	if err != nil {
		return err
	}
	// The try is written down before it is made, so that the next one knows that this one may have been heard.
	if err := s.saveRefund(ctx, st, r.ID, "tries = tries + 1"); err != nil {
		return err
	}
	if err := s.pause("refunding"); err != nil {
		return err
	}
	var v RefundView
	if r.ExternalID != "" { // it was made, and may have been made at the provider itself
		v, err = s.provider.LookRefund(ctx, acc, r.ExternalID)
	} else {
		v, err = s.provider.Refund(ctx, acc, a, r.ID, amountOf(a, r.Amount), r.Tries > 0)
	}
	if no := (*Refusal)(nil); errors.As(err, &no) {
		if r.State == "done" || r.ExternalID != "" {
			return nil
		}
		v.Failed, err = no.Message, nil
	}
	if err != nil {
		return errors.Join(err, s.saveRefund(ctx, st, r.ID, "fault = ?", err.Error()))
	}
	if err := s.pause("refunded"); err != nil {
		return err
	}
	return s.bookRefund(ctx, st, r, v)
}

func (s *Service) bookRefund(ctx context.Context, st *tenant.Store, r refund, v RefundView) error {
	err := st.Write(ctx, func(tx *tenant.Store) error {
		switch {
		case v.Failed != "" && r.State != "failed":
			if err := s.saveRefund(ctx, tx, r.ID, "state = 'failed', external_id = ?, fault = ?", v.ExternalID, v.Failed); err != nil {
				return err
			}
			return s.orders.RepaymentFailed(ctx, tx, r.ID, v.Failed)
		case v.Done && r.State == "pending":
			if err := s.saveRefund(ctx, tx, r.ID, "state = 'done', external_id = ?, fault = ''", v.ExternalID); err != nil {
				return err
			}
			return s.orders.Repaid(ctx, tx, r.ID, v.ExternalID)
		}
		return s.saveRefund(ctx, tx, r.ID, "external_id = ?", v.ExternalID)
	})
	if err == nil && !v.Done && v.Failed == "" {
		err = errRefundPending
	}
	return err
}

func (s *Service) saveRefund(ctx context.Context, st *tenant.Store, id, set string, args ...any) error {
	return st.Write(ctx, func(tx *tenant.Store) error {
		_, err := tx.ExecContext(ctx, "UPDATE payments_refund SET "+set+", updated_at = ? WHERE id = ?", append(args, database.At(s.now()), id)...)
		if err != nil {
			return fmt.Errorf("save a refund: %w", err)
		}
		return nil
	})
}

func (s *Service) runRefund(ctx context.Context, run *job.Run) error {
	var p refundJobPayload
	if err := run.Decode(&p); err != nil {
		return err
	}
	return s.settleRefund(ctx, run.Store, p.Refund)
}

func amountOf(a Attempt, minor int64) money.Amount { return money.New(minor, a.Amount.Currency) }
