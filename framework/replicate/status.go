package replicate

import (
	"errors"
	"sort"
	"time"
)

// State of a file's replication.
type State string

const (
	Idle     State = "live"     // all is copied, and nobody writes
	Attached State = "attached" // being written, and copied as it is
	Behind   State = "behind"   // the replica does not answer; what is written waits
	Fenced   State = "fenced"   // somebody else writes to the replica
)

// Status is what is known of a file's replication.
type Status struct {
	Key        string
	State      State
	Generation int
	TXID       uint64    // the last transaction at the replica, while attached
	LastSync   time.Time // zero when this process has copied nothing yet
	DirtySince time.Time // zero when all is copied
	Error      string
	Rewound    bool          // fenced, because the file is older than its replica
	Syncs      uint64        // uploads of this process
	Copying    time.Duration // that they spent on Litestream's durable copy of the WAL on this disk, all together
	Sending    time.Duration // and until the replica had it
}

// Lag is the age of the oldest commit that is not copied yet.
func (s Status) Lag() time.Duration {
	if s.DirtySince.IsZero() {
		return 0
	}
	return time.Since(s.DirtySince)
}

// Status of one file.
func (m *Manager) Status(key string) Status { return m.file(key).status() }

func (f *stream) status() Status {
	f.mu.Lock()
	defer f.mu.Unlock()
	s := Status{Key: f.key, State: Idle, Generation: f.generation, TXID: f.txid, LastSync: f.lastSync, DirtySince: f.dirtySince, Syncs: f.syncs, Copying: f.copying, Sending: f.sending}
	if s.Generation == 0 {
		if o, err := readLocalOwner(f.m.meta(f.key)); err == nil {
			s.Generation = o.Generation
		}
	}
	switch {
	case f.fenced != nil:
		s.State, s.Error, s.Rewound = Fenced, f.fenced.Error(), errors.Is(f.fenced, ErrRewound)
	case f.err != nil:
		s.State, s.Error = Behind, f.err.Error()
	case f.hot:
		s.State = Attached
	}
	return s
}

// Hot lists the files that are attached, behind or fenced, by key.
func (m *Manager) Hot() []Status {
	m.mu.Lock()
	files := make([]*stream, 0, len(m.files))
	for _, f := range m.files {
		files = append(files, f)
	}
	m.mu.Unlock()
	var out []Status
	for _, f := range files {
		if s := f.status(); s.State != Idle {
			out = append(out, s)
		}
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Key < out[j].Key })
	return out
}

// Contact is when the replica last took a copy of any file, and when it last did not, with what it said. It is of this process only.
func (m *Manager) Contact() (ok, failed time.Time, complaint string) {
	m.mu.Lock()
	files := make([]*stream, 0, len(m.files))
	for _, f := range m.files {
		files = append(files, f)
	}
	m.mu.Unlock()
	for _, f := range files {
		f.mu.Lock()
		if f.lastSync.After(ok) {
			ok = f.lastSync
		}
		if f.failedAt.After(failed) {
			failed, complaint = f.failedAt, f.failure
		}
		f.mu.Unlock()
	}
	return ok, failed, complaint
}
