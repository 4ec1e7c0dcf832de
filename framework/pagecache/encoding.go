package pagecache

import (
	"bytes"
	"io"
	"strconv"
	"strings"
	"sync"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// encoding is a content coding (RFC 9110, 8.4.1), the one we like best last.
type encoding int

const (
	identity encoding = iota
	zipped
	brotlied
	zstandard
	encodings
)

var (
	names    = [encodings]string{"identity", "gzip", "br", "zstd"}
	suffixes = []string{"", "-gz", "-br", "-zs"}
	headers  = [encodings][]string{{"identity"}, {"gzip"}, {"br"}, {"zstd"}}
)

func (e encoding) suffix() string   { return suffixes[e] }
func (e encoding) header() []string { return headers[e] }

// choose picks the coding with the highest weight, of equal ones the one we like best. Without the header it is identity, and
// so it is where nothing is allowed: rather an answer that can be read.
func choose(lines []string) encoding {
	best, weight := identity, 0.0
	others := -1.0 // weight of *
	var named [encodings]bool
	for _, line := range lines {
		for part := range strings.SplitSeq(line, ",") {
			name, q := coding(part)
			if name == "*" {
				others = q
				continue
			}
			for e := identity; e < encodings; e++ {
				if strings.EqualFold(name, names[e]) {
					named[e] = true
					if q > weight || q == weight && q > 0 && e > best {
						best, weight = e, q
					}
				}
			}
		}
	}
	for e := identity + 1; e < encodings && others > 0; e++ {
		if !named[e] && (others > weight || others == weight && e > best) {
			best, weight = e, others
		}
	}
	return best
}

// coding is one member of Accept-Encoding, with its weight.
func coding(part string) (name string, q float64) {
	name, rest, weighted := strings.Cut(part, ";")
	name = strings.TrimSpace(name)
	if !weighted {
		return name, 1
	}
	value, ok := strings.CutPrefix(strings.ToLower(strings.TrimSpace(rest)), "q=")
	q, err := strconv.ParseFloat(value, 64)
	if !ok || err != nil || q < 0 || q > 1 {
		return name, 0
	}
	return name, q
}

// A page is packed once and sent many times, but a store that is being edited makes its pages often: the levels are those from which
// on more work saves little.
var (
	zstdWriter, _ = zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedBetterCompression), zstd.WithWindowSize(256<<10), zstd.WithEncoderConcurrency(2), zstd.WithLowerEncoderMem(true))
	zstdReader, _ = zstd.NewReader(nil, zstd.WithDecoderConcurrency(2), zstd.WithDecoderLowmem(true))
	brotlis       = sync.Pool{New: func() any { return brotli.NewWriterLevel(io.Discard, 5) }}
	gzips         = sync.Pool{New: func() any {
		zw, _ := gzip.NewWriterLevel(io.Discard, 7)
		return zw
	}}
)

type packer interface {
	io.WriteCloser
	Reset(io.Writer)
}

func pack(e encoding, body []byte) []byte {
	pool := &gzips
	switch e {
	case zstandard:
		return zstdWriter.EncodeAll(body, make([]byte, 0, len(body)/6))
	case brotlied:
		pool = &brotlis
	}
	zw := pool.Get().(packer)
	defer pool.Put(zw)
	var out bytes.Buffer
	zw.Reset(&out)
	zw.Write(body) //nolint:errcheck // a buffer takes everything
	zw.Close()     //nolint:errcheck // as above
	return bytes.Clone(out.Bytes())
}

// unpack gives back what was packed with zstandard, by us.
func unpack(packed []byte) []byte {
	body, err := zstdReader.DecodeAll(packed, nil)
	if err != nil {
		panic("pagecache: " + err.Error()) // memory is broken
	}
	return body
}
