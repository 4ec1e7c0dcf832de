package shopifycsv

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"unicode/utf8"
)

// maxRecord bounds one row: a row of many long cells is no product.
const maxRecord = 8 << 20

// scanner splits CSV (RFC 4180) into records. It differs from encoding/csv where imports need it: it names
// the line on which an open quote began, bounds every cell, keeps CR LF inside quotes, ends a line at
// CR, LF or CR LF, and refuses NUL and what is not UTF-8.
type scanner struct {
	in   *bufio.Reader
	sep  byte
	line int // lines ended so far
	buf  []byte
	ends []int // where each cell of the record ends in buf
}

// record is one row: its cells share one string.
type record struct {
	line      int
	cells     []string
	bareQuote bool // a quote inside a cell that does not start with one: taken literally
}

// next gives the next record that is not an empty line, io.EOF at the end, else a *FileError.
func (s *scanner) next() (record, error) {
	for {
		rec, err := s.scan()
		if err != nil || len(rec.cells) > 1 || rec.cells[0] != "" {
			return rec, err
		}
	}
}

func (s *scanner) scan() (record, error) {
	rec := record{line: s.line + 1}
	s.buf, s.ends = s.buf[:0], s.ends[:0]
	for first := true; ; first = false {
		more, err := s.cell(&rec)
		if err == io.EOF && first && len(s.buf) == 0 && s.line+1 == rec.line {
			return rec, io.EOF
		}
		if err != nil && err != io.EOF {
			return rec, err
		}
		s.ends = append(s.ends, len(s.buf))
		if len(s.ends) > MaxColumns*2 || len(s.buf) > maxRecord {
			return rec, &FileError{rec.line, FileRecord, "the row is too long: more than 8 MB or 2,000 cells", nil}
		}
		if !more || err == io.EOF {
			break
		}
	}
	if err := s.check(rec.line); err != nil {
		return rec, err
	}
	all, start := string(s.buf), 0
	rec.cells = make([]string, len(s.ends))
	for i, end := range s.ends {
		rec.cells[i] = all[start:end]
		start = end
	}
	return rec, nil
}

// cell appends one cell to buf. more tells whether another cell of the record follows.
func (s *scanner) cell(rec *record) (more bool, err error) {
	start := len(s.buf)
	c, err := s.in.ReadByte()
	if err == nil && c == '"' {
		return s.quoted(start)
	}
	for ; err == nil; c, err = s.in.ReadByte() {
		switch c {
		case s.sep:
			return true, nil
		case '\n':
			s.line++
			return false, nil
		case '\r':
			s.endCR()
			return false, nil
		case '"':
			rec.bareQuote = true
		}
		if s.buf = append(s.buf, c); len(s.buf)-start > MaxField {
			return false, tooLong(s.line+1, "")
		}
	}
	return false, s.end(err)
}

// quoted reads on behind an opening quote.
func (s *scanner) quoted(start int) (more bool, err error) {
	opened := s.line + 1
	for {
		c, err := s.in.ReadByte()
		if err == io.EOF {
			return false, &FileError{opened, FileQuote, "a quote opens here and never closes", nil}
		} else if err != nil {
			return false, s.end(err)
		}
		if c == '"' {
			next, err := s.in.ReadByte()
			switch {
			case err == io.EOF:
				return false, io.EOF
			case err != nil:
				return false, s.end(err)
			case next == s.sep:
				return true, nil
			case next == '\n':
				s.line++
				return false, nil
			case next == '\r':
				s.endCR()
				return false, nil
			case next != '"':
				return false, &FileError{opened, FileQuote, fmt.Sprintf("the quoted cell that opens here goes on "+
					"after a closing quote on line %d; quotes inside a cell must be doubled", s.line+1), nil}
			}
		} else if c == '\n' {
			s.line++
		} else if c == '\r' {
			if next, _ := s.in.Peek(1); len(next) == 0 || next[0] != '\n' {
				s.line++
			}
		}
		if s.buf = append(s.buf, c); len(s.buf)-start > MaxField {
			return false, tooLong(opened, ": most likely its quote never closes")
		}
	}
}

func tooLong(line int, guess string) error {
	return &FileError{line, FileField, "the cell that starts here is longer than 1 MB" + guess, nil}
}

// endCR ends a line at CR or CR LF.
func (s *scanner) endCR() {
	if next, _ := s.in.Peek(1); len(next) == 1 && next[0] == '\n' {
		s.in.Discard(1)
	}
	s.line++
}

func (s *scanner) end(err error) error {
	if err == io.EOF {
		return io.EOF
	}
	return readError(s.line+1, err)
}

// check refuses bytes that no text has.
func (s *scanner) check(line int) error {
	if bytes.IndexByte(s.buf, 0) >= 0 {
		return &FileError{line, FileNUL, "the row contains a NUL byte: the file is damaged, or UTF-16 without a byte order mark; save it as CSV (UTF-8)", nil}
	}
	start := 0
	for _, end := range s.ends {
		cell := s.buf[start:end]
		start = end
		if utf8.Valid(cell) {
			continue
		}
		for at := 0; at < len(cell); {
			r, size := utf8.DecodeRune(cell[at:])
			if r == utf8.RuneError && size <= 1 {
				return &FileError{line, FileEncoding, fmt.Sprintf("the row isn't UTF-8 (byte 0x%02X); it looks like Windows-1252 or Latin-1. "+
					"Save the file as “CSV UTF-8”", cell[at]), nil}
			}
			at += size
		}
	}
	return nil
}
