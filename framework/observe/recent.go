package observe

import (
	"slices"
	"strings"
	"sync"
	"time"
)

// Request is one answered request as developers see it. It names the pattern of its route and the names of its query's parameters: no value, no path, nobody.
type Request struct {
	At                            time.Time
	Surface, Method, Route, Store string // Store is a code
	Query                         []string
	Status                        int
	Took, SQLTook                 time.Duration
	SQL                           int64
	ID                            string
}

// Slow tells whether a person would have noticed the wait.
func (r Request) Slow() bool { return r.Took > 300*time.Millisecond }

// Millis is how long it took.
func (r Request) Millis() float64 { return float64(r.Took.Microseconds()) / 1000 }

// SQLMillis is how long its statements took.
func (r Request) SQLMillis() float64 { return float64(r.SQLTook.Microseconds()) / 1000 }

// MaxRecent requests are remembered, at some 300 bytes each.
const MaxRecent = 500

// Recent remembers the last requests, for developers. A nil one remembers nothing.
type Recent struct {
	mu   sync.Mutex
	ring [MaxRecent]Request
	n    int // how many there were
}

// Add remembers a request, in place of the oldest.
func (r *Recent) Add(q Request) {
	if r == nil {
		return
	}
	r.mu.Lock()
	r.ring[r.n%MaxRecent] = q
	r.n++
	r.mu.Unlock()
}

// All of them, the last first.
func (r *Recent) All() []Request {
	if r == nil {
		return nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	out := make([]Request, 0, min(r.n, MaxRecent))
	for i := r.n - 1; i >= 0 && i >= r.n-MaxRecent; i-- {
		out = append(out, r.ring[i%MaxRecent])
	}
	return out
}

// Names that a query's parameters have, in order, at most eight. A name can be as foreign as a value: what is no short word stands as "…".
func Names(query string) (out []string) {
	for part := range strings.SplitSeq(query, "&") {
		name, _, _ := strings.Cut(part, "=")
		if name == "" {
			continue
		}
		if len(name) > 24 || strings.ContainsFunc(name, func(c rune) bool {
			return !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c == '-' || c == '.')
		}) {
			name = "…"
		}
		if !slices.Contains(out, name) && len(out) < 8 {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}
