package catalog

import (
	"context"
	"errors"
	"hash/fnv"
	"io"
	"io/fs"
	"strings"
	"unicode"
	"unicode/utf8"

	"wizamart/modules/catalog/shopifycsv"
	"wizamart/tenant"
)

// ImportInput is a product CSV and what is to be done with it.
type ImportInput struct {
	Open     func() (io.ReadCloser, error) // is called twice: the file is read once to see that it can be read
	DryRun   bool                          // change nothing, report what would be
	StockSet bool                          // take quantities, tracking and backorders of existing variants from the file, too
	Images   fs.FS                         // pictures by their base names; nil for none
	Fetch    bool                          // have a job fetch what is pending then
	MaxBytes int64                         // of the file; 0 is the codec's limit

	Progress   func(ctx context.Context, rows, total int) error                      // may end the import with an error
	Resume     *ImportState                                                          // where an earlier attempt got to
	Checkpoint func(ctx context.Context, tx *tenant.Store, state *ImportState) error // in the transaction of each chunk
}

// ImportState is where an import is. What the codec says of rows is not in it: reading them again says it again.
type ImportState struct {
	Groups   int                `json:"groups"` // products of the file that are done
	Products ImportCounts       `json:"products"`
	Variants ImportCounts       `json:"variants"`
	Images   ImportImages       `json:"images"`
	Errors   []ImportIssue      `json:"errors,omitempty"`
	Apart    map[uint64]outcome `json:"apart,omitempty"` // what became of products whose rows lie apart
}

// importing is one run.
type importing struct {
	*Service
	st      *tenant.Store
	in      ImportInput
	report  *ImportReport
	state   ImportState
	columns fileColumns
	types   *typeSet // with the fields that columns speak of

	fileColumns []string            // unknown ones
	apart       map[uint64]bool     // handles that come more than once
	overlay     map[string]*Product // what a dry run would have made of those
	seen        map[uint64]bool     // variants of those
	folder      *folder
	rows        int
}

// Import brings a product CSV in. A product is its handle, a variant its option values: what is there already is changed
// where the file says something else, and left alone where the file has no column. Nothing is deleted. Importing a file again writes
// nothing. The work is committed in chunks of some 40 ms, so that the shop goes on selling meanwhile.
//
// A file that cannot be read to its end is refused as a whole, before anything is written: the report then has one error with the code
// CodeFile. Refused rows and products are errors of the report, too; the rest of the file is taken. An error of Import
// itself is a failure of ours or the context's end; what was committed before stays, and is in the report.
func (s *Service) Import(ctx context.Context, st *tenant.Store, in ImportInput) (*ImportReport, error) {
	if st.InTransaction() {
		return nil, errors.New("catalog: an import makes its own transactions")
	}
	m := &importing{Service: s, st: st, in: in, report: newReport(in.DryRun), overlay: map[string]*Product{}, seen: map[uint64]bool{}}
	if in.Resume != nil {
		m.state = *in.Resume
	}
	if m.state.Apart == nil {
		m.state.Apart = map[uint64]outcome{}
	}
	err := m.run(ctx)
	var file *shopifycsv.FileError
	if errors.As(err, &file) && file.Code != shopifycsv.FileRead {
		m.report.refuse(ImportIssue{Line: file.Line, Code: CodeFile, Message: asSentence(file.Message)})
		err = nil
	}
	m.report.Products, m.report.Variants, m.report.Images = m.state.Products, m.state.Variants, m.state.Images
	for _, e := range m.state.Errors {
		m.report.refuse(e)
	}
	m.report.sort()
	return m.report, err
}

// asSentence begins with a capital letter and ends with a stop.
func asSentence(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(first)) + strings.TrimSuffix(text[size:], ".") + "."
}

func (m *importing) run(ctx context.Context) (err error) {
	if m.in.Images != nil {
		if m.folder, err = newFolder(m.in.Images); err != nil {
			return err
		}
	}
	if err := m.scan(ctx); err != nil {
		return err
	}
	err = m.read(m.report.take, func(r *shopifycsv.Reader) error {
		m.columns = fileColumns{has: r.Has, extra: r.HasExtra}
		if err := m.importFields(ctx, m.st, r.ExtraColumns()); err != nil {
			return err
		}
		if !m.in.DryRun {
			if err := keepColumns(ctx, m.st, r.ExtraColumns()); err != nil {
				return err
			}
		}
		return m.chunks(ctx, r)
	})
	if err != nil || m.in.DryRun {
		return err
	}
	if m.folder != nil {
		if err := m.linkFolder(ctx); err != nil {
			return err
		}
	}
	if m.in.Fetch {
		_, err = m.EnqueueFetch(ctx, m.st)
	}
	return err
}

// read opens the file and closes it.
func (m *importing) read(report func(shopifycsv.Issue), fn func(*shopifycsv.Reader) error) error {
	f, err := m.in.Open()
	if err != nil {
		return wrap("open the file", err)
	}
	defer f.Close()
	r, err := shopifycsv.NewReader(f, shopifycsv.Options{Currency: m.st.Currency(), MaxBytes: m.in.MaxBytes, Report: report})
	if err != nil {
		return err
	}
	return fn(r)
}

// scan reads the whole file once: whether it can be read, how long it is, and which products have rows that lie apart.
func (m *importing) scan(ctx context.Context) error {
	m.apart = map[uint64]bool{}
	return m.read(nil, func(r *shopifycsv.Reader) error {
		for {
			p, err := r.Next()
			if err == io.EOF {
				m.rows = r.Rows()
				m.report.Rows = m.rows
				return nil
			}
			if err != nil {
				return err
			}
			if p.Continued {
				m.apart[handleKey(p.Handle)] = true
			}
			if err := context.Cause(ctx); err != nil {
				return err
			}
		}
	})
}

func variantKey(handle, key string) uint64 { return handleKey(handle + "\x00" + key) }

func handleKey(handle string) uint64 {
	h := fnv.New64a()
	h.Write([]byte(handle))
	return h.Sum64()
}
