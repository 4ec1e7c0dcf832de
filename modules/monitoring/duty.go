package monitoring

import (
	"context"
	"time"
)

const (
	settleDown   = 20 * time.Second // after the start, before copies are made
	lookAgain    = 10 * time.Minute // at the latest: settings change
	unreachable  = 2 * time.Minute  // without drills after one that could not be tried
	shortestRest = 200 * time.Millisecond
	longestRest  = 30 * time.Second
)

// work is one drill or one snapshot.
type work struct {
	key      string
	snapshot bool
}

// duty drills and copies what is due until ctx ends. It is told of the stores that change and asks no others; between two
// pieces of work it rests three times as long as the last one took, so that it takes a quarter of a core at most.
func (s *Service) duty(ctx context.Context) {
	if s.app.Replica == nil || s.app.Replica.Passive {
		return
	}
	if err := s.app.Replica.LoadFences(); err != nil {
		s.app.Log.Error("the closed stores cannot be listed", "error", err)
	}
	s.sweepTemp()
	rest, quiet := settleDown, time.Time{}
	if s.Settle > 0 {
		rest = s.Settle
	}
	for s.sleep(ctx, rest) {
		next, at, ok := s.next(ctx)
		now := s.now()
		if at.Before(quiet) && !s.asked(next) {
			at = quiet
		}
		if !ok || at.After(now) {
			wait := lookAgain
			if ok {
				wait = min(wait, at.Sub(now))
			}
			s.wait(ctx, wait)
			rest = time.Second // changes come in crowds
			continue
		}
		began := time.Now()
		if !s.run(ctx, next) {
			quiet = s.now().Add(unreachable)
		}
		rest = min(max(3*time.Since(began), shortestRest), longestRest)
	}
}

// run does one piece of work. It is false when the replica seems to be away.
func (s *Service) run(ctx context.Context, w work) bool {
	s.mu.Lock()
	delete(s.wanted, w)
	s.running = w
	s.runs = true
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		s.runs = false
		s.mu.Unlock()
	}()
	if w.snapshot {
		_, err := s.TakeSnapshot(ctx, w.key)
		return err == nil
	}
	r, err := s.Drill(ctx, w.key)
	if err != nil && ctx.Err() == nil {
		s.app.Log.Error("the restore drill cannot be run", "store", s.name(w.key), "error", err)
	}
	return err == nil && r.DrillResult != Untried
}

// next is the piece of work that is due first: what somebody asked for, then the longest overdue.
func (s *Service) next(ctx context.Context) (first work, at time.Time, ok bool) {
	s.mu.Lock()
	for w := range s.wanted {
		s.mu.Unlock()
		return w, at, true
	}
	s.mu.Unlock()
	records, err := s.records(ctx)
	if err != nil {
		s.app.Log.Error("the drills that are due cannot be found", "error", err)
		return first, at, false
	}
	changed := s.app.Changes.Since()
	drills, snapshots, place := s.drillEvery(), s.snapshotEvery(), s.app.Replica.Place()
	consider := func(w work, due time.Time, is bool) {
		if is && (!ok || due.Before(at)) {
			first, at, ok = w, due, true
		}
	}
	look := func(key string) {
		r := records[key]
		_, c := changed[key]
		due, is := r.drillDue(drills, c, place)
		consider(work{key: key}, due, is)
		due, is = r.snapshotDue(snapshots, c)
		consider(work{key: key, snapshot: true}, due, is)
	}
	look("")
	for _, info := range s.app.Platform.Stores() {
		look(info.ID)
	}
	return first, at, ok
}

// ask has the duty do a piece of work before all others.
func (s *Service) ask(w work) {
	s.mu.Lock()
	s.wanted[w] = true
	s.mu.Unlock()
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

func (s *Service) asked(w work) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.wanted[w] || s.runs && s.running == w
}

// sleep rests, unless somebody asks for something.
func (s *Service) sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-s.wake:
	case <-ctx.Done():
		return false
	}
	return true
}

// wait ends with d, a file that changed, or something that was asked for.
func (s *Service) wait(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-s.wake:
	case <-s.app.Changes.Wake():
	case <-ctx.Done():
	}
}
