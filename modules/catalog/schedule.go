package catalog

import (
	"context"
	"database/sql"
	"time"

	"wizamart/framework/database"
	"wizamart/framework/problem"
	"wizamart/framework/timezone"
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

func (s *Service) schedule(c *web.Context, p *Product) scheduleView {
	in := timezone.Of(c.Store)
	v := scheduleView{Zone: in.String(), Badge: scheduleBadge(c, p.Status, p.PublishedAt, p.UnpublishAt, s.moment())}
	if p.PublishedAt.After(s.now()) {
		v.PublishAt = p.PublishedAt.In(in).Format(web.InputTime)
	}
	if !p.UnpublishAt.IsZero() {
		v.UnpublishAt = p.UnpublishAt.In(in).Format(web.InputTime)
	}
	return v
}

// scheduleBadge says that an active product comes into the shop by itself, or has left it; "" for neither.
func scheduleBadge(c *web.Context, status Status, from, until, now database.Time) string {
	switch {
	case status != Active || from.IsZero():
		return ""
	case from.After(now.Time):
		return c.T("Scheduled for %s", from.In(timezone.Of(c.Store)).Format("2 Jan 2006, 15:04"))
	case !until.IsZero() && !now.Before(until.Time):
		return c.T("Ended %s", until.In(timezone.Of(c.Store)).Format("2 Jan 2006, 15:04"))
	}
	return ""
}

// scheduled reads the schedule from the product's form, after the rest of it: change is the rest.
func (s *Service) scheduled(c *web.Context, form *web.Form, p *Product, change func(*Product) error) func(*Product) error {
	if !has(form, "unpublish_at") {
		return change
	}
	was, now := s.schedule(c, p), s.moment()
	from, fromNew := typedTime(form, "publish_at", was.PublishAt, timezone.Of(c.Store))
	until, untilNew := typedTime(form, "unpublish_at", was.UnpublishAt, timezone.Of(c.Store))
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

// typedTime is a moment that was typed, if it is another than the one that was shown: what is shown has no seconds.
func typedTime(form *web.Form, name, was string, in *time.Location) (at database.Time, changed bool) {
	if form.Value(name) == was {
		return at, false
	}
	t := form.Time(name, in)
	return database.At(t), t.IsZero() == (form.Value(name) == "")
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
