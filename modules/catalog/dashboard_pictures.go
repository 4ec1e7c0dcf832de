package catalog

import (
	"fmt"
	"net/url"
	"strconv"

	"wizamart/framework/app"
	"wizamart/framework/job"
	"wizamart/framework/limit"
	"wizamart/framework/problem"
	"wizamart/framework/web"
	"wizamart/modules/catalog/catalogtype"
	"wizamart/ui"
)

const picturePageSize = 48

func (s *Service) pictureRoutes(r *app.Router) {
	r.Dashboard("GET", "/pictures", Read, s.picturesPage)
	r.Dashboard("POST", "/pictures", Write, s.uploadPictures, app.MaxBody(uploadBody), app.Limit(limit.Upload))
	r.Dashboard("GET", "/pictures/:hash", Read, s.picturePage)
	r.Dashboard("POST", "/pictures/:hash", Write, s.savePicture)
	r.Dashboard("POST", "/picture-descriptions", Write, s.describePictures)
	r.Dashboard("POST", "/picture-deletions", Remove, s.deletePictures)
	r.Dashboard("POST", "/picture-sizes", Write, s.makeSizes)
	r.Dashboard("POST", "/products/:id/pictures", Write, s.choosePictures)
	s.pictureAPI(r)
	s.pictureDeleteAPI(r)
}

type picturesView struct {
	Rows     []Picture
	Filter   PictureFilter
	For      *Product // whose pictures are chosen; nil in the library
	Filters  []filterSelect
	Keep     []map[string]string
	Paging   web.Paging
	Any      bool // the store has pictures at all
	Nameless int  // pictures without a description
	Unsized  int  // pictures whose sizes are still to be made
	Sizing   *job.Job
	Max      int // MB of an upload
	Self     string
	Reset    string
}

func (s *Service) picturesPage(c *web.Context) error { return s.renderPictures(c, nil) }

func (s *Service) renderPictures(c *web.Context, form *web.Form) error {
	ctx, page := c.Ctx(), c.PageNumber()
	f := PictureFilter{Search: c.Search(), Use: PictureUse(c.Query("use")), Limit: picturePageSize, Offset: (page - 1) * picturePageSize}
	d := picturesView{Filter: f, Max: MaxUpload >> 20, Self: c.R.URL.RequestURI(), Reset: c.URL("/pictures")}
	title, crumbs := c.T("Pictures"), []web.Link(nil)
	if id := c.Query("product"); id != "" && c.Can(Write) {
		p, err := s.Product(ctx, c.Store, id)
		if err != nil {
			return err
		}
		d.For, d.Keep = p, []map[string]string{{"Name": "product", "Value": id}}
		d.Reset += "?product=" + url.QueryEscape(id)
		title = c.T("Choose pictures")
		crumbs = []web.Link{{Label: c.T("Products"), URL: c.URL("/products")}, {Label: p.Title, URL: c.URL("/products/" + p.ID)}, {Label: title}}
	}
	rows, total, err := s.Pictures(ctx, c.Store, f)
	if err != nil {
		return err
	}
	d.Rows, d.Paging, d.Any = rows, c.Paging(page, picturePageSize, total), total > 0
	if !d.Any {
		_, all, err := s.Pictures(ctx, c.Store, PictureFilter{Limit: 1})
		if err != nil {
			return err
		}
		d.Any = all > 0
	}
	if _, d.Nameless, err = s.Pictures(ctx, c.Store, PictureFilter{Use: NamelessPictures, Limit: 1}); err != nil {
		return err
	}
	if d.Unsized, d.Sizing, err = s.Sizing(ctx, c.Store); err != nil {
		return err
	}
	d.Filters = []filterSelect{{"use", c.T("Show"), string(f.Use), []ui.Option{
		{Value: string(UsedPictures), Label: c.T("Used")}, {Value: string(UnusedPictures), Label: c.T("Not used")}, {Value: string(NamelessPictures), Label: c.T("Without a description")},
	}}}
	return c.Render(web.Page{View: "catalog/dashboard/pictures", Title: title, D: d, Form: form, Crumbs: crumbs})
}

// uploadPictures takes files and an address into the library. What can be read is kept; each one that cannot is named with the reason.
func (s *Service) uploadPictures(c *web.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	added := 0
	take := func(name string, err error) error {
		switch {
		case refused(err):
			form.Fail("images", "%s", name+": "+firstMessage(err))
		case err != nil:
			return err
		default:
			added++
		}
		return nil
	}
	if address := form.Value("address"); address != "" {
		_, err := s.FetchMedia(c.Ctx(), c.Store, address)
		if refused(err) {
			form.Fail("address", "%s", firstMessage(err))
		} else if err = take(address, err); err != nil {
			return err
		}
	}
	if c.R.MultipartForm != nil {
		for _, header := range c.R.MultipartForm.File["images"] {
			f, err := header.Open()
			if err != nil {
				return wrap("open an upload", err)
			}
			_, err = s.StoreMedia(c.Ctx(), c.Store, f)
			f.Close()
			if err := take(clip(header.Filename), err); err != nil {
				return err
			}
		}
	}
	if added > 0 {
		c.Flash("success", c.TN("%d picture was added.", "%d pictures were added.", added))
	}
	if added == 0 && !form.Any() {
		form.Fail("images", "Choose a picture first.")
	}
	if form.Any() {
		return s.renderPictures(c, form)
	}
	return c.Redirect("/pictures")
}

// makeSizes has the job make what is missing.
func (s *Service) makeSizes(c *web.Context) error {
	pending, err := s.StartSizes(c.Ctx(), c.Store)
	if err != nil {
		return err
	}
	if pending == 0 {
		c.Flash("success", "All pictures have their sizes.")
	} else {
		c.Flash("info", "The sizes are made in the background.")
	}
	return c.Redirect("/pictures")
}

// choosePictures puts pictures of the store into a product.
func (s *Service) choosePictures(c *web.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	id := c.Param("id")
	added, err := s.ChoosePictures(c.Ctx(), c.Store, id, form.Values("picture"))
	if problem.Is(err, problem.Invalid) {
		c.Flash("error", "%s", firstMessage(err))
		return c.Redirect("/pictures?product=" + url.QueryEscape(id))
	}
	if err != nil {
		return err
	}
	if added == 0 {
		c.Flash("info", "The product shows these pictures already.")
	} else {
		c.Flash("success", c.TN("%d picture was added.", "%d pictures were added.", added))
	}
	return c.Redirect("/products/" + id + "#pictures")
}

// describePictures takes the descriptions of the list: those that were changed.
func (s *Service) describePictures(c *web.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	changed := 0
	for _, hash := range form.Values("picture") {
		alt := form.Text("alt-"+hash, MaxAlt)
		if form.Error("alt-"+hash) != "" || alt == form.Value("was-"+hash) {
			continue
		}
		if err := s.ChangePicture(c.Ctx(), c.Store, hash, PictureChange{Alt: &alt}); err != nil {
			return err
		}
		changed++
	}
	if form.Any() {
		return s.renderPictures(c, form)
	}
	if changed > 0 {
		c.Flash("success", c.TN("%d description was saved.", "%d descriptions were saved.", changed))
	}
	return c.Back("/pictures")
}

// focusWidth is how wide, in pixels, the picture is on which one clicks.
const focusWidth = 280

type pictureDetail struct {
	P        *Picture
	Products []catalogtype.Named
	Width    int // of the picture on which one clicks, and its height
	Height   int
	Crop     string
	Files    string
	Self     []map[string]string // which picture it is, as a form tells it
}

func (s *Service) picturePage(c *web.Context) error { return s.renderPicture(c, nil) }

func (s *Service) renderPicture(c *web.Context, form *web.Form) error {
	p, err := s.Picture(c.Ctx(), c.Store, c.Param("hash"))
	if err != nil {
		return err
	}
	d := pictureDetail{P: p, Width: focusWidth, Height: max(1, focusWidth*p.Height/p.Width), Crop: catalogtype.FocusClass(p.FocusX, p.FocusY), Self: []map[string]string{{"Name": "delete", "Value": p.Hash}}}
	if d.Products, err = s.PictureProducts(c.Ctx(), c.Store, p.Hash); err != nil {
		return err
	}
	for _, w := range catalogtype.Widths {
		if p.Sizes.Has(w) {
			d.Files += fmt.Sprintf("%d, ", w)
		}
	}
	d.Files += strconv.Itoa(p.Width)
	return c.Render(web.Page{
		View: "catalog/dashboard/picture", Title: p.String(), D: d, Form: form,
		Crumbs: []web.Link{{Label: c.T("Pictures"), URL: c.URL("/pictures")}, {Label: p.String()}},
	})
}

// savePicture takes the description, or where to crop: a click on the picture, which browsers send as focus.x and focus.y in pixels of its box, or two
// numbers. A click made with the keyboard has no place, 0 and 0, and the numbers count.
func (s *Service) savePicture(c *web.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	hash, change := c.Param("hash"), PictureChange{}
	p, err := s.Picture(c.Ctx(), c.Store, hash)
	if err != nil {
		return err
	}
	if has(form, "alt") {
		alt := form.Text("alt", MaxAlt)
		change.Alt = &alt
	}
	if has(form, "focus_x") {
		x, y := form.Int("focus_x", 0, 100), form.Int("focus_y", 0, 100)
		cx, _ := strconv.Atoi(form.Value("focus.x"))
		cy, _ := strconv.Atoi(form.Value("focus.y"))
		if cx > 0 || cy > 0 {
			height := max(1, focusWidth*p.Height/p.Width)
			x, y = min(max(cx*100/focusWidth, 0), 100), min(max(cy*100/height, 0), 100)
		}
		change.FocusX, change.FocusY = &x, &y
	}
	if !form.Any() {
		err = s.ChangePicture(c.Ctx(), c.Store, hash, change)
		if err == nil {
			c.Flash("success", "The picture was saved.")
			return c.Redirect("/pictures/" + hash)
		}
		if !form.Take(err) {
			return err
		}
	}
	return s.renderPicture(c, form)
}
