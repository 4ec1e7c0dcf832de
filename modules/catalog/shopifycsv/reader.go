package shopifycsv

import (
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"wizamart/framework/money"
)

// Options of a Reader.
type Options struct {
	Currency string      // ISO 4217 code that the file's prices are in
	MaxBytes int64       // size of the file that is still read; 0 means DefaultMaxBytes
	Report   func(Issue) // is told of every issue, in Next and NewReader; nil to ignore them
}

// Reader gives the products of a file one by one. It is not for concurrent use.
type Reader struct {
	scan    *scanner
	head    *header
	count   *counter
	opts    Options
	handles memory
	skus    memory
	pending *record // first row of the next product, already checked
	rows    int
	err     error
}

// NewReader reads the header. What is wrong with the file as a whole is a *FileError.
func NewReader(src io.Reader, opts Options) (*Reader, error) {
	if !money.Valid(opts.Currency) {
		return nil, fmt.Errorf("read product CSV: %w: %q", money.ErrCurrency, opts.Currency)
	}
	if opts.MaxBytes <= 0 {
		opts.MaxBytes = DefaultMaxBytes
	}
	if opts.Report == nil {
		opts.Report = func(Issue) {}
	}
	count := &counter{src: src, limit: opts.MaxBytes}
	in, err := open(count)
	if err != nil {
		return nil, err
	}
	r := &Reader{count: count, opts: opts, handles: newMemory(), skus: newMemory(), scan: &scanner{in: in, sep: separator(in)}}
	rec, err := r.scan.next()
	if err == io.EOF {
		return nil, readError(0, err)
	} else if err != nil {
		return nil, err
	}
	if r.scan.sep != ',' {
		opts.Report(Issue{rec.line, "", CodeSeparator, fmt.Sprintf("the columns are separated by %q instead of a comma", r.scan.sep), false})
	}
	r.head, err = parseHeader(rec, opts.Report)
	return r, err
}

// Has tells whether the file has a column, by its classic name ("Variant Price"). An import that
// changes products leaves alone what the file has no column for.
func (r *Reader) Has(column string) bool { _, ok := r.head.places[column]; return ok }

// ExtraColumns gives the file's columns outside the Layout, in its order, with or without values.
func (r *Reader) ExtraColumns() []string {
	var extra ExtraColumns
	for _, e := range r.head.extra {
		extra.Add(e.name)
	}
	return extra.Names()
}

// HasExtra tells whether the file has a column whose text is kept as it is (Product.Extra, Variant.Extra, Image.Extra), of the
// Layout or not.
func (r *Reader) HasExtra(column string) bool {
	return slices.ContainsFunc(r.head.extra, func(e extraPlace) bool { return e.name == column })
}

// Rows counts the rows read, refused ones included, without the header.
func (r *Reader) Rows() int { return r.rows }

// Bytes counts what was read of the source, for a progress bar. It runs ahead by a buffer.
func (r *Reader) Bytes() int64 { return r.count.n }

// Next gives the next product, io.EOF after the last, and a *FileError where the file can't be read on;
// the product in which that happens is not given. An error stays.
func (r *Reader) Next() (*Product, error) {
	for r.err == nil {
		g, err := r.group()
		if err != nil {
			r.err = err
			break
		}
		if p := g.finish(); p != nil {
			return p, nil
		}
	}
	return nil, r.err
}

// group reads rows up to the first with another handle.
func (r *Reader) group() (*group, error) {
	rec := r.pending
	for r.pending = nil; rec == nil; {
		var err error
		if rec, err = r.row(); err != nil {
			return nil, err
		}
	}
	g := r.newGroup(*rec)
	for {
		rec, err := r.row()
		switch {
		case err == io.EOF:
			return g, nil // the next call meets the end again
		case err != nil:
			return nil, err
		case rec == nil:
			continue
		case strings.TrimSpace(rec.cell(r.head.handle)) != g.product.Handle:
			r.pending = rec
			return g, nil
		}
		g.add(*rec)
	}
}

var (
	possibleHandle = regexp.MustCompile(`^[\pL\pN][\pL\pN\pM._-]*$`)
	plainHandle    = regexp.MustCompile(`^[a-z0-9_-]+$`)
)

// row gives the next row that says which product it belongs to; nil for one that was left out.
func (r *Reader) row() (*record, error) {
	rec, err := r.scan.next()
	if err != nil {
		return nil, err
	}
	r.rows++
	handle := strings.TrimSpace(rec.cell(r.head.handle))
	switch {
	case handle == "" && strings.Trim(strings.Join(rec.cells, ""), " ") == "":
		r.report(rec, -1, CodeEmptyRow, "the row is empty", false)
	case handle == "":
		r.report(rec, r.head.handle, CodeNoHandle, "the row has no handle: nothing says which product it belongs to", true)
	case len(handle) > 255 || !possibleHandle.MatchString(handle):
		r.report(rec, r.head.handle, CodeBadHandle, fmt.Sprintf("%q can't be a handle: letters, digits and hyphens, up to 255", clip(handle)), true)
	default:
		return &rec, nil
	}
	return nil, nil
}

func (r *Reader) report(rec record, column int, code, message string, refused bool) {
	name := ""
	if column >= 0 {
		name = r.head.names[column]
	}
	r.opts.Report(Issue{rec.line, name, code, message, refused})
}
