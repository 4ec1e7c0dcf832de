package stripefake

import (
	"errors"
	"fmt"
)

// ErrDeclined is what a shopper reads when the card is refused.
var ErrDeclined = errors.New("Your card was declined.") //nolint:staticcheck // Stripe's own words

// Pay is a shopper who enters a card, on a hosted page (its session's id) or in a shop's page (the payment's id).
func (s *Server) Pay(id, card string) error {
	events, err := s.pay(id, card)
	s.tell(events)
	return err
}

func (s *Server) pay(id, card string) ([]Event, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	session, pi, err := s.behind(id)
	if err != nil {
		return nil, err
	}
	switch pi["status"] {
	case "requires_payment_method", "requires_action":
	default:
		return nil, fmt.Errorf("the payment is %s", pi["status"])
	}
	switch card {
	case Declined:
		return s.decline(pi, card, "card_declined", ErrDeclined), ErrDeclined
	case Secure:
		pi["status"], pi["card"] = "requires_action", card
		return []Event{s.event("payment_intent.requires_action", pi)}, nil
	}
	return s.succeed(session, pi, card), nil
}

// Authenticate is a shopper at their bank's 3-D Secure page.
func (s *Server) Authenticate(id string, ok bool) error {
	s.mu.Lock()
	session, pi, err := s.behind(id)
	var events []Event
	switch {
	case err != nil:
	case pi["status"] != "requires_action":
		err = fmt.Errorf("the payment is %s", pi["status"])
	case ok:
		events = s.succeed(session, pi, Secure)
	default:
		err = errors.New("We are unable to authenticate your payment method.") //nolint:staticcheck // Stripe's own words
		events = s.decline(pi, Secure, "payment_intent_authentication_failure", err)
	}
	s.mu.Unlock()
	s.tell(events)
	return err
}

// behind finds the payment of a page, and makes it when the shopper pays for the first time, as Stripe does.
func (s *Server) behind(id string) (session, pi object, err error) {
	if session = s.sessions[id]; session == nil {
		if pi = s.intents[id]; pi == nil {
			return nil, nil, fmt.Errorf("there is no payment %s", id)
		}
		return nil, pi, nil
	}
	s.lapse(session)
	if session["status"] != "open" {
		return nil, nil, fmt.Errorf("the page is %s", session["status"])
	}
	name, _ := session["payment_intent"].(string)
	if pi = s.intents[name]; pi == nil {
		pi = s.newIntent(session["amount_total"].(int64), session["currency"].(string), session["capture"].(string), session["intent_metadata"].(object))
		session["payment_intent"] = pi["id"]
	}
	return session, pi, nil
}

func (s *Server) newCharge(pi object, card, status string) object {
	ch := object{
		"id": "ch_" + token(), "object": "charge", "amount": pi["amount"], "amount_refunded": int64(0), "captured": false, "status": status, "payment_intent": pi["id"],
		"payment_method_details": object{"type": "card", "card": object{"brand": "visa", "last4": card[max(0, len(card)-4):]}},
	}
	pi["latest_charge"] = ch
	return ch
}

func (s *Server) decline(pi object, card, code string, why error) []Event {
	ch := s.newCharge(pi, card, "failed")
	pi["status"] = "requires_payment_method"
	pi["last_payment_error"] = object{"type": "card_error", "code": code, "message": why.Error(), "charge": ch["id"]}
	return []Event{s.event("payment_intent.payment_failed", pi)}
}

func (s *Server) succeed(session, pi object, card string) []Event {
	ch := s.newCharge(pi, card, "succeeded")
	pi["last_payment_error"] = nil
	events := []Event{}
	if pi["capture_method"] == "manual" {
		pi["status"], pi["amount_capturable"] = "requires_capture", pi["amount"]
		events = append(events, s.event("payment_intent.amount_capturable_updated", pi))
	} else {
		pi["status"], pi["amount_received"] = "succeeded", pi["amount"]
		ch["captured"] = true
		events = append(events, s.event("payment_intent.succeeded", pi))
	}
	if session != nil {
		session["status"], session["payment_status"] = "complete", "unpaid"
		events = append(events, s.event("checkout.session.completed", session))
	}
	return events
}

// Lapse is a promise that nobody collected in time.
func (s *Server) Lapse(id string) {
	s.mu.Lock()
	pi := s.intents[id]
	pi["status"], pi["amount_capturable"] = "canceled", 0
	events := []Event{s.event("payment_intent.canceled", pi)}
	s.mu.Unlock()
	s.tell(events)
}

// Payment is how a payment stands, for tests.
type Payment struct {
	ID, Status                 string
	Amount, Captured, Refunded int64
	Metadata                   map[string]string
}

// Payments are all, in the order in which they were made.
func (s *Server) Payments() []Payment {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []Payment
	for _, id := range s.order {
		pi := s.intents[id]
		p := Payment{ID: id, Status: pi["status"].(string), Amount: pi["amount"].(int64), Metadata: map[string]string{}}
		if p.Status == "succeeded" {
			p.Captured = p.Amount
		}
		if n, ok := s.charge(pi)["amount_refunded"].(int64); ok {
			p.Refunded = n
		}
		for k, v := range pi["metadata"].(object) {
			p.Metadata[k], _ = v.(string)
		}
		out = append(out, p)
	}
	return out
}
