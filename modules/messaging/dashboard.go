package messaging

import (
	"wizamart/framework/app"
	"wizamart/framework/mail"
	"wizamart/framework/money"
	"wizamart/framework/problem"
	"wizamart/framework/web"
	"wizamart/ui"
)

func (s *Service) routes(r *app.Router) {
	r.Dashboard("GET", "/mails", "messaging.read", s.list)
	r.Dashboard("GET", "/mails/:id", "messaging.read", s.show)
	r.Dashboard("GET", "/mails/:id/html", "messaging.read", s.html)
	r.Dashboard("POST", "/mails/:id/resends", "messaging.send", s.postResend)
	r.Dashboard("GET", "/mail-notices/:kind", "messaging.read", s.preview)
	r.Dashboard("GET", "/mail-notices/:kind/html", "messaging.read", s.previewHTML)
	s.apiRoutes(r)
}

const perPage = 50

type stateBadge struct {
	Label, Kind string
}

func badge(c *web.Context, state string) stateBadge {
	switch state {
	case mail.Queued:
		return stateBadge{c.T("Waiting"), "info"}
	case mail.Sent:
		return stateBadge{c.T("Sent"), "success"}
	case mail.Kept:
		return stateBadge{c.T("In the mailbox"), ""}
	case mail.Refused:
		return stateBadge{c.T("Refused"), "error"}
	}
	return stateBadge{c.T("Given up"), "error"}
}

type listRow struct {
	mail.Row
	Badge stateBadge
}

func (s *Service) list(c *web.Context) error {
	form := web.NewForm(c.R.URL.Query())
	page := max(1, form.Int("page", 1, 1_000_000))
	f := mail.Filter{State: c.Query("state"), Search: c.Search(), Limit: perPage, Offset: (page - 1) * perPage}
	rows, total, err := mail.List(c.Ctx(), c.Store.DB, f)
	if err != nil {
		return err
	}
	var shown []listRow
	for _, r := range rows {
		shown = append(shown, listRow{r, badge(c, r.State)})
	}
	var states, kinds []ui.Option
	for _, state := range mail.States {
		states = append(states, ui.Option{Value: state, Label: badge(c, state).Label})
	}
	for _, n := range notices {
		kinds = append(kinds, ui.Option{Value: n.Kind, Label: c.T(n.Label), Selected: s.app.Setting(c.Store, "messaging.on_"+n.Kind) == "1"})
	}
	return c.Render(web.Page{View: "messaging/dashboard/mails", Title: c.T("Mails"), D: map[string]any{
		"Rows": shown, "Total": total, "From": f.Offset + 1, "To": f.Offset + len(rows), "Page": page, "More": f.Offset+len(rows) < total,
		"State": f.State, "Search": f.Search, "States": states, "Notices": kinds,
	}})
}

func (s *Service) show(c *web.Context) error {
	r, err := mail.Get(c.Ctx(), c.Store.DB, c.Param("id"))
	if err != nil {
		return err
	}
	crumbs := []web.Link{{Label: c.T("Mails"), URL: c.URL("/mails")}, {Label: r.Subject}}
	return c.Render(web.Page{View: "messaging/dashboard/mail", Title: r.Subject, D: listRow{r, badge(c, r.State)}, Crumbs: crumbs})
}

// html is the mail itself, for the frame. One that lets its reader in is not for staff.
func (s *Service) html(c *web.Context) error {
	r, err := mail.Get(c.Ctx(), c.Store.DB, c.Param("id"))
	if err != nil {
		return err
	}
	if r.Secret || r.HTML == "" {
		return problem.New(problem.NotFound, "There is nothing to show of this mail.")
	}
	return c.Sandboxed(r.HTML)
}

func (s *Service) postResend(c *web.Context) error {
	if err := s.Resend(c.Ctx(), c.Store, c.Param("id")); err != nil {
		return err
	}
	c.Flash("success", "The mail is sent again.")
	return c.Redirect("/mails/" + c.Param("id"))
}

func (s *Service) preview(c *web.Context) error {
	n, ok := noticeOf(c.Param("kind"))
	if !ok {
		return problem.New(problem.NotFound, "There is no such mail.")
	}
	m, err := s.sample(c, n)
	if err != nil {
		return err
	}
	crumbs := []web.Link{{Label: c.T("Mails"), URL: c.URL("/mails")}, {Label: c.T(n.Label)}}
	return c.Render(web.Page{View: "messaging/dashboard/preview", Title: c.T(n.Label), D: map[string]any{"Kind": n.Kind, "Mail": m}, Crumbs: crumbs})
}

func (s *Service) previewHTML(c *web.Context) error {
	n, ok := noticeOf(c.Param("kind"))
	if !ok {
		return problem.New(problem.NotFound, "There is no such mail.")
	}
	m, err := s.sample(c, n)
	if err != nil {
		return err
	}
	return c.Sandboxed(m.HTML)
}

// sample is a notice about the newest order.
func (s *Service) sample(c *web.Context, n notice) (mail.Message, error) {
	id, err := s.orders.Newest(c.Ctx(), c.Store)
	if err != nil {
		return mail.Message{}, err
	}
	if id == "" {
		return mail.Message{}, problem.New(problem.NotFound, "There is no order yet that a mail could be about.")
	}
	l, err := s.orders.Letter(c.Ctx(), c.Store, id, "")
	if err != nil {
		return mail.Message{}, err
	}
	m, v := s.compose(c.Store, n, l, money.New(l.Total.Minor, l.Total.Currency))
	m.HTML, m.Text, err = s.sheets.render(v)
	return m, err
}
