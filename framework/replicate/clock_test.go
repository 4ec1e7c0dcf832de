package replicate

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/superfly/ltx"
)

// A clock that jumps, back or forth, never lets a server believe that it still owns a replica that was taken from it.
func TestClockJumps(t *testing.T) {
	for name, jump := range map[string]time.Duration{"back an hour": time.Hour, "on an hour": -time.Hour, "back a second": time.Second} {
		t.Run(name, func(t *testing.T) {
			target := Target{Dir: t.TempDir()}
			in := start(t, t.TempDir(), target)
			in.must(in.place("before"))
			in.idle()
			src, err := OpenSource(target)
			in.must(err)
			f := in.m.file(storeKey)
			f.checked = time.Now().Round(0).Add(jump) // the last look, as the clock says now
			in.must(f.owned(context.Background()))
			in.must(takeOver(context.Background(), src.objects, storeKey, t.TempDir(), target.URL(""), 0))
			f.checked = time.Now().Round(0).Add(jump)
			if err := f.owned(context.Background()); !errors.Is(err, ErrForeign) {
				t.Errorf("it still thinks that the replica is its own: %v", err)
			}
		})
	}
}

// A server that slept while its twin went on does not take a free number for its turn: the twin's files may have been merged away since.
func TestAfterASleepTheReplicaIsLookedAt(t *testing.T) {
	target := Target{Dir: t.TempDir()}
	in := start(t, t.TempDir(), target, func(o *Options) { o.Quiet = time.Hour })
	in.must(in.place("before"))
	f := in.m.file(storeKey)
	newest := ltx.TXID(in.m.Status(storeKey).TXID)
	data, err := os.ReadFile(filepath.Join(target.Dir, f.client.key(0, newest, newest)))
	in.must(err)
	later := newest + 5
	in.must(os.WriteFile(filepath.Join(target.Dir, f.client.key(0, later, later)), data, 0o600)) // the twin's
	f.seen = f.seen.Add(-in.m.Config.L0Retention)
	if err := in.place("after"); !errors.Is(err, ErrForeign) {
		t.Errorf("it goes on where its twin went on: %v", err)
	}
}
