package devtools

import (
	"io"

	"wizamart/framework/database"
	"wizamart/framework/mail"
	"wizamart/framework/problem"
	"wizamart/framework/web"
	"wizamart/ui"
)

// The mailbox shows, in development mode, what was mailed to whom by the platform and by every store, links for new passwords too. Without a
// mail server it is where mails go.

const platformFile = "platform"

type mailboxRow struct {
	mail.Row
	File string
	Raw  string
}

// box runs fn with the mails of the platform or of a store, by code.
func (s *Service) box(c *web.Context, file string, fn func(db *database.DB) error) error {
	if !s.app.Config.Development {
		return problem.New(problem.NotFound, "The mailbox is there in development mode only.")
	}
	if file == platformFile {
		return fn(s.app.Platform.DB)
	}
	info := s.app.Platform.ByCode(file)
	if info == nil {
		return problem.New(problem.NotFound, "There is no such store.")
	}
	st, release, err := s.app.Platform.Acquire(c.Ctx(), info.ID)
	if err != nil {
		return err
	}
	defer release()
	return fn(st.DB)
}

func (s *Service) mailbox(c *web.Context) error {
	file := c.Query("file")
	if file == "" {
		file = platformFile
	}
	var rows []mailboxRow
	total := 0
	err := s.box(c, file, func(db *database.DB) error {
		found, n, err := mail.List(c.Ctx(), db, mail.Filter{Search: c.Search(), Limit: 100})
		for _, r := range found {
			rows = append(rows, mailboxRow{Row: r, File: file})
		}
		total = n
		return err
	})
	if err != nil {
		return err
	}
	files := []ui.Option{{Value: platformFile, Label: c.T("The platform")}}
	for _, info := range s.app.Platform.Stores() {
		files = append(files, ui.Option{Value: info.Code, Label: info.Name})
	}
	return c.Render(web.Page{View: "devtools/admin/mailbox", Title: c.T("Mailbox"), D: map[string]any{"Rows": rows, "Total": total, "File": file, "Files": files, "Search": c.Search()}})
}

func (s *Service) mail(c *web.Context, show func(r mailboxRow) error) error {
	return s.box(c, c.Param("file"), func(db *database.DB) error {
		r, err := mail.Get(c.Ctx(), db, c.Param("id"))
		if err != nil {
			return err
		}
		raw, err := s.app.Mail.Raw(c.Ctx(), r)
		if err != nil {
			raw = err.Error() // an erased mail has no recipient
		}
		return show(mailboxRow{r, c.Param("file"), raw})
	})
}

func (s *Service) mailPage(c *web.Context) error {
	return s.mail(c, func(r mailboxRow) error {
		crumbs := []web.Link{{Label: c.T("Mailbox"), URL: c.URL("/devtools/mailbox?file=" + r.File)}, {Label: r.Subject}}
		return c.Render(web.Page{View: "devtools/admin/mail", Title: r.Subject, D: r, Crumbs: crumbs})
	})
}

func (s *Service) mailHTML(c *web.Context) error {
	return s.mail(c, func(r mailboxRow) error { return c.Sandboxed(r.HTML) })
}

func (s *Service) mailRaw(c *web.Context) error {
	return s.mail(c, func(r mailboxRow) error {
		c.W.Header().Set("Content-Type", "text/plain; charset=utf-8")
		c.W.Header().Set("Cache-Control", "no-store")
		_, err := io.WriteString(c.W, r.Raw)
		return err
	})
}
