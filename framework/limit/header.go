package limit

import (
	"fmt"
	"net/http"
	"time"
)

// State is how it stands with the fullest used of a request's buckets. The zero State is of a request that is not limited.
type State struct {
	Class  Class
	Store  bool // the store's bucket, not the client's
	Quota  int  // of Window
	Window time.Duration
	Left   int
	Full   time.Duration // until all of the quota is there again, when nobody asks
}

func (s State) share() float64 { return float64(s.Left) / float64(s.Quota) }

// Header says it in the fields of draft-ietf-httpapi-ratelimit-headers-10: RateLimit-Policy has the quota (q) and its window in seconds (w), RateLimit
// what is left (r) and in how many seconds all is there again (t).
func (s State) Header(h http.Header) {
	if s.Quota == 0 {
		return
	}
	name := string(s.Class)
	if s.Store {
		name += "-store"
	}
	h["Ratelimit-Policy"] = []string{fmt.Sprintf("%q;q=%d;w=%d", name, s.Quota, seconds(s.Window))}
	h["Ratelimit"] = []string{fmt.Sprintf("%q;r=%d;t=%d", name, s.Left, seconds(s.Full))}
}

// Header is State.Header and Retry-After (RFC 9110, section 10.2.3), in seconds.
func (r *Refused) Header(h http.Header) {
	s := r.State
	s.Full = r.Wait
	s.Header(h)
	h.Set("Retry-After", fmt.Sprint(seconds(r.Wait)))
}
