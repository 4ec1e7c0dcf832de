package monitoring

import (
	"strings"
	"time"

	"wizamart/framework/database"
	"wizamart/framework/observe"
	"wizamart/framework/problem"
)

// States of a failure.
const (
	Open     = "open"
	Resolved = "resolved" // opens again when it is seen again
	Muted    = "muted"    // is counted, and stays muted
)

const (
	// keepFailures is how long a failure is kept after it was seen last, and keepJobs a job that failed: as long as the job itself.
	keepFailures = 30 * 24 * time.Hour
	keepJobs     = 30 * 24 * time.Hour
	// maxFailures and maxJobs bound the tables: the newest stay.
	maxFailures = 1000
	maxJobs     = 2000
	// maxPending is how many different failures, and jobs, wait to be written at most. More are counted and lost.
	maxPending = 500
)

// Failure is one cause of failures, with what is known of the last time.
type Failure struct {
	Fingerprint string        `json:"id"`
	Kind        string        `json:"kind" enum:"panic,error,job"`
	Type        string        `json:"type" doc:"Go type of the error."`
	Message     string        `json:"message" doc:"Without what people typed, addresses, tokens and long numbers."`
	Surface     string        `json:"surface"`
	Method      string        `json:"method"`
	Route       string        `json:"route" doc:"A pattern, or the kind of a job."`
	Module      string        `json:"module"`
	Status      int           `json:"status" doc:"Of the answer; 0 for a job."`
	Seen        int64         `json:"seen" doc:"How often."`
	FirstAt     database.Time `json:"first_at"`
	LastAt      database.Time `json:"last_at"`
	StoreID     string        `json:"store_id" doc:"Of the last one; empty outside a store."`
	RequestID   string        `json:"request_id" doc:"Of the last one, or the job's id."`
	Release     string        `json:"release"`
	Stack       string        `json:"stack"`
	State       string        `json:"state" enum:"open,resolved,muted"`
	Returned    int64         `json:"returned" doc:"How often it was seen again after it had been resolved."`
	ChangedAt   database.Time `json:"changed_at"`
	ChangedBy   string        `json:"changed_by"`
}

// Where it happened, in short.
func (f Failure) Where() string { return strings.TrimSpace(f.Method + " " + f.Route) }

// Change moves the failure to a state, or says why not.
func (f Failure) Change(state string) error {
	switch {
	case state != Open && state != Resolved && state != Muted:
		return problem.New(problem.BadRequest, "A failure is open, resolved or muted.")
	case f.State == state:
		return problem.New(problem.Conflict, "It is %s already.", state)
	}
	return nil
}

// seen is what was noted of one failure since it was last written.
type seen struct {
	observe.Failure
	n     int64
	first time.Time
}

func stackText(frames []observe.Frame) string {
	var b strings.Builder
	for i, f := range frames {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(f.String())
	}
	return b.String()
}
