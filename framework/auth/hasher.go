package auth

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync/atomic"

	"golang.org/x/crypto/bcrypt"

	"wizamart/framework/problem"
)

// maxPassword is bcrypt's limit in bytes: what follows would be ignored.
const maxPassword = 72

// maxWaiting callers per core wait for bcrypt; the next one is sent away rather than left to time out.
const maxWaiting = 32

// hasher runs bcrypt on no more goroutines than there are cores, so that a wave of sign-ins
// leaves room for the shops.
type hasher struct {
	cost      int
	slots     chan struct{}
	waiting   atomic.Int64
	dummy     []byte // compared when there is no hash, so that an unknown account takes as long; it matches nothing
	onCompare func() // for tests
}

func newHasher(cost int) *hasher {
	// Salt and digest of nothing in bcrypt's base 64: comparing costs the same as with a real hash, and making it costs
	// nothing, where a real one took most of the time that the server needs to start.
	dummy := fmt.Sprintf("$2a$%02d$%s", cost, strings.Repeat(".", 22+31))
	return &hasher{cost: cost, slots: make(chan struct{}, runtime.GOMAXPROCS(0)), dummy: []byte(dummy)}
}

func (h *hasher) enter(ctx context.Context) (leave func(), err error) {
	defer h.waiting.Add(-1)
	if h.waiting.Add(1) > int64(maxWaiting*cap(h.slots)) {
		return nil, &problem.Error{Code: problem.TooMany, Message: "Too many people are signing in. Please try again in a moment.", RetryAfter: 5}
	}
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("wait for bcrypt: %w", err)
	}
	select {
	case h.slots <- struct{}{}:
		return func() { <-h.slots }, nil
	case <-ctx.Done():
		return nil, fmt.Errorf("wait for bcrypt: %w", ctx.Err())
	}
}

func (h *hasher) hash(ctx context.Context, password string) (string, error) {
	if len(password) > maxPassword {
		return "", bcrypt.ErrPasswordTooLong
	}
	leave, err := h.enter(ctx)
	if err != nil {
		return "", err
	}
	defer leave()
	hash, err := bcrypt.GenerateFromPassword([]byte(password), h.cost)
	if err != nil {
		return "", fmt.Errorf("hash a password: %w", err)
	}
	return string(hash), nil
}

// compare tells whether password made hash. It always pays for one bcrypt; the empty hash matches nothing.
func (h *hasher) compare(ctx context.Context, hash, password string) (bool, error) {
	leave, err := h.enter(ctx)
	if err != nil {
		return false, err
	}
	defer leave()
	if h.onCompare != nil {
		h.onCompare()
	}
	against, possible := []byte(hash), len(password) <= maxPassword
	if hash == "" || !possible {
		against, possible = h.dummy, false
	}
	err = bcrypt.CompareHashAndPassword(against, []byte(password))
	if err != nil && !errors.Is(err, bcrypt.ErrMismatchedHashAndPassword) {
		return false, fmt.Errorf("compare a password: %w", err)
	}
	return err == nil && possible, nil
}

// dated tells whether hash was made with another cost.
func (h *hasher) dated(hash string) bool {
	cost, err := bcrypt.Cost([]byte(hash))
	return err == nil && cost != h.cost
}

// DatedHash tells whether hash was made with another cost than today's, so that a sign-in should renew it.
func (s *Service) DatedHash(hash string) bool { return s.hasher.dated(hash) }

// HashPassword is the bcrypt hash of a password that ValidatePassword has passed. It takes some 0.1 s: never
// call it inside a transaction. TooMany when the queue is long.
func (s *Service) HashPassword(ctx context.Context, password string) (string, error) {
	return s.hasher.hash(ctx, password)
}

// CheckPassword tells whether password made hash. The empty hash takes as long and matches nothing. It is
// false also when ctx ends first or the queue is long; a sign-in uses Authenticate, which tells these apart.
func (s *Service) CheckPassword(ctx context.Context, hash, password string) bool {
	ok, err := s.hasher.compare(ctx, hash, password)
	return err == nil && ok
}
