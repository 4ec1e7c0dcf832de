package analytics

import (
	"context"
	"slices"
	"time"

	"wizamart/tenant"
)

// When sums are written. A store's file is not opened for a single view: what is little may wait longer.
const (
	writeAfter  = 5 * time.Minute
	littleViews = 20 // up to which a store waits for littleAfter
	littleAfter = 30 * time.Minute
	lookEvery   = 20 * time.Second
	lastWrites  = 5 * time.Second // at the end of the process: what is not written then is lost
)

// duty writes the sums in the background, and what is left when the process ends.
func (s *Service) duty(ctx context.Context) {
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			s.Flush(ctx, s.app.Now())
		case <-ctx.Done():
			last, cancel := context.WithTimeout(context.WithoutCancel(ctx), lastWrites)
			defer cancel()
			s.FlushAll(last)
			return
		}
	}
}

// waiting is a store's sums of a day that are to be written.
type waiting struct {
	pastKey
	*counter
	views int64
}

// Flush writes the sums that have waited long enough at the moment now. What cannot be written waits on.
func (s *Service) Flush(ctx context.Context, now time.Time) {
	s.current(now)
	s.flush(ctx, func(t *tally) bool {
		age := now.Sub(t.since)
		return age >= littleAfter || t.views > littleViews && age >= writeAfter
	})
}

// FlushAll writes all sums, those with the most views first.
func (s *Service) FlushAll(ctx context.Context) {
	s.flush(ctx, func(*tally) bool { return true })
}

func (s *Service) flush(ctx context.Context, due func(t *tally) bool) {
	lost := int64(0)
	for _, w := range s.due(due) {
		err := ctx.Err()
		if err == nil {
			err = s.write(ctx, w)
		}
		if err != nil {
			lost += w.views
		}
	}
	if lost > 0 && ctx.Err() != nil {
		s.app.Log.WarnContext(ctx, "the server ended before all visits were written", "views", lost)
	}
}

// due lists what is to be written: all that is left of days that are over, and of today what is due.
func (s *Service) due(due func(t *tally) bool) (out []waiting) {
	add := func(k pastKey, c *counter, always bool) {
		c.look(func(t *tally) {
			if !t.empty() && (always || due(t)) {
				out = append(out, waiting{k, c, t.views})
			}
		})
	}
	s.mu.Lock()
	for k, c := range s.past {
		add(k, c, true)
	}
	s.mu.Unlock()
	if d := s.today.Load(); d != nil {
		d.stores.Range(func(store, c any) bool {
			add(pastKey{store.(string), d.number}, c.(*counter), false)
			return true
		})
	}
	slices.SortFunc(out, func(a, b waiting) int { return int(b.views - a.views) })
	return out
}

// write adds a store's sums to its file. Those of a store that is gone are dropped.
func (s *Service) write(ctx context.Context, w waiting) error {
	t := w.take()
	err := s.save(ctx, w.pastKey, t)
	if err != nil {
		w.putBack(t)
		s.app.Log.WarnContext(ctx, "visits could not be written; they wait", "store", w.store, "error", err.Error())
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.past[w.pastKey] == w.counter {
		delete(s.past, w.pastKey)
	}
	return nil
}

func (s *Service) save(ctx context.Context, k pastKey, t tally) error {
	if s.app.Platform.ByID(k.store) == nil {
		return nil
	}
	if err := s.app.Platform.Usable(k.store); err != nil {
		return err
	}
	st, release, err := s.app.Platform.Acquire(ctx, k.store)
	if err != nil {
		return err
	}
	defer release()
	return st.Write(ctx, func(tx *tenant.Store) error { return saveTally(ctx, tx, k.day, t) })
}
