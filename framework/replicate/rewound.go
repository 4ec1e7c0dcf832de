package replicate

import (
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/benbjohnson/litestream"
)

// ErrRewound says that a file lost what it had and its replica still has: a disk that forgot what it had been told to keep, or an older
// copy that somebody put in its place. Litestream would take the older state for the newest and copy it over what was confirmed.
var ErrRewound = fmt.Errorf("%s (%w)", rewound, ErrForeign)

// rewound is how a fence that was noted by an earlier process is known again.
const rewound = "the file is older than its replica: bring it back with wizamart store restore --lose-newest"

// commitTime is how long a commit may take from its frames in the log to the index that tells of them: an fsync of a slow disk.
const commitTime = 5 * time.Second

// whole fails with ErrRewound when the WAL ends before the part of it that was copied last. The file is held open, so SQLite has found the end.
// A log that was begun anew since, after all of it went into the file, has another salt, at random or one larger
// (https://sqlite.org/fileformat2.html#walformat): of that one nothing can be said.
//
// Litestream reads the log, where a commit's frames stand before the index tells of them: what it copied may be ahead of the index while
// somebody commits. Only a log that stays shorter is.
func (f *stream) whole(db *litestream.DB) error {
	pos, err := db.Pos()
	if err != nil || pos.TXID == 0 {
		return err
	}
	copied, copiedSalt, err := ltxEnd(db.LTXPath(0, pos.TXID, pos.TXID))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	} else if err != nil {
		return err
	}
	for begin := time.Now(); ; time.Sleep(20 * time.Millisecond) {
		end, salt, err := walEnd(f.m.path(f.key))
		if err != nil || end == 0 || salt != copiedSalt || end >= copied {
			return err
		}
		if time.Since(begin) > commitTime {
			return fmt.Errorf("%w: its log ends at byte %d, and %d were copied", ErrRewound, end, copied)
		}
	}
}
