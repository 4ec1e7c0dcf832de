package observe

import (
	"fmt"
	"strconv"
	"time"

	"github.com/getsentry/sentry-go"
	"golang.org/x/time/rate"
)

// perMinute is how many failures are sent to Sentry at most: a failing disk must not become a flood.
const perMinute = 60

// Sentry sends failures to a Sentry server in the background. What leaves is what a Failure holds, and the release: no request, no
// user, no breadcrumbs, no source, and not the machine's name.
type Sentry struct {
	client *sentry.Client
	limit  *rate.Limiter
}

// NewSentry makes a client for a DSN. It asks nobody for anything.
func NewSentry(dsn, release, environment string) (*Sentry, error) {
	transport := sentry.NewHTTPTransport() // its queue is bounded: what does not fit is dropped, nobody waits
	transport.BufferSize, transport.Timeout = 100, 10*time.Second
	client, err := sentry.NewClient(sentry.ClientOptions{
		Dsn: dsn, Release: release, Environment: environment, ServerName: "wizamart", MaxBreadcrumbs: -1, SendDefaultPII: false, Transport: transport,
		Integrations: func([]sentry.Integration) []sentry.Integration { return nil },
	})
	if err != nil {
		return nil, fmt.Errorf("set Sentry up: %w", err)
	}
	return &Sentry{client, rate.NewLimiter(rate.Every(time.Minute/perMinute), perMinute)}, nil
}

// Report queues a failure.
func (s *Sentry) Report(f Failure) {
	if !s.limit.Allow() {
		return
	}
	e := sentry.NewEvent()
	e.Level, e.Timestamp, e.Fingerprint = sentry.LevelError, f.At, []string{f.Fingerprint()}
	e.Transaction = f.Route
	if f.Method != "" {
		e.Transaction = f.Method + " " + f.Route
	}
	for name, value := range map[string]string{"kind": f.Kind, "surface": f.Surface, "route": f.Route, "method": f.Method, "module": f.Module, "store": f.StoreID, "request_id": f.RequestID} {
		if value != "" {
			e.Tags[name] = value
		}
	}
	if f.Status > 0 {
		e.Tags["status"] = strconv.Itoa(f.Status)
	}
	x := sentry.Exception{Type: f.Type, Value: f.Message}
	if len(f.Stack) > 0 {
		x.Stacktrace = &sentry.Stacktrace{}
		for i := len(f.Stack) - 1; i >= 0; i-- { // Sentry wants the outermost call first
			c := f.Stack[i]
			x.Stacktrace.Frames = append(x.Stacktrace.Frames, sentry.Frame{Function: c.Func, Filename: c.File, Lineno: c.Line, InApp: c.Ours()})
		}
	}
	e.Exception = []sentry.Exception{x}
	s.client.CaptureEvent(e, nil, nil)
}

// Close waits for what is queued, for a while.
func (s *Sentry) Close(wait time.Duration) {
	if s != nil {
		s.client.Flush(wait)
		s.client.Close()
	}
}
