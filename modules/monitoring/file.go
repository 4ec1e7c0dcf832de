package monitoring

import (
	"context"
	"fmt"
	"time"

	"wizamart/framework/replicate"
	"wizamart/tenant"
)

// States of a file besides those of replicate.State.
const (
	unprotected = "unprotected" // copied, to a place that does not outlive the machine
	uncovered   = "uncovered"   // not copied at all yet
	quarantined = "quarantined" // closed until an operator decides: damaged, or its migration failed
	off         = "off"         // nothing is replicated
)

// file is how one database and its replica stand. ID "" is the platform's database.
type file struct {
	ID      string
	Name    string
	Code    string
	State   string
	Lag     time.Duration
	Error   string // why it is behind, fenced or quarantined
	Rewound bool   // fenced, because it is older than its replica
	Record  Record
	Changed bool // written since the record was last brought up to date
	Trouble []trouble
}

// trouble is something that an operator has to look at.
type trouble struct {
	Code   string
	Bad    bool   // an order could be lost, or the store is closed
	Detail string // what is wrong
	Advice string // what to do next
}

// Bad tells whether the file needs an operator.
func (f file) Bad() bool {
	for _, t := range f.Trouble {
		if t.Bad {
			return true
		}
	}
	return false
}

// Key by which commands name the file.
func (f file) Key() string {
	if f.ID == "" {
		return "platform"
	}
	return f.Code
}

// files are the platform's database and all stores, by code. Nothing is opened and nothing asked of the replica.
func (s *Service) files(ctx context.Context) ([]file, error) {
	records, err := s.records(ctx)
	if err != nil {
		return nil, err
	}
	hot := map[string]replicate.Status{}
	changed := map[string]time.Time{}
	if r := s.app.Replica; r != nil {
		for _, st := range r.Hot() {
			hot[st.Key] = st
		}
		changed = s.app.Changes.Since()
	}
	view := s.policy()
	view.quarantine = func(f file) string { _, advice, _ := s.quarantine(f); return advice }
	stores := s.app.Platform.Stores()
	out := make([]file, 0, len(stores)+1)
	add := func(f file) {
		f.Record = records[f.ID]
		_, f.Changed = changed[f.ID]
		status, ok := hot[f.ID]
		f.State, f.Lag, f.Error = s.state(f, status, ok)
		f.Rewound = status.Rewound
		f.Trouble = view.troubles(f)
		out = append(out, f)
	}
	add(file{Name: "Platform", Code: "platform"})
	for _, info := range stores {
		add(file{ID: info.ID, Name: info.Name, Code: info.Code})
	}
	return out, nil
}

// file finds one, by store id or “platform”.
func (s *Service) file(ctx context.Context, id string) (file, error) {
	if id == "platform" {
		id = ""
	}
	all, err := s.files(ctx)
	if err != nil {
		return file{}, err
	}
	for _, f := range all {
		if f.ID == id {
			return f, nil
		}
	}
	return file{}, errNoStore(id)
}

func (s *Service) state(f file, status replicate.Status, hot bool) (state string, lag time.Duration, why string) {
	r := s.app.Replica
	if detail, _, ok := s.quarantine(f); ok {
		return quarantined, 0, detail
	}
	switch {
	case r == nil:
		return off, 0, ""
	case hot && (status.State == replicate.Fenced || status.State == replicate.Behind):
		return string(status.State), status.Lag(), status.Error
	case f.Record.DrillPlace != r.Place() && !hot && !r.Covered(f.ID):
		return uncovered, 0, ""
	case !r.Config.Target.Protects():
		return unprotected, status.Lag(), ""
	case hot:
		return string(status.State), status.Lag(), ""
	}
	return string(replicate.Idle), 0, ""
}

// policy is what counts as trouble.
type policy struct {
	now              time.Time
	lag              time.Duration
	drill, snapshots time.Duration
	quarantine       func(file) string // what to do about it
}

func (s *Service) policy() policy {
	return policy{now: s.now(), lag: s.app.PlatformSpan("monitoring.lag_seconds"), drill: s.drillEvery(), snapshots: s.snapshotEvery()}
}

// troubles explains every bad state, the worst first.
func (p policy) troubles(f file) (out []trouble) {
	add := func(is bool, code string, bad bool, detail, advice string) {
		if is {
			out = append(out, trouble{code, bad, detail, advice})
		}
	}
	key, r := f.Key(), f.Record
	add(f.State == string(replicate.Fenced) && f.Rewound, "rewound", true, "It is closed: its file lost what was copied before. "+f.Error,
		fmt.Sprintf("“wizamart store restore %s --lose-newest” brings it back with all that the replica has. Do not renew it: that would make the older file the newest.", f.Code))
	add(f.State == string(replicate.Fenced) && !f.Rewound, "fenced", true, "It is closed: another server writes to its replica. "+f.Error,
		fmt.Sprintf("Find the other server and stop it. Then “wizamart replica drill %s” says whether the replica is whole, and “wizamart replica renew %s” opens the store here with a new generation. If the other one is right, restore from the replica instead.", key, key))
	if f.State == quarantined {
		add(true, "quarantined", true, "It is closed, and all others are served: "+f.Error, p.quarantine(f))
	}
	add(f.State == string(replicate.Behind), "unreachable", true, fmt.Sprintf("The replica does not answer; the oldest order or change that is on this machine alone is %s old. %s", shortAge(f.Lag), f.Error),
		"Nothing is lost while this machine lives, and the backlog is copied by itself. Check the network, the bucket and its credentials in litestream.yml.")
	add(f.State != string(replicate.Behind) && p.lag > 0 && f.Lag > p.lag, "lag", true, fmt.Sprintf("The replica is %s behind.", shortAge(f.Lag)),
		"It is being copied more slowly than it is written: look at the bandwidth to the replica and at the server's log.")
	add(r.DrillResult == Lost, "drill", true, "The last restore drill failed: "+r.DrillError,
		fmt.Sprintf("The replica cannot be relied on. Take a snapshot now: “wizamart snapshot take %s”. Then begin a new generation while nobody writes: “wizamart replica renew %s”, and try again: “wizamart replica drill %s”.", key, key, key))
	add(r.DrillResult == Foreign && f.State != string(replicate.Fenced), "owner", true, "The replica belongs to somebody else: "+r.DrillError,
		fmt.Sprintf("Stop the other server, or name another bucket or prefix in litestream.yml. “wizamart replica renew %s” takes the replica over.", key))
	add(r.DrillResult == Untried && f.State != string(replicate.Behind), "untried", false, "The last restore drill could not be tried: "+r.DrillError,
		fmt.Sprintf("It is tried again by itself. By hand: “wizamart replica drill %s”.", key))
	add(r.DrillResult != Lost && r.DrillResult != Foreign && r.drillOld(p.drill, f.Changed, p.now), "drill-old", true, "No restore drill has gone well "+since(r.SoundAt.Time, p.now)+".",
		fmt.Sprintf("See what hinders it: “wizamart replica drill %s”.", key))
	add(r.SnapshotError != "", "snapshot", true, "The last snapshot failed: "+r.SnapshotError,
		fmt.Sprintf("It is tried again by itself. By hand: “wizamart snapshot take %s”.", key))
	add(r.SnapshotError == "" && r.snapshotOld(p.snapshots, f.Changed, p.now), "snapshot-old", true, "The newest snapshot is too old: the last one was taken "+since(r.SnapshotAt.Time, p.now)+".",
		fmt.Sprintf("Take one: “wizamart snapshot take %s”, and read the server's log for why none was taken.", key))
	add(f.State == uncovered, "uncovered", false, "It has not been copied to this replica yet.",
		fmt.Sprintf("The server copies it in its turn; “wizamart replica drill %s” does it now.", key))
	return out
}

func since(t, now time.Time) string {
	if t.IsZero() {
		return "yet"
	}
	return "since " + t.UTC().Format("2006-01-02 15:04 UTC") + " (" + shortAge(now.Sub(t)) + ")"
}

// shortAge is a duration in its largest unit, such as “3 h”.
func shortAge(d time.Duration) string {
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%.1f s", d.Seconds())
	case d < time.Hour:
		return fmt.Sprintf("%d min", int(d.Minutes()))
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h", int(d.Hours()))
	}
	return fmt.Sprintf("%d days", int(d.Hours()/24))
}

// name of a file for logs and people.
func (s *Service) name(key string) string {
	if key == "" {
		return "platform"
	}
	var info *tenant.Info
	if info = s.app.Platform.ByID(key); info == nil {
		return key
	}
	return info.Code
}
