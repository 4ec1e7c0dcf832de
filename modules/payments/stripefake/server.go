// Package stripefake pretends to be Stripe, as far as payments need it: payment intents, hosted pages, captures, refunds, signed events, idempotency keys,
// declined cards and 3-D Secure. It keeps everything in memory. Tests and development servers use it; no money moves.
package stripefake

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Cards, as Stripe's own test numbers behave.
const (
	Good     = "4242424242424242"
	Declined = "4000000000000002"
	Secure   = "4000002500003155" // asks for 3-D Secure
)

type object = map[string]any

// Server is a pretended Stripe.
type Server struct {
	// Fault, when not nil, may spoil a call of the API: before it is done ("lost"), or after it ("answer lost").
	Fault func(method, path string) Fault
	// Revoked keys are refused.
	Revoked func(key string) bool
	// Hook is told of every event, outside of all locks; nil keeps them in Events alone.
	Hook func(e Event)

	base     string
	mux      *http.ServeMux
	mu       sync.Mutex
	intents  map[string]object
	sessions map[string]object
	refunds  []object
	order    []string // of intents
	keys     map[string]*answer
	events   []Event
	failNext string // reason for which the next refund fails
}

// Fault is what happens to a call.
type Fault int

const (
	None       Fault = iota
	Lost             // it is not done, and fails
	AnswerLost       // it is done, and fails all the same
)

type answer struct {
	request string
	status  int
	body    []byte
	busy    bool
}

// New is a server that is reached at base.
func New(base string) *Server {
	s := &Server{base: base, intents: map[string]object{}, sessions: map[string]object{}, keys: map[string]*answer{}, mux: http.NewServeMux()}
	s.mux.HandleFunc("POST /v1/payment_intents", s.api(s.createIntent))
	s.mux.HandleFunc("GET /v1/payment_intents", s.api(s.listIntents))
	s.mux.HandleFunc("GET /v1/payment_intents/{id}", s.api(s.getIntent))
	s.mux.HandleFunc("POST /v1/payment_intents/{id}/capture", s.api(s.capture))
	s.mux.HandleFunc("POST /v1/payment_intents/{id}/cancel", s.api(s.cancel))
	s.mux.HandleFunc("POST /v1/checkout/sessions", s.api(s.createSession))
	s.mux.HandleFunc("GET /v1/checkout/sessions/{id}", s.api(s.getSession))
	s.mux.HandleFunc("POST /v1/checkout/sessions/{id}/expire", s.api(s.expire))
	s.mux.HandleFunc("POST /v1/refunds", s.api(s.refund))
	s.mux.HandleFunc("GET /v1/refunds", s.api(s.listRefunds))
	s.mux.HandleFunc("GET /v1/refunds/{id}", s.api(s.getRefund))
	s.mux.HandleFunc("GET /pay/{id}", s.page)
	s.mux.HandleFunc("POST /pay/{id}", s.pagePay)
	return s
}

// SetBase changes where the server is reached.
func (s *Server) SetBase(base string) { s.base = base }

func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.mux.ServeHTTP(w, r) }

// api wraps a call: the key, the fault, idempotency.
func (s *Server) api(do func(r *http.Request) (int, any)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		key, bearer := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		if !bearer || !strings.HasPrefix(key, "sk_test_") || s.Revoked != nil && s.Revoked(key) {
			write(w, 401, failure("invalid_request_error", "", "Invalid API Key provided"))
			return
		}
		r.ParseForm() //nolint:errcheck // what cannot be read is missing
		fault := None
		if s.Fault != nil {
			fault = s.Fault(r.Method, r.URL.Path)
		}
		if fault == Lost {
			write(w, 500, failure("api_error", "", "lost on the way"))
			return
		}
		status, body := s.once(r, do)
		if fault == AnswerLost {
			status, body = 500, failure("api_error", "", "the answer was lost")
		}
		write(w, status, body)
	}
}

// once gives the answer that an idempotency key had before.
func (s *Server) once(r *http.Request, do func(r *http.Request) (int, any)) (int, any) {
	key := r.Header.Get("Idempotency-Key")
	if r.Method != http.MethodPost || key == "" {
		return do(r)
	}
	request := r.URL.Path + "?" + r.PostForm.Encode()
	s.mu.Lock()
	if a := s.keys[key]; a != nil {
		defer s.mu.Unlock()
		switch {
		case a.busy:
			return 409, failure("idempotency_error", "idempotency_key_in_use", "There is another request with this key under way")
		case a.request != request:
			return 400, failure("idempotency_error", "", "Keys for idempotent requests can only be used with the same parameters they were first used with")
		}
		return a.status, json.RawMessage(a.body)
	}
	a := &answer{request: request, busy: true}
	s.keys[key] = a
	s.mu.Unlock()
	status, body := do(r)
	data, err := json.Marshal(body)
	if err != nil {
		panic(err)
	}
	s.mu.Lock()
	a.status, a.body, a.busy = status, data, false
	s.mu.Unlock()
	return status, json.RawMessage(data)
}

func write(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Request-Id", "req_"+token())
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(body) //nolint:errcheck // the client has gone
}

func failure(kind, code, message string) object {
	e := object{"type": kind, "message": message}
	if code != "" {
		e["code"] = code
	}
	return object{"error": e}
}

func missing(what, id string) (int, any) {
	return 404, failure("invalid_request_error", "resource_missing", fmt.Sprintf("No such %s: '%s'", what, id))
}

func token() string { return rand.Text()[:20] }

func number(r *http.Request, name string) int64 {
	n, _ := strconv.ParseInt(r.Form.Get(name), 10, 64)
	return n
}

// notes reads prefix[…] of a form.
func notes(r *http.Request, prefix string) object {
	out := object{}
	for k, vs := range r.Form {
		if name, ok := strings.CutPrefix(k, prefix+"["); ok && strings.Count(name, "[") == 0 {
			out[strings.TrimSuffix(name, "]")] = vs[0]
		}
	}
	return out
}

func copyOf(o object) object { return maps.Clone(o) }

func (s *Server) newIntent(amount int64, currency, capture string, meta object) object {
	id := "pi_" + token()
	pi := object{
		"id": id, "object": "payment_intent", "amount": amount, "amount_capturable": int64(0), "amount_received": int64(0), "currency": currency, "capture_method": capture,
		"status": "requires_payment_method", "client_secret": id + "_secret_" + token(), "created": time.Now().Unix(), "livemode": false, "metadata": meta, "latest_charge": nil, "last_payment_error": nil,
	}
	s.intents[id] = pi
	s.order = append(s.order, id)
	return pi
}

func (s *Server) createIntent(r *http.Request) (int, any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if number(r, "amount") <= 0 || r.Form.Get("currency") == "" {
		return 400, failure("invalid_request_error", "parameter_missing", "Missing required param: amount.")
	}
	return 200, copyOf(s.newIntent(number(r, "amount"), r.Form.Get("currency"), r.Form.Get("capture_method"), notes(r, "metadata")))
}

func (s *Server) getIntent(r *http.Request) (int, any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	pi := s.intents[r.PathValue("id")]
	if pi == nil {
		return missing("payment_intent", r.PathValue("id"))
	}
	return 200, copyOf(pi)
}

func (s *Server) listIntents(r *http.Request) (int, any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := []object{}
	for _, id := range slices.Backward(s.order) {
		if s.intents[id]["created"].(int64) >= number(r, "created[gte]") {
			list = append(list, copyOf(s.intents[id]))
		}
	}
	return 200, object{"object": "list", "data": list, "has_more": false, "url": "/v1/payment_intents"}
}

func (s *Server) capture(r *http.Request) (int, any) {
	status, body, events := s.doCapture(r)
	s.tell(events)
	return status, body
}

func (s *Server) doCapture(r *http.Request) (int, any, []Event) {
	s.mu.Lock()
	defer s.mu.Unlock()
	pi := s.intents[r.PathValue("id")]
	if pi == nil {
		status, body := missing("payment_intent", r.PathValue("id"))
		return status, body, nil
	}
	if pi["status"] != "requires_capture" {
		return 400, failure("invalid_request_error", "payment_intent_unexpected_state", fmt.Sprintf("This PaymentIntent could not be captured because it has a status of %s.", pi["status"])), nil
	}
	pi["status"], pi["amount_received"], pi["amount_capturable"] = "succeeded", pi["amount"], int64(0)
	s.charge(pi)["captured"] = true
	return 200, copyOf(pi), []Event{s.event("payment_intent.succeeded", pi)}
}

func (s *Server) cancel(r *http.Request) (int, any) {
	s.mu.Lock()
	pi := s.intents[r.PathValue("id")]
	if pi == nil {
		s.mu.Unlock()
		return missing("payment_intent", r.PathValue("id"))
	}
	if pi["status"] == "succeeded" || pi["status"] == "canceled" {
		defer s.mu.Unlock()
		return 400, failure("invalid_request_error", "payment_intent_unexpected_state", fmt.Sprintf("You cannot cancel this PaymentIntent because it has a status of %s.", pi["status"]))
	}
	pi["status"], pi["amount_capturable"] = "canceled", 0
	events, body := []Event{s.event("payment_intent.canceled", pi)}, copyOf(pi)
	s.mu.Unlock()
	s.tell(events)
	return 200, body
}

func (s *Server) charge(pi object) object {
	ch, _ := pi["latest_charge"].(object)
	if ch == nil {
		ch = object{}
	}
	return ch
}
