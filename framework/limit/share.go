package limit

import (
	"context"
	"sync"
	"time"

	"wizamart/framework/problem"
)

const (
	// maxWaiting is how many requests of one store wait for a turn.
	maxWaiting = 256
	// longestTurn is how long a request keeps its turn at most. One that takes longer waits for somebody, a slow client perhaps, and not for the processor.
	longestTurn = 2 * time.Second
)

// Shares gives each store a few turns at a time, so that one that is flooded does not keep the processor from the others. Who waits is served in order of
// arrival. A nil Shares lets everybody in.
type Shares struct {
	turns int
	mu    sync.Mutex
	all   map[string]*share // of stores with a request under way
}

type share struct {
	running int
	waiting []chan struct{}
}

// NewShares gives each store so many turns at a time.
func NewShares(turns int) *Shares { return &Shares{turns: turns, all: map[string]*share{}} }

// Enter waits for a turn of the store; leave gives it back, and may be called again. It fails with a problem.TooMany when too many wait already, and when
// ctx ends.
func (s *Shares) Enter(ctx context.Context, store string) (leave func(), err error) {
	if s == nil {
		return func() {}, nil
	}
	s.mu.Lock()
	sh := s.all[store]
	if sh == nil {
		sh = &share{}
		s.all[store] = sh
	}
	if sh.running < s.turns {
		sh.running++
		s.mu.Unlock()
		return s.turn(store, sh), nil
	}
	if len(sh.waiting) >= maxWaiting {
		s.mu.Unlock()
		return nil, &problem.Error{Code: problem.TooMany, Message: "So many want something of this shop that it cannot answer everybody. Please try again in a moment.", RetryAfter: 2}
	}
	mine := make(chan struct{})
	sh.waiting = append(sh.waiting, mine)
	s.mu.Unlock()
	select {
	case <-mine:
		return s.turn(store, sh), nil
	case <-ctx.Done():
		s.giveUp(store, sh, mine)
		return nil, context.Cause(ctx)
	}
}

// turn is the end of a turn that has begun.
func (s *Shares) turn(store string, sh *share) func() {
	leave := sync.OnceFunc(func() { s.leave(store, sh) })
	timer := time.AfterFunc(longestTurn, leave)
	return func() {
		timer.Stop()
		leave()
	}
}

func (s *Shares) leave(store string, sh *share) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(sh.waiting) > 0 { // the turn is handed on
		close(sh.waiting[0])
		sh.waiting = sh.waiting[1:]
		return
	}
	if sh.running--; sh.running == 0 {
		delete(s.all, store)
	}
}

// giveUp takes somebody out of the queue, or hands on the turn that came meanwhile.
func (s *Shares) giveUp(store string, sh *share, mine chan struct{}) {
	s.mu.Lock()
	for i, w := range sh.waiting {
		if w == mine {
			sh.waiting = append(sh.waiting[:i:i], sh.waiting[i+1:]...)
			s.mu.Unlock()
			return
		}
	}
	s.mu.Unlock()
	s.leave(store, sh)
}
