package limit

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"

	"wizamart/framework/problem"
)

func TestShares(t *testing.T) {
	s := NewShares(2)
	ctx := t.Context()
	one, err := s.Enter(ctx, "a")
	if err != nil {
		t.Fatal(err)
	}
	two, err := s.Enter(ctx, "a")
	if err != nil {
		t.Fatal(err)
	}
	other, err := s.Enter(ctx, "b") // another store does not wait
	if err != nil {
		t.Fatal(err)
	}
	other()
	gone, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := s.Enter(gone, "a"); !errors.Is(err, context.Canceled) {
		t.Errorf("who has gone: %v", err)
	}
	entered := make(chan func())
	go func() {
		leave, err := s.Enter(ctx, "a")
		if err != nil {
			t.Error(err)
		}
		entered <- leave
	}()
	one()
	one() // again: it gives nothing back twice
	three := <-entered
	if s.all["a"].running != 2 {
		t.Errorf("%d are running", s.all["a"].running)
	}
	two()
	three()
	if len(s.all) != 0 {
		t.Errorf("%d stores are remembered", len(s.all))
	}
}

func TestSharesUnderAFlood(t *testing.T) {
	s := NewShares(3)
	var now, most, served, refused atomic.Int64
	var all sync.WaitGroup
	hold := make(chan struct{})
	for range 3 + maxWaiting + 50 {
		all.Go(func() {
			leave, err := s.Enter(t.Context(), "flooded")
			if err != nil {
				if !problem.Is(err, problem.TooMany) {
					t.Error(err)
				}
				if refused.Add(1) == 50 {
					close(hold)
				}
				return
			}
			most.Store(max(most.Load(), now.Add(1)))
			<-hold
			now.Add(-1)
			served.Add(1)
			leave()
		})
	}
	all.Wait()
	if most.Load() > 3 || served.Load() != 3+maxWaiting || refused.Load() != 50 || len(s.all) != 0 {
		t.Errorf("at most %d at once, %d served, %d refused, %d remembered", most.Load(), served.Load(), refused.Load(), len(s.all))
	}
}
