package stripefake

import (
	"fmt"
	"net/http"
	"slices"
	"time"
)

// FailNextRefund has the next refund fail at the bank.
func (s *Server) FailNextRefund(reason string) {
	s.mu.Lock()
	s.failNext = reason
	s.mu.Unlock()
}

func (s *Server) refund(r *http.Request) (int, any) {
	status, body, events := s.doRefund(r.Form.Get("payment_intent"), number(r, "amount"), notes(r, "metadata"))
	s.tell(events)
	return status, body
}

// RefundAtStripe is a merchant who gives money back in Stripe's own dashboard.
func (s *Server) RefundAtStripe(id string, amount int64) {
	_, _, events := s.doRefund(id, amount, object{})
	s.tell(events)
}

func (s *Server) doRefund(id string, amount int64, meta object) (int, any, []Event) {
	s.mu.Lock()
	defer s.mu.Unlock()
	pi := s.intents[id]
	if pi == nil {
		status, body := missing("payment_intent", id)
		return status, body, nil
	}
	if pi["status"] != "succeeded" {
		return 400, failure("invalid_request_error", "charge_not_captured", "This PaymentIntent does not have a successful charge to refund."), nil
	}
	ch := s.charge(pi)
	back, _ := ch["amount_refunded"].(int64)
	left := pi["amount_received"].(int64) - back
	if amount == 0 {
		amount = left
	}
	if amount > left {
		return 400, failure("invalid_request_error", "charge_already_refunded", fmt.Sprintf("Refund amount (%d) is greater than unrefunded amount on charge (%d)", amount, left)), nil
	}
	re := object{
		"id": "re_" + token(), "object": "refund", "amount": amount, "currency": pi["currency"], "payment_intent": id, "charge": ch["id"], "status": "succeeded", "metadata": meta, "created": time.Now().Unix(),
	}
	if s.failNext != "" {
		re["status"], re["failure_reason"], s.failNext = "failed", s.failNext, ""
	} else {
		ch["amount_refunded"] = back + amount
	}
	s.refunds = append(s.refunds, re)
	return 200, copyOf(re), []Event{s.event("refund.created", re), s.event("charge.refunded", ch)}
}

func (s *Server) getRefund(r *http.Request) (int, any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, re := range s.refunds {
		if re["id"] == r.PathValue("id") {
			return 200, copyOf(re)
		}
	}
	return missing("refund", r.PathValue("id"))
}

func (s *Server) listRefunds(r *http.Request) (int, any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := []object{}
	for _, re := range slices.Backward(s.refunds) {
		if id := r.Form.Get("payment_intent"); id == "" || re["payment_intent"] == id {
			list = append(list, copyOf(re))
		}
	}
	return 200, object{"object": "list", "data": list, "has_more": false, "url": "/v1/refunds"}
}

// ForgetKeys drops what idempotency keys had as answers, as Stripe does after a day.
func (s *Server) ForgetKeys() {
	s.mu.Lock()
	clear(s.keys)
	s.mu.Unlock()
}
