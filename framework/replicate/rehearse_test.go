package replicate

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"wizamart/framework/database"
)

func rehearse(t *testing.T, m *Manager) (Rehearsed, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 90*time.Second)
	defer cancel()
	out := filepath.Join(t.TempDir(), "copy.db")
	r, err := m.Rehearse(ctx, storeKey, out)
	if err == nil && len(readOrders(t, out)) != r.Tables["orders"] {
		t.Errorf("%+v", r)
	}
	return r, err
}

// levels lists the replica's transaction files of the store, the newest last.
func levels(t *testing.T, dir string) []string {
	t.Helper()
	var out []string
	err := filepath.WalkDir(filepath.Join(dir, "stores", storeKey), func(p string, e fs.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(p, ".ltx") {
			out = append(out, p)
		}
		return err
	})
	if err != nil || len(out) == 0 {
		t.Fatal(out, err)
	}
	return out
}

// A rehearsal brings back all that was committed before it, while the file is written and when it is quiet, and in a new process.
func TestRehearsal(t *testing.T) {
	eachTarget(t, func(t *testing.T, target Target) {
		in := start(t, t.TempDir(), target)
		want := 0
		check := func(when string) {
			t.Helper()
			r, err := rehearse(t, in.m)
			if err != nil || r.Tables["orders"] != want || r.TXID == 0 || r.Generation != 1 || r.Bytes == 0 {
				t.Errorf("%s: %+v, %v; want %d orders", when, r, err, want)
			}
		}
		for i := range 3 {
			in.must(in.order(fmt.Sprint("a", i)))
			want++
			check("a moment after the commit")
		}
		in.idle()
		check("quiet")
		in.stop()
		in = start(t, in.dir, target)
		check("after a restart")
	})
}

// What a disaster would have found is found by the rehearsal: a damaged file at the replica, one that is missing, somebody else's.
// A replica that does not answer is another matter: nothing is known to be lost.
func TestRehearsalFinds(t *testing.T) {
	prepare := func(t *testing.T) (*install, string) {
		dir := filepath.Join(t.TempDir(), "replica")
		in := start(t, t.TempDir(), Target{Dir: dir})
		in.must(in.place("a"))
		in.must(in.place("b"))
		in.idle()
		in.must(in.place("newest"))
		if _, err := rehearse(t, in.m); err != nil {
			t.Fatal(err)
		}
		return in, dir
	}
	t.Run("damage", func(t *testing.T) {
		in, dir := prepare(t)
		for _, file := range levels(t, dir) {
			data, err := os.ReadFile(file)
			in.must(err)
			for i := len(data) / 2; i < len(data)/2+20; i++ {
				data[i] ^= 0x55
			}
			in.must(os.WriteFile(file, data, 0o600))
		}
		if r, err := rehearse(t, in.m); !errors.Is(err, ErrLost) {
			t.Errorf("damage went unnoticed: %+v, %v", r, err)
		}
	})
	t.Run("newest missing", func(t *testing.T) {
		in, dir := prepare(t)
		position := in.m.Status(storeKey).TXID
		newest := fmt.Sprintf("%016x.ltx", position)
		gone := 0
		for _, file := range levels(t, dir) {
			if strings.HasSuffix(file, newest) {
				in.must(os.Remove(file))
				gone++
			}
		}
		if r, err := rehearse(t, in.m); gone == 0 || !errors.Is(err, ErrLost) || !strings.Contains(fmt.Sprint(err), "should reach") {
			t.Errorf("%d files of the newest transaction are gone: %+v, %v", gone, r, err)
		}
	})
	t.Run("all missing", func(t *testing.T) {
		in, dir := prepare(t)
		in.must(os.RemoveAll(filepath.Join(dir, "stores", storeKey, "00000001")))
		if r, err := rehearse(t, in.m); !errors.Is(err, ErrLost) {
			t.Errorf("%+v, %v", r, err)
		}
	})
	t.Run("somebody else's", func(t *testing.T) {
		in, dir := prepare(t)
		in.must(os.WriteFile(filepath.Join(dir, "stores", storeKey, "owner.json"), []byte(`{"id":"other","generation":1,"host":"elsewhere"}`), 0o600))
		if r, err := rehearse(t, in.m); !errors.Is(err, ErrForeign) || !strings.Contains(err.Error(), "elsewhere") {
			t.Errorf("%+v, %v", r, err)
		}
		if _, err := in.m.TakeSnapshot(t.Context(), storeKey, t.TempDir(), Retention{1, 1}); !errors.Is(err, ErrForeign) {
			t.Errorf("a snapshot was put among somebody else's: %v", err)
		}
	})
	t.Run("no answer", func(t *testing.T) {
		target, server := onS3(t)
		in := start(t, t.TempDir(), target)
		in.must(in.place("a"))
		in.idle()
		server.Stop()
		if r, err := rehearse(t, in.m); err == nil || errors.Is(err, ErrLost) || errors.Is(err, ErrForeign) {
			t.Errorf("a replica that is away is not a lost one: %+v, %v", r, err)
		}
	})
}

// A file that nobody writes gets its copy all the same: when replication begins, and when the replica moves.
func TestCover(t *testing.T) {
	in := start(t, t.TempDir(), Target{Dir: filepath.Join(t.TempDir(), "one")})
	in.must(in.place("a"))
	in.idle()
	in.stop()
	moved := DefaultConfig(filepath.Join(t.TempDir(), "two"))
	m, err := Open(Options{Dir: in.dir, Config: moved, Quiet: 50 * time.Millisecond})
	in.must(err)
	defer m.Close(context.Background()) //nolint:errcheck // a test's
	if m.Covered(storeKey) {
		t.Fatal("it is not at the new place yet")
	}
	if _, err := rehearse(t, m); !errors.Is(err, ErrUncovered) {
		t.Errorf("%v", err)
	}
	in.must(m.Cover(t.Context(), storeKey))
	if r, err := rehearse(t, m); err != nil || r.Tables["orders"] != 1 || !m.Covered(storeKey) {
		t.Errorf("%+v, %v", r, err)
	}
}

// An earlier process's fence is known before anybody asks for the store.
func TestFencesAreLoaded(t *testing.T) {
	target := Target{Dir: filepath.Join(t.TempDir(), "replica")}
	in := start(t, t.TempDir(), target)
	in.must(in.place("a"))
	in.idle()
	in.must(writeFile(filepath.Join(in.m.meta(storeKey), "fenced"), []byte("yesterday")))
	in.stop()
	m, err := Open(Options{Dir: in.dir, Config: DefaultConfig(target.Dir)})
	in.must(err)
	defer m.Close(context.Background()) //nolint:errcheck // a test's
	in.must(m.LoadFences())
	if hot := m.Hot(); len(hot) != 1 || hot[0].State != Fenced {
		t.Errorf("%+v", hot)
	}
}

func TestSnapshots(t *testing.T) {
	eachTarget(t, func(t *testing.T, target Target) {
		in := start(t, t.TempDir(), target)
		in.must(in.place("a"))
		temp := t.TempDir()
		first, err := in.m.TakeSnapshot(t.Context(), storeKey, temp, Retention{2, 0})
		in.must(err)
		// Another of the same second would take its place. On a slow machine the second one is of another second.
		again, err := in.m.TakeSnapshot(t.Context(), storeKey, temp, Retention{2, 0})
		if err == nil && again.Name == first.Name {
			t.Error("two snapshots of one second: the first was overwritten")
		}
		// Two old ones, of which one has to go.
		for _, name := range []string{"20200101T000000Z", "20200102T000000Z"} {
			in.must(in.m.objects.Create(t.Context(), snapshotKey(storeKey, name), bytes.NewReader([]byte("old")), nil))
		}
		in.must(in.order("b"))
		time.Sleep(time.Until(time.Now().Truncate(time.Second).Add(time.Second))) // a second without a snapshot
		second, err := in.m.TakeSnapshot(t.Context(), storeKey, temp, Retention{2, 0})
		in.must(err)
		all, err := in.m.Source().Snapshots(t.Context(), storeKey)
		in.must(err)
		var names []string
		for _, s := range all {
			names = append(names, s.Name)
		}
		if fmt.Sprint(names) != fmt.Sprint([]string{second.Name, "20200102T000000Z"}) {
			t.Errorf("kept %v", names)
		}
		for name, want := range map[string]int{"": 2, second.Name: 2} {
			out := filepath.Join(t.TempDir(), "copy.db")
			r, err := in.m.Source().FetchSnapshot(t.Context(), storeKey, name, out)
			if err != nil || r.Tables["orders"] != want || len(readOrders(t, out)) != want {
				t.Errorf("%q: %+v, %v", name, r, err)
			}
			if _, err := in.m.Source().FetchSnapshot(t.Context(), storeKey, name, out); err == nil {
				t.Error("a file was overwritten")
			}
		}
		for _, name := range []string{"20200101T000000Z", "../../owner", "20200102T000000Z"} { // gone, none, damaged
			out := filepath.Join(t.TempDir(), "copy.db")
			if r, err := in.m.Source().FetchSnapshot(t.Context(), storeKey, name, out); err == nil || exists(out) {
				t.Errorf("%s: %+v, %v", name, r, err)
			}
		}
		if left, err := os.ReadDir(temp); err != nil || len(left) > 0 {
			t.Errorf("left behind: %v, %v", left, err)
		}
		// They are no part of what a restore of the stream looks at.
		if keys, err := in.m.Source().Keys(t.Context()); err == nil && len(keys) > 2 {
			t.Errorf("%q", keys)
		}
		if r, err := rehearse(t, in.m); err != nil || r.Tables["orders"] != 2 {
			t.Errorf("%+v, %v", r, err)
		}
	})
}

func TestRetention(t *testing.T) {
	day := func(n int) Saved { // n days before a Wednesday
		at := time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC).AddDate(0, 0, -n)
		return Saved{Name: fmt.Sprint(n), At: at}
	}
	later := day(1)
	later.At, later.Name = later.At.Add(time.Hour), "1b"
	for _, test := range []struct {
		name string
		keep Retention
		all  []Saved
		gone string
	}{
		{"none", Retention{7, 4}, nil, ""},
		{"the newest stays whatever is asked", Retention{0, 0}, []Saved{day(0), day(1)}, "1"},
		{"one of each day, its last", Retention{7, 0}, []Saved{day(0), later, day(1), day(2)}, "1"},
		{"days without one do not count", Retention{2, 0}, []Saved{day(0), day(300), day(301)}, "301"},
		{"a week is kept by its last day", Retention{2, 3}, []Saved{day(0), day(1), day(2), day(3), day(4), day(9), day(10), day(11)}, "2 4 9 11"},
	} {
		var gone []string
		for _, s := range test.keep.Expired(test.all) {
			gone = append(gone, s.Name)
		}
		if got := strings.Join(gone, " "); got != test.gone {
			t.Errorf("%s: %q go, not %q", test.name, got, test.gone)
		}
	}
}

// One damaged stream does not keep everything else from coming back: that file comes from its newest snapshot, and it is said.
func TestRestoreAllPassesADamagedStream(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIPPED: -short waits for no takeover")
	}
	dir := filepath.Join(t.TempDir(), "replica")
	in := start(t, t.TempDir(), Target{Dir: dir})
	db, err := database.OpenStreamed(in.m.path(""), true)
	in.must(err)
	db.Watch(database.Watch{
		BeforeWrite: func(ctx context.Context) (func(), error) { return in.m.Begin(ctx, "") },
		Committed:   func() { in.m.Committed("") },
	})
	in.must(db.Write(t.Context(), func(tx *database.DB) error {
		_, err := tx.NewQuery("CREATE TABLE platform (id TEXT)").Execute()
		return err
	}))
	in.must(in.place("a"))
	saved, err := in.m.TakeSnapshot(t.Context(), storeKey, t.TempDir(), Retention{1, 1})
	in.must(err)
	in.must(in.place("b"))
	in.must(in.m.Confirm(t.Context(), ""))
	in.must(db.Close())
	in.stop()
	for _, file := range levels(t, dir) {
		in.must(os.WriteFile(file, []byte("damage"), 0o600))
	}
	src, err := OpenSource(Target{Dir: dir})
	in.must(err)
	got := map[string]Restored{}
	out := filepath.Join(t.TempDir(), "new")
	in.must(src.RestoreAll(t.Context(), out, func(_, _ int, key string, r Restored) error { got[key] = r; return nil }))
	if r := got[storeKey]; r.Snapshot != saved.Name || r.Tables["orders"] != 1 || !r.Point.Equal(saved.At) {
		t.Errorf("the store: %+v", r)
	}
	if r := got[""]; r.Snapshot != "" {
		t.Errorf("the platform: %+v", r)
	}
}
