package monitoring

import (
	"net/url"
	"strconv"

	"wizamart/framework/job"
	"wizamart/framework/problem"
	"wizamart/framework/web"
	"wizamart/ui"
)

type jobsData struct {
	View   string // active, failed, or store: one file's
	Rows   []jobRow
	Active Active
	Pages  web.Paging
	Older  string // address of the next page of one file's
	Q      string
	Store  string // name of the one
	Tabs   []ui.Link
	Reset  string
}

type jobRow struct {
	Work
	Badge badge
	URL   string
}

func jobBadge(c *web.Context, j job.Job) badge {
	switch {
	case j.State == job.Running && !j.CancelAt.IsZero():
		return badge{c.T("Being cancelled"), "warning"}
	case j.State == job.Running:
		return badge{c.T("Running"), "info"}
	case j.State == job.Queued && j.Attempts > 0:
		return badge{c.T("Tried again later"), "warning"}
	case j.State == job.Queued:
		return badge{c.T("Waiting"), ""}
	case j.State == job.Succeeded:
		return badge{c.T("Succeeded"), "success"}
	case j.State == job.Cancelled:
		return badge{c.T("Cancelled"), ""}
	}
	return badge{c.T("Failed"), "error"}
}

func (s *Service) jobRow(c *web.Context, w Work) jobRow {
	return jobRow{Work: w, Badge: jobBadge(c, w.Job), URL: c.URL("/jobs/" + w.File() + "/" + w.ID)}
}

func (s *Service) jobsPage(c *web.Context) error {
	d := jobsData{View: "active", Q: c.Search()}
	file := ""
	switch {
	case d.Q == platformFile:
		d.View, file = "store", platformFile
	case d.Q != "" && s.app.Platform.ByCode(d.Q) != nil:
		d.View, file = "store", s.app.Platform.ByCode(d.Q).ID
	case c.Query("view") == "failed" || d.Q != "":
		d.View = "failed"
	}
	page := c.PageNumber()
	switch d.View {
	case "active":
		active, err := s.Active(c.Ctx(), page)
		if err != nil {
			return err
		}
		d.Active, d.Pages = active, c.Paging(page, storesPerPage, active.Files)
		for _, w := range active.Work {
			d.Rows = append(d.Rows, s.jobRow(c, w))
		}
	case "failed":
		lost, total, err := s.FailedJobs(c.Ctx(), d.Q, (page-1)*perPage, perPage)
		if err != nil {
			return err
		}
		d.Pages = c.Paging(page, perPage, total)
		for _, l := range lost {
			w := Work{StoreID: l.StoreID, Store: s.title(l.StoreID), Job: job.Job{ID: l.JobID, Kind: l.Kind, State: job.Failed, Attempts: l.Attempts, FinishedAt: l.FailedAt}, Trouble: l.Message}
			d.Rows = append(d.Rows, s.jobRow(c, w))
		}
	default:
		all, err := s.In(c.Ctx(), file, c.Query("before"), perPage)
		if err != nil {
			return err
		}
		d.Store = s.title(storeOf(file))
		for _, w := range all {
			d.Rows = append(d.Rows, s.jobRow(c, w))
		}
		if len(all) == perPage {
			d.Older = c.URL("/jobs?" + url.Values{"q": {d.Q}, "before": {all[perPage-1].ID}}.Encode())
		}
	}
	_, dead, err := s.FailedJobs(c.Ctx(), "", 0, 1)
	if err != nil {
		return err
	}
	running, _ := s.app.Jobs.Running()
	d.Tabs = []ui.Link{
		{Label: c.T("Running and waiting"), URL: c.URL("/jobs"), Active: d.View == "active", Badge: countText(running)},
		{Label: c.T("Failed"), URL: c.URL("/jobs?view=failed"), Active: d.View == "failed", Badge: countText(dead)},
	}
	if d.Q != "" {
		d.Reset = c.URL("/jobs")
	}
	return c.Render(web.Page{View: "monitoring/admin/jobs", Title: c.T("Jobs"), D: d})
}

type jobData struct {
	jobRow
	Payload    string
	Checkpoint string
	Result     string
}

// maxShown is how much of a job's data a page shows, in bytes.
const maxShown = 4 << 10

func shown(data []byte) string {
	if len(data) > maxShown {
		return string(data[:maxShown]) + " …"
	}
	return string(data)
}

func (s *Service) jobPage(c *web.Context) error {
	w, err := s.Job(c.Ctx(), c.Param("file"), c.Param("id"))
	if err != nil {
		return err
	}
	d := jobData{s.jobRow(c, w), shown(w.Payload), shown(w.Checkpoint), shown(w.Result)}
	return c.Render(web.Page{View: "monitoring/admin/job", Title: w.Kind, D: d, Crumbs: []web.Link{{Label: c.T("Jobs"), URL: c.URL("/jobs")}, {Label: w.Kind}}})
}

func (s *Service) postRetry(c *web.Context) error {
	if _, err := s.RetryJob(c.Ctx(), c.Param("file"), c.Param("id")); err != nil {
		return err
	}
	c.Flash("success", "The job is queued again.")
	return c.Redirect("/jobs/" + c.Param("file") + "/" + c.Param("id"))
}

func (s *Service) postCancel(c *web.Context) error {
	w, err := s.CancelJob(c.Ctx(), c.Param("file"), c.Param("id"))
	if err != nil {
		return err
	}
	if w.State == job.Running {
		c.Flash("info", "The job is asked to stop.")
	} else {
		c.Flash("success", "The job was cancelled.")
	}
	return c.Redirect("/jobs/" + c.Param("file") + "/" + c.Param("id"))
}

type outboxData struct {
	Rows   []Backlog
	Parked []parkedRow
	Total  int // deliveries that are parked
	Files  int
	Pages  web.Paging
}

type parkedRow struct {
	EventID, Consumer, Name, Store, Error string
	Attempts                              int
	At                                    any
}

// parkedShown is how many parked deliveries the page lists.
const parkedShown = 100

func (s *Service) outboxPage(c *web.Context) error {
	page := c.PageNumber()
	rows, files, err := s.Backlogs(c.Ctx(), page)
	if err != nil {
		return err
	}
	d := outboxData{Rows: rows, Files: files, Pages: c.Paging(page, storesPerPage, files)}
	parked, err := s.app.Relay.Backlog(c.Ctx(), parkedShown)
	if err != nil {
		return err
	}
	if d.Total, err = s.app.Relay.ParkedCount(c.Ctx()); err != nil {
		return err
	}
	for _, p := range parked {
		d.Parked = append(d.Parked, parkedRow{p.EventID, p.Consumer, p.Name, s.title(p.StoreID), p.Error, p.Attempts, p.ParkedAt})
	}
	return c.Render(web.Page{View: "monitoring/admin/outbox", Title: c.T("Outbox"), D: d})
}

func (s *Service) postDelivery(c *web.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	if err := s.RetryDelivery(c.Ctx(), c.Param("event"), form.Value("consumer")); err != nil {
		if gone(err) {
			return err
		}
		return &problem.Error{Code: problem.Conflict, Message: "It could not be delivered: " + err.Error()}
	}
	c.Flash("success", "Delivered.")
	return c.Redirect("/outbox")
}

func countText(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

func query(name, value string) string { return url.Values{name: {value}}.Encode() }
