package cms

import (
	"bytes"
	"context"
	"encoding/binary"
	"hash/crc32"
	"strings"
	"testing"

	"wizamart/framework/problem"
)

// TestHostilePictures: the theme takes pictures by the same guarded way as the catalogue; what is refused here was never unpacked.
func TestHostilePictures(t *testing.T) {
	header := func(w, h uint32) []byte {
		chunk := binary.BigEndian.AppendUint32([]byte("IHDR"), w)
		chunk = append(binary.BigEndian.AppendUint32(chunk, h), 8, 2, 0, 0, 0)
		return binary.BigEndian.AppendUint32(append([]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\x0d"), chunk...), crc32.ChecksumIEEE(chunk))
	}
	for name, test := range map[string]struct {
		data []byte
		says string
	}{
		"bomb by its header": {header(50_000, 50_000), "million"},
		"41 million pixels":  {header(8_200, 5_000), "million"},
		"a page":             {[]byte("<!doctype html><script>alert(1)</script>"), "not a picture"},
		"a script in an SVG": {[]byte(`<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`), "<script>"},
		"BMP":                {append([]byte("BM"), make([]byte, 60)...), "not a picture"},
	} {
		if _, err := New(nil, nil, nil).AddPicture(context.Background(), nil, bytes.NewReader(test.data), 2400); !problem.Is(err, problem.Invalid) || !strings.Contains(err.Error(), test.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
