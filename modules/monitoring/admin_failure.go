package monitoring

import (
	"wizamart/framework/observe"
	"wizamart/framework/web"
	"wizamart/ui"
)

type failuresData struct {
	Rows    []failureRow
	Pages   web.Paging
	Q       string
	State   string
	Tabs    []ui.Link
	Filters []filter
	Keep    []filter
	Reset   string
}

type failureRow struct {
	Failure
	Badge badge
	Store string
	URL   string
}

func kindBadge(c *web.Context, kind string) badge {
	switch kind {
	case observe.KindPanic:
		return badge{c.T("Panic"), "error"}
	case observe.KindJob:
		return badge{c.T("Job"), "info"}
	}
	return badge{c.T("Error"), "warning"}
}

func (s *Service) failureRow(c *web.Context, f Failure) failureRow {
	row := failureRow{Failure: f, Badge: kindBadge(c, f.Kind), URL: c.URL("/errors/" + f.Fingerprint)}
	if f.StoreID != "" {
		row.Store = s.title(f.StoreID)
	}
	return row
}

func (s *Service) failuresPage(c *web.Context) error {
	d := failuresData{Q: c.Search(), State: c.Query("state")}
	if d.State != Resolved && d.State != Muted {
		d.State = Open
	}
	kind := c.Query("kind")
	page := c.PageNumber()
	f := FailureFilter{State: d.State, Kind: kind, Search: d.Q, Offset: (page - 1) * perPage}
	rows, total, err := s.Failures(c.Ctx(), f)
	if err != nil {
		return err
	}
	for _, r := range rows {
		d.Rows = append(d.Rows, s.failureRow(c, r))
	}
	d.Pages = c.Paging(page, perPage, total)
	counts, err := s.FailureCounts(c.Ctx())
	if err != nil {
		return err
	}
	for _, t := range []ui.Link{{Label: c.T("Open"), URL: Open}, {Label: c.T("Resolved"), URL: Resolved}, {Label: c.T("Muted"), URL: Muted}} {
		t.Active, t.Badge = t.URL == d.State, countText(counts[t.URL])
		if t.URL = c.URL("/errors?state=" + t.URL); d.Q != "" {
			t.URL += "&" + query("q", d.Q)
		}
		d.Tabs = append(d.Tabs, t)
	}
	d.Filters = []filter{{"kind", c.T("Kind"), kind, []ui.Option{
		{Value: observe.KindPanic, Label: c.T("Panics")}, {Value: observe.KindError, Label: c.T("Errors")}, {Value: observe.KindJob, Label: c.T("Jobs")},
	}}}
	if d.State != Open {
		d.Keep = []filter{{Name: "state", Value: d.State}}
	}
	if d.Q != "" || kind != "" {
		d.Reset = c.URL("/errors?state=" + d.State)
	}
	return c.Render(web.Page{View: "monitoring/admin/failures", Title: c.T("Errors"), D: d})
}

type failureData struct {
	failureRow
	Label string // of the state
	Known bool   // the store is still there
}

func (s *Service) failurePage(c *web.Context) error {
	f, err := s.Failure(c.Ctx(), c.Param("id"))
	if err != nil {
		return err
	}
	d := failureData{failureRow: s.failureRow(c, f), Known: s.app.Platform.ByID(f.StoreID) != nil}
	d.Label = map[string]string{Open: c.T("open"), Resolved: c.T("resolved"), Muted: c.T("muted")}[f.State]
	return c.Render(web.Page{
		View: "monitoring/admin/failure", Title: f.Where(), D: d, Crumbs: []web.Link{{Label: c.T("Errors"), URL: c.URL("/errors")}, {Label: f.Where()}},
	})
}

func (s *Service) postFailure(state string) web.Handler {
	return func(c *web.Context) error {
		if _, err := s.ChangeFailure(c.Ctx(), c.Param("id"), state); err != nil {
			return err
		}
		switch state {
		case Resolved:
			c.Flash("success", "Resolved. It opens again when it is seen again.")
		case Muted:
			c.Flash("success", "Muted. It is still counted.")
		default:
			c.Flash("success", "It is open again.")
		}
		return c.Redirect("/errors/" + c.Param("id"))
	}
}
