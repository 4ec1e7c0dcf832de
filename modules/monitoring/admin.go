package monitoring

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"wizamart/framework/replicate"
	"wizamart/framework/web"
	"wizamart/ui"
)

// summary is how all replicas stand together.
type summary struct {
	URL       string // "" when nothing is replicated
	Protects  bool
	Total     int
	Attached  int
	Bad       int
	Warnings  int
	Lag       time.Duration // the most
	Drilled   int           // came back whole in their last drill
	Snapshots int           // files that have one
	Bytes     int64         // of the newest snapshots, packed
}

func (s *Service) summary(all []file) *summary {
	d := &summary{Total: len(all)}
	if r := s.app.Replica; r != nil {
		d.URL, d.Protects = r.Config.Target.URL(""), r.Config.Target.Protects()
		for _, st := range r.Hot() {
			if st.State == replicate.Attached {
				d.Attached++
			}
		}
	}
	for _, f := range all {
		switch {
		case f.Bad():
			d.Bad++
		case len(f.Trouble) > 0:
			d.Warnings++
		}
		d.Lag = max(d.Lag, f.Lag)
		if f.Record.DrillResult == Sound {
			d.Drilled++
		}
		if f.Record.SnapshotName != "" {
			d.Snapshots++
			d.Bytes += f.Record.SnapshotBytes
		}
	}
	return d
}

// LagText is the greatest lag in words.
func (d *summary) LagText() string { return shortAge(d.Lag) }

// Size of the snapshots in words.
func (d *summary) Size() string { return sizeText(d.Bytes) }

type fileRow struct {
	file
	Badge   badge
	Drill   badge
	LagText string
	Size    string // of the database, as the last drill restored it
	Copy    string // of the newest snapshot, packed
	URL     string
}

type badge struct{ Label, Kind string }

type listData struct {
	Summary *summary
	Rows    []fileRow
	Pages   web.Paging
	Q       string
	Filters []filter
	Reset   string
}

type filter struct {
	Name, Label, Value string
	Options            []ui.Option
}

const perPage = 50

func (s *Service) listPage(c *web.Context) error {
	all, err := s.files(c.Ctx())
	if err != nil {
		return err
	}
	q, state := c.Search(), c.Query("state")
	shown := choose(all, q, state)
	page := min(c.PageNumber(), max(1, (len(shown)+perPage-1)/perPage))
	d := listData{Summary: s.summary(all), Pages: c.Paging(page, perPage, len(shown)), Q: q}
	for _, f := range shown[(page-1)*perPage : min(page*perPage, len(shown))] {
		d.Rows = append(d.Rows, s.row(c, f))
	}
	options := []ui.Option{{Value: "attention", Label: c.T("Needs attention")}}
	for _, name := range []string{string(replicate.Idle), string(replicate.Attached), string(replicate.Behind), string(replicate.Fenced), quarantined, uncovered, unprotected} {
		options = append(options, ui.Option{Value: name, Label: stateBadge(c, name).Label})
	}
	d.Filters = []filter{{"state", c.T("State"), state, options}}
	if q != "" || state != "" {
		d.Reset = c.URL("/replication")
	}
	return c.Render(web.Page{View: "monitoring/admin/replication", Title: c.T("Replication"), D: d})
}

// choose gives the files that match, those in trouble first, then the platform's, then by code.
func choose(all []file, q, state string) []file {
	q = strings.ToLower(q)
	var out []file
	for _, f := range all {
		if q != "" && !strings.Contains(strings.ToLower(f.Name+" "+f.Code+" "+f.ID), q) {
			continue
		}
		if state == "attention" && len(f.Trouble) == 0 || state != "" && state != "attention" && f.State != state {
			continue
		}
		out = append(out, f)
	}
	rank := func(f file) int {
		switch {
		case f.Bad():
			return 0
		case len(f.Trouble) > 0 && f.State != uncovered:
			return 1
		}
		return 2
	}
	slices.SortStableFunc(out, func(a, b file) int { return cmp.Compare(rank(a), rank(b)) })
	return out
}

func (s *Service) row(c *web.Context, f file) fileRow {
	row := fileRow{file: f, Badge: stateBadge(c, f.State), Drill: drillBadge(c, f.Record), URL: c.URL("/replication/" + cmp.Or(f.ID, "platform"))}
	if f.Lag > 0 {
		row.LagText = shortAge(f.Lag)
	}
	if f.Record.DrillBytes > 0 {
		row.Size = sizeText(f.Record.DrillBytes)
	}
	if f.Record.SnapshotBytes > 0 {
		row.Copy = sizeText(f.Record.SnapshotBytes)
	}
	return row
}

func stateBadge(c *web.Context, state string) badge {
	switch state {
	case string(replicate.Idle):
		return badge{c.T("Live"), "success"}
	case string(replicate.Attached):
		return badge{c.T("Attached"), "success"}
	case string(replicate.Behind):
		return badge{c.T("Behind"), "error"}
	case string(replicate.Fenced):
		return badge{c.T("Fenced"), "error"}
	case quarantined:
		return badge{c.T("Quarantined"), "error"}
	case uncovered:
		return badge{c.T("Not copied yet"), "warning"}
	}
	return badge{c.T("Not protected"), "warning"}
}

func drillBadge(c *web.Context, r Record) badge {
	switch r.DrillResult {
	case Sound:
		return badge{c.T("Came back whole"), "success"}
	case Lost:
		return badge{c.T("Failed"), "error"}
	case Foreign:
		return badge{c.T("Somebody else’s"), "error"}
	case Untried:
		return badge{c.T("Could not be tried"), "warning"}
	}
	return badge{c.T("Not tried yet"), ""}
}

type fileData struct {
	fileRow
	Generation int
	Newest     string // number of the newest order that was compared
	Snapshots  []snapshotLine
	Away       bool // the replica did not answer
	Running    bool // a drill or a snapshot is under way or queued
	Waiting    int  // orders that are on this machine alone
	Protects   bool
	Repair     *repair
}

type snapshotLine struct {
	replicate.Saved
	Size string
}

func (s *Service) filePage(c *web.Context) error {
	f, err := s.file(c.Ctx(), c.Param("id"))
	if err != nil {
		return err
	}
	d := fileData{fileRow: s.row(c, f), Newest: "#" + strconv.FormatInt(f.Record.DrillNewest, 10)}
	if d.Waiting, err = s.waiting(c.Ctx(), f); err != nil {
		return err
	}
	if d.Repair, err = s.repair(f.ID); err != nil {
		return err
	}
	d.Running = s.asked(work{key: f.ID}) || s.asked(work{key: f.ID, snapshot: true})
	if r := s.app.Replica; r != nil {
		d.Generation, d.Protects = r.Status(f.ID).Generation, r.Config.Target.Protects()
		ctx, cancel := context.WithTimeout(c.Ctx(), 3*time.Second)
		defer cancel()
		saved, err := s.Snapshots(ctx, f.ID)
		d.Away = err != nil
		for _, v := range saved {
			d.Snapshots = append(d.Snapshots, snapshotLine{v, sizeText(v.Bytes)})
		}
	}
	return c.Render(web.Page{
		View: "monitoring/admin/replica", Title: f.Name, D: d,
		Crumbs: []web.Link{{Label: c.T("Replication"), URL: c.URL("/replication")}, {Label: f.Name}},
	})
}

func (s *Service) postDrill(c *web.Context) error { return s.postWork(c, false) }

func (s *Service) postSnapshot(c *web.Context) error { return s.postWork(c, true) }

// postWork has the duty do it: a large store takes a while.
func (s *Service) postWork(c *web.Context, snapshot bool) error {
	f, err := s.file(c.Ctx(), c.Param("id"))
	if err != nil {
		return err
	}
	if s.app.Replica == nil {
		return errNoReplica
	}
	s.ask(work{f.ID, snapshot})
	if snapshot {
		c.Flash("info", "A snapshot of %s is being taken. It is listed here when it is at the replica.", f.Name)
	} else {
		c.Flash("info", "%s is being restored for a drill. The result is shown here.", f.Name)
	}
	return c.Redirect("/replication/" + c.Param("id"))
}
