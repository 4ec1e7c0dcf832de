package harness

import (
	"bytes"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
)

// Form is a form of a page as a browser without scripts would send it.
type Form struct {
	Method string
	URL    string // absolute
	Values url.Values
}

// Form reads the form that the selector finds: its address, and what its controls hold now. Unticked boxes, disabled controls,
// buttons and files are left out, as a browser does.
func (p *Page) Form(t testing.TB, selector string) *Form {
	t.Helper()
	form := p.Doc(t).Find(selector).First()
	if form.Length() == 0 {
		t.Fatalf("%s: no form %s\n%s", p.URL, selector, p.Text())
	}
	if !form.Is("form") {
		form = form.Closest("form")
	}
	page, err := url.Parse(p.URL)
	if err != nil {
		t.Fatal(err)
	}
	to, err := page.Parse(form.AttrOr("action", ""))
	if err != nil {
		t.Fatal(err)
	}
	f := &Form{Method: strings.ToUpper(form.AttrOr("method", "get")), URL: to.String(), Values: url.Values{}}
	controls := form.Find("input, select, textarea")
	if id, ok := form.Attr("id"); ok {
		controls = controls.AddSelection(p.Doc(t).Find(`[form="` + id + `"]`).Filter("input, select, textarea"))
	}
	controls.Each(func(_ int, c *goquery.Selection) { f.take(c) })
	return f
}

func (f *Form) take(c *goquery.Selection) {
	name := c.AttrOr("name", "")
	if _, off := c.Attr("disabled"); off || name == "" {
		return
	}
	switch {
	case c.Is("select"):
		chosen := c.Find("option[selected]")
		if chosen.Length() == 0 {
			chosen = c.Find("option").First()
		}
		chosen.Each(func(_ int, o *goquery.Selection) { f.Values.Add(name, o.AttrOr("value", strings.TrimSpace(o.Text()))) })
	case c.Is("textarea"):
		f.Values.Add(name, strings.TrimPrefix(c.Text(), "\n"))
	default:
		switch c.AttrOr("type", "text") {
		case "checkbox", "radio":
			if _, on := c.Attr("checked"); on {
				f.Values.Add(name, c.AttrOr("value", "on"))
			}
		case "file", "submit", "button", "reset", "image":
		default:
			f.Values.Add(name, c.AttrOr("value", ""))
		}
	}
}

// Set fills in fields: name, value, name, value …
func (f *Form) Set(pairs ...string) *Form {
	for i := 0; i+1 < len(pairs); i += 2 {
		f.Values.Set(pairs[i], pairs[i+1])
	}
	return f
}

// Submit sends the form.
func (b *Browser) Submit(t testing.TB, f *Form) *Page {
	t.Helper()
	if f.Method == http.MethodGet {
		to, _, _ := strings.Cut(f.URL, "?")
		return b.Get(t, to+"?"+f.Values.Encode())
	}
	return b.Post(t, f.URL, f.Values)
}

// Upload is a file in a form.
type Upload struct {
	Field, Name string
	Data        io.Reader
}

// SubmitFiles sends the form as multipart/form-data, with files.
func (b *Browser) SubmitFiles(t testing.TB, f *Form, files ...Upload) *Page {
	t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for name, values := range f.Values {
		for _, v := range values {
			if err := w.WriteField(name, v); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, file := range files {
		part, err := w.CreateFormFile(file.Field, file.Name)
		if err == nil {
			_, err = io.Copy(part, file.Data)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.request(t, http.MethodPost, f.URL, &body, w.FormDataContentType())
}
