package replicate

import (
	"encoding/binary"
	"errors"
	"os"
	"testing"
	"time"

	"github.com/benbjohnson/litestream"
)

// A file that is written after a long pause stays attached while its first transaction runs, and for a while after it was attached.
func TestNobodyLeavesDuringATransaction(t *testing.T) {
	now := time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)
	m := &Manager{}
	m.Quiet, m.Lazy = time.Minute, time.Second
	for name, c := range map[string]struct {
		attached, commit time.Duration // ago
		writing          int
		stays            bool
	}{
		"attached for a write that has not committed": {time.Millisecond, time.Hour, 1, true},
		"and whose closure failed":                    {time.Millisecond, time.Hour, 0, true},
		"written just now":                            {time.Hour, time.Millisecond, 0, true},
		"a transaction that takes very long":          {time.Hour, time.Hour, 1, true},
		"quiet":                                       {time.Hour, time.Hour, 0, false},
	} {
		f := &stream{m: m, attached: now.Add(-c.attached), lastCommit: now.Add(-c.commit), writing: c.writing}
		if left := f.rest(now); left > 0 != c.stays {
			t.Errorf("%s: %v", name, left)
		}
	}
}

// What was copied may be ahead of the WAL's index while somebody commits: the file is rewound only when it stays behind.
func TestOnlyALogThatStaysShorterIsRewound(t *testing.T) {
	dir, target := t.TempDir(), Target{Dir: t.TempDir()}
	in := start(t, dir, target)
	in.must(in.place("1"))
	in.idle()
	in.must(in.place("2"))
	in.idle()
	f := in.m.file(storeKey)
	db := litestream.NewDB(in.m.path(storeKey))
	db.SetMetaPath(in.m.meta(storeKey))

	shm, err := os.OpenFile(in.m.path(storeKey)+"-shm", os.O_RDWR, 0)
	in.must(err)
	defer shm.Close()
	var frames [4]byte
	_, err = shm.ReadAt(frames[:], 16)
	in.must(err)
	tell := func(n uint32) {
		for _, at := range []int64{16, 48 + 16} { // both copies of the index's header
			var b [4]byte
			binary.NativeEndian.PutUint32(b[:], n)
			_, err := shm.WriteAt(b[:], at)
			in.must(err)
		}
	}
	whole := binary.NativeEndian.Uint32(frames[:])

	in.must(f.whole(db))
	tell(whole - 1)
	time.AfterFunc(200*time.Millisecond, func() { tell(whole) })
	if err := f.whole(db); err != nil {
		t.Errorf("a commit under way is taken for a rewound file: %v", err)
	}
	tell(whole - 1)
	err = f.whole(db)
	if !errors.Is(err, ErrRewound) {
		t.Fatalf("a log that stays shorter: %v", err)
	}
	tell(whole)
	f.fence(err)
	in.stop()
	if s := start(t, dir, target).m.Status(storeKey); s.State != Fenced || !s.Rewound {
		t.Errorf("after a restart nobody knows why it is closed: %+v", s)
	}
}
