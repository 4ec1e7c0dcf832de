package audit

import (
	"net/url"
	"strings"
	"time"

	record "wizamart/framework/audit"
	"wizamart/framework/database"
	"wizamart/framework/timezone"
	"wizamart/framework/web"
	"wizamart/ui"
)

const dayForm = "2006-01-02"

// db is the file whose log a request is about.
func (s *Service) db(c *web.Context) *database.DB {
	if c.Store != nil {
		return c.Store.DB
	}
	return s.app.Platform.DB
}

type row struct {
	record.Entry
	What    string // "Product updated"
	Fields  []record.Field
	URL     string // of the thing's page
	History string // this page about the thing alone
}

type pageData struct {
	Rows    []row
	Looked  time.Time
	Older   string
	Newest  string // back to the first page; "" on it
	Clear   string // while something is filtered
	Actors  []ui.Option
	Actions []ui.Option
	Kinds   []ui.Option
	CSV     string
	JSON    string
	About   string // the one thing that is shown
}

// filter reads what the address asks for. A day that cannot be read is said beside its field.
func filter(c *web.Context, form *web.Form) record.Filter {
	f := record.Filter{Search: c.Search(), Action: c.Query("action"), SubjectKind: c.Query("kind"), SubjectID: c.Query("id"), Before: c.Query("before")}
	f.ActorKind, f.ActorID, _ = strings.Cut(c.Query("actor"), ":")
	at := timezone.Of(c.Store)
	f.From = form.Day("from", at)
	if to := form.Day("to", at); !to.IsZero() {
		f.To = to.AddDate(0, 0, 1)
	}
	if !f.From.IsZero() && !f.To.IsZero() && !f.From.Before(f.To) {
		form.Fail("to", "The last day lies before the first.")
	}
	return f
}

func (s *Service) page(c *web.Context) error {
	form := web.NewForm(c.R.URL.Query())
	f := filter(c, form)
	d := pageData{}
	if !form.Any() {
		p, err := record.Find(c.Ctx(), s.db(c), f)
		if err != nil {
			return err
		}
		d.Looked = p.Looked
		for _, e := range p.Entries {
			d.Rows = append(d.Rows, s.row(c, e))
		}
		if p.Next != "" {
			d.Older = s.here(c, "before", p.Next)
		}
	}
	if f.Before != "" {
		d.Newest = s.here(c, "before", "")
	}
	plain := f
	plain.Before = ""
	if plain != (record.Filter{}) || form.Any() {
		d.Clear = c.URL("/audit")
	}
	if f.SubjectID != "" {
		d.About = f.SubjectKind + " " + f.SubjectID
		for _, r := range d.Rows {
			if r.SubjectName != "" {
				d.About = r.SubjectName
				break
			}
		}
	}
	if err := s.choices(c, f, &d); err != nil {
		return err
	}
	d.CSV, d.JSON = s.exportURL(c, "csv"), s.exportURL(c, "jsonl")
	return c.Render(web.Page{View: "audit/any/audit", Title: c.T("Audit log"), D: d, Form: form, Wide: true})
}

func (s *Service) row(c *web.Context, e record.Entry) row {
	r := row{Entry: e, What: what(e.Action), Fields: e.Fields()}
	if e.SubjectID != "" && e.SubjectID != record.Erased {
		if path := s.path(c.Surface, e.SubjectKind, e.SubjectID); path != "" {
			r.URL = c.URL(path)
		}
		r.History = c.URL("/audit?" + url.Values{"kind": {e.SubjectKind}, "id": {e.SubjectID}}.Encode())
	}
	return r
}

// what makes "catalog.product.updated" readable: "Product updated".
func what(action string) string {
	_, rest, _ := strings.Cut(action, ".")
	rest = strings.NewReplacer(".", " ", "_", " ").Replace(rest)
	if rest == "" {
		return action
	}
	return strings.ToUpper(rest[:1]) + rest[1:]
}

// here is this page with one parameter of its address set, or taken away.
func (s *Service) here(c *web.Context, name, value string) string {
	q := c.R.URL.Query()
	if q.Set(name, value); value == "" {
		q.Del(name)
	}
	return c.URL("/audit?" + q.Encode())
}

func (s *Service) exportURL(c *web.Context, format string) string {
	q := c.R.URL.Query()
	q.Set("format", format)
	q.Del("before")
	return c.URL("/audit-exports?" + q.Encode())
}

// choices are what the filters offer: only what the log has.
func (s *Service) choices(c *web.Context, f record.Filter, d *pageData) error {
	ctx, db := c.Ctx(), s.db(c)
	people, err := record.People(ctx, db, record.Staff)
	if err != nil {
		return err
	}
	programs, err := record.People(ctx, db, record.Token)
	if err != nil {
		return err
	}
	actor := strings.TrimSuffix(f.ActorKind+":"+f.ActorID, ":")
	for _, k := range []ui.Option{
		{Value: record.Staff, Label: c.T("All staff")}, {Value: record.Customer, Label: c.T("Customers")}, {Value: record.Guest, Label: c.T("Guests")},
		{Value: record.Token, Label: c.T("Programs")}, {Value: record.System, Label: c.T("Wizamart itself")},
	} {
		k.Selected = k.Value == actor
		d.Actors = append(d.Actors, k)
	}
	for _, p := range append(people, programs...) {
		v := p.Kind + ":" + p.ID
		d.Actors = append(d.Actors, ui.Option{Value: v, Label: p.Name, Selected: v == actor})
	}
	actions, err := record.Actions(ctx, db)
	if err != nil {
		return err
	}
	module := ""
	for _, a := range actions {
		if m, _, ok := strings.Cut(a, "."); ok && m != module {
			module = m
			title := m
			if known := s.app.Registry.Module(m); known != nil {
				title = c.T(known.Title)
			}
			d.Actions = append(d.Actions, ui.Option{Value: m + ".", Label: c.T("%s: everything", title), Selected: f.Action == m+"."})
		}
		d.Actions = append(d.Actions, ui.Option{Value: a, Label: what(a), Selected: f.Action == a})
	}
	kinds, err := record.SubjectKinds(ctx, db)
	for _, k := range kinds {
		d.Kinds = append(d.Kinds, ui.Option{Value: k, Label: strings.ReplaceAll(k, "_", " "), Selected: f.SubjectKind == k})
	}
	return err
}
