// Package replicate streams the databases of a data directory to a directory or an S3 bucket with Litestream, in this
// process, and restores them.
//
// A file is attached while it is being written and detached when it has been quiet: thousands of stores cost nothing while nobody
// writes to them. Copies are driven by commits. Whoever wants to know that a commit is at the replica joins the batch that
// has not begun yet, so that one upload answers all who wait.
//
// Who may write to a replica is settled in three places. owner.json at the replica names one installation (claim). The
// position there must be ours when a file is attached (file.compare). And each newest file is created once, never
// overwritten (client). Whoever fails one of them is fenced: the store stays closed until an operator decides.
package replicate

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/benbjohnson/litestream"

	"wizamart/framework/problem"
)

const (
	maxAttached   = 300              // databases attached at once
	ownedFor      = 10 * time.Second // after which a look at owner.json is too old to confirm anything
	quietAfter    = 60 * time.Second // without a write, after which a file is detached
	lazySync      = time.Second      // how long a commit for which nobody waits may stay uncopied
	maxLinger     = 100 * time.Millisecond
	attachWait    = 2 * time.Second // how long the first write of a hot period waits for its replica
	syncTimeout   = 60 * time.Second
	checkpointAt  = 1000 // pages in the WAL
	compactEvery  = 30 * time.Second
	closeTimeout  = 15 * time.Second
	maxRetryDelay = 30 * time.Second
)

// Options of a Manager.
type Options struct {
	Dir    string // the data directory
	Config Config
	// Passive notes what is written and leaves the copying to the next process: for commands that run while no server does.
	Passive bool
	Log     *slog.Logger  // slog.Default when nil
	Quiet   time.Duration // quietAfter when 0
	Lazy    time.Duration // lazySync when 0
	Limit   int           // maxAttached when 0
	Merge   time.Duration // between two merges of the newest files; compactEvery when 0
	// OwnedFor bounds how long a process that lost its replica can go on confirming; ownedFor when 0.
	OwnedFor time.Duration
}

// Manager replicates the databases of one data directory. Keys are store ids; "" is the platform's database.
type Manager struct {
	Options
	objects objects
	epoch   int
	levels  litestream.CompactionLevels
	slots   chan struct{} // one for each attached file
	crowd   atomic.Int32  // files that wait for a slot
	heavy   chan struct{} // compactions and snapshots at once

	ctx    context.Context
	cancel context.CancelFunc
	ended  sync.WaitGroup

	mu     sync.Mutex
	files  map[string]*stream
	closed bool
}

// Open starts the replication of a data directory. What an earlier process left uncopied is copied first, in the background.
func Open(o Options) (*Manager, error) {
	if o.Log == nil {
		o.Log = slog.Default()
	}
	if o.Quiet == 0 {
		o.Quiet = quietAfter
	}
	if o.Lazy == 0 {
		o.Lazy = lazySync
	}
	if o.OwnedFor == 0 {
		o.OwnedFor = ownedFor
	}
	if o.Limit == 0 {
		o.Limit = maxAttached
	}
	if o.Merge == 0 {
		o.Merge = compactEvery
	}
	m := &Manager{
		Options: o, files: map[string]*stream{}, slots: make(chan struct{}, o.Limit), heavy: make(chan struct{}, 2),
		levels: litestream.CompactionLevels{{Level: 0}, {Level: 1, Interval: o.Merge}, {Level: 2, Interval: 5 * time.Minute}, {Level: 3, Interval: time.Hour}},
	}
	m.ctx, m.cancel = context.WithCancel(context.Background())
	var err error
	if m.objects, err = openObjects(o.Config.Target); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(m.dirtyDir(), 0o700); err != nil {
		return nil, fmt.Errorf("create the directory of the replication: %w", err)
	}
	if m.epoch, err = beginEpoch(m.root()); err != nil {
		return nil, err
	}
	keys, err := m.dirtyKeys()
	if err != nil {
		return nil, err
	}
	for _, key := range keys {
		f := m.file(key)
		f.mu.Lock()
		f.marked, f.commits = true, 1
		m.heat(f)
		f.mu.Unlock()
	}
	return m, nil
}

func (m *Manager) root() string     { return filepath.Join(m.Dir, "replication") }
func (m *Manager) dirtyDir() string { return filepath.Join(m.root(), "dirty") }
func (m *Manager) target() string   { return m.Config.Target.URL("") }
func (m *Manager) meta(key string) string {
	return filepath.Join(m.root(), filepath.FromSlash(prefixOf(key)))
}

// path of a key's database.
func (m *Manager) path(key string) string {
	if key == "" {
		return filepath.Join(m.Dir, "platform.db")
	}
	return filepath.Join(m.Dir, "stores", key, "store.db")
}

// Suspend notes that a data directory is written without being replicated. Afterwards nothing that was copied before can be
// continued, so the next Open begins new generations.
func Suspend(dataDir string) error {
	root := filepath.Join(dataDir, "replication")
	if _, err := os.Stat(root); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return writeFile(filepath.Join(root, "off"), nil)
}

// beginEpoch counts the times that replication was taken up after it had been off.
func beginEpoch(root string) (int, error) {
	name, off := filepath.Join(root, "epoch"), filepath.Join(root, "off")
	epoch := 0
	if text, err := os.ReadFile(name); err == nil {
		if epoch, err = strconv.Atoi(strings.TrimSpace(string(text))); err != nil {
			return 0, fmt.Errorf("read %s: %w", name, err)
		}
	} else if !errors.Is(err, fs.ErrNotExist) {
		return 0, err
	}
	if _, err := os.Stat(off); err != nil {
		return epoch, nil
	}
	epoch++
	if err := writeFile(name, []byte(strconv.Itoa(epoch)+"\n")); err != nil {
		return 0, err
	}
	return epoch, os.Remove(off)
}

func markName(key string) string {
	if key == "" {
		return "platform"
	}
	return key
}

// dirtyKeys are the files that may hold what was not copied.
func (m *Manager) dirtyKeys() ([]string, error) {
	entries, err := os.ReadDir(m.dirtyDir())
	if err != nil {
		return nil, err
	}
	var out []string
	for _, e := range entries {
		key := e.Name()
		if key == "platform" {
			key = ""
		}
		if _, err := os.Stat(m.path(key)); err != nil {
			os.Remove(filepath.Join(m.dirtyDir(), e.Name())) // a store that was deleted
			continue
		}
		out = append(out, key)
	}
	return out, nil
}

func (m *Manager) file(key string) *stream {
	m.mu.Lock()
	defer m.mu.Unlock()
	f := m.files[key]
	if f == nil {
		f = &stream{m: m, key: key, wake: make(chan struct{}, 1)}
		if text, err := os.ReadFile(filepath.Join(m.meta(key), "fenced")); err == nil {
			why := ErrForeign
			if strings.Contains(string(text), rewound) {
				why = ErrRewound
			}
			f.fenced = fmt.Errorf("%w (%s)", why, strings.TrimSpace(string(text)))
		}
		if !m.Covered(key) {
			f.commits = 1 // all that it holds has to go there
		}
		m.files[key] = f
	}
	return f
}

// seat waits for one of the slots of attached files. While somebody waits, files that are copied give theirs up early.
func (m *Manager) seat() bool {
	select {
	case m.slots <- struct{}{}:
		return true
	default:
	}
	m.crowd.Add(1)
	defer m.crowd.Add(-1)
	m.mu.Lock()
	for _, f := range m.files {
		f.poke()
	}
	m.mu.Unlock()
	select {
	case m.slots <- struct{}{}:
		return true
	case <-m.ctx.Done():
		return false
	}
}

// Usable is nil, or why the file must not be used at all: somebody else owns its replica.
func (m *Manager) Usable(key string) error {
	f := m.file(key)
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.refusal()
}

func (f *stream) refusal() error {
	if f.fenced == nil {
		return nil
	}
	why := "This store was closed because another server writes to its replica. Its operator has to look at it."
	if errors.Is(f.fenced, ErrRewound) {
		why = "This store was closed because its file is older than its replica. Its operator has to look at it."
	}
	return &problem.Error{Code: problem.Unavailable, Message: why, Cause: f.fenced}
}

// Bad is nil while the file's replica works as far as is known, or why it does not.
func (m *Manager) Bad(key string) error {
	f := m.file(key)
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.fenced != nil {
		return f.fenced
	}
	return f.err
}

// Renew begins a new generation of a file's replica, and lifts its fence. The caller has made sure that no other
// process writes to it. A replica that belongs to somebody else is taken over.
func (m *Manager) Renew(ctx context.Context, key string) error {
	f := m.file(key)
	f.mu.Lock()
	hot := f.hot
	f.mu.Unlock()
	if hot {
		return problem.New(problem.Conflict, "The store is being written. Try again in a minute, or while no server runs.")
	}
	if err := takeOver(ctx, m.objects, key, m.meta(key), m.target(), m.epoch); err != nil {
		return err
	}
	if err := os.Remove(filepath.Join(m.meta(key), "fenced")); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	f.mu.Lock()
	f.fenced, f.err, f.leaving, f.txid = nil, nil, false, 0
	f.commits++ // all of it has to go there
	f.marked = true
	err := writeFile(filepath.Join(m.dirtyDir(), markName(key)), nil)
	if !m.Passive {
		m.heat(f)
	}
	f.mu.Unlock()
	return err
}

// Close copies what has not been copied, for a while, and ends the replication. What does not get there is copied by the
// next process. Nobody may write any more.
func (m *Manager) Close(ctx context.Context) error {
	m.mu.Lock()
	m.closed = true
	m.mu.Unlock()
	m.cancel()
	done := make(chan struct{})
	go func() { m.ended.Wait(); close(done) }()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
