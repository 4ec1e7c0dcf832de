package catalog

import (
	"context"
	"database/sql"
	"strings"
	"time"
	_ "time/tzdata" // the machine may have none

	"wizamart/framework/app"
	"wizamart/framework/database"
	"wizamart/framework/problem"
	"wizamart/framework/web"
	"wizamart/tenant"
	"wizamart/ui"
)

// Schedules by which merchants' lists filter.
const (
	Scheduled = "scheduled" // comes into the shop by itself
	Ending    = "ending"    // will leave it by itself
	Ended     = "ended"     // has left it by itself
)

const zoneSetting = "catalog.time_zone"

var timeZoneSetting = app.Setting{
	Key: zoneSetting, Scope: database.Store, Group: "Products", Label: "Time zone", Kind: app.Text, Default: "UTC", Max: 60,
	Help: "In which times of publishing and of sending gift cards are given, by its name in the IANA database, such as Europe/Copenhagen.",
	Check: func(v string) error {
		if _, err := time.LoadLocation(v); v == "" || v == "Local" || err != nil {
			return problem.New(problem.Invalid, "There is no time zone of this name. Take one such as Europe/Berlin or America/New_York.")
		}
		return nil
	},
}

// Zone is the store's time zone.
func Zone(st *tenant.Store) *time.Location {
	name, ok := st.Settings().Get(zoneSetting)
	if !ok {
		return time.UTC
	}
	at, err := time.LoadLocation(name)
	if err != nil || name == "Local" {
		return time.UTC // a zone that a newer database had
	}
	return at
}

// inShop is the condition under which shoppers see product p; its parameter is now. It has one, so that it can stand anywhere.
const inShop = "p.deleted_at IS NULL AND p.status = 'active' AND ? BETWEEN p.published_at AND coalesce(p.unpublish_at - 1, 9223372036854775807)"

// nextPublished is when the next product or category comes into the shop by itself, or leaves it, or a product a category; zero for never. Module is where the page cache asks for it.
func (s *Service) nextPublished(ctx context.Context, st *tenant.Store, now time.Time) (time.Time, error) {
	rows, err := st.QueryContext(ctx, `SELECT min(at) FROM (
		SELECT min(published_at) AS at FROM catalog_product WHERE deleted_at IS NULL AND status = 'active' AND published_at > ?1 UNION ALL
		SELECT min(unpublish_at) FROM catalog_product WHERE deleted_at IS NULL AND status = 'active' AND unpublish_at > ?1 UNION ALL
		SELECT min(until) FROM catalog_category_product WHERE until > ?1 UNION ALL
		SELECT min(publish_at) FROM catalog_category WHERE deleted_at IS NULL AND publish_at > ?1 UNION ALL
		SELECT min(unpublish_at) FROM catalog_category WHERE deleted_at IS NULL AND unpublish_at > ?1)`, database.At(now))
	next, err := collect(rows, err, func(r *sql.Rows, at *database.Time) error { return r.Scan(at) })
	if err != nil {
		return time.Time{}, wrap("read what is published next", err)
	}
	return next[0].Time, nil
}

// InShop tells whether shoppers see the product now.
func (p *Product) InShop(now database.Time) bool {
	return p.Status == Active && p.DeletedAt.IsZero() && shown(p.PublishedAt, p.UnpublishAt, now)
}

func shown(from, until, now database.Time) bool {
	return !from.IsZero() && !from.After(now.Time) && (until.IsZero() || now.Before(until.Time))
}

// publish brings the product into the shop now. An end that has passed is none any more.
func (p *Product) publish(now database.Time) {
	p.PublishedAt = now
	if !p.UnpublishAt.IsZero() && !now.Before(p.UnpublishAt.Time) {
		p.UnpublishAt = database.Time{}
	}
}

func (p *Product) validateSchedule(f *problem.Fields) {
	f.Check(p.UnpublishAt.IsZero() || p.PublishedAt.IsZero() || p.UnpublishAt.After(p.PublishedAt.Time), "unpublish_at", "Choose a moment after the publishing.")
}

// scheduleView is what the product's form shows of its schedule. Times are in the store's zone.
type scheduleView struct {
	PublishAt   string // of <input type=datetime-local>; "" unless it is to come
	UnpublishAt string
	Zone        string
	Note        string // "Scheduled for …", or ""
	Badge       string // in place of "Not published"; "" for none
}

const inputTime = "2006-01-02T15:04" // of <input type=datetime-local>

func (s *Service) schedule(c *web.Context, p *Product) scheduleView {
	in := Zone(c.Store)
	v := scheduleView{Zone: in.String(), Badge: scheduleBadge(c, p.Status, p.PublishedAt, p.UnpublishAt, s.moment())}
	if p.PublishedAt.After(s.now()) {
		v.PublishAt = p.PublishedAt.In(in).Format(inputTime)
	}
	if !p.UnpublishAt.IsZero() {
		v.UnpublishAt = p.UnpublishAt.In(in).Format(inputTime)
	}
	return v
}

// scheduleBadge says that an active product comes into the shop by itself, or has left it; "" for neither.
func scheduleBadge(c *web.Context, status Status, from, until, now database.Time) string {
	switch {
	case status != Active || from.IsZero():
		return ""
	case from.After(now.Time):
		return c.T("Scheduled for %s", from.In(Zone(c.Store)).Format("2 Jan 2006, 15:04"))
	case !until.IsZero() && !now.Before(until.Time):
		return c.T("Ended %s", until.In(Zone(c.Store)).Format("2 Jan 2006, 15:04"))
	}
	return ""
}

// scheduled reads the schedule from the product's form, after the rest of it: change is the rest.
func (s *Service) scheduled(c *web.Context, form *web.Form, p *Product, change func(*Product) error) func(*Product) error {
	if !has(form, "unpublish_at") {
		return change
	}
	was, now := s.schedule(c, p), s.moment()
	from, fromNew := typedTime(form, "publish_at", was.PublishAt, Zone(c.Store))
	until, untilNew := typedTime(form, "unpublish_at", was.UnpublishAt, Zone(c.Store))
	if untilNew && !until.IsZero() && !until.After(now.Time) {
		form.Fail("unpublish_at", "This moment has passed.")
	}
	return func(p *Product) error {
		if err := change(p); err != nil {
			return err
		}
		switch {
		case fromNew && !from.IsZero():
			p.PublishedAt = from
		case fromNew && p.PublishedAt.After(now.Time): // it was to come, and has no time any more
			if p.PublishedAt = (database.Time{}); p.Status == Active {
				p.publish(now)
			}
		}
		if untilNew {
			p.UnpublishAt = until
		}
		return nil
	}
}

// typedTime is a moment that was typed, if it is another than the one that was shown: what is shown has no seconds. A time that a change of the clocks skips
// is the one an hour later; of one that comes twice, the first counts.
func typedTime(form *web.Form, name, was string, in *time.Location) (at database.Time, changed bool) {
	v := strings.TrimSpace(form.Value(name))
	if v == was {
		return at, false
	}
	if v == "" {
		return at, true
	}
	for _, layout := range []string{inputTime, inputTime + ":05"} { // browsers add seconds where they are not zero
		if t, err := time.ParseInLocation(layout, v, in); err == nil && t.Year() >= 1970 && t.Year() < 10_000 {
			return database.At(t), true
		}
	}
	form.Fail(name, "Enter a date and a time, such as 2026-12-24 08:00.")
	return at, false
}

// scheduleOptions are the filter of the merchants' list.
func scheduleOptions(c *web.Context) []ui.Option {
	return []ui.Option{{Value: Scheduled, Label: c.T("Scheduled")}, {Value: Ending, Label: c.T("Ends by itself")}, {Value: Ended, Label: c.T("Ended by itself")}}
}

// scheduleWhere is the condition of a schedule on catalog_product p; its parameter is now. It is "" for none.
func scheduleWhere(schedule string) string {
	switch schedule {
	case Scheduled:
		return "p.status = 'active' AND p.published_at > ?"
	case Ending:
		return "p.status = 'active' AND p.unpublish_at > ?"
	case Ended:
		return "p.status = 'active' AND p.unpublish_at <= ?"
	}
	return ""
}

// takeTime reads a moment of a program: RFC 3339, or "" for none. It leaves to where nothing is said.
func takeTime(f *problem.Fields, name string, to *database.Time, from *string) {
	if from == nil {
		return
	}
	if *from == "" {
		*to = database.Time{}
		return
	}
	at, err := time.Parse(time.RFC3339, *from)
	if err != nil {
		f.Add(name, "Enter a moment such as 2026-12-24T08:00:00+01:00.")
		return
	}
	*to = database.At(at)
}
