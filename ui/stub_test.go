package ui_test

import (
	"encoding/json"
	"fmt"
	"html/template"
	"net/url"
	"path/filepath"
	"testing"

	assets "wizamart/embed"
	"wizamart/ui"
)

// view stands in for web.View: ui lies below the framework and does not import it.
type view struct {
	Title, Description, Canonical string
	Picture, Kind                 string
	LinkedData, Breadcrumbs       map[string]any
	NoIndex, Wide                 bool
	Banners                       []struct{ Kind, Title, Text, Action, URL string }
	D                             any
	Form                          *form
	Flash                         []flash
	User                          *user
	Store                         *store
	Menu                          []menuGroup
	Nav, Footer, Crumbs           []ui.Link
	CartCount                     int
	Path                          string
	Query                         url.Values
	Lang, Dir, Scheme             string
}

type (
	flash struct{ Kind, Text, Action, ActionURL string }
	user  struct{ Name, Email string }
	store struct {
		Code, Name, Currency, Locale, Logo, Tagline, Theme, ThemeVersion, Announcement, AnnouncementURL, FooterText string
		Social                                                                                                      []ui.Link
	}

	menuGroup struct {
		Title string
		Items []ui.Link
	}
	fault struct{ Name, Message string }
	form  struct {
		values url.Values
		errors []fault
	}
)

func (u *user) Initials() string         { return "AL" }
func (v *view) Can(string) bool          { return true }
func (f *form) Value(name string) string { return f.values.Get(name) }
func (f *form) Checked(n, v string) bool { return f.values.Get(n) == v }
func (f *form) Any() bool                { return len(f.errors) > 0 }
func (f *form) Errors() []fault          { return f.errors }
func (f *form) Error(name string) string {
	for _, e := range f.errors {
		if e.Name == name {
			return e.Message
		}
	}
	return ""
}

func sample(theme string) *view {
	return &view{
		Title: "Orders", Description: "All orders", Lang: "en", Dir: "ltr", Scheme: "auto", Path: "/orders",
		Form:  &form{},
		Flash: []flash{{Kind: "success", Text: "Product archived", Action: "Undo", ActionURL: "/undo"}},
		User:  &user{Name: "Ada Lindqvist", Email: "ada@fjord.example"},
		Store: &store{Code: "fjord", Name: "Fjord & Fell", Currency: "NOK", Locale: "en", Theme: theme, Tagline: "Made for weather.", Announcement: "Free delivery from kr 1,000", AnnouncementURL: "/delivery", FooterText: "Strandgaten 4\n5013 Bergen", Social: []ui.Link{{Label: "Mastodon", URL: "https://social.example/@fjord"}}},
		Menu: []menuGroup{
			{Items: []ui.Link{{Label: "Home", URL: "/", Icon: "house"}, {Label: "Orders", URL: "/orders", Icon: "shopping-bag", Active: true, Badge: "12"}, {Label: "Products", URL: "/products", Icon: "package"}, {Label: "Inventory", URL: "/inventory", Icon: "warehouse"}, {Label: "Customers", URL: "/customers", Icon: "users"}}},
			{Title: "Store", Items: []ui.Link{{Label: "Analytics", URL: "/analytics", Icon: "chart-column"}, {Label: "Settings", URL: "/settings", Icon: "settings"}}},
		},
		Nav:       []ui.Link{{Label: "Jackets", URL: "/c/jackets", Active: true}, {Label: "Knitwear", URL: "/c/knitwear"}, {Label: "Tents & packs", URL: "/c/tents"}, {Label: "Sale", URL: "/c/sale"}},
		Footer:    []ui.Link{{Label: "About", URL: "/about"}, {Label: "Returns", URL: "/returns"}, {Label: "Privacy", URL: "/privacy"}},
		CartCount: 3,
		D:         map[string]any{"Pictures": pictures(theme)},
	}
}

// pictures are eight pictures of a store; the preview serves the demo's.
func pictures(theme string) []string {
	if theme != "kaffe" && theme != "hoshi" {
		theme = "fjord"
	}
	found, _ := filepath.Glob("../modules/devtools/demo/pictures/" + theme + "/*.webp")
	out := []string{"/p/" + theme + "/hero.webp"}
	for i := 0; len(out) < 8; i++ {
		name := fmt.Sprintf("%d.webp", i)
		if len(found) > 0 {
			name = filepath.Base(found[(i*5+1)%len(found)])
		}
		out = append(out, "/p/"+theme+"/"+name)
	}
	return out
}

func funcs(t testing.TB) template.FuncMap {
	raw, err := assets.Dist.ReadFile("dist/icons.json")
	if err != nil {
		t.Fatal(err)
	}
	icons := map[string]string{}
	if err := json.Unmarshal(raw, &icons); err != nil {
		t.Fatal(err)
	}
	return template.FuncMap{
		"t": fmt.Sprintf,
		"tn": func(one, many string, n int) string {
			if n == 1 {
				return fmt.Sprintf(one, n)
			}
			return fmt.Sprintf(many, n)
		},
		"url":   func(p string) string { return p },
		"asset": func(name string) string { return "/assets/" + name },
		"icon": func(name string, class ...string) (template.HTML, error) {
			inner, ok := icons[name]
			if !ok {
				return "", fmt.Errorf("icon %q is not in embed/dist/icons.json: run go run ./scripts/assets", name)
			}
			cls := "icon"
			for _, c := range class {
				cls += " " + c
			}
			return template.HTML(`<svg class="` + cls + `" aria-hidden="true" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round">` + inner + `</svg>`), nil
		},
		"dict": func(pairs ...any) (map[string]any, error) {
			if len(pairs)%2 != 0 {
				return nil, fmt.Errorf("dict wants pairs, got %d values", len(pairs))
			}
			m := map[string]any{}
			for i := 0; i < len(pairs); i += 2 {
				m[pairs[i].(string)] = pairs[i+1]
			}
			return m, nil
		},
		"list":     func(items ...any) []any { return items },
		"money":    func(v any) string { return fmt.Sprint(v) },
		"date":     func(v any) template.HTML { return template.HTML(fmt.Sprintf("<time>%v</time>", v)) },
		"datetime": func(v any) template.HTML { return template.HTML(fmt.Sprintf("<time>%v</time>", v)) },
		"ago":      func(v any) template.HTML { return template.HTML(fmt.Sprintf("<time>%v</time>", v)) },
		"query":    func(_ any, pairs ...any) string { return "?" + fmt.Sprint(pairs...) },
		"json":     func(v any) (string, error) { b, err := json.Marshal(v); return string(b), err },
		"html":     func(s string) template.HTML { return template.HTML(s) },
		"default": func(a, b any) any {
			if truth, ok := template.IsTrue(a); ok && truth {
				return a
			}
			return b
		},
		"add": func(a, b int) int { return a + b },
		"seq": func(n int) []int {
			out := make([]int, n)
			for i := range out {
				out[i] = i + 1
			}
			return out
		},
	}
}
