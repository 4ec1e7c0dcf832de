package monitoring

import (
	"context"
	"time"

	"wizamart/framework/job"
	"wizamart/framework/observe"
)

// writeEvery is how long failures are gathered before they are written: a storm of them is a few rows.
const writeEvery = 5 * time.Second

// failedJob is a job that used its last attempt.
type failedJob struct {
	job.End
	at time.Time
}

// noteFailure gathers a failure. It does no I/O.
func (s *Service) noteFailure(f observe.Failure) {
	id := f.Fingerprint()
	s.gather.Lock()
	defer s.gather.Unlock()
	p := s.pending[id]
	if p == nil {
		if len(s.pending) >= maxPending {
			return
		}
		p = &seen{first: f.At}
		s.pending[id] = p
	}
	p.n++
	p.Failure = f
}

// noteJob gathers a job that failed. It does no I/O.
func (s *Service) noteJob(e job.End) {
	s.gather.Lock()
	defer s.gather.Unlock()
	if len(s.failedJobs) < maxPending {
		s.failedJobs = append(s.failedJobs, failedJob{e, time.Now()})
	}
}

// Flush writes what was gathered.
func (s *Service) Flush(ctx context.Context) error {
	s.flushing.Lock()
	defer s.flushing.Unlock()
	s.gather.Lock()
	failures, jobs := s.pending, s.failedJobs
	s.pending, s.failedJobs = map[string]*seen{}, nil
	s.gather.Unlock()
	if len(failures) == 0 && len(jobs) == 0 {
		return nil
	}
	return s.write(ctx, failures, jobs)
}

// keepNotes writes what was gathered until ctx ends, and then once more.
func (s *Service) keepNotes(ctx context.Context) {
	tick := time.NewTicker(writeEvery)
	defer tick.Stop()
	var pruned time.Time
	for {
		last := false
		select {
		case <-tick.C:
		case <-ctx.Done():
			last = true
		}
		err := s.Flush(context.WithoutCancel(ctx))
		if err == nil && !last && time.Since(pruned) > time.Hour {
			pruned = time.Now()
			err = s.prune(ctx)
		}
		if last {
			return
		}
		if err != nil && ctx.Err() == nil {
			s.app.Log.Error("failures cannot be kept", "error", err)
		}
	}
}
