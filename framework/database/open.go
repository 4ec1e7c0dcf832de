package database

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/pocketbase/dbx"
	"modernc.org/sqlite"
)

// readConnections per file. Readers never block each other or the writer; more than the cores
// gains nothing, and each costs about 0.3 MiB.
const readConnections = 4

// ready sets SQLite up for this process before the first open.
//
// Open-file-description locks: without them any code of this process that opens and closes the same file drops the locks of
// all others. fdatasync(2) as every Linux distribution's SQLite uses it: it makes data and size of a file durable like fsync, and
// does not wait for the journal to take the time of the change.
var ready = sync.OnceValue(func() error {
	if _, err := sqlite.OFDLocking(true); err != nil && !errors.Is(err, sqlite.ErrOFDLockingUnavailable) { // not Linux, or an old kernel: plain locks
		return fmt.Errorf("switch to OFD locks: %w", err)
	}
	if _, err := sqlite.Fdatasync(true); err != nil && !errors.Is(err, sqlite.ErrFdatasyncUnavailable) {
		return fmt.Errorf("switch to fdatasync: %w", err)
	}
	return nil
})

type file struct {
	path     string
	readers  *sql.DB
	writers  *sql.DB   // one connection, held by the writer goroutine
	writer   *sql.Conn // nil until the first write: see openWriter
	dialect  *dbx.DB   // gives builders their quoting and field mapping; runs nothing itself
	readExec *poolExecutor

	queue    chan *request
	quit     chan struct{}
	stopped  chan struct{}
	closing  sync.Once
	closeErr error
	mu       sync.RWMutex // held for reading while a request is queued
	closed   bool
	watch    atomic.Pointer[Watch]
	tracer   tracer
	commits  atomic.Uint64
	streamed bool
	changed  uint64 // bits of the followed tables that the closure that runs has changed; the writer goroutine's
	goid     uint64 // the writer goroutine's, set before the first request
}

// Open opens the SQLite file at path, creating it when create is true and refusing otherwise.
// The directory must exist.
func Open(path string, create bool) (*DB, error) { return openFile(path, create, false) }

// OpenStreamed is Open for a file whose WAL a replicator copies: no connection of this package ever checkpoints it, not
// even the last one to close, and the WAL stays when the file is closed. What has not been copied yet is therefore
// still in the WAL whenever the replicator comes. Checkpoints are the replicator's alone.
func OpenStreamed(path string, create bool) (*DB, error) { return openFile(path, create, true) }

func openFile(path string, create, streamed bool) (*DB, error) {
	if err := ready(); err != nil {
		return nil, err
	}
	if !create {
		if _, err := os.Stat(path); err != nil {
			return nil, fmt.Errorf("open database: %w", err)
		}
	}
	f := &file{
		path: path, queue: make(chan *request, 2*maxBatch),
		quit: make(chan struct{}), stopped: make(chan struct{}), streamed: streamed,
	}
	if create || !inWAL(path) {
		if err := f.openWriter(create); err != nil {
			return nil, err
		}
	}
	if create {
		// Committed files outlive the umask of whoever started the process.
		if err := os.Chmod(path, 0o600); err != nil {
			return nil, errors.Join(f.closeWriter(), fmt.Errorf("protect %s: %w", filepath.Base(path), err))
		}
	}
	var err error
	if f.readers, err = sql.Open("sqlite", dsn(path, true, false, streamed)); err != nil {
		return nil, errors.Join(f.closeWriter(), fmt.Errorf("open %s: %w", filepath.Base(path), err))
	}
	f.readers.SetMaxOpenConns(readConnections)
	f.readers.SetMaxIdleConns(readConnections)
	f.dialect = dbx.NewFromDB(f.readers, "sqlite")
	f.readExec = newPoolExecutor(f)
	running := make(chan struct{})
	go f.run(running)
	<-running
	return &DB{Builder: dbx.NewSqliteBuilder(f.dialect, f.readExec), file: f}, nil
}

// openWriter opens the write connection. A connection reads the whole schema when it is opened, which is most of what opening a file
// costs: a file that is only read does without this one.
func (f *file) openWriter(create bool) (err error) {
	if f.writers, err = sql.Open("sqlite", dsn(f.path, false, create, f.streamed)); err != nil {
		return fmt.Errorf("open %s: %w", filepath.Base(f.path), err)
	}
	f.writers.SetMaxOpenConns(1)
	if f.writer, err = f.writers.Conn(context.Background()); err == nil {
		err = f.follow(f.writer)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("open %s: %w", filepath.Base(f.path), err), f.closeWriter())
	}
	return nil
}

func (f *file) closeWriter() (err error) {
	if f.writer != nil {
		err = f.writer.Close()
	}
	if f.writers != nil {
		err = errors.Join(err, f.writers.Close())
	}
	f.writer, f.writers = nil, nil
	return err
}

// inWAL tells whether the file is in WAL mode, so that readers need nobody to put it there.
func inWAL(path string) bool {
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	var b [2]byte
	_, err = f.ReadAt(b[:], 18) // https://sqlite.org/fileformat.html#file_format_version_numbers
	return err == nil && b == [2]byte{2, 2}
}

// dsn: busy_timeout comes first, because switching to WAL may itself meet a lock. A reader changes nothing, so what is about writing is left out: each
// pragma costs some of what opening a file takes. The file is in WAL mode before a reader comes.
func dsn(path string, readOnly, create, streamed bool) string {
	v := url.Values{}
	v.Set("mode", "rw")
	v.Add("_pragma", "busy_timeout(5000)")
	v.Add("_pragma", "trusted_schema(0)")
	v.Add("_pragma", fmt.Sprintf("wal_autocheckpoint(%d)", checkpointAfter(streamed)))
	if readOnly {
		v.Add("_pragma", "query_only(1)")
		if streamed {
			v.Set("mode", "ro") // see close
		}
	} else {
		if create {
			v.Set("mode", "rwc")
		}
		v.Add("_pragma", "journal_mode(WAL)")
		v.Add("_pragma", "synchronous(FULL)")
		v.Add("_pragma", "foreign_keys(1)")
		v.Set("_txlock", "immediate")
		// What savepoints would undo stays in memory: beyond 64 KiB it would be written to a temporary file, and an order changes more.
		v.Add("_pragma", "temp_store(MEMORY)")
	}
	return "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + v.Encode()
}

// checkpointAfter is how many pages (of 4 KiB) of WAL are written back at once, 0 for never: see OpenStreamed. Each order changes some sixty,
// most of them the same as those of the order before: the longer they wait, the fewer are written twice.
func checkpointAfter(streamed bool) int {
	if streamed {
		return 0
	}
	return 4000
}

func (f *file) close() error {
	f.closing.Do(func() {
		f.mu.Lock()
		f.closed = true
		f.mu.Unlock()
		close(f.quit)
		<-f.stopped
		if f.streamed && f.writer != nil {
			// The last connection to close checkpoints the WAL and removes it, unless it was opened read-only:
			// so a read-only one closes last.
			last, err := Hold(f.path)
			if err != nil {
				f.closeErr = err // rather leave the connections open than lose what was not copied
				return
			}
			defer func() { f.closeErr = errors.Join(f.closeErr, last.Close()) }()
		}
		f.readExec.close()
		f.closeErr = errors.Join(f.readers.Close(), f.closeWriter())
	})
	return f.closeErr
}

// Hold keeps a file open read-only until it is closed: while it is, no other connection that closes checkpoints the
// WAL or removes it, and it does neither itself.
func Hold(path string) (io.Closer, error) {
	if err := ready(); err != nil {
		return nil, err
	}
	held, err := sql.Open("sqlite", dsn(path, true, false, true))
	if err != nil {
		return nil, fmt.Errorf("hold %s: %w", filepath.Base(path), err)
	}
	held.SetMaxOpenConns(1)
	var version int
	// The lock on the file is taken by the first read. This one needs no schema, which would take ten times as long.
	if err := held.QueryRow("PRAGMA user_version").Scan(&version); err != nil {
		held.Close()
		return nil, fmt.Errorf("hold %s: %w", filepath.Base(path), err)
	}
	return held, nil
}

// Integrity runs SQLite's integrity_check and returns its complaints, none for a sound file.
func (db *DB) Integrity(ctx context.Context) ([]string, error) {
	var lines []string
	if err := db.NewQuery("PRAGMA integrity_check(20)").WithContext(ctx).Column(&lines); err != nil {
		return nil, fmt.Errorf("integrity check: %w", err)
	}
	if len(lines) == 1 && strings.EqualFold(lines[0], "ok") {
		return nil, nil
	}
	return lines, nil
}
