package catalog

import (
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"time"

	"wizamart/framework/app"
	"wizamart/framework/limit"
	"wizamart/framework/problem"
	"wizamart/framework/web"
	"wizamart/ui"
)

// fileBody is what a request with one file may bring, in bytes; fileTime is how long it may take.
const (
	fileBody = MaxFile + 1<<20
	fileTime = time.Hour
)

func (s *Service) fileRoutes(r *app.Router) {
	r.Dashboard("GET", "/products/:id/files", Read, s.filesPage)
	r.Dashboard("POST", "/products/:id/files", Write, s.uploadFile, app.MaxBody(fileBody), app.Limit(limit.Upload))
	r.Dashboard("GET", "/products/:id/files/:file", Write, s.downloadFile, app.Limit(limit.File))
	r.Dashboard("POST", "/products/:id/files/:file/deletions", Write, s.removeFile)
	s.fileAPI(r)
}

// filesView is the data of the page of a product's files.
type filesView struct {
	P        *Product
	Files    []fileRow
	Variants []ui.Option // none for a product with one
	Max      int         // MB
	Ships    bool        // some variant is sent to the customer
}

type fileRow struct {
	ProductFile
	Size    string
	Variant string // "" is all
}

func (s *Service) filesPage(c *web.Context) error { return s.renderFiles(c, nil) }

func (s *Service) renderFiles(c *web.Context, form *web.Form) error {
	p, err := s.Product(c.Ctx(), c.Store, c.Param("id"))
	if err != nil {
		return err
	}
	files, err := s.ProductFiles(c.Ctx(), c.Store, p.ID)
	if err != nil {
		return err
	}
	d := filesView{P: p, Max: MaxFile >> 20, Ships: slices.ContainsFunc(p.Variants, func(v Variant) bool { return v.RequiresShipping })}
	for _, f := range files {
		row := fileRow{ProductFile: f, Size: c.Size(f.Bytes)}
		if f.VariantID != "" {
			if row.Variant = c.T("a variant that is no longer there"); p.Variant(f.VariantID) != nil {
				row.Variant = p.VariantTitle(p.Variant(f.VariantID))
			}
		}
		d.Files = append(d.Files, row)
	}
	if len(p.Variants) > 1 {
		d.Variants = append(d.Variants, ui.Option{Value: "", Label: c.T("All variants")})
		for i := range p.Variants {
			d.Variants = append(d.Variants, ui.Option{Value: p.Variants[i].ID, Label: p.VariantTitle(&p.Variants[i])})
		}
	}
	return c.Render(web.Page{View: "catalog/dashboard/files", Title: c.T("Files of %s", p.Title), D: d, Form: form, Crumbs: []web.Link{
		{Label: c.T("Products"), URL: c.URL("/products")}, {Label: p.Title, URL: c.URL("/products/" + p.ID)}, {Label: c.T("Files")},
	}})
}

// uploadFile reads the file as it comes: the form's other field stands before it.
func (s *Service) uploadFile(c *web.Context) error {
	id, form := c.Param("id"), web.NewForm(url.Values{})
	var added *ProductFile
	err := s.incomingFile(c, func(fields map[string]string, name string, file io.Reader) (err error) {
		form.Set("variant", fields["variant"])
		added, err = s.AddFile(c.Ctx(), c.Store, id, fields["variant"], name, file)
		return err
	})
	if problem.Is(err, problem.TooLarge) {
		form.Fail("file", "The file is larger than %d MB.", MaxFile>>20)
		return s.renderFiles(c, form)
	}
	if form.Take(err) {
		return s.renderFiles(c, form)
	}
	if err != nil {
		return err
	}
	c.Flash("success", "“%s” was added. Who buys the product from now on gets it.", added.Name)
	return c.Redirect("/products/" + id + "/files")
}

// incomingFile finds the part called "file" of a multipart form, or takes the whole body as one. What stands before it in the form are fields.
// Where the store has no room for what is announced, nothing is received.
func (s *Service) incomingFile(c *web.Context, take func(fields map[string]string, name string, file io.Reader) error) error {
	http.NewResponseController(c.W).SetReadDeadline(time.Now().Add(fileTime)) //nolint:errcheck // where it cannot be set, the server's own holds
	if err := s.announced(c); err != nil {
		return err
	}
	fields := map[string]string{}
	if kind, _, _ := mime.ParseMediaType(c.R.Header.Get("Content-Type")); kind != "multipart/form-data" {
		return take(fields, "", c.R.Body)
	}
	unread := problem.New(problem.BadRequest, "The form could not be read. Please go back and try again.")
	parts, err := c.R.MultipartReader()
	if err != nil {
		return unread
	}
	for range 20 {
		part, err := parts.NextPart()
		if err == io.EOF {
			break
		}
		if err != nil {
			return unread
		}
		if part.FormName() == "file" && part.FileName() != "" {
			return take(fields, part.FileName(), part)
		}
		value, err := io.ReadAll(io.LimitReader(part, 1000))
		if err != nil {
			return unread
		}
		fields[part.FormName()] = string(value)
	}
	return problem.On("file", "Choose a file.")
}

// announced is nil when the store has room for what the request says that it brings.
func (s *Service) announced(c *web.Context) error {
	if s.Allowance == nil {
		return nil
	}
	err := s.Allowance.RoomForBytes(c.Store, min(max(c.R.ContentLength, 0), MaxFile))
	if err != nil && c.R.ProtoMajor < 2 && c.R.Header.Get("Expect") == "" {
		io.Copy(io.Discard, c.R.Body) //nolint:errcheck // browsers show no answer that comes before they have sent everything; nothing is kept of it
	}
	return err
}

func (s *Service) removeFile(c *web.Context) error {
	if err := s.RemoveFile(c.Ctx(), c.Store, c.Param("id"), c.Param("file")); err != nil {
		return err
	}
	c.Flash("success", "The file was removed. Who has bought it keeps it.")
	return c.Redirect("/products/" + c.Param("id") + "/files")
}

// downloadFile gives a file to who manages it.
func (s *Service) downloadFile(c *web.Context) error {
	info, f, err := s.OpenFile(c.Ctx(), c.Store, c.Param("id"), c.Param("file"))
	if err != nil {
		return err
	}
	defer f.Close()
	c.Attachment(info.Name, info.Hash, f)
	return nil
}
