package payments

import (
	"context"
	"fmt"
	"time"

	"wizamart/framework/audit"
	"wizamart/framework/database"
	"wizamart/framework/job"
	"wizamart/framework/money"
	"wizamart/framework/problem"
	"wizamart/tenant"
)

const (
	reviewJob = "payments.review"
	// reviewBack is how far back a night's review looks: refunds come weeks after payments.
	reviewBack = 35 * 24 * time.Hour
	reviewHour = 3 // UTC
)

// Kinds of differences.
const (
	DiffUnknown = "unknown"  // the provider has a payment of this shop of which nothing is written here
	DiffPaid    = "paid"     // the provider has collected, and the order does not know
	DiffMissing = "missing"  // the order is paid, and the provider has not collected
	DiffAmount  = "amount"   // both know the payment, with other amounts
	DiffRefund  = "refunded" // the provider has given back more or less than is written here
)

// Difference is what the provider says otherwise than we do. Amounts are minor units.
type Difference struct {
	ID         string
	Kind       string
	Mode       string
	AttemptID  string
	ExternalID string
	Ours       money.Amount
	Theirs     money.Amount
	FoundAt    database.Time
	Order      Order // while it is known
}

// CanBook tells whether booking mends it.
func (d Difference) CanBook() bool {
	return d.Kind == DiffPaid || d.Kind == DiffUnknown || d.MoreGivenBack()
}

// MoreGivenBack tells whether the provider gave back what is not on the order.
func (d Difference) MoreGivenBack() bool {
	return d.Kind == DiffRefund && d.AttemptID != "" && d.Theirs.Minor > d.Ours.Minor
}

// reviewAt has the nightly review look at this store's payments.
func (s *Service) reviewAt(tx *tenant.Store, now time.Time) error {
	next := time.Date(now.UTC().Year(), now.UTC().Month(), now.UTC().Day(), reviewHour, 0, 0, 0, time.UTC)
	if !next.After(now) {
		next = next.AddDate(0, 0, 1)
	}
	_, err := job.Enqueue(tx.DB, job.New{Kind: reviewJob, RunAt: next, Key: next.Format(time.DateOnly)})
	return err
}

func (s *Service) runReview(ctx context.Context, run *job.Run) error {
	if _, err := s.Review(ctx, run.Store); err != nil {
		return err
	}
	// It comes back every night while there is something that can still change.
	recent, err := attempts(ctx, run.Store, "created_at > ? LIMIT 1", database.At(s.now().Add(-reviewBack)))
	if err != nil || len(recent) == 0 {
		return err
	}
	return run.Store.Write(ctx, func(tx *tenant.Store) error { return s.reviewAt(tx, s.now()) })
}

// Review compares what the provider has with what is written here, mends what Reconcile can, and lists what is left.
func (s *Service) Review(ctx context.Context, st *tenant.Store) ([]Difference, error) {
	from := s.now().Add(-reviewBack)
	open, err := attempts(ctx, st, "state NOT IN ('captured', 'cancelled') OR state = 'captured' AND created_at > ?", database.At(from))
	if err != nil {
		return nil, err
	}
	modes := map[string]bool{s.mode(st, SettingsOf(st)): true}
	for _, a := range open {
		modes[a.Mode] = true
		if !a.Done() {
			if _, err := s.Reconcile(ctx, st, a.ID); err != nil { // one that fails is no reason to leave out the others: it shows as a difference
				s.app.Log.WarnContext(ctx, "a payment could not be reconciled", "store", st.Info().Code, "attempt", a.ID, "error", err)
			}
		}
	}
	found := []Difference{}
	for mode := range modes {
		acc, err := s.account(ctx, st, mode)
		if err != nil {
			return nil, err
		}
		if !acc.Usable() {
			continue
		}
		views, err := s.provider.Since(ctx, acc, from)
		if err != nil {
			return nil, fmt.Errorf("list the provider's payments: %w", err)
		}
		for _, v := range views {
			d, err := s.compare(ctx, st, mode, v)
			if err != nil {
				return nil, err
			}
			if d != nil {
				found = append(found, *d)
			}
		}
	}
	return found, s.saveDifferences(ctx, st, found)
}

// compare is the difference between a payment at the provider and what is written here, or nil.
func (s *Service) compare(ctx context.Context, st *tenant.Store, mode string, v View) (*Difference, error) {
	list, err := attempts(ctx, st, "external_id = ?1 OR id = ?2 LIMIT 1", v.ExternalID, v.AttemptID)
	if err != nil {
		return nil, err
	}
	d := &Difference{Mode: mode, ExternalID: v.ExternalID, Ours: money.Zero(v.Amount.Currency), Theirs: v.Amount, FoundAt: database.At(s.now())}
	if len(list) == 0 {
		if d.Kind = DiffUnknown; v.Status != Promised && v.Status != Collected {
			return nil, nil
		}
		return d, nil
	}
	a := list[0]
	d.AttemptID, d.Ours = a.ID, amountOf(a, a.Captured)
	back, err := refunds(ctx, st, "attempt_id = ? AND state = 'done'", a.ID)
	if err != nil {
		return nil, err
	}
	given := int64(0)
	for _, r := range back {
		given += r.Amount
	}
	if a.Refused() {
		given = a.Refunded
	}
	switch {
	case v.Status == Collected && a.State != Captured, v.Status == Promised && a.State != Authorised:
		d.Kind = DiffPaid
	case v.Status != Collected && a.State == Captured:
		d.Kind, d.Theirs = DiffMissing, money.Zero(v.Amount.Currency)
	case v.Status == Collected && a.Captured != v.Amount.Minor:
		d.Kind = DiffAmount
	case v.Status == Collected && given != v.Refunded:
		d.Kind, d.Ours, d.Theirs = DiffRefund, amountOf(a, given), amountOf(a, v.Refunded)
	default:
		return nil, nil
	}
	return d, nil
}

// saveDifferences keeps the list; what is gone is gone, and what somebody dismissed stays so while it is the same.
func (s *Service) saveDifferences(ctx context.Context, st *tenant.Store, found []Difference) error {
	return st.Write(ctx, func(tx *tenant.Store) error {
		keep := map[string]bool{}
		for _, d := range found {
			id := fmt.Sprintf("%s.%s.%d", d.Kind, d.ExternalID, d.Theirs.Minor)
			keep[id] = true
			_, err := tx.ExecContext(ctx, `INSERT OR IGNORE INTO payments_difference (id, kind, mode, attempt_id, external_id, ours, theirs, currency, found_at)
				VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`, id, d.Kind, d.Mode, d.AttemptID, d.ExternalID, d.Ours.Minor, d.Theirs.Minor, d.Theirs.Currency, d.FoundAt)
			if err != nil {
				return fmt.Errorf("note a difference: %w", err)
			}
		}
		var gone []string
		err := tx.Each(ctx, func(row database.Row) error {
			var id string
			err := row.Scan(&id)
			if !keep[id] {
				gone = append(gone, id)
			}
			return err
		}, "SELECT id FROM payments_difference")
		for _, id := range gone {
			if err == nil {
				_, err = tx.ExecContext(ctx, "DELETE FROM payments_difference WHERE id = ?", id)
			}
		}
		return err
	})
}

// Differences are those that nobody has dealt with, the newest first.
func (s *Service) Differences(ctx context.Context, st *tenant.Store) ([]Difference, error) {
	return differences(ctx, st, "dismissed_at IS NULL ORDER BY found_at DESC")
}

func differences(ctx context.Context, st *tenant.Store, where string, args ...any) ([]Difference, error) {
	var out []Difference
	err := st.Each(ctx, func(row database.Row) error {
		var d Difference
		err := row.Scan(&d.ID, &d.Kind, &d.Mode, &d.AttemptID, &d.ExternalID, &d.Ours.Minor, &d.Theirs.Minor, &d.Theirs.Currency, &d.FoundAt, &d.Order.ID, &d.Order.Number)
		d.Ours.Currency = d.Theirs.Currency
		out = append(out, d)
		return err
	}, `SELECT d.id, d.kind, d.mode, d.attempt_id, d.external_id, d.ours, d.theirs, d.currency, d.found_at, coalesce(a.order_id, ''), coalesce(a.order_number, '')
		FROM payments_difference d LEFT JOIN payments_attempt a ON a.id = d.attempt_id WHERE `+where, args...)
	if err != nil {
		return nil, fmt.Errorf("list the differences: %w", err)
	}
	return out, nil
}

// Book mends a difference: what the provider has of this shop is written down, and the order takes it or refuses it as ever.
func (s *Service) Book(ctx context.Context, st *tenant.Store, id string) error {
	d, err := oneDifference(ctx, st, id)
	if err != nil {
		return err
	}
	if !d.CanBook() {
		return problem.New(problem.Conflict, "This difference cannot be booked. Look at it at the payment provider, and mark it as seen.")
	}
	if d.MoreGivenBack() {
		if err := s.adopt(ctx, st, d.AttemptID); err != nil {
			return s.unavailable(err)
		}
		return st.Write(ctx, func(tx *tenant.Store) error { return s.ended(ctx, tx, d, "booked") })
	}
	acc, err := s.account(ctx, st, d.Mode)
	if err != nil {
		return err
	}
	v, err := s.provider.Look(ctx, acc, Attempt{ID: d.AttemptID, ExternalID: d.ExternalID})
	if err != nil {
		return s.unavailable(err)
	}
	err = st.Write(ctx, func(tx *tenant.Store) error {
		now := database.At(s.now())
		if d.AttemptID == "" { // this shop's file is older than the payment, or was put together anew
			if _, err := s.orders.Payable(ctx, tx, v.Order.ID); err != nil {
				return problem.New(problem.Conflict, "The order of this payment is not in this shop any more. Give the money back at the payment provider.")
			}
			d.AttemptID = v.AttemptID
			a := Attempt{ID: v.AttemptID, Order: v.Order, Provider: providerName, Mode: d.Mode, Kind: Element, State: Open, Amount: v.Amount, ExternalID: v.ExternalID, Until: now, CreatedAt: now, UpdatedAt: now}
			if err := insertAttempt(ctx, tx, a); err != nil {
				return err
			}
		} else if a, err := s.Attempt(ctx, tx, d.AttemptID); err != nil {
			return err
		} else if a.State == Cancelled { // given up here, and paid there after all
			a.State, a.ExternalID, a.VoidAsked = Open, v.ExternalID, false
			if err := s.saveAttempt(ctx, tx, &a); err != nil {
				return err
			}
		}
		return s.ended(ctx, tx, d, "booked")
	})
	if err != nil {
		return err
	}
	_, err = s.Reconcile(ctx, st, d.AttemptID)
	return s.unavailable(err)
}

// Dismiss marks a difference as seen.
func (s *Service) Dismiss(ctx context.Context, st *tenant.Store, id string) error {
	return st.Write(ctx, func(tx *tenant.Store) error {
		d, err := oneDifference(ctx, tx, id)
		if err != nil {
			return err
		}
		return s.ended(ctx, tx, d, "dismissed")
	})
}

func oneDifference(ctx context.Context, st *tenant.Store, id string) (Difference, error) {
	list, err := differences(ctx, st, "d.id = ? AND dismissed_at IS NULL", id)
	if err == nil && len(list) == 0 {
		err = problem.New(problem.NotFound, "This difference is gone.")
	}
	if err != nil {
		return Difference{}, err
	}
	return list[0], nil
}

func (s *Service) ended(ctx context.Context, tx *tenant.Store, d Difference, how string) error {
	if _, err := tx.ExecContext(ctx, "UPDATE payments_difference SET dismissed_at = ? WHERE id = ?", database.At(s.now()), d.ID); err != nil {
		return fmt.Errorf("end a difference: %w", err)
	}
	after, err := database.JSONOf(map[string]any{"kind": d.Kind, "ours": d.Ours, "theirs": d.Theirs})
	if err != nil {
		return err
	}
	return audit.Record(ctx, tx.DB, audit.Entry{Action: "payments.difference." + how, SubjectKind: "payment", SubjectID: d.ExternalID, SubjectName: d.ExternalID, After: after})
}
