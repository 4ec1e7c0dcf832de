package monitoring

import (
	"time"

	"wizamart/framework/database"
)

// Results of a drill.
const (
	Sound   = "sound"   // it came back whole, with the newest order
	Lost    = "lost"    // the replica does not give it back
	Foreign = "foreign" // the replica is somebody else's
	Untried = "untried" // it could not be tried: the replica does not answer, the disk is full
)

// Record is what is known of one database's replica. StoreID "" is the platform's database.
type Record struct {
	StoreID         string
	ChangedAt       database.Time
	DrillAt         database.Time
	DrillResult     string
	DrillError      string
	DrillPlace      string
	DrillTXID       int64 `db:"drill_txid"`
	DrillOrders     int
	DrillNewest     int64
	DrillBytes      int64
	DrillMS         int64 `db:"drill_ms"`
	SoundAt         database.Time
	SnapshotTriedAt database.Time
	SnapshotError   string
	SnapshotAt      database.Time
	SnapshotName    string
	SnapshotBytes   int64
}

const (
	retryLost     = time.Hour        // after a drill that found a bad replica
	retryUntried  = 10 * time.Minute // after one that could not be tried
	retrySnapshot = 30 * time.Minute // after a snapshot that failed
)

// drillDue is when the next drill of the file is due: ok is false while none is. changed says that it was written since it
// was last noted; place is the replica as it is now.
func (r Record) drillDue(every time.Duration, changed bool, place string) (at time.Time, ok bool) {
	switch {
	case every == 0:
		return at, false
	case r.DrillAt.IsZero() || r.DrillPlace != place:
		return at, true
	case r.DrillResult == Untried:
		return r.DrillAt.Add(min(retryUntried, every)), true
	case r.DrillResult != Sound:
		return r.DrillAt.Add(min(retryLost, every)), true
	case changed || r.ChangedAt.After(r.DrillAt.Time):
		return r.DrillAt.Add(every), true
	}
	return at, false
}

// snapshotDue is when the next snapshot of the file is due.
func (r Record) snapshotDue(every time.Duration, changed bool) (at time.Time, ok bool) {
	switch {
	case every == 0:
		return at, false
	case r.SnapshotTriedAt.IsZero():
		return at, true
	case r.SnapshotError != "":
		return r.SnapshotTriedAt.Add(min(retrySnapshot, every)), true
	case changed || r.ChangedAt.After(r.SnapshotTriedAt.Time):
		return r.SnapshotTriedAt.Add(every), true
	}
	return at, false
}

// snapshotOld tells whether the file's newest snapshot lacks what was written long ago.
func (r Record) snapshotOld(every time.Duration, changed bool, now time.Time) bool {
	if every == 0 || r.SnapshotAt.IsZero() || !changed && !r.ChangedAt.After(r.SnapshotAt.Time) {
		return false
	}
	return now.Sub(r.SnapshotAt.Time) > 2*every+time.Hour
}

// drillOld tells whether no drill of a file that changes went well for long.
func (r Record) drillOld(every time.Duration, changed bool, now time.Time) bool {
	if every == 0 || r.DrillAt.IsZero() || !changed && !r.ChangedAt.After(r.SoundAt.Time) {
		return false
	}
	return now.Sub(r.SoundAt.Time) > 2*every+time.Hour
}
