package replicate

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"wizamart/framework/database"
)

// Whoever waits for no more than the upload under way covers is answered by it; others by the next, all of them by the same one.
func TestWaitersJoinTheUploadThatCoversThem(t *testing.T) {
	m := &Manager{files: map[string]*stream{}}
	running := &batch{done: make(chan struct{}), covers: 5}
	f := &stream{m: m, key: storeKey, wake: make(chan struct{}, 1), hot: true, marked: true, commits: 7, synced: 3, running: running}
	m.files[storeKey] = f
	if err := m.ConfirmTo(t.Context(), storeKey, 3); err != nil {
		t.Fatal("what is there is waited for:", err)
	}
	answers := map[uint64]chan error{}
	for _, mark := range []uint64{4, 5, 6, 7} {
		answer := make(chan error, 1)
		answers[mark] = answer
		go func() { answer <- m.ConfirmTo(t.Context(), storeKey, mark) }()
	}
	for end := time.Now().Add(90 * time.Second); ; time.Sleep(time.Millisecond) {
		f.mu.Lock()
		with, next := running.waiters, f.next
		all := next != nil && with+next.waiters == 4
		f.mu.Unlock()
		if all && with == 2 {
			break
		}
		if time.Now().After(end) {
			t.Fatalf("%d wait for the upload under way, %+v for the next", with, next)
		}
	}
	f.mu.Lock()
	f.synced, f.running = 5, nil
	f.mu.Unlock()
	close(running.done)
	for _, mark := range []uint64{4, 5} {
		if err := <-answers[mark]; err != nil {
			t.Errorf("commit %d: %v", mark, err)
		}
	}
	select {
	case err := <-answers[6]:
		t.Errorf("commit 6 was answered by an upload without it: %v", err)
	case err := <-answers[7]:
		t.Errorf("commit 7 was answered by an upload without it: %v", err)
	default:
	}
	close(f.next.done)
	<-answers[6]
	<-answers[7]
}

// Who comes alone waits for nobody; in a crowd an upload waits until half of it is there, and not for ever.
func TestLinger(t *testing.T) {
	for name, c := range map[string]struct {
		waiters, writing int
		since            time.Duration
		waits            bool
	}{
		"alone":                              {1, 0, 0, false},
		"alone, beside background work":      {1, 1, 0, false},
		"the first of many":                  {1, 9, 0, true},
		"half are there":                     {5, 5, 0, false},
		"the others take longer than others": {1, 9, maxLinger, false},
	} {
		f := &stream{next: newBatch(), writing: c.writing}
		f.next.waiters, f.next.since = c.waiters, time.Now().Add(-c.since)
		if left := f.linger(); left > 0 != c.waits || left > maxLinger {
			t.Errorf("%s: %v", name, left)
		}
	}
}

// seated is a manager with two stores that may not both be attached.
func seated(t *testing.T) (m *Manager, place func(key string) error) {
	cfg := DefaultConfig("")
	cfg.Target = Target{Dir: t.TempDir()}
	m, err := Open(Options{Dir: t.TempDir(), Config: cfg, Log: slog.New(slog.DiscardHandler), Quiet: time.Hour, Lazy: 10 * time.Millisecond, Limit: 1})
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]*database.DB{}
	for _, key := range []string{"one", "two"} {
		if err := os.MkdirAll(filepath.Dir(m.path(key)), 0o700); err != nil {
			t.Fatal(err)
		}
		if files[key], err = database.OpenStreamed(m.path(key), true); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() {
		for _, db := range files {
			db.Close()
		}
		m.Close(context.Background()) //nolint:errcheck // a test's
	})
	return m, func(key string) error {
		err := files[key].Write(t.Context(), func(tx *database.DB) error {
			_, err := tx.NewQuery("CREATE TABLE t (a TEXT)").Execute()
			return err
		})
		m.Committed(key)
		return err
	}
}

// No more files are attached than may be: the next one waits until one has left.
func TestAFullHouse(t *testing.T) {
	m, place := seated(t)
	end, err := m.Begin(t.Context(), "one") // a transaction under way keeps its file attached
	if err == nil {
		err = place("one")
	}
	if err == nil {
		err = m.Confirm(t.Context(), "one")
	}
	if err == nil {
		err = place("two")
	}
	if err != nil {
		t.Fatal(err)
	}
	two := make(chan error, 1)
	go func() { two <- m.Confirm(t.Context(), "two") }()
	for limit := time.Now().Add(90 * time.Second); m.crowd.Load() != 1; time.Sleep(time.Millisecond) {
		select {
		case err := <-two:
			t.Fatalf("two files are attached where one may be (%v)", err)
		default:
		}
		if time.Now().After(limit) {
			t.Fatal("nobody waits for a place")
		}
	}
	end()
	if err := <-two; err != nil {
		t.Error(err)
	}
}

// Litestream does nothing by itself with an attached file: what it would do each second costs requests, and its checkpoints are ours.
func TestAnAttachedFileIsNotPolled(t *testing.T) {
	in := start(t, t.TempDir(), Target{Dir: t.TempDir()}, func(o *Options) { o.Quiet = time.Hour })
	in.must(in.place("a"))
	f := in.m.file(storeKey)
	if db := f.db; db.MonitorInterval != 0 || db.CheckpointInterval != 0 || db.Replica.MonitorEnabled || db.MinCheckpointPageN < 1<<20 {
		t.Errorf("monitor %s, checkpoint %s from %d pages, replica monitored %t", db.MonitorInterval, db.CheckpointInterval, db.MinCheckpointPageN, db.Replica.MonitorEnabled)
	}
}

// Files at the replica are merged while a store is written and when it falls quiet: a restore takes a millisecond for each.
func TestFilesAreMerged(t *testing.T) {
	for name, change := range map[string]func(*Options){
		"while it is written":   func(o *Options) { o.Quiet, o.Merge = time.Hour, time.Millisecond },
		"when it falls quiet":   func(o *Options) { o.Quiet = time.Millisecond },
		"not after each upload": func(o *Options) { o.Quiet = time.Hour },
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			in := start(t, t.TempDir(), Target{Dir: dir}, change)
			merged := func() bool {
				return slices.ContainsFunc(levels(t, dir), func(file string) bool { return filepath.Base(filepath.Dir(file)) == "1" })
			}
			for i := range 4 {
				in.must(in.place(fmt.Sprint(i)))
			}
			if name == "not after each upload" {
				if merged() {
					t.Error("files are merged at once")
				}
				return
			}
			in.until("the files to be merged", merged)
		})
	}
}

// The log begins anew from a thousand pages on, between uploads: nobody else checkpoints a file that is copied.
func TestTheLogStaysSmall(t *testing.T) {
	in := start(t, t.TempDir(), Target{Dir: t.TempDir()}, func(o *Options) { o.Quiet = time.Hour })
	largest := int64(0)
	for i := range 6 {
		in.must(in.db.Write(t.Context(), func(tx *database.DB) error {
			_, err := tx.ExecContext(t.Context(), "INSERT INTO orders VALUES (?, hex(zeroblob(1000000)))", fmt.Sprint(i)) // 500 pages
			return err
		}))
		in.must(in.m.Confirm(t.Context(), storeKey))
		end, _, err := walEnd(in.m.path(storeKey))
		in.must(err)
		largest = max(largest, end)
	}
	if largest > 8<<20 {
		t.Errorf("the log grows to %d bytes", largest)
	}
}
