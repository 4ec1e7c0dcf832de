package cms

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

func TestPicturesAreUnpackedOneAtATime(t *testing.T) {
	var now, most atomic.Int32
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			_, err := oneAtATime(t.Context(), func() ([]byte, error) {
				most.Store(max(most.Load(), now.Add(1)))
				time.Sleep(2 * time.Millisecond)
				now.Add(-1)
				return nil, nil
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if most.Load() != 1 {
		t.Errorf("%d at once", most.Load())
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	encoding <- struct{}{}
	defer func() { <-encoding }()
	if _, err := oneAtATime(ctx, func() ([]byte, error) { t.Error("it ran"); return nil, nil }); err == nil {
		t.Error("a caller who has gone waits on")
	}
}
