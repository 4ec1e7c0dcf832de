package job

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"wizamart/tenant"
)

// Func does the work of one attempt. It ends soon after ctx does and then returns an error.
type Func func(ctx context.Context, run *Run) error

// Kind says how the jobs of a kind are run.
type Kind struct {
	Name string // <module>.<verb>
	Run  Func
	// Always runs also while the module is off: an obligation that has to be met.
	Always bool
	// FreesKey has a job give up its key as it begins: what is enqueued with the key from then on is another job, which waits for this one to end.
	FreesKey bool
}

// Options of a Runner. Only Platform is needed.
type Options struct {
	Platform *tenant.Platform
	Kinds    []Kind
	// Enabled tells whether a platform has a module switched on. Jobs of a module that is off wait. nil: all are on.
	Enabled func(platformID, module string) bool
	// Ended is told of each attempt that ended. It is quick and does no I/O. May be nil.
	Ended   func(End)
	Workers int                             // jobs run at once; 2 when 0. A store has at most one of them.
	Rest    time.Duration                   // of a file after a job: others come first, and what it has to do meanwhile gathers; 100 ms when 0
	Backoff func(attempt int) time.Duration // the pause after a failed attempt, from 1; 10 s times four, up to an hour, when nil
	Now     func() time.Time                // time.Now when nil
	Log     *slog.Logger                    // slog.Default when nil
}

// Runner runs the jobs of files that Visit was called for.
type Runner struct {
	Options
	kinds    map[string]Kind
	lastWait time.Duration // for a handler to return after its context has ended

	mu       sync.Mutex
	changed  *sync.Cond
	line     []string // the files with jobs that are due, in turn; "" is the platform's
	inLine   map[string]bool
	busy     map[string]*slot
	stopping bool
	workers  sync.WaitGroup
}

// slot is a file's one running job. It is held until the file has rested.
type slot struct {
	jobID  string // "" before and after the job
	cancel context.CancelCauseFunc
	again  bool // somebody looked while it was taken: look once more
}

// The causes that end a handler's context.
var (
	ErrCancelled = errors.New("job: cancelled")
	ErrStopping  = errors.New("job: the server is stopping")
)

// NewRunner checks the kinds.
func NewRunner(o Options) (*Runner, error) {
	o.Workers = cmp.Or(o.Workers, 2)
	o.Rest = cmp.Or(o.Rest, 100*time.Millisecond)
	if o.Enabled == nil {
		o.Enabled = func(string, string) bool { return true }
	}
	if o.Backoff == nil {
		o.Backoff = func(attempt int) time.Duration {
			return min(10*time.Second<<min(2*(attempt-1), 20), time.Hour)
		}
	}
	if o.Ended == nil {
		o.Ended = func(End) {}
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	r := &Runner{Options: o, kinds: map[string]Kind{}, lastWait: 5 * time.Second, inLine: map[string]bool{}, busy: map[string]*slot{}}
	r.changed = sync.NewCond(&r.mu)
	for _, k := range o.Kinds {
		module, _, ok := strings.Cut(k.Name, ".")
		if !ok || module == "" || k.Run == nil {
			return nil, fmt.Errorf("job: kind %q: it is named <module>.<verb> and has a function", k.Name)
		}
		if _, twice := r.kinds[k.Name]; twice {
			return nil, fmt.Errorf("job: kind %q has two functions", k.Name)
		}
		r.kinds[k.Name] = k
	}
	return r, nil
}

// Start starts the workers.
func (r *Runner) Start() {
	for range r.Workers {
		r.workers.Go(r.work)
	}
}

// Stop starts no more jobs and waits up to grace, or as long as ctx lasts, for those that run; then it ends their
// contexts and gives them five seconds to return. A job that ended unfinished is queued for the next start. The error names those that
// did not end: their rows stay as they are, and the next start takes them up.
func (r *Runner) Stop(ctx context.Context, grace time.Duration) error {
	r.mu.Lock()
	r.stopping = true
	r.changed.Broadcast()
	r.mu.Unlock()
	ended := make(chan struct{})
	go func() { r.workers.Wait(); close(ended) }()
	timer := time.NewTimer(grace)
	defer timer.Stop()
	select {
	case <-ended:
		return nil
	case <-timer.C:
	case <-ctx.Done():
	}
	r.mu.Lock()
	for _, s := range r.busy {
		if s.cancel != nil {
			s.cancel(ErrStopping)
		}
	}
	r.mu.Unlock()
	last := time.NewTimer(r.lastWait)
	defer last.Stop()
	select {
	case <-ended:
		return nil
	case <-last.C:
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	var ids []string
	for _, s := range r.busy {
		if s.jobID != "" {
			ids = append(ids, s.jobID)
		}
	}
	slices.Sort(ids)
	return fmt.Errorf("job: still running: %s", strings.Join(ids, ", "))
}

// work serves one file after the other until the runner stops.
func (r *Runner) work() {
	for {
		r.mu.Lock()
		for len(r.line) == 0 && !r.stopping {
			r.changed.Wait()
		}
		if r.stopping {
			r.mu.Unlock()
			return
		}
		file := r.line[0]
		r.line = r.line[1:]
		delete(r.inLine, file)
		if s := r.busy[file]; s != nil {
			s.again = true
			r.mu.Unlock()
			continue
		}
		s := &slot{}
		r.busy[file] = s
		r.mu.Unlock()
		more, err := r.serve(file, s)
		if err != nil {
			r.Log.Error("job could not be run", "store", file, "error", err)
		}
		r.mu.Lock()
		s.jobID, s.cancel, s.again = "", nil, err == nil && (more || s.again)
		r.mu.Unlock()
		if more {
			time.AfterFunc(r.Rest, func() { r.free(file, s) })
		} else {
			r.free(file, s)
		}
	}
}

// free gives a file's slot back.
func (r *Runner) free(file string, s *slot) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.busy, file)
	if s.again {
		r.enter(file)
	}
}

// enter puts a file at the end of the line. The lock is held.
func (r *Runner) enter(file string) {
	if !r.inLine[file] && !r.stopping {
		r.inLine[file] = true
		r.line = append(r.line, file)
		r.changed.Signal()
	}
}

// End is how an attempt at a job ended.
type End struct {
	Job     Job // as it was when the attempt began
	StoreID string
	Result  string // succeeded, failed, cancelled, retried (tried again later) or interrupted (the server stops)
	Took    time.Duration
	Err     error // nil when it succeeded
}

// At is a job that runs now: the file it is in, and its id.
type At struct{ StoreID, ID string }

// Busy lists the jobs that run.
func (r *Runner) Busy() []At {
	r.mu.Lock()
	defer r.mu.Unlock()
	var out []At
	for file, s := range r.busy {
		if s.jobID != "" {
			out = append(out, At{file, s.jobID})
		}
	}
	slices.SortFunc(out, func(a, b At) int { return strings.Compare(a.StoreID+a.ID, b.StoreID+b.ID) })
	return out
}

// KindNames are the names of all kinds of job.
func (r *Runner) KindNames() []string { return slices.Sorted(maps.Keys(r.kinds)) }

// Running is how many jobs run, and how many files stand in line or rest.
func (r *Runner) Running() (running, waiting int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	waiting = len(r.line)
	for _, s := range r.busy {
		if s.jobID != "" {
			running++
		} else {
			waiting++
		}
	}
	return running, waiting
}
