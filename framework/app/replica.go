package app

import (
	"context"

	"wizamart/framework/config"
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
	return a.Replica, nil
}

// stopReplica copies what is not copied yet. It comes after the databases are closed.
func (a *App) stopReplica(ctx context.Context) error {
	if a.Replica == nil {
		return nil
	}
	return a.Replica.Close(ctx)
}
