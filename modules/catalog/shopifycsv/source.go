package shopifycsv

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"strings"

	"golang.org/x/text/encoding/unicode"
)

const peekSize = 64 << 10

// counter counts the source's bytes and stops at the limit.
type counter struct {
	src       io.Reader
	n, limit  int64
	exhausted bool // more than limit was there
}

func (c *counter) Read(p []byte) (int, error) {
	if room := c.limit - c.n; int64(len(p)) > room {
		p = p[:max(room, 0)+1] // one more than allowed tells a full file from one too large
	}
	n, err := c.src.Read(p)
	if c.n += int64(n); c.n > c.limit {
		c.exhausted = true
		return 0, errTooLarge(c.limit)
	}
	return n, err
}

func errTooLarge(limit int64) *FileError {
	size := fmt.Sprintf("%d bytes", limit)
	if limit >= 1<<20 {
		size = fmt.Sprintf("%d MB", limit>>20)
	}
	return &FileError{Code: FileTooLarge, Message: "the file is larger than the " + size + " allowed; split it"}
}

// open looks at the first bytes, undoes UTF-16 and the byte order mark, and refuses what is no text.
func open(src io.Reader) (*bufio.Reader, error) {
	in := bufio.NewReaderSize(src, peekSize)
	head, err := in.Peek(4)
	if len(head) == 0 {
		return nil, readError(0, err)
	}
	switch {
	case bytes.HasPrefix(head, []byte{0xFF, 0xFE}), bytes.HasPrefix(head, []byte{0xFE, 0xFF}):
		decoder := unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewDecoder()
		in = bufio.NewReaderSize(decoder.Reader(in), peekSize)
	case bytes.HasPrefix(head, []byte{0xEF, 0xBB, 0xBF}):
		in.Discard(3)
	}
	head, err = in.Peek(512)
	if len(head) == 0 {
		return nil, readError(0, err)
	}
	return in, refuse(head)
}

// refuse names the kinds of file that people upload instead of a CSV.
func refuse(head []byte) error {
	kind := ""
	text := strings.ToLower(strings.TrimLeft(string(head), " \r\n\t"))
	switch {
	case bytes.HasPrefix(head, []byte("PK\x03\x04")):
		kind = "an Excel workbook or a ZIP archive"
	case bytes.HasPrefix(head, []byte("\xD0\xCF\x11\xE0")):
		kind = "an old Excel workbook"
	case bytes.HasPrefix(head, []byte("\x1F\x8B")):
		kind = "a gzip archive"
	case bytes.HasPrefix(head, []byte("%PDF-")):
		kind = "a PDF"
	case bytes.HasPrefix(head, []byte("\x89PNG")), bytes.HasPrefix(head, []byte("\xFF\xD8\xFF")), bytes.HasPrefix(head, []byte("GIF8")):
		kind = "a picture"
	case strings.HasPrefix(text, "<"):
		kind = "a web page or XML"
	case strings.HasPrefix(text, "{"), strings.HasPrefix(text, "["):
		kind = "JSON"
	case text == "":
		return &FileError{Code: FileEmpty, Message: "the file is empty"}
	default:
		return nil
	}
	return &FileError{Line: 1, Code: FileNotCSV, Message: "this is " + kind + ", not a CSV file; export or save it as CSV (UTF-8)"}
}

// separator finds out what the header is separated by: a comma, or what spreadsheets use in
// countries with decimal commas, or a tab.
func separator(in *bufio.Reader) byte {
	head, _ := in.Peek(peekSize)
	line, _, _ := bytes.Cut(head, []byte("\n"))
	for _, sep := range []byte{',', ';', '\t'} {
		for cell := range bytes.SplitSeq(line, []byte{sep}) {
			if name, _ := classicName(strings.Trim(string(cell), "\" \r")); name == "Handle" {
				return sep
			}
		}
	}
	return ','
}

// readError is the FileError for what the source said at a line. An early end means an empty file.
func readError(line int, err error) error {
	switch known := err.(type) {
	case nil:
		return nil
	case *FileError:
		if known.Line == 0 {
			known.Line = line
		}
		return known
	}
	if err == io.EOF {
		return &FileError{Code: FileEmpty, Message: "the file is empty"}
	}
	return &FileError{Line: line, Code: FileRead, Message: "the file can't be read: " + err.Error(), Err: err}
}
