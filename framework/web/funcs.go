package web

import (
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"net/url"
	"time"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"wizamart/framework/database"
	"wizamart/framework/money"
	"wizamart/framework/timezone"
)

// funcs are what templates may call; docs/pages.md lists them.
func (s *templateSet) funcs(assets *Assets) template.FuncMap {
	return template.FuncMap{
		"t":        func(key string, args ...any) string { return s.c.T(key, args...) },
		"tn":       func(one, many string, n int) string { return s.c.TN(one, many, n) },
		"url":      func(p string) string { return s.c.Prefix + p },
		"kept":     func(name string, v *View) (template.HTML, error) { return s.part(name, v) },
		"asset":    assets.URL,
		"icon":     assets.Icon,
		"dict":     dict,
		"list":     func(items ...any) []any { return items },
		"money":    func(a money.Amount) string { return a.Format(s.c.Locale()) },
		"date":     func(t any) (template.HTML, error) { return s.time(t, "2 Jan 2006") },
		"datetime": func(t any) (template.HTML, error) { return s.time(t, "2 Jan 2006, 15:04") },
		"moment":   func(t any) (template.HTML, error) { return s.time(t, "2006-01-02 15:04:05") },
		"ago":      s.ago,
		"language": func(tag string) string { return languageName(s.c.Locale(), tag) },
		"query":    query,
		"json": func(v any) (string, error) {
			b, err := json.Marshal(v)
			return string(b), err
		},
		"html":    func(v string) template.HTML { return template.HTML(v) }, // text that was sanitised when it was stored
		"default": orDefault,
		"add":     func(a, b int) int { return a + b },
		"seq": func(n int) []int {
			out := make([]int, max(n, 0))
			for i := range out {
				out[i] = i + 1
			}
			return out
		},
	}
}

// languageName is what a language (BCP 47) is called in another, or the tag itself where nobody knows.
func languageName(in, tag string) string {
	of, err := language.Parse(tag)
	if err != nil {
		return tag
	}
	names := display.Tags(language.Make(in))
	if names == nil {
		names = display.Tags(language.English)
	}
	return orDefault(names.Name(of), tag).(string)
}

func dict(pairs ...any) (map[string]any, error) {
	if len(pairs)%2 != 0 {
		return nil, errors.New("dict wants pairs")
	}
	m := make(map[string]any, len(pairs)/2)
	for i := 0; i < len(pairs); i += 2 {
		key, ok := pairs[i].(string)
		if !ok {
			return nil, fmt.Errorf("dict: key %v is not a string", pairs[i])
		}
		m[key] = pairs[i+1]
	}
	return m, nil
}

func orDefault(a, b any) any {
	if truth, ok := template.IsTrue(a); ok && truth {
		return a
	}
	return b
}

func instant(v any) (time.Time, error) {
	switch v := v.(type) {
	case time.Time:
		return v, nil
	case database.Time:
		return v.Time, nil
	}
	return time.Time{}, fmt.Errorf("%T is not a time", v)
}

// zone is where the page's days and times are told: in the store's zone, elsewhere in UTC.
func (s *templateSet) zone() *time.Location { return timezone.Of(s.c.Store) }

func (s *templateSet) time(v any, layout string) (template.HTML, error) {
	t, err := instant(v)
	if err != nil || t.IsZero() {
		return "", err
	}
	t = t.In(s.zone())
	return timeTag(t, t.Format(layout)), nil
}

// ago is a rough distance from now, with the exact time as its title.
func (s *templateSet) ago(v any) (template.HTML, error) {
	t, err := instant(v)
	if err != nil || t.IsZero() {
		return "", err
	}
	t = t.In(s.zone())
	d := time.Since(t)
	text := t.Format("2 Jan 2006")
	switch {
	case d < time.Minute:
		text = s.c.T("just now")
	case d < time.Hour:
		text = s.c.T("%d min ago", int(d.Minutes()))
	case d < 24*time.Hour:
		text = s.c.T("%d h ago", int(d.Hours()))
	case d < 7*24*time.Hour:
		text = s.c.T("%d d ago", int(d.Hours()/24))
	}
	return timeTag(t, text), nil
}

func timeTag(t time.Time, text string) template.HTML {
	return template.HTML(`<time datetime="` + t.UTC().Format(time.RFC3339) + `" title="` + t.Format("2006-01-02 15:04 MST") + `">` + template.HTMLEscapeString(text) + `</time>`)
}

// query is the current URL with parameters set; nil or "" removes one, and a new filter starts at the first page.
func query(v *View, pairs ...any) (string, error) {
	q := url.Values{}
	for k, vs := range v.Query {
		q[k] = append([]string(nil), vs...)
	}
	if len(pairs)%2 != 0 {
		return "", errors.New("query wants pairs")
	}
	q.Del("page")
	for i := 0; i < len(pairs); i += 2 {
		key, value := fmt.Sprint(pairs[i]), ""
		if pairs[i+1] != nil {
			value = fmt.Sprint(pairs[i+1])
		}
		if value == "" {
			q.Del(key)
		} else {
			q.Set(key, value)
		}
	}
	if len(q) == 0 {
		return v.Path, nil
	}
	return v.Path + "?" + q.Encode(), nil
}
