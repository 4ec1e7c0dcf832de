package auth

import (
	"errors"
	"testing"

	"golang.org/x/crypto/bcrypt"
)

// The hash that stands in for an unknown account's has to be one that bcrypt works on to its end.
func TestDummyIsWorkedOn(t *testing.T) {
	for _, cost := range []int{bcrypt.MinCost, 6} {
		h := newHasher(cost)
		if got, err := bcrypt.Cost(h.dummy); err != nil || got != cost {
			t.Errorf("cost %d: the dummy's is %d, %v", cost, got, err)
		}
		if err := bcrypt.CompareHashAndPassword(h.dummy, []byte("anything")); !errors.Is(err, bcrypt.ErrMismatchedHashAndPassword) {
			t.Errorf("cost %d: %v", cost, err)
		}
	}
}
