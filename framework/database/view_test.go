package database

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"
)

// Snapshots that meet statements nobody has prepared yet do not wait for each other's connections.
func TestViewsWithNewStatements(t *testing.T) {
	db := open(t)
	var ready, done sync.WaitGroup
	ready.Add(readConnections)
	for i := range readConnections {
		done.Go(func() {
			err := db.View(context.Background(), func(view *DB) error {
				ready.Done()
				ready.Wait() // all connections are taken
				var n int
				for k := range 3 {
					if err := view.NewQuery(fmt.Sprintf("SELECT count(*) + %d FROM n", 10*i+k)).Row(&n); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	ended := make(chan struct{})
	go func() { done.Wait(); close(ended) }()
	select {
	case <-ended:
	case <-time.After(90 * time.Second):
		t.Fatal("the snapshots wait for each other")
	}
}
