package auth

import (
	"crypto/rand"
	"sync"
	"time"

	"wizamart/framework/database"
)

// maxRevoked sessions are remembered, at about 120 bytes each.
const maxRevoked = 1 << 16

// revocations remembers sessions that were revoked until their last access token has expired.
//
// It is bounded and fails closed. Every access token carries the epoch in which it was issued, and only
// those of the present one count. When the set is full, or the process starts with none, a new epoch
// begins: all holders must refresh, where the database knows who was revoked.
type revocations struct {
	clock func() time.Time
	max   int

	mu    sync.RWMutex
	epoch string
	until map[string]time.Time
	sweep time.Time // when to look for expired ones next
}

// moment is when, and in which epoch, a token was asked for.
type moment struct {
	now   database.Time
	epoch string
}

func newRevocations(clock func() time.Time, most int) *revocations {
	return &revocations{clock: clock, max: most, epoch: rand.Text(), until: map[string]time.Time{}}
}

func (r *revocations) moment() moment {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return moment{database.At(r.clock()), r.epoch}
}

// add revokes sessions at once. It is quick, so that it can run between a commit and its answer.
func (r *revocations) add(sessions ...string) {
	now := r.clock()
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.until)+len(sessions) > r.max || now.After(r.sweep) {
		r.sweep = now.Add(time.Minute)
		for id, until := range r.until {
			if now.After(until) {
				delete(r.until, id)
			}
		}
	}
	if len(r.until)+len(sessions) > r.max {
		r.epoch, r.until = rand.Text(), map[string]time.Time{}
		return
	}
	for _, id := range sessions {
		r.until[id] = now.Add(accessLife + time.Minute)
	}
}

// has tells whether a token of the session, issued in epoch, is worth nothing any more.
func (r *revocations) has(session, epoch string) bool {
	r.mu.RLock()
	defer r.mu.RUnlock()
	_, revoked := r.until[session]
	return revoked || epoch != r.epoch
}
