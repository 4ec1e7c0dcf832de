package replicate

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"

	"github.com/benbjohnson/litestream"
)

// ErrRewound says that a file lost what it had and its replica still has: a disk that forgot what it had been told to keep, or an older
// copy that somebody put in its place. Litestream would take the older state for the newest and copy it over what was confirmed.
var ErrRewound = fmt.Errorf("the file is older than its replica: bring it back with wizamart store restore --lose-newest (%w)", ErrForeign)

// whole fails with ErrRewound when the WAL ends before the part of it that was copied last. The file is held open, so SQLite has found the end.
// A log that was begun anew since, after all of it went into the file, has a larger first salt
// (https://sqlite.org/fileformat2.html#walformat).
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
	end, salt, err := walEnd(f.m.path(f.key))
	if err != nil || end == 0 {
		return err
	}
	newer := int32(binary.BigEndian.Uint32(salt[:4]) - binary.BigEndian.Uint32(copiedSalt[:4])) //nolint:gosec // serial numbers that go round
	if salt == copiedSalt && end < copied || newer < 0 {
		return fmt.Errorf("%w: its log ends at byte %d, and %d were copied", ErrRewound, end, copied)
	}
	return nil
}
