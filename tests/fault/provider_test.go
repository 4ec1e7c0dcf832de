package fault

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"wizamart/modules/payments/stripefake"
)

// provider is a pretended payment provider in the test's own process: it outlives the server that it is asked by. It can hold a call of an
// order, before or after it is done, until that server is killed.
type provider struct {
	*stripefake.Server
	url   string
	mu    sync.Mutex
	owner map[string]string   // id of a page or a payment → the order's token
	calls map[string][]string // token → what was asked, in order
	hold  map[string]point
	held  chan string // tokens
}

// point is a moment between two steps: the nth call of an order, from 1, before it is done or before its answer.
type point struct {
	n    int
	done bool
}

func newProvider(t *testing.T) *provider {
	p := &provider{Server: stripefake.New(""), owner: map[string]string{}, calls: map[string][]string{}, hold: map[string]point{}, held: make(chan string, 100)}
	server := httptest.NewServer(p)
	t.Cleanup(server.Close)
	p.url = server.URL
	p.SetBase(p.url)
	return p
}

func (p *provider) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	form, _ := url.ParseQuery(string(body))
	token := form.Get("metadata[wizamart_token]")
	p.mu.Lock()
	for _, part := range append(strings.Split(r.URL.Path, "/"), form.Get("payment_intent"), r.URL.Query().Get("payment_intent")) {
		if id := p.owner[part]; id != "" {
			token = id
		}
	}
	p.calls[token] = append(p.calls[token], r.Method+" "+r.URL.Path)
	at, held := p.hold[token]
	held = held && token != "" && at.n == len(p.calls[token])
	p.mu.Unlock()
	if held && !at.done {
		p.held <- token
		<-r.Context().Done() // the server has gone: nobody ever heard this call
		return
	}
	answer := httptest.NewRecorder()
	p.Server.ServeHTTP(answer, r)
	p.learn(token, answer.Body.Bytes())
	if held {
		p.held <- token
		<-r.Context().Done()
		return
	}
	for k, v := range answer.Header() {
		w.Header()[k] = v
	}
	w.WriteHeader(answer.Code)
	w.Write(answer.Body.Bytes()) //nolint:errcheck // the client has gone
}

// learn notes which order an id belongs to.
func (p *provider) learn(token string, body []byte) {
	var o struct {
		ID     string          `json:"id"`
		Intent json.RawMessage `json:"payment_intent"`
	}
	var intent struct {
		ID string `json:"id"`
	}
	if token == "" || json.Unmarshal(body, &o) != nil {
		return
	}
	json.Unmarshal(o.Intent, &intent) //nolint:errcheck // it may be a name
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, id := range []string{o.ID, intent.ID} {
		if id != "" {
			p.owner[id] = token
		}
	}
}

// stopAt has an order's nth call from now on held.
func (p *provider) stopAt(token string, at point) {
	p.mu.Lock()
	defer p.mu.Unlock()
	at.n += len(p.calls[token])
	p.hold[token] = at
}

// heard is how many calls there were for an order.
func (p *provider) heard(token string) []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.calls[token]
}

// payments of an order.
func (p *provider) payments(token string) (out []stripefake.Payment) {
	for _, x := range p.Payments() {
		if x.Metadata["wizamart_token"] == token {
			p.mu.Lock()
			p.owner[x.ID] = token
			p.mu.Unlock()
			out = append(out, x)
		}
	}
	return out
}

// about are the messages about an order, or all of them.
func (p *provider) about(token string) (out []stripefake.Event) {
	for _, e := range p.Events() {
		if bytes.Contains(e.Payload, []byte(token)) {
			out = append(out, e)
		}
	}
	return out
}

// tell delivers a message to a shop.
func (s *site) tell(code string, e stripefake.Event) error {
	req, err := http.NewRequest(http.MethodPost, "http://"+code+".localhost/webhooks/stripe", bytes.NewReader(e.Payload))
	if err != nil {
		return err
	}
	req.Header.Set("Stripe-Signature", e.Sign("whsec_demo", time.Now()))
	req.Header.Set("Content-Type", "application/json")
	res, err := s.client().Do(req)
	if err != nil {
		return err
	}
	res.Body.Close()
	if res.StatusCode != http.StatusNoContent {
		return fmt.Errorf("%w: the message %s is answered with %d", errRefused, e.Type, res.StatusCode)
	}
	return nil
}
