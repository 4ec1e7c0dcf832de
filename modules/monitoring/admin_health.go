package monitoring

import (
	"runtime"
	"time"

	"wizamart/framework/app"
	"wizamart/framework/audit"
	"wizamart/framework/database"
	"wizamart/framework/problem"
	"wizamart/framework/tlscert"
	"wizamart/framework/web"
)

type healthData struct {
	Health       app.Health
	Checks       []checkRow
	Failing      []failingFile
	Tools        []toolRow
	Certificates struct {
		Issued, Waiting int
		Failed          []tlscert.State
	}
	HTTPS      bool
	Up         time.Time
	Heap       uint64 // MiB
	Goroutines int
	Pool       poolRow
	Stores     int
	Running    int
	Waiting    int
	Replica    *summary
}

type checkRow struct {
	app.Check
	Badge badge
	Took  string
}

type failingFile struct{ Name, Error string }

type toolRow struct {
	app.ToolState
	Badge      badge
	OK, Failed time.Time
}

type poolRow struct {
	Open, Limit int
	Hits        string // per cent
}

func statusBadge(c *web.Context, status string) badge {
	switch status {
	case app.Pass:
		return badge{c.T("Ok"), "success"}
	case app.Warn:
		return badge{c.T("Warning"), "warning"}
	case "unused":
		return badge{c.T("Not used yet"), ""}
	}
	return badge{c.T("Failing"), "error"}
}

func (s *Service) healthPage(c *web.Context) error {
	h := s.app.Health(c.Ctx())
	d := healthData{Health: h, Up: s.app.Started, Goroutines: runtime.NumGoroutine(), Stores: len(s.app.Platform.Stores()), HTTPS: s.app.Certificates != nil}
	for _, ch := range h.Checks {
		if free, ok := ch.Value.(uint64); ok && ch.Unit == "bytes free" {
			ch.Value, ch.Unit = sizeText(int64(free)), c.T("free")
		}
		d.Checks = append(d.Checks, checkRow{ch, statusBadge(c, ch.Status), millis(ch.Millis)})
	}
	for id, err := range s.app.Failing() {
		d.Failing = append(d.Failing, failingFile{s.title(id), err.Error()})
	}
	for _, t := range s.app.ToolStates() {
		row := toolRow{ToolState: t, Badge: statusBadge(c, t.Status)}
		if t.OKAt != nil {
			row.OK = *t.OKAt
		}
		if t.FailedAt != nil {
			row.Failed = *t.FailedAt
		}
		d.Tools = append(d.Tools, row)
	}
	for _, st := range s.app.Certificates.States() {
		switch st.Word() {
		case "issued":
			d.Certificates.Issued++
		case "failed":
			d.Certificates.Failed = append(d.Certificates.Failed, st)
		default:
			d.Certificates.Waiting++
		}
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	d.Heap = m.HeapAlloc >> 20
	d.Running, d.Waiting = s.app.Jobs.Running()
	pool := s.app.Platform.Pool()
	d.Pool = poolRow{Open: pool.Open, Limit: pool.Limit, Hits: "–"}
	if n := pool.Hits + pool.Opens; n > 0 {
		d.Pool.Hits = number2(100*float64(pool.Hits)/float64(n)) + " %"
	}
	all, err := s.files(c.Ctx())
	if err != nil {
		return err
	}
	d.Replica = s.summary(all)
	return c.Render(web.Page{View: "monitoring/admin/health", Title: c.T("Health"), D: d})
}

// CheckTool asks a tool now, and notes who wanted that. Errors: NotFound for one that there is not, or that cannot be asked.
func (s *Service) CheckTool(c *web.Context, name string) (app.ToolState, error) {
	state, err := s.app.ProbeTool(c.Ctx(), name)
	if err != nil {
		return state, problem.New(problem.NotFound, "There is no such tool, or it cannot be asked.")
	}
	return state, s.app.Platform.DB.Write(c.Ctx(), func(tx *database.DB) error {
		return audit.Record(c.Ctx(), tx, audit.Entry{Action: "monitoring.tool.checked", SubjectKind: "tool", SubjectID: name, SubjectName: state.Title})
	})
}

func (s *Service) postTool(c *web.Context) error {
	state, err := s.CheckTool(c, c.Param("tool"))
	if err != nil {
		return err
	}
	if state.Status == app.Pass {
		c.Flash("success", "%s answers.", state.Title)
	} else {
		c.Flash("error", "%s does not answer: %s", state.Title, state.Error)
	}
	return c.Redirect("/health")
}
