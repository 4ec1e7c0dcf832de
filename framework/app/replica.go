package app

import (
	"context"
	"errors"
	"time"

	"wizamart/framework/config"
	"wizamart/framework/problem"
	"wizamart/framework/replicate"
	"wizamart/tenant"
)

// replicate starts the replication of the data directory, once it is ours.
func (a *App) replicate(dir string) (tenant.Replica, error) {
	file := a.Config.Replica
	switch file {
	case "":
		return nil, replicate.Suspend(dir)
	case config.ReplicaDefault:
		file = ""
	}
	cfg, err := replicate.FindConfig(dir, file)
	if err != nil {
		return nil, err
	}
	a.Replica, err = replicate.Open(replicate.Options{Dir: dir, Config: cfg, Passive: a.Config.ReplicaPassive, Log: a.Log})
	if err != nil {
		return nil, err
	}
	if a.Changes, err = replicate.OpenChanges(dir); err != nil {
		return nil, errors.Join(err, a.Replica.Close(context.Background()))
	}
	lag := func(pick func(s replicate.Status) float64) func() float64 {
		return func() (most float64) {
			for _, s := range a.Replica.Hot() {
				most = max(most, pick(s))
			}
			return most
		}
	}
	count := func(state replicate.State) func() float64 {
		return func() (n float64) {
			for _, s := range a.Replica.Hot() {
				if s.State == state {
					n++
				}
			}
			return n
		}
	}
	a.Metrics.Gauge("wizamart_replica_lag_seconds", "Age of the oldest commit of any store that is not at the replica.",
		lag(func(s replicate.Status) float64 { return s.Lag().Seconds() }))
	a.Metrics.Gauge("wizamart_replica_attached", "Databases that are written and copied as they are.", count(replicate.Attached))
	a.Metrics.Gauge("wizamart_replica_behind", "Databases whose replica does not answer.", count(replicate.Behind))
	a.Metrics.Gauge("wizamart_replica_fenced", "Databases closed because somebody else writes to their replica.", count(replicate.Fenced))
	return noted{a.Replica, a.Changes}, nil
}

// noted is a replica that remembers which files were written.
type noted struct {
	*replicate.Manager
	changes *replicate.Changes
}

func (n noted) Begin(ctx context.Context, key string) (end func(), err error) {
	if err := n.changes.Note(key); err != nil {
		return nil, err
	}
	return n.Manager.Begin(ctx, key)
}

func (n noted) Committed(key string) {
	n.changes.Again(key)
	n.Manager.Committed(key)
}

// stopReplica copies what is not copied yet. It comes after the databases are closed.
func (a *App) stopReplica(ctx context.Context) error {
	if a.Replica == nil {
		return nil
	}
	return a.Replica.Close(ctx)
}

// Policies of what must be true before an order is called confirmed.
const (
	ConfirmLocal      = "local"      // it is on this machine's disk
	ConfirmReplicated = "replicated" // it is at the replica too; while that does not answer, orders are received and secured later
	ConfirmRequired   = "required"   // as replicated, and no order is taken while the replica is known not to answer
)

// The settings that choose a policy: a store's, and the platform's for stores that choose none.
const (
	ConfirmSetting        = "checkout.confirm"
	ConfirmDefaultSetting = "checkout.confirm_default"
)

// ConfirmPolicy is the store's policy. Unless somebody chose, it is replicated where the replica outlives the machine.
func (a *App) ConfirmPolicy(st *tenant.Store) string {
	if a.Replica == nil {
		return ConfirmLocal
	}
	for _, chosen := range []string{a.Setting(st, ConfirmSetting), a.PlatformSetting(ConfirmDefaultSetting)} {
		switch chosen {
		case ConfirmLocal, ConfirmReplicated, ConfirmRequired:
			return chosen
		}
	}
	if a.Replica.Config.Target.Protects() {
		return ConfirmReplicated
	}
	return ConfirmLocal
}

// AcceptsOrders is nil, or the polite refusal of a store that is closed, or whose policy takes no orders while its replica does not answer.
func (a *App) AcceptsOrders(st *tenant.Store) error {
	if !st.Info().Open() {
		return problem.New(problem.Unavailable, "This shop is closed for now.")
	}
	if a.ConfirmPolicy(st) == ConfirmRequired && st.ReplicaBad() != nil {
		return problem.New(problem.Unavailable, "We cannot take orders at this moment. Your cart is kept. Please try again in a few minutes.")
	}
	return nil
}

// Secure remembers which commit holds the thing of that id, for Secured. It is called in the transaction that writes it.
func (a *App) Secure(tx *tenant.Store, id string) error {
	return tx.Marked(func(m tenant.Mark) { a.marks.put(id, m) })
}

// Secured tells whether the thing of that id is as safe as its store's policy asks, and all that was committed before it. It waits for that for
// a while. Of no id, or one that is not remembered, it is asked of all that the store has committed. False says that it will be, not that anything is undone.
func (a *App) Secured(ctx context.Context, st *tenant.Store, id string, wait time.Duration) bool {
	if a.ConfirmPolicy(st) == ConfirmLocal {
		return true
	}
	ctx, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	if m := a.marks.get(id); m != 0 {
		return st.ConfirmTo(ctx, m) == nil
	}
	return st.Confirm(ctx) == nil
}

const (
	// copying is how long a commit may be under way to the replica before its order is shown as being secured.
	copying = 2 * time.Second
	// placing is how much later than its own time an order may be committed.
	placing = 5 * time.Second
)

// Securing tells of orders whether they are still being secured: received, and not as safe yet as the store's policy asks, for
// longer than a copy takes. It asks nobody and waits for nothing.
func (a *App) Securing(st *tenant.Store) func(placed time.Time) bool {
	if a.ConfirmPolicy(st) != ConfirmLocal {
		if since, any := a.Replica.Uncopied(st.ID()); any && time.Since(since) > copying {
			return func(placed time.Time) bool { return placed.After(since.Add(-placing)) }
		}
	}
	return func(time.Time) bool { return false }
}
