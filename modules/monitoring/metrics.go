package monitoring

import (
	"context"

	"github.com/prometheus/client_golang/prometheus"

	"wizamart/framework/replicate"
)

// maxSeries bounds the stores that have series of their own: the attached set is no larger, and when more are bad than
// that, their number says enough.
const maxSeries = 300

// collector gives the figures of the replicas when they are asked for. Those of all files together are always there. A store has
// series of its own only while it is being written or in trouble, so that ten thousand idle stores cost nothing.
type collector struct{ s *Service }

var (
	describe = func(name, help string, labels ...string) *prometheus.Desc {
		return prometheus.NewDesc("wizamart_"+name, help, labels, nil)
	}
	descProtected   = describe("replica_protected", "1 when the replica outlives this machine, 0 when it is a directory on it or there is none.")
	descStores      = describe("replica_databases", "Databases by the state of their replica, the platform's among them.", "state")
	descTrouble     = describe("replica_trouble", "Databases that need an operator, by what is wrong.", "trouble")
	descDrills      = describe("drill_databases", "Databases by the result of their last restore drill.", "result")
	descOldestDrill = describe("drill_oldest_seconds", "Age of the oldest of the databases' last drills that went well; only those that changed since count.")
	descSnapshot    = describe("snapshot_oldest_seconds", "Age of the oldest of the databases' newest snapshots; only those that changed since count.")
	descBytes       = describe("snapshot_bytes", "Bytes of the databases' newest snapshots, packed.")
	descLag         = describe("replica_store_lag_seconds", "Age of the oldest commit that is not at the replica. Only of stores that are being written or in trouble.", "store")
	descBad         = describe("replica_store_bad", "1 for a store that needs an operator, by what is wrong.", "store", "trouble")
)

// Describe implements prometheus.Collector: what there is depends on the stores.
func (c collector) Describe(chan<- *prometheus.Desc) {}

// Collect implements prometheus.Collector.
func (c collector) Collect(out chan<- prometheus.Metric) {
	files, err := c.s.files(context.Background())
	if err != nil {
		return
	}
	gauge := func(d *prometheus.Desc, v float64, labels ...string) {
		out <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
	}
	protected := 0.0
	if r := c.s.app.Replica; r != nil && r.Config.Target.Protects() {
		protected = 1
	}
	gauge(descProtected, protected)
	states, drills, troubles := map[string]int{}, map[string]int{}, map[string]int{}
	for _, state := range []string{string(replicate.Idle), string(replicate.Attached), string(replicate.Behind), string(replicate.Fenced), quarantined, uncovered, unprotected, off} {
		states[state] = 0
	}
	for _, result := range []string{Sound, Lost, Foreign, Untried, "none"} {
		drills[result] = 0
	}
	var drill, snapshot, bytes float64
	now, series := c.s.now(), 0
	for _, f := range files {
		r := f.Record
		states[f.State]++
		if r.DrillResult == "" {
			drills["none"]++
		} else {
			drills[r.DrillResult]++
		}
		if !r.SoundAt.IsZero() && (f.Changed || r.ChangedAt.After(r.SoundAt.Time)) {
			drill = max(drill, now.Sub(r.SoundAt.Time).Seconds())
		}
		if !r.SnapshotAt.IsZero() && (f.Changed || r.ChangedAt.After(r.SnapshotAt.Time)) {
			snapshot = max(snapshot, now.Sub(r.SnapshotAt.Time).Seconds())
		}
		bytes += float64(r.SnapshotBytes)
		for _, t := range f.Trouble {
			troubles[t.Code]++
		}
		if series < maxSeries && (f.Lag > 0 || f.Bad()) {
			series++
			gauge(descLag, f.Lag.Seconds(), f.Key())
			for _, t := range f.Trouble {
				if t.Bad {
					gauge(descBad, 1, f.Key(), t.Code)
				}
			}
		}
	}
	for state, n := range states {
		gauge(descStores, float64(n), state)
	}
	for result, n := range drills {
		gauge(descDrills, float64(n), result)
	}
	for code, n := range troubles {
		gauge(descTrouble, float64(n), code)
	}
	gauge(descOldestDrill, drill)
	gauge(descSnapshot, snapshot)
	gauge(descBytes, bytes)
}
