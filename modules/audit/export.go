package audit

import (
	"encoding/csv"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"time"

	record "wizamart/framework/audit"
	"wizamart/framework/problem"
	"wizamart/framework/web"
)

// exportPage is how many entries an export reads at a time. It holds no more in memory, however long the log is.
const exportPage = 1000

// export streams the entries that the filter chooses, newest first: as CSV (RFC 4180) or as JSON, one entry a line.
func (s *Service) export(c *web.Context) error {
	form := web.NewForm(c.R.URL.Query())
	f := filter(c, form)
	if err := form.Err(); err != nil {
		return err
	}
	f.Limit, f.Before = exportPage, ""
	var write func(record.Entry) error
	var flush func() error
	kind := "text/csv; charset=utf-8"
	switch format := c.Query("format"); format {
	case "csv":
		write, flush = asCSV(c.W)
	case "jsonl":
		kind = "application/jsonl"
		enc := json.NewEncoder(c.W)
		enc.SetEscapeHTML(false)
		write, flush = func(e record.Entry) error { return enc.Encode(e) }, func() error { return nil }
	default:
		return problem.New(problem.BadRequest, "Choose csv or jsonl.")
	}
	name := "audit-platform"
	if c.Store != nil {
		name = "audit-" + c.Store.Info().Code
	}
	page, err := record.Find(c.Ctx(), s.db(c), f) // what can fail fails before the answer begins
	if err != nil {
		return err
	}
	h := c.W.Header()
	h.Set("Content-Type", kind)
	h.Set("Content-Disposition", `attachment; filename="`+name+"-"+time.Now().UTC().Format(dayForm)+"."+c.Query("format")+`"`)
	h.Set("Cache-Control", "no-store")
	for {
		for _, e := range page.Entries {
			if err := write(e); err != nil {
				return nil // the client has gone
			}
		}
		if flush() != nil || page.Next == "" {
			return nil
		}
		f.Before = page.Next
		if page, err = record.Find(c.Ctx(), s.db(c), f); err != nil {
			s.app.Log.ErrorContext(c.Ctx(), "an export of the audit log ended early", "error", err.Error())
			panic(http.ErrAbortHandler) // the client must not take a part for the whole
		}
	}
}

func asCSV(w io.Writer) (write func(record.Entry) error, flush func() error) {
	out := csv.NewWriter(w)
	started := false
	return func(e record.Entry) error {
			if !started {
				started = true
				if err := out.Write(columns); err != nil {
					return err
				}
			}
			line := []string{e.ID, e.At.Format(time.RFC3339Nano), e.ActorKind, e.ActorID, e.ActorName, e.Address, e.Action, e.SubjectKind, e.SubjectID, e.SubjectName, string(e.Before), string(e.After)}
			for i := range line {
				line[i] = inert(line[i])
			}
			return out.Write(line)
		}, func() error {
			if !started { // an empty export says what it would have had
				started = true
				if err := out.Write(columns); err != nil {
					return err
				}
			}
			out.Flush()
			return out.Error()
		}
}

var columns = []string{"id", "at", "actor_kind", "actor_id", "actor_name", "address", "action", "subject_kind", "subject_id", "subject_name", "before", "after"}

// inert keeps a spreadsheet from taking a cell for a formula: names are what shoppers typed.
func inert(cell string) string {
	if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
		return "'" + cell
	}
	return cell
}
