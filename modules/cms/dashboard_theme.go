package cms

import (
	"errors"
	"io"
	"net/http"
	"net/url"

	"wizamart/framework/problem"
	"wizamart/framework/web"
	"wizamart/ui"
)

type themePage struct {
	Theme    Theme
	Presets  []ui.Option
	Layouts  []ui.Option
	Accent   string // for the colour field, which cannot be empty
	Checks   []Check
	Preview  string // URL of the drawing
	Dark     string // the same on a dark page
	ShopURL  string
	Pictures map[string]string // field → URL
	ReadOnly bool
}

func (s *Service) dashboardTheme(c *web.Context) error {
	t := ThemeOf(c.Store.Settings())
	values := url.Values{}
	for _, f := range t.fields() {
		values.Set(f.name, *f.at)
	}
	return s.renderTheme(c, t, web.NewForm(values))
}

func (s *Service) renderTheme(c *web.Context, t Theme, form *web.Form) error {
	d := themePage{Theme: t, Checks: t.checks(), Accent: t.Accent, ShopURL: s.shopURL(c), Pictures: map[string]string{}, ReadOnly: !c.Can(Write)}
	for _, p := range Presets {
		d.Presets = append(d.Presets, ui.Option{Value: p.Value, Label: c.T(p.Label), Hint: c.T(p.Hint)})
	}
	d.Layouts = []ui.Option{
		{Value: "over", Label: c.T("On the picture"), Hint: c.T("For calm pictures with room at the bottom.")},
		{Value: "beside", Label: c.T("Beside the picture"), Hint: c.T("For pictures that do not bear words.")},
	}
	if !ValidColor(d.Accent) {
		d.Accent = preset(t.Preset).light.Accent
	}
	q := url.Values{}
	for _, f := range t.fields() {
		if previewed[f.name] {
			q.Set(f.name, *f.at)
		}
		if f.kind == "picture" && *f.at != "" {
			d.Pictures[f.name] = s.pictureURL(c, *f.at)
		}
	}
	d.Preview = c.URL("/theme-preview") + "?" + q.Encode()
	q.Set("dark", "1")
	d.Dark = c.URL("/theme-preview") + "?" + q.Encode()
	return c.Render(web.Page{View: "cms/dashboard/theme", Title: c.T("Theme"), D: d, Form: form, Wide: true})
}

// pictureURL shows a picture of the theme in the dashboard, which is on another host than the shop.
func (s *Service) pictureURL(c *web.Context, path string) string { return c.URL(path) }

// shopURL is where the store's shop is.
func (s *Service) shopURL(c *web.Context) string {
	info := c.Store.Info()
	return s.app.Config.URL(info.Host(s.app.Platform.BaseDomain()), "/")
}

// uploads are the theme's pictures and how wide they are kept, in pixels.
var uploads = []struct {
	name  string
	width int
}{{"logo", 600}, {"hero_picture", 2400}, {"story_picture", 1600}}

func (s *Service) dashboardSaveTheme(c *web.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	t := ThemeOf(c.Store.Settings())
	for _, f := range t.fields() {
		if f.kind != "picture" {
			*f.at = form.Value(f.name)
		}
	}
	if form.Bool("own_colors") {
		t.Accent = ""
	}
	if err := s.takePictures(c, form, &t); err != nil {
		return err
	}
	if form.Any() {
		form.Take(t.Validate())
		return s.renderTheme(c, t, form)
	}
	if err := s.SaveTheme(c.Ctx(), c.Store, t); err != nil {
		if form.Take(err) {
			return s.renderTheme(c, t, form)
		}
		return err
	}
	c.Flash("success", "Theme saved. Your shop shows it now.")
	return c.Redirect("/theme")
}

// takePictures keeps what was uploaded and drops what was ticked off.
func (s *Service) takePictures(c *web.Context, form *web.Form, t *Theme) error {
	at := map[string]*string{"logo": &t.Logo, "hero_picture": &t.HeroPicture, "story_picture": &t.StoryPicture}
	for _, up := range uploads {
		if form.Bool("remove_" + up.name) {
			*at[up.name] = ""
		}
		file, _, err := c.R.FormFile(up.name + "_file")
		if errors.Is(err, http.ErrMissingFile) || errors.Is(err, http.ErrNotMultipart) {
			continue
		}
		if err != nil {
			return &problem.Error{Code: problem.BadRequest, Message: "The picture could not be read. Please choose it again.", Cause: err}
		}
		path, err := s.AddPicture(c.Ctx(), c.Store, io.Reader(file), up.width)
		file.Close()
		var p *problem.Error
		switch {
		case err == nil:
			*at[up.name] = path
		case errors.As(err, &p) && p.Code == problem.Invalid:
			form.Fail(up.name+"_file", "%s", p.Message)
		default:
			return err
		}
	}
	return nil
}

func (s *Service) dashboardResetTheme(c *web.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	if err := s.ResetTheme(c.Ctx(), c.Store, form.Value("what") == "all"); err != nil {
		return err
	}
	c.Flash("success", "Back to how it was at the beginning.")
	return c.Redirect("/theme")
}

// previewed are the fields that the drawing shows.
var previewed = map[string]bool{
	"preset": true, "accent": true, "announcement": true, "hero_title": true, "hero_text": true, "hero_button": true, "hero_layout": true,
	"hero_picture": true, "tagline": true,
}

func (s *Service) dashboardPreview(c *web.Context) error {
	var t Theme
	for _, f := range t.fields() {
		if previewed[f.name] {
			*f.at = c.Query(f.name)
		}
	}
	h := c.W.Header()
	h.Set("Content-Type", "image/svg+xml")
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("Cache-Control", "private, max-age=60")
	_, err := c.W.Write(t.Preview(c.Store.Info().Name, c.Query("dark") == "1"))
	return err
}
