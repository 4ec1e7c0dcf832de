package catalog

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"

	"wizamart/framework/app"
	"wizamart/framework/limit"
	"wizamart/framework/problem"
	"wizamart/framework/web"
	"wizamart/ui"
)

// maxImportBody is a file with the rest of its form.
const maxImportBody = MaxImportFile + 64<<10

func (s *Service) importRoutes(r *app.Router) {
	r.Dashboard("GET", "/product-imports", Write, s.importsPage)
	r.Dashboard("POST", "/product-imports", Write, s.uploadImport, app.MaxBody(maxImportBody), app.Limit(limit.Upload))
	r.Dashboard("GET", "/product-imports/:id", Write, s.importPage)
	r.Dashboard("POST", "/product-imports/:id/starts", Write, s.startImport)
	r.Dashboard("POST", "/product-imports/:id/cancellations", Write, s.cancelImport)
	r.Dashboard("GET", "/product-imports/:id/report", Write, s.importReport)
	r.Dashboard("POST", "/product-imports/:id/fetches", Write, s.fetchImport)
	r.Dashboard("GET", "/product-exports", Read, s.exportProducts)
	s.importAPI(r)
}

type importsView struct {
	Imports []*ImportJob
	MaxMB   int
}

func (s *Service) importsPage(c *web.Context) error { return s.renderImports(c, nil) }

func (s *Service) renderImports(c *web.Context, form *web.Form) error {
	list, err := s.Imports(c.Ctx(), c.Store)
	if err != nil {
		return err
	}
	return c.Render(web.Page{
		View: "catalog/dashboard/imports", Title: c.T("Import products"), D: importsView{list, MaxImportFile >> 20}, Form: form,
		Crumbs: []web.Link{{Label: c.T("Products"), URL: c.URL("/products")}, {Label: c.T("Import")}},
	})
}

// uploadImport keeps the file and has a job look at it: a preview, that changes nothing.
func (s *Service) uploadImport(c *web.Context) error {
	var id string
	_, err := upload(c.R, func(name string, file io.Reader) (err error) {
		id, err = s.StartImport(c.Ctx(), c.Store, file, func(upload string) (ImportOrder, error) {
			return ImportOrder{Upload: upload, Name: name, DryRun: true, User: c.User.ID}, nil
		})
		return err
	})
	form := web.NewForm(nil)
	if problem.Is(err, problem.TooLarge) {
		err = problem.On("file", "The file is larger than %d MB. Split it into several files.", MaxImportFile>>20)
		c.W.Header().Set("Connection", "close") // the rest of the file is not read
	}
	if err != nil && form.Take(err) {
		return s.renderImports(c, form)
	}
	if err != nil {
		return err
	}
	return c.Redirect("/product-imports/" + id)
}

type importView struct {
	Import   *ImportJob
	Errors   []importGroup
	Warnings []importGroup
	Stock    []ui.Option
}

// importGroup is the issues of one code, as the page shows them.
type importGroup struct {
	ImportGroup
	Title string
	More  int
}

func (s *Service) importPage(c *web.Context) error {
	i, err := s.ImportByID(c.Ctx(), c.Store, c.Param("id"))
	if err != nil {
		return err
	}
	if c.WantsJSON() {
		i.Report = nil // polled every second: what the page asks for is how far it is
		c.W.Header().Set("Content-Type", "application/json")
		c.W.Header().Set("Cache-Control", "no-store")
		return json.NewEncoder(c.W).Encode(i)
	}
	d := importView{Import: i, Stock: []ui.Option{
		{Value: "keep", Label: c.T("Keep the stock as it is"), Hint: c.T("New variants start with the file’s."), Selected: true},
		{Value: "set", Label: c.T("Set the stock to the file’s"), Hint: c.T("Quantities, tracking and backorders are overwritten.")},
	}}
	if i.Report != nil {
		d.Errors, d.Warnings = importGroups(c, Groups(i.Report.Errors, nil, 10)), importGroups(c, Groups(i.Report.Warnings, i.Report.WarningCodes, 10))
	}
	title := c.T("Import")
	if i.DryRun {
		title = c.T("Preview")
	}
	return c.Render(web.Page{
		View: "catalog/dashboard/import", Title: title, D: d,
		Crumbs: []web.Link{{Label: c.T("Products"), URL: c.URL("/products")}, {Label: c.T("Import"), URL: c.URL("/product-imports")}, {Label: i.File}},
	})
}

func importGroups(c *web.Context, groups []ImportGroup) (out []importGroup) {
	for _, g := range groups {
		title := g.Code
		if t, ok := issueTitles[g.Code]; ok {
			title = c.T(t)
		}
		out = append(out, importGroup{g, title, g.Count - len(g.Issues)})
	}
	return out
}

func (s *Service) startImport(c *web.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	id, err := s.StartPreviewed(c.Ctx(), c.Store, c.Param("id"), form.Value("stock") == "set", form.Bool("fetch"))
	if problem.Is(err, problem.Gone) || problem.Is(err, problem.Conflict) {
		c.Flash("error", "This file cannot be imported any more. Please upload it again.")
		return c.Redirect("/product-imports")
	}
	if err != nil {
		return err
	}
	return c.Redirect("/product-imports/" + id)
}

func (s *Service) cancelImport(c *web.Context) error {
	i, err := s.ImportByID(c.Ctx(), c.Store, c.Param("id"))
	if err != nil {
		return err
	}
	switch err := s.CancelImport(c.Ctx(), c.Store, i.ID); {
	case problem.Is(err, problem.Conflict):
		c.Flash("info", "It had already finished.")
	case err != nil:
		return err
	case i.DryRun:
		c.Flash("success", "The preview was cancelled.")
	default:
		c.Flash("success", "The import is being cancelled. What was imported so far stays.")
	}
	return c.Redirect("/product-imports/" + i.ID)
}

func (s *Service) fetchImport(c *web.Context) error {
	i, err := s.ImportByID(c.Ctx(), c.Store, c.Param("id"))
	if err != nil {
		return err
	}
	id, err := s.EnqueueFetch(c.Ctx(), c.Store)
	if err != nil {
		return err
	}
	if id == "" {
		c.Flash("info", "No pictures are missing.")
	} else {
		c.Flash("success", "The pictures are being fetched. They show up on the products one by one.")
	}
	return c.Redirect("/product-imports/" + i.ID)
}

// importReport gives the report as CSV, for a spreadsheet.
func (s *Service) importReport(c *web.Context) error {
	i, err := s.ImportByID(c.Ctx(), c.Store, c.Param("id"))
	if err != nil {
		return err
	}
	if i.Report == nil {
		return problem.New(problem.NotFound, "There is no report yet.")
	}
	attachment(c, "import-report.csv")
	w := csv.NewWriter(c.W)
	w.Write([]string{"Kind", "Line", "Column", "Code", "Message"}) //nolint:errcheck // Error below
	writeIssues(w, "error", i.Report.Errors)
	writeIssues(w, "warning", i.Report.Warnings)
	w.Flush()
	return w.Error()
}

func writeIssues(w *csv.Writer, kind string, list []ImportIssue) {
	for _, i := range list {
		w.Write([]string{kind, strconv.Itoa(i.Line), i.Column, i.Code, i.Message}) //nolint:errcheck // Flush tells
	}
}

func attachment(c *web.Context, name string) {
	h := c.W.Header()
	h.Set("Content-Type", "text/csv; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="`+name+`"`)
	h.Set("Cache-Control", "no-store")
}

// exportProducts streams the file. A failure on the way breaks the connection off, so that no half file looks whole.
func (s *Service) exportProducts(c *web.Context) error {
	f := ExportFilter{Status: Status(c.Query("status")), BaseURL: s.shopURL(c.Store)}
	if f.Status != "" && f.Status != Active && f.Status != Draft && f.Status != Archived {
		return problem.On("status", "Choose draft, active or archived.")
	}
	attachment(c, fmt.Sprintf("%s-products-%s.csv", c.Store.Info().Code, time.Now().UTC().Format("2006-01-02")))
	if c.R.Method == http.MethodHead {
		return nil
	}
	if _, err := s.Export(c.Ctx(), c.Store, c.W, f); err != nil {
		c.Site.Log.ErrorContext(c.Ctx(), "an export broke off", "error", err.Error())
		panic(http.ErrAbortHandler)
	}
	return nil
}
