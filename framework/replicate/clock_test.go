package replicate

import (
	"context"
	"errors"
	"testing"
	"time"
)

// A clock that jumps, back or forth, never lets a server believe that it still owns a replica that was taken from it.
func TestClockJumps(t *testing.T) {
	for name, jump := range map[string]time.Duration{"back an hour": time.Hour, "on an hour": -time.Hour, "back a second": time.Second} {
		t.Run(name, func(t *testing.T) {
			target := Target{Dir: t.TempDir()}
			in := start(t, t.TempDir(), target)
			in.must(in.place("before"))
			in.idle()
			src, err := OpenSource(target)
			in.must(err)
			f := in.m.file(storeKey)
			f.checked = time.Now().Round(0).Add(jump) // the last look, as the clock says now
			in.must(f.owned(context.Background()))
			in.must(takeOver(context.Background(), src.objects, storeKey, t.TempDir(), target.URL(""), 0))
			f.checked = time.Now().Round(0).Add(jump)
			if err := f.owned(context.Background()); !errors.Is(err, ErrForeign) {
				t.Errorf("it still thinks that the replica is its own: %v", err)
			}
		})
	}
}
