package stripefake

import (
	"encoding/json"
	"slices"
	"time"

	"github.com/stripe/stripe-go/v85/webhook"
)

// Event is a message that Stripe sends.
type Event struct {
	Type    string
	Payload []byte
}

// Sign gives the header with which a message is sent, by the endpoint's secret.
func (e Event) Sign(secret string, at time.Time) string {
	return webhook.GenerateTestSignedPayload(&webhook.UnsignedPayload{Payload: e.Payload, Secret: secret, Timestamp: at}).Header
}

// event notes what happened. The lock is held.
func (s *Server) event(kind string, of object) Event {
	data, err := json.Marshal(object{
		"id": "evt_" + token(), "object": "event", "type": kind, "created": time.Now().Unix(), "api_version": "2026-01-28.clover", "livemode": false, "data": object{"object": of},
	})
	if err != nil {
		panic(err)
	}
	e := Event{kind, data}
	s.events = append(s.events, e)
	return e
}

func (s *Server) tell(events []Event) {
	if s.Hook == nil {
		return
	}
	for _, e := range events {
		s.Hook(e)
	}
}

// Events are all messages so far.
func (s *Server) Events() []Event {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.events)
}
