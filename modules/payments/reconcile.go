package payments

import (
	"context"
	"errors"
	"fmt"
	"time"

	"wizamart/framework/job"
	"wizamart/tenant"
)

// maxSteps bounds what one Reconcile does: look, book, act, look …
const maxSteps = 6

// Reconcile makes an attempt agree with the provider, and the order with it. The way back from the provider's page, its messages, retries and
// the nightly review all come here, in any order and any number of times: it asks the provider how the payment stands, outside of any transaction,
// books that in one transaction, and then does what follows: collects what was promised once the order is safe, or lets go of what the order did not want.
//
// An error leaves everything so that the next call goes on from there.
func (s *Service) Reconcile(ctx context.Context, st *tenant.Store, id string) (Attempt, error) {
	var a Attempt
	for range maxSteps {
		var err error
		if a, err = s.Attempt(ctx, st, id); err != nil || a.Done() {
			return a, err
		}
		acc, err := s.account(ctx, st, a.Mode)
		if err != nil {
			return a, err
		}
		if a.ExternalID == "" && a.SessionID == "" {
			return s.abandon(ctx, st, a)
		}
		if !acc.Usable() {
			return a, fmt.Errorf("payments: the %s keys of store %s are gone, and payment %s is open", a.Mode, st.Info().Code, a.ID)
		}
		v, err := s.provider.Look(ctx, acc, a)
		if err != nil {
			return a, fmt.Errorf("look at payment %s: %w", a.ID, err)
		}
		if err := s.pause("looked"); err != nil {
			return a, err
		}
		if a, err = s.book(ctx, st, a.ID, v); err != nil {
			return a, fmt.Errorf("book payment %s: %w", a.ID, err)
		}
		if err := s.pause("booked"); err != nil {
			return a, err
		}
		again, err := s.act(ctx, st, acc, a, v)
		if err != nil || !again {
			return a, err
		}
		if err := s.pause("acted"); err != nil {
			return a, err
		}
	}
	return a, nil
}

// abandon ends an attempt of which nobody ever got to know: the provider's answer did not come back, so that nobody was sent to pay.
func (s *Service) abandon(ctx context.Context, st *tenant.Store, a Attempt) (Attempt, error) {
	if !a.VoidAsked && s.now().Sub(a.CreatedAt.Time) < 2*time.Minute {
		return a, nil // it is being begun
	}
	err := s.change(ctx, st, a.ID, func(_ *tenant.Store, now *Attempt) error {
		if now.State == Created && now.ExternalID == "" && now.SessionID == "" {
			now.State = Cancelled
		}
		a = *now
		return nil
	})
	return a, err
}

// book writes what the provider says, and tells the order, in one transaction.
func (s *Service) book(ctx context.Context, st *tenant.Store, id string, v View) (Attempt, error) {
	var out Attempt
	err := s.change(ctx, st, id, func(tx *tenant.Store, a *Attempt) error {
		if a.Done() { // somebody else was faster
			out = *a
			return nil
		}
		before := *a
		a.ExternalID, a.SessionID, a.Reference = or(a.ExternalID, v.ExternalID), or(a.SessionID, v.SessionID), or(v.Reference, a.Reference)
		if err := s.tell(ctx, tx, a, v); err != nil {
			return err
		}
		if out = *a; s.next(*a, v, SettingsOf(tx)) != nothing && (before.State != a.State || before.Outcome != a.Outcome) {
			// What follows is done at once; this job does it if the process ends before.
			return s.later(tx, a.ID, s.now().Add(20*time.Second))
		}
		return nil
	})
	return out, err
}

// tell moves the attempt to the provider's state and the order with it. States only go forward: an old view changes nothing.
func (s *Service) tell(ctx context.Context, tx *tenant.Store, a *Attempt, v View) (err error) {
	switch v.Status {
	case Waiting:
		if a.State == Created || a.State == Processing {
			a.State = Open
		}
		if v.FaultRef != "" && v.FaultRef != a.FaultRef && a.State == Open {
			a.Fault, a.FaultRef = v.Fault, v.FaultRef
			return s.orders.PaymentFailed(ctx, tx, a.Order.ID, v.Fault)
		}
	case InProgress:
		if a.State == Created || a.State == Open {
			a.State = Processing
		}
	case Promised:
		if a.Outcome == "" {
			if a.Outcome, err = s.orders.Authorise(ctx, tx, a.Order.ID, a.receipt(v)); err != nil {
				return err
			}
		}
		if a.State != Captured {
			a.State = Authorised
		}
	case Collected:
		a.Refunded = max(a.Refunded, v.Refunded)
		if a.State == Captured {
			return nil
		}
		if !a.Refused() { // what was voided in vain has its answer: it goes back
			if a.Outcome, err = s.orders.Receive(ctx, tx, a.Order.ID, a.receipt(v)); err != nil {
				return err
			}
		}
		a.State, a.Captured, a.Fault = Captured, v.Amount.Minor, ""
	case Gone:
		if a.State == Captured {
			return nil
		}
		if a.State == Authorised && !a.Refused() {
			if err := s.orders.Lapse(ctx, tx, a.Order.ID, a.ExternalID); err != nil {
				return err
			}
		}
		a.State = Cancelled
	}
	return nil
}

// step is what follows from how an attempt stands.
type step string

const (
	nothing step = ""
	collect step = "collect"
	cancel  step = "cancel"
	repay   step = "repay"
)

// next is what has to be done at the provider.
func (s *Service) next(a Attempt, v View, cfg Settings) step {
	switch {
	case a.State == Captured && a.Refused() && a.Refunded < a.Captured:
		return repay
	case a.State == Authorised && (a.Refused() || a.VoidAsked):
		return cancel
	case a.State == Authorised && (a.CollectAsked || cfg.Capture == CaptureAuto):
		return collect
	case a.State == Open && v.Status == Waiting && (a.VoidAsked || s.now().After(a.Until.Time)):
		return cancel
	}
	return nothing
}

// act does what follows. again says that it is worth looking once more.
func (s *Service) act(ctx context.Context, st *tenant.Store, acc Account, a Attempt, v View) (again bool, err error) {
	switch s.next(a, v, SettingsOf(st)) {
	case collect:
		// The order is at the replica before its money is taken: a lost server never means paid and forgotten.
		if !s.app.Secured(ctx, st, "", secureWait) {
			return false, errNotSecured
		}
		err = s.provider.Capture(ctx, acc, a)
		if isRefusal(err) {
			return s.cannot(ctx, st, acc, a, err)
		}
	case cancel:
		if err = s.provider.Cancel(ctx, acc, a); isRefusal(err) {
			return s.cannot(ctx, st, acc, a, err)
		}
	case repay:
		_, err = s.provider.Refund(ctx, acc, a, a.ID+"-refused", amountOf(a, a.Captured-a.Refunded), true)
		if err == nil {
			err = s.change(ctx, st, a.ID, func(_ *tenant.Store, now *Attempt) error { now.Refunded = now.Captured; return nil })
		}
	default:
		return false, nil
	}
	return err == nil, err
}

// secureWait is how long a shopper who has paid waits at most for the order to be at the replica; a job goes on from there.
const secureWait = 3 * time.Second

var errNotSecured = errors.New("payments: the order is not at the replica yet, and its money is collected after that")

// cannot is what the provider refused to do. Usually it was done before, by somebody else; a look tells. If it was not, a person is told.
func (s *Service) cannot(ctx context.Context, st *tenant.Store, acc Account, a Attempt, cause error) (again bool, err error) {
	v, err := s.provider.Look(ctx, acc, a)
	if err != nil {
		return false, err
	}
	if after := v.Status; after == Collected || after == Gone || after == Promised && a.State == Open {
		return true, nil
	}
	return false, s.change(ctx, st, a.ID, func(tx *tenant.Store, now *Attempt) error {
		if now.Fault == cause.Error() {
			return nil
		}
		now.Fault, now.CollectAsked = cause.Error(), false
		if now.State != Authorised || now.Refused() {
			return nil
		}
		return s.orders.PromiseFailed(ctx, tx, a.Order.ID, a.ExternalID, cause.Error())
	})
}

// Collect has what was promised collected, as a merchant asked. It is done by a job, after the caller's transaction.
func (s *Service) Collect(ctx context.Context, tx *tenant.Store, orderID, externalID string) error {
	return s.ask(ctx, tx, orderID, externalID, func(a *Attempt) { a.CollectAsked = true })
}

// Void has what was promised let go of.
func (s *Service) Void(ctx context.Context, tx *tenant.Store, orderID, externalID string) error {
	return s.ask(ctx, tx, orderID, externalID, func(a *Attempt) { a.VoidAsked = true })
}

func (s *Service) ask(ctx context.Context, tx *tenant.Store, orderID, externalID string, note func(a *Attempt)) error {
	a, err := oneAttempt(ctx, tx, "external_id = ? AND order_id = ?", externalID, orderID)
	if err != nil {
		return err
	}
	note(&a)
	a.Fault = ""
	if err := s.saveAttempt(ctx, tx, &a); err != nil {
		return err
	}
	return s.later(tx, a.ID, s.now())
}

// runReconcile is the job. A payment that waits for something is looked at again, with growing pauses.
func (s *Service) runReconcile(ctx context.Context, run *job.Run) error {
	var p attemptJob
	if err := run.Decode(&p); err != nil {
		return err
	}
	a, err := s.Reconcile(ctx, run.Store, p.Attempt)
	if err == nil && a.State == Processing {
		err = errors.New("payments: the provider is still at it")
	}
	return err
}
