// Package job runs long work that survives the end of the process: imports, exports, mail, webhooks.
//
// A job is a row in the file that its work belongs to, enqueued in the transaction that makes it necessary.
// A Runner claims it, runs the handler of its kind, and notes how it ended. Jobs that were running when the process
// ended are queued again; a handler that notes a Checkpoint goes on from there. A handler may be run more than
// once, so what it does in the database is committed together with its checkpoint, and what it does outside carries
// the job's id.
//
// When files are looked at is decided by package background.
package job

import (
	"embed"
	"fmt"

	"wizamart/framework/database"
)

// Migrations of the table that this package owns.
//
//go:embed migrations
var Migrations embed.FS

// Tables that this package owns, with their classes. A restored or cloned store starts without jobs:
// what they did outside has been done.
var Tables = []database.Table{
	{Name: "job", Scope: database.Platform, Class: database.Ephemeral},
	{Name: "job", Scope: database.Store, Class: database.Ephemeral},
}

// State of a job.
type State string

const (
	Queued    State = "queued"
	Running   State = "running"
	Succeeded State = "succeeded"
	Failed    State = "failed"
	Cancelled State = "cancelled"
)

// Finished tells whether the state is final.
func (s State) Finished() bool { return s == Succeeded || s == Failed || s == Cancelled }

// Job is a job as it stands in its file.
type Job struct {
	ID          string        `json:"id"`
	Kind        string        `json:"kind"`
	Payload     database.JSON `json:"-"`
	State       State         `json:"state"`
	Actor       string        `json:"actor,omitempty"` // who asked for it
	RunAt       database.Time `json:"run_at"`
	Attempts    int           `json:"attempts"`
	MaxAttempts int           `json:"max_attempts"`
	Interrupted int           `json:"-"`
	Done        int64         `json:"done"`
	Total       int64         `json:"total"` // 0 when unknown
	Message     string        `json:"message"`
	Checkpoint  database.JSON `json:"-"`
	Result      database.JSON `json:"result"`
	Error       string        `json:"-"` // for the operator; Message has what a person may read
	CreatedAt   database.Time `json:"created_at"`
	StartedAt   database.Time `json:"started_at"`
	HeartbeatAt database.Time `json:"heartbeat_at"`
	CancelAt    database.Time `json:"cancel_at"` // when somebody asked to cancel it
	FinishedAt  database.Time `json:"finished_at"`
}

// Percent is how far the job is, 0 to 100; it is 100 only when it has succeeded.
func (j Job) Percent() int {
	switch {
	case j.State == Succeeded:
		return 100
	case j.Total <= 0:
		return 0
	}
	return int(min(max(j.Done*100/j.Total, 0), 99))
}

// PermanentError is a failure that another attempt would not mend.
type PermanentError struct{ Err error }

func (e *PermanentError) Error() string { return e.Err.Error() }
func (e *PermanentError) Unwrap() error { return e.Err }

// Permanent marks err as a failure that is not to be retried; nil stays nil.
func Permanent(err error) error {
	if err == nil {
		return nil
	}
	return &PermanentError{err}
}

// PanicError is a handler's panic.
type PanicError struct {
	Value any
	Stack []byte
}

func (e *PanicError) Error() string { return fmt.Sprintf("panic: %v", e.Value) }
