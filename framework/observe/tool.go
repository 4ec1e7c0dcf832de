package observe

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"
)

// Tool is something outside the process that the platform uses: the replica, the mail server, a payment provider.
type Tool struct {
	Name  string // "mail"
	Title string
	// Address is where it is, "" while it is not set up. It holds no secret.
	Address func() string
	// Probe asks it, when an operator wants to know now; nil where that makes no sense.
	Probe func(ctx context.Context) error
	// Now, where it is there, tells of the last contact better than what was noted.
	Now func() Contact
}

// Contact is what really happened with a tool since the process started.
type Contact struct {
	OKAt, FailedAt time.Time // the last of each; zero for none
	Error          string    // of the last failure
	OKs, Failures  uint64
}

// Bad tells whether the last contact failed.
func (c Contact) Bad() bool { return c.FailedAt.After(c.OKAt) }

// Tools knows how the tools did when they were used. Looking asks nobody.
type Tools struct {
	mu    sync.Mutex
	order []string
	tools map[string]Tool
	last  map[string]Contact
}

// NewTools knows none.
func NewTools() *Tools { return &Tools{tools: map[string]Tool{}, last: map[string]Contact{}} }

// Add makes a tool known.
func (t *Tools) Add(tool Tool) {
	if t == nil {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if _, known := t.tools[tool.Name]; !known {
		t.order = append(t.order, tool.Name)
	}
	t.tools[tool.Name] = tool
}

// All are the tools in the order in which they were added.
func (t *Tools) All() []Tool {
	t.mu.Lock()
	defer t.mu.Unlock()
	out := make([]Tool, 0, len(t.order))
	for _, name := range t.order {
		out = append(out, t.tools[name])
	}
	return out
}

// Tool finds one by its name.
func (t *Tools) Tool(name string) (tool Tool, ok bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	tool, ok = t.tools[name]
	return tool, ok
}

// Last is how it went with a tool last.
func (t *Tools) Last(name string) Contact {
	t.mu.Lock()
	tool, c := t.tools[name], t.last[name]
	t.mu.Unlock()
	if tool.Now != nil {
		now := tool.Now()
		if now.OKAt.After(c.OKAt) {
			c.OKAt = now.OKAt
		}
		if now.FailedAt.After(c.FailedAt) {
			c.FailedAt, c.Error = now.FailedAt, now.Error
		}
	}
	return c
}

// maxError is how many characters of a tool's complaint are kept.
const maxError = 300

// Note says how a use of a tool went. That somebody gave up waiting for it says nothing.
func (t *Tools) Note(name string, err error) {
	if t == nil || errors.Is(err, context.Canceled) {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	c := t.last[name]
	if err == nil {
		c.OKAt = time.Now()
		c.OKs++
	} else {
		c.FailedAt, c.Error = time.Now(), err.Error()
		c.Failures++
		if r := []rune(c.Error); len(r) > maxError {
			c.Error = string(r[:maxError]) + "…"
		}
	}
	t.last[name] = c
}

// Watch notes how requests to a tool go: an answer below 500 is one. next nil is http.DefaultTransport.
func (t *Tools) Watch(name string, next http.RoundTripper) http.RoundTripper {
	return watched{t, name, next}
}

type watched struct {
	tools *Tools
	name  string
	next  http.RoundTripper
}

// RoundTrip implements http.RoundTripper.
func (w watched) RoundTrip(r *http.Request) (*http.Response, error) {
	next := w.next
	if next == nil {
		next = http.DefaultTransport
	}
	resp, err := next.RoundTrip(r)
	switch {
	case err != nil:
		w.tools.Note(w.name, err)
	case resp.StatusCode >= 500:
		w.tools.Note(w.name, fmt.Errorf("it answered %s", resp.Status))
	default:
		w.tools.Note(w.name, nil)
	}
	return resp, err
}

// Answers is a probe of a web address: anything below 500 will do.
func Answers(ctx context.Context, client *http.Client, url string) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	resp, err := client.Do(r)
	if err != nil {
		return err
	}
	resp.Body.Close()
	if resp.StatusCode >= 500 {
		return fmt.Errorf("it answered %s", resp.Status)
	}
	return nil
}
