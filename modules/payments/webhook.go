package payments

import (
	"context"
	"errors"
	"io"
	"net/http"

	"wizamart/framework/problem"
	"wizamart/framework/web"
	"wizamart/tenant"
)

// maxEvent is how long a message of the provider may be, in bytes.
const maxEvent = 256 << 10

// webhook takes a provider's message at the shop's own address: it carries no cookie, and its signature is the store's. What it says is not believed;
// it is why we ask. A failure here makes the provider send it again.
func (s *Service) webhook(c *web.Context) error {
	body, err := io.ReadAll(io.LimitReader(c.R.Body, maxEvent+1))
	if err != nil || len(body) > maxEvent {
		return problem.New(problem.TooLarge, "This message is too long.")
	}
	e, err := s.event(c.Ctx(), c.Store, c.R.Header.Get("Stripe-Signature"), body)
	if errors.Is(err, ErrSignature) {
		return problem.New(problem.BadRequest, "The signature of this message does not fit.")
	}
	if err == nil {
		err = s.Heard(c.Ctx(), c.Store, e)
	}
	if err != nil {
		return s.unavailable(err)
	}
	c.W.WriteHeader(http.StatusNoContent)
	return nil
}

// event finds the keys with which a message was signed. Both modes have the same address.
func (s *Service) event(ctx context.Context, st *tenant.Store, header string, body []byte) (Event, error) {
	modes := []string{Live, Test}
	if s.demo(st) {
		modes = append(modes, Demo)
	}
	for _, mode := range modes {
		acc, err := s.account(ctx, st, mode)
		if err != nil {
			return Event{}, err
		}
		if acc.WebhookSecret == "" {
			continue
		}
		if e, err := s.provider.Event(acc, header, body); !errors.Is(err, ErrSignature) {
			s.noteStanding(ctx, st, mode, "hook_refused_at", false)
			return e, err
		}
	}
	s.noteStanding(ctx, st, SettingsOf(st).CardMode, "hook_refused_at", true)
	return Event{}, ErrSignature
}

// Heard reconciles what a message is about. What is none of the store's is nothing to us: the account is used for other things too.
func (s *Service) Heard(ctx context.Context, st *tenant.Store, e Event) error {
	list, err := attempts(ctx, st, "id = ?1 OR (external_id <> '' AND external_id = ?2) OR (session_id <> '' AND session_id = ?3)", e.AttemptID, e.ExternalID, e.SessionID)
	for _, a := range list {
		if a.ExternalID == "" && a.SessionID == "" { // heard before the answer that tells its names
			err = s.change(ctx, st, a.ID, func(_ *tenant.Store, now *Attempt) error {
				now.ExternalID, now.SessionID = or(now.ExternalID, e.ExternalID), or(now.SessionID, e.SessionID)
				return nil
			})
		}
		if err == nil {
			// A job goes on where the replica lags behind: the provider has done its part.
			if _, err = s.Reconcile(ctx, st, a.ID); errors.Is(err, errNotSecured) {
				err = nil
			}
		}
		if err != nil {
			return err
		}
		open, err := refunds(ctx, st, "attempt_id = ? AND state <> 'failed' AND external_id <> ''", a.ID)
		if err != nil {
			return err
		}
		for _, r := range open {
			if err := s.settleRefund(ctx, st, r.ID); err != nil && !errors.Is(err, errRefundPending) {
				return err
			}
		}
		if e.Refund {
			if err := s.adopt(ctx, st, a.ID); err != nil && !problem.Is(err, problem.Conflict) { // what cannot be booked is for the review to show
				return err
			}
		}
	}
	return err
}
