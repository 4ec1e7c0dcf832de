package replicate

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path"
	"path/filepath"
	"time"

	"github.com/benbjohnson/litestream"
	"github.com/benbjohnson/litestream/file"
	"github.com/superfly/ltx"
)

// ErrForeign says that somebody else writes to this replica: two processes run the same store. Litestream itself does not
// notice, and orders that both acknowledged would be lost.
var ErrForeign = errors.New("another process writes to this store's replica")

// client is a Litestream client that creates each of the newest files (level 0) once and never overwrites one. A file that is
// there with another content was written by somebody else. This is what makes a transaction's number mean
// one thing: of two writers that come to the same number, one is refused.
type client struct {
	litestream.ReplicaClient
	store objects
	key   func(level int, minTXID, maxTXID ltx.TXID) string
	fence func(error)
}

// newClient is the client for one generation of one file, below prefix.
func newClient(t Target, store objects, prefix, temp string, fence func(error)) *client {
	if t.Dir != "" {
		return &client{
			ReplicaClient: file.NewReplicaClient(filepath.Join(t.Dir, filepath.FromSlash(prefix))), store: store, fence: fence,
			key: func(level int, a, b ltx.TXID) string { return litestream.LTXFilePath(prefix, level, a, b) },
		}
	}
	key := func(level int, a, b ltx.TXID) string {
		return path.Join(prefix, fmt.Sprintf("%04x", level), ltx.FormatFilename(a, b))
	}
	return &client{ReplicaClient: &s3Client{s3: store.(*s3), prefix: prefix, key: key, temp: temp}, store: store, key: key, fence: fence}
}

func (c *client) WriteLTXFile(ctx context.Context, level int, minTXID, maxTXID ltx.TXID, r io.Reader) (*ltx.FileInfo, error) {
	body, ok := r.(io.ReadSeeker)
	if level != 0 || !ok {
		return c.ReplicaClient.WriteLTXFile(ctx, level, minTXID, maxTXID, r)
	}
	at, meta, err := stamp(body)
	if err != nil {
		return nil, err
	}
	key := c.key(level, minTXID, maxTXID)
	err = c.store.Create(ctx, key, body, meta)
	if errors.Is(err, fs.ErrExist) {
		// It may be our own, from an answer that got lost.
		if same, e := c.same(ctx, key, body); e != nil {
			return nil, e
		} else if !same {
			err = fmt.Errorf("%w: %s is there with another content", ErrForeign, key)
			c.fence(err)
			return nil, err
		}
	} else if err != nil {
		return nil, err
	}
	size, err := body.Seek(0, io.SeekEnd)
	if err != nil {
		return nil, err
	}
	return &ltx.FileInfo{Level: level, MinTXID: minTXID, MaxTXID: maxTXID, Size: size, CreatedAt: at}, nil
}

// same tells whether the object holds exactly what body does.
func (c *client) same(ctx context.Context, key string, body io.ReadSeeker) (bool, error) {
	there, err := c.store.Open(ctx, key, 0, 0)
	if err != nil {
		return false, err
	}
	defer there.Close()
	if _, err := body.Seek(0, io.SeekStart); err != nil {
		return false, err
	}
	a, b := make([]byte, 64<<10), make([]byte, 64<<10)
	for {
		n, err1 := io.ReadFull(there, a)
		m, err2 := io.ReadFull(body, b)
		if !bytes.Equal(a[:n], b[:m]) {
			return false, nil
		}
		for _, err := range []error{err1, err2} {
			if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
				return false, err
			}
		}
		if err1 != nil || err2 != nil {
			return true, nil
		}
	}
}

// stamp is when the transactions of an LTX file were written, and the metadata that says so.
func stamp(body io.ReadSeeker) (time.Time, map[string]string, error) {
	if _, err := body.Seek(0, io.SeekStart); err != nil {
		return time.Time{}, nil, err
	}
	h, _, err := ltx.PeekHeader(body)
	if err != nil {
		return time.Time{}, nil, fmt.Errorf("read an LTX header: %w", err)
	}
	at := time.UnixMilli(h.Timestamp).UTC()
	return at, map[string]string{stampName: at.Format(time.RFC3339Nano)}, nil
}

// stampName is the metadata under which the stock client looks for a file's time.
const stampName = "Litestream-Timestamp"

// s3Client is litestream.ReplicaClient on our own S3 requests, with the stock client's keys and metadata.
type s3Client struct {
	s3     *s3
	prefix string
	key    func(level int, minTXID, maxTXID ltx.TXID) string
	temp   string // a directory for files of unknown length
}

func (c *s3Client) Type() string               { return "s3" }
func (c *s3Client) Init(context.Context) error { return nil }
func (c *s3Client) SetLogger(*slog.Logger)     {}
func (c *s3Client) level(n int) string         { return fmt.Sprintf("%s/%04x/", c.prefix, n) }

func (c *s3Client) LTXFiles(ctx context.Context, level int, seek ltx.TXID, useMetadata bool) (ltx.FileIterator, error) {
	dir := c.level(level)
	after := ""
	if seek > 0 {
		after = dir + seek.String()
	}
	var infos []*ltx.FileInfo
	err := c.s3.List(ctx, dir, after, func(o object) error {
		a, b, err := ltx.ParseFilename(path.Base(o.Key))
		if err != nil || a < seek {
			return nil
		}
		info := &ltx.FileInfo{Level: level, MinTXID: a, MaxTXID: b, Size: o.Size, CreatedAt: o.Modified.UTC()}
		if useMetadata {
			text, err := c.s3.meta(ctx, o.Key, stampName)
			if err != nil {
				return err
			}
			if at, err := time.Parse(time.RFC3339Nano, text); err == nil {
				info.CreatedAt = at
			}
		}
		infos = append(infos, info)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return ltx.NewFileInfoSliceIterator(infos), nil
}

func (c *s3Client) OpenLTXFile(ctx context.Context, level int, minTXID, maxTXID ltx.TXID, offset, size int64) (io.ReadCloser, error) {
	r, err := c.s3.Open(ctx, c.key(level, minTXID, maxTXID), offset, size)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, os.ErrNotExist
	}
	return r, err
}

func (c *s3Client) WriteLTXFile(ctx context.Context, level int, minTXID, maxTXID ltx.TXID, r io.Reader) (*ltx.FileInfo, error) {
	f, err := os.CreateTemp(c.temp, "upload-*.tmp")
	if err != nil {
		return nil, fmt.Errorf("keep a file for its upload: %w", err)
	}
	defer os.Remove(f.Name())
	defer f.Close()
	size, err := io.Copy(f, r)
	if err != nil {
		return nil, err
	}
	at, meta, err := stamp(f)
	if err != nil {
		return nil, err
	}
	if err := c.s3.Put(ctx, c.key(level, minTXID, maxTXID), f, meta); err != nil {
		return nil, err
	}
	return &ltx.FileInfo{Level: level, MinTXID: minTXID, MaxTXID: maxTXID, Size: size, CreatedAt: at}, nil
}

func (c *s3Client) DeleteLTXFiles(ctx context.Context, files []*ltx.FileInfo) error {
	var keys []string
	for _, f := range files {
		keys = append(keys, c.key(f.Level, f.MinTXID, f.MaxTXID))
	}
	return c.s3.delete(ctx, keys)
}

func (c *s3Client) DeleteAll(context.Context) error {
	return errors.New("a replica is never deleted by this program")
}
