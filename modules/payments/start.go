package payments

import (
	"context"
	"errors"
	"fmt"
	"time"

	"wizamart/framework/database"
	"wizamart/framework/job"
	"wizamart/framework/problem"
	"wizamart/modules/orders/ordertype"
	"wizamart/modules/payments/paymenttype"
	"wizamart/tenant"
)

// StartInput says how an order is to be paid.
type StartInput struct {
	Kind string // Hosted or Element
	Page string // address of the order's payment page in the shop
}

// ErrSoldOut wraps the stock's Conflict: what was ordered is gone, and nothing was charged.
var ErrSoldOut = errors.New("payments: sold out")

// Start begins to pay an order, or goes on with the try that is under way: an order never has two through which money may come. The stock is
// reserved anew before the shopper is sent to pay.
//
// Errors: NotFound; Conflict when there is nothing to pay or a payment is on its way; ErrSoldOut; Unavailable while the provider does not answer.
func (s *Service) Start(ctx context.Context, st *tenant.Store, token string, in StartInput) (Attempt, View, error) {
	p, err := s.orders.PayableByToken(ctx, st, token)
	if err != nil {
		return Attempt{}, View{}, err
	}
	if err := payable(p); err != nil {
		return Attempt{}, View{}, err
	}
	cfg := SettingsOf(st)
	acc, err := s.account(ctx, st, s.mode(st, cfg))
	if err != nil {
		return Attempt{}, View{}, err
	}
	if !s.app.EnabledFor(st, "payments") || !cfg.Card && !s.demo(st) || !acc.Usable() || !s.Online(st, p.Method) {
		return Attempt{}, View{}, problem.New(problem.Conflict, "This shop does not take card payments at the moment. Please ask it how you can pay.")
	}
	a, err := s.begin(ctx, st, p, in.Kind, acc.Mode, time.Duration(cfg.CardMinutes)*time.Minute)
	if err != nil {
		return Attempt{}, View{}, err
	}
	if err := s.pause("begun"); err != nil {
		return a, View{}, err
	}
	if a.State != Created { // it is under way
		v, err := s.provider.Look(ctx, acc, a)
		return a, v, s.unavailable(err)
	}
	v, err := s.provider.Start(ctx, acc, a, Start{
		Title: fmt.Sprintf("%s %s", st.Info().Name, p.Number), Email: p.Email, Locale: p.Locale, Success: in.Page + "?back=" + a.ID, Back: in.Page + "?left=" + a.ID,
	})
	if err != nil {
		return a, View{}, s.notStarted(ctx, st, a, err)
	}
	if err := s.pause("started"); err != nil {
		return a, View{}, err
	}
	err = s.change(ctx, st, a.ID, func(_ *tenant.Store, now *Attempt) error {
		if now.State == Created {
			now.State = Open
		}
		now.SessionID, now.ExternalID = or(now.SessionID, v.SessionID), or(now.ExternalID, v.ExternalID)
		a = *now
		return nil
	})
	return a, v, err
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// payable is why an order cannot be paid, or nil.
func payable(p ordertype.Payable) error {
	switch {
	case p.Cancelled:
		return problem.New(problem.Conflict, "This order is cancelled. There is nothing to pay.")
	case !p.Due.IsPositive(), p.State == "authorised":
		return problem.New(problem.Conflict, "This order is paid already.")
	}
	return nil
}

// notStarted ends an attempt that the provider refused; nobody was sent to pay it. After any other failure it is tried again as it is.
func (s *Service) notStarted(ctx context.Context, st *tenant.Store, a Attempt, cause error) error {
	var no *Refusal
	if !errors.As(cause, &no) {
		return s.unavailable(cause)
	}
	s.app.Log.WarnContext(ctx, "a payment could not be started", "store", st.Info().Code, "attempt", a.ID, "error", no.Message)
	err := s.change(ctx, st, a.ID, func(_ *tenant.Store, now *Attempt) error {
		if now.State == Created {
			now.State, now.Fault = Cancelled, no.Message
		}
		return nil
	})
	return errors.Join(problem.New(problem.Unavailable, "Card payments do not work at this moment. Your order is kept: please try again later, or ask the shop."), err)
}

// unavailable says to people that the provider does not answer.
func (s *Service) unavailable(err error) error {
	if err == nil || problem.CodeOf(err) != problem.Internal {
		return err
	}
	return &problem.Error{Code: problem.Unavailable, Message: "The payment provider does not answer at this moment. Nothing is lost: please try again in a minute.", Cause: err}
}

// begin finds the attempt to go on with, or writes a new one down: with the stock reserved, and a job that looks after it.
func (s *Service) begin(ctx context.Context, st *tenant.Store, p ordertype.Payable, kind, mode string, open time.Duration) (Attempt, error) {
	live, err := attempts(ctx, st, "order_id = ? AND state IN ('created', 'open', 'processing', 'authorised') ORDER BY id DESC", p.OrderID)
	if err != nil {
		return Attempt{}, err
	}
	fits := func(a Attempt) bool {
		return (a.State == Created || a.State == Open) && a.Kind == kind && a.Mode == mode && a.Amount == p.Due && a.Until.After(s.now().Add(time.Minute)) && !a.VoidAsked
	}
	for _, a := range live {
		if fits(a) {
			continue
		}
		if err := s.giveUp(ctx, st, a); err != nil {
			return Attempt{}, err
		}
	}
	var out Attempt
	err = st.Write(ctx, func(tx *tenant.Store) error {
		out = Attempt{}
		again, err := attempts(ctx, tx, "order_id = ? AND state IN ('created', 'open', 'processing', 'authorised') ORDER BY id DESC", p.OrderID)
		if err != nil {
			return err
		}
		for _, a := range again {
			if !fits(a) {
				return problem.New(problem.Conflict, "A payment of this order is under way. Please wait a moment.")
			}
			out = a
		}
		now, until := s.now(), s.now().Add(open)
		if out.ID != "" {
			until = out.Until.Time
		}
		if err := s.orders.Reserve(ctx, tx, p.OrderID, until.Add(grace)); err != nil {
			if problem.Is(err, problem.Conflict) {
				return fmt.Errorf("%w: %w", ErrSoldOut, err)
			}
			return err
		}
		if out.ID != "" {
			return nil
		}
		out = Attempt{
			ID: database.NewID(), Order: Order{p.OrderID, p.Token, p.Number}, Provider: providerName, Mode: mode, Kind: kind, State: Created, Amount: p.Due,
			Until: database.At(until.Truncate(time.Second)), CreatedAt: database.At(now), UpdatedAt: database.At(now),
		}
		if err := insertAttempt(ctx, tx, out); err != nil {
			return err
		}
		// Who pays and closes the browser, while no message comes through, is found by these.
		for _, at := range []time.Time{now.Add(5 * time.Minute), until.Add(time.Minute)} {
			if err := s.later(tx, out.ID, at); err != nil {
				return err
			}
		}
		return s.reviewAt(tx, now)
	})
	return out, err
}

// giveUp ends an attempt at the provider, so that another one can begin. When money has come through it after all, that is booked, and it is a Conflict.
func (s *Service) giveUp(ctx context.Context, st *tenant.Store, a Attempt) error {
	err := s.change(ctx, st, a.ID, func(_ *tenant.Store, now *Attempt) error {
		if now.State == Created || now.State == Open {
			now.VoidAsked = true
		}
		return nil
	})
	if err != nil {
		return err
	}
	if a, err = s.Reconcile(ctx, st, a.ID); err != nil {
		return s.unavailable(err)
	}
	if a.State != Cancelled {
		return problem.New(problem.Conflict, "A payment of this order is under way. Please wait a moment.")
	}
	return nil
}

// change reads an attempt in a transaction, changes it and writes it back.
func (s *Service) change(ctx context.Context, st *tenant.Store, id string, do func(tx *tenant.Store, a *Attempt) error) error {
	return st.Write(ctx, func(tx *tenant.Store) error {
		a, err := s.Attempt(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := do(tx, &a); err != nil {
			return err
		}
		return s.saveAttempt(ctx, tx, &a)
	})
}

// later has a job reconcile an attempt.
func (s *Service) later(tx *tenant.Store, id string, at time.Time) error {
	_, err := job.Enqueue(tx.DB, job.New{Kind: reconcileJob, Payload: attemptJob{id}, RunAt: at, Key: id + at.UTC().Format(" 20060102T150405"), MaxAttempts: 40})
	return err
}

const (
	providerName = "stripe"
	reconcileJob = "payments.reconcile"
)

type attemptJob struct {
	Attempt string `json:"attempt"`
}

// CardMethod is the way to pay that this module's providers serve.
const CardMethod = paymenttype.Card
