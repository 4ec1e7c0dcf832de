package replicate

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/benbjohnson/litestream"
	"github.com/superfly/ltx"
)

// walEnd is where the committed part of a file's WAL ends, and its salt, from the index that SQLite keeps beside it
// (https://sqlite.org/walformat.html#the_wal_index_header). 0 when there is none.
func walEnd(path string) (end int64, salt [8]byte, err error) {
	f, err := os.Open(path + "-shm")
	if errors.Is(err, fs.ErrNotExist) {
		return 0, salt, nil
	} else if err != nil {
		return 0, salt, err
	}
	defer f.Close()
	var a [96]byte
	for range 100 { // two copies that agree are a whole one
		if _, err := f.ReadAt(a[:], 0); err != nil {
			if errors.Is(err, io.EOF) {
				return 0, salt, nil
			}
			return 0, salt, fmt.Errorf("read the WAL index: %w", err)
		}
		if !bytes.Equal(a[:48], a[48:]) {
			time.Sleep(time.Millisecond)
			continue
		}
		page := int64(binary.NativeEndian.Uint16(a[14:]))
		if page == 1 {
			page = 65536
		}
		frames := int64(binary.NativeEndian.Uint32(a[16:]))
		copy(salt[:], a[32:40])
		if a[12] == 0 || frames == 0 {
			return 0, salt, nil
		}
		return litestream.WALHeaderSize + frames*(litestream.WALFrameHeaderSize+page), salt, nil
	}
	return 0, salt, errors.New("read the WAL index: it does not come to rest")
}

// ltxEnd is how far in the WAL an LTX file reaches, and the WAL's salt.
func ltxEnd(name string) (end int64, salt [8]byte, err error) {
	f, err := os.Open(name)
	if err != nil {
		return 0, salt, err
	}
	defer f.Close()
	h, _, err := ltx.PeekHeader(f)
	if err != nil {
		return 0, salt, fmt.Errorf("read %s: %w", filepath.Base(name), err)
	}
	binary.BigEndian.PutUint32(salt[:4], h.WALSalt1)
	binary.BigEndian.PutUint32(salt[4:], h.WALSalt2)
	return h.WALOffset + h.WALSize, salt, nil
}
