package ui_test

import (
	"bytes"
	"html/template"
	"io"
	"regexp"
	"strings"
	"testing"

	"wizamart/ui"
)

func parse(t testing.TB, pages ...string) *template.Template {
	t.Helper()
	var set *template.Template
	kept := func(name string, data any) (template.HTML, error) { // made anew each time
		var b bytes.Buffer
		err := set.ExecuteTemplate(&b, name, data)
		return template.HTML(b.String()), err
	}
	set, err := template.New("").Funcs(funcs(t)).Funcs(template.FuncMap{"kept": kept}).ParseFS(ui.Templates, "layouts/*.html", "components/*.html")
	if err != nil {
		t.Fatal(err)
	}
	for _, page := range pages {
		if set, err = set.ParseFS(ui.Gallery, "gallery/shop-home.html", "gallery/icons.html", page); err != nil {
			t.Fatal(err)
		}
	}
	return set
}

func render(t testing.TB, set *template.Template, name string, data any) string {
	t.Helper()
	var b bytes.Buffer
	if err := set.ExecuteTemplate(&b, name, data); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return b.String()
}

var forbidden = map[string]*regexp.Regexp{
	"a style attribute, which the policy refuses": regexp.MustCompile(`<[^>]*\sstyle=`),
	"an inline handler":                           regexp.MustCompile(`<[^>]*\son[a-z]+=`),
	"an inline script":                            regexp.MustCompile(`<script(?:\s+(?:defer|type="[^"]*"))*>`),
	"an escaper that gave up":                     regexp.MustCompile(`ZgotmplZ|<no value>`),
	"a leftover of fmt":                           regexp.MustCompile(`%!\w?\(`),
}

func wellFormed(t *testing.T, html string) {
	t.Helper()
	for what, re := range forbidden {
		if at := re.FindStringIndex(html); at != nil {
			t.Errorf("holds %s: …%s…", what, html[max(0, at[0]-60):min(len(html), at[1]+60)])
		}
	}
	ids := map[string]bool{}
	for _, m := range regexp.MustCompile(`\sid="([^"]*)"`).FindAllStringSubmatch(html, -1) {
		if ids[m[1]] {
			t.Errorf("id %q stands twice", m[1])
		}
		ids[m[1]] = true
	}
	for _, re := range []string{`\sfor="([^"]*)"`, `\saria-describedby="([^"]*)"`, `\saria-labelledby="([^"]*)"`, `\scommandfor="([^"]*)"`, `\spopovertarget="([^"]*)"`} {
		for _, m := range regexp.MustCompile(re).FindAllStringSubmatch(html, -1) {
			for _, id := range strings.Fields(m[1]) {
				if !ids[id] {
					t.Errorf("%s names no element", strings.TrimSpace(m[0]))
				}
			}
		}
	}
}

func TestLayoutsRender(t *testing.T) {
	cases := []struct{ layout, page string }{
		{"layout-dashboard", "gallery/gallery.html"},
		{"layout-admin", "gallery/gallery.html"},
		{"layout-plain", "gallery/gallery.html"},
	}
	for _, page := range shopPages(t) {
		cases = append(cases, struct{ layout, page string }{"layout-shop", page})
	}
	for _, c := range cases {
		t.Run(c.layout+" "+c.page, func(t *testing.T) {
			set := parse(t, c.page)
			wellFormed(t, render(t, set, c.layout, sample("fjord")))

			guest := sample("")
			guest.User, guest.Store, guest.Flash, guest.Menu, guest.Nav, guest.CartCount = nil, nil, nil, nil, nil, 0
			wellFormed(t, render(t, set, c.layout, guest))
		})
	}
}

// Every component must bear an empty dict: optional keys may be left out, and a missing one is no reason for a 500.
func TestComponentsBearEmptyDict(t *testing.T) {
	set := parse(t)
	needs := map[string]map[string]any{ // what cannot be left out
		"price": {"amount": "€ 5"}, "product-card": {"amount": "€ 5"}, "gallery": {"pictures": []any{}},
		"td-select": {"label": "x"}, "summary-line": {"total": "€ 5"},
	}
	for _, tmpl := range set.Templates() {
		name := tmpl.Name()
		if strings.HasPrefix(name, "layout-") || strings.HasPrefix(name, "shell-") || strings.HasPrefix(name, "shop-") || name == "content" || name == "" {
			continue
		}
		data := needs[name]
		if data == nil {
			data = map[string]any{}
		}
		if err := tmpl.Execute(io.Discard, data); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
