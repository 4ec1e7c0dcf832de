package web

import (
	"fmt"
	"html/template"
	"io/fs"
	"maps"
	"path"
	"runtime"
	"strings"
	"text/template/parse"
)

// ViewSource is one module's views.
type ViewSource struct {
	Module string
	Files  fs.FS // views/<surface>/<name>.html
}

// Templates is all pages, parsed at boot into one set. A page file defines "content" and may define "head"
// and others: they are given the page's name, so that pages do not see each other's, and a copy of the
// surface's layout is made for each page.
//
// Functions such as t and url depend on the request. A template's functions are fixed when it is parsed, so
// a few copies of the set exist, each with a place for the request it is running for; a copy serves
// one request at a time.
type Templates struct {
	layouts fs.FS
	views   []ViewSource
	assets  *Assets
	live    bool // parse anew for each page, in development
	free    chan *templateSet
	made    chan struct{} // one token for each copy that exists
	kept    keptParts
}

type templateSet struct {
	all  *Templates
	root *template.Template
	c    *Context // the request that the functions speak for
}

// layoutOf is the layout of the pages in views/<folder>/.
var layoutOf = map[string]string{
	"shop": "layout-shop", "dashboard": "layout-dashboard", "admin": "layout-admin", "portal": "layout-plain", "door": "layout-door",
}

// NewTemplates parses layouts, components and views.
func NewTemplates(layouts fs.FS, views []ViewSource, assets *Assets, live bool) (*Templates, error) {
	n := runtime.GOMAXPROCS(0) + 2
	t := &Templates{layouts: layouts, views: views, assets: assets, live: live, free: make(chan *templateSet, n), made: make(chan struct{}, n)}
	set, err := t.parse()
	if err != nil {
		return nil, err
	}
	t.made <- struct{}{}
	t.free <- set
	return t, nil
}

// take waits for a copy of the set, or makes one while there are few. Running a template does no I/O, so the wait is short.
func (t *Templates) take() (*templateSet, error) {
	if t.live {
		return t.parse()
	}
	select {
	case s := <-t.free:
		return s, nil
	default:
	}
	select {
	case s := <-t.free:
		return s, nil
	case t.made <- struct{}{}:
		return t.parse()
	}
}

func (t *Templates) give(s *templateSet) {
	s.c = nil
	if !t.live {
		t.free <- s
	}
}

func (t *Templates) parse() (*templateSet, error) {
	set := &templateSet{all: t}
	funcs := set.funcs(t.assets)
	set.root = template.New("").Funcs(funcs)
	err := fs.WalkDir(t.layouts, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Ext(name) != ".html" {
			return err
		}
		text, err := fs.ReadFile(t.layouts, name)
		if err != nil {
			return err
		}
		_, err = set.root.New(name).Parse(string(text))
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("parse layouts and components: %w", err)
	}
	for _, v := range t.views {
		if err := set.addViews(v, funcs); err != nil {
			return nil, err
		}
	}
	return set, nil
}

func (s *templateSet) addViews(v ViewSource, funcs template.FuncMap) error {
	names, err := fs.Glob(v.Files, "views/*/*.html")
	if err != nil {
		return err
	}
	for _, name := range names {
		text, err := fs.ReadFile(v.Files, name)
		if err != nil {
			return err
		}
		folder := path.Base(path.Dir(name))
		page := v.Module + "/" + folder + "/" + strings.TrimSuffix(path.Base(name), ".html")
		layouts := []string{layoutOf[folder]}
		if folder == "any" { // a page of every surface, such as an error
			layouts = []string{"layout-shop", "layout-dashboard", "layout-admin", "layout-plain", "layout-door"}
		}
		if err := s.addPage(page, string(text), layouts, funcs); err != nil {
			return fmt.Errorf("parse %s of %s: %w", name, v.Module, err)
		}
	}
	return nil
}

// addPage adds the page's own definitions under its name, and for each layout a copy that calls them.
func (s *templateSet) addPage(page, text string, layouts []string, funcs template.FuncMap) error {
	trees, err := parse.Parse(page, text, "", "", builtins, funcs)
	if err != nil {
		return err
	}
	rename := map[string]string{}
	for name := range trees {
		rename[name] = page + "#" + name
	}
	for name, tree := range trees {
		renameCalls(tree.Root, rename)
		if _, err := s.root.AddParseTree(rename[name], tree); err != nil {
			return err
		}
	}
	if trees["content"] == nil {
		return fmt.Errorf("it defines no “content”")
	}
	for _, layout := range layouts {
		if layout == "" {
			continue
		}
		if err := s.addLayout(page, layout, rename); err != nil {
			return err
		}
	}
	return nil
}

// addLayout copies a layout, and what it calls on the way to the page's own definitions.
func (s *templateSet) addLayout(page, layout string, rename map[string]string) error {
	base := s.root.Lookup(layout)
	if base == nil {
		return fmt.Errorf("there is no layout %q", layout)
	}
	own := maps.Clone(rename)
	if _, ok := own["head"]; !ok && s.root.Lookup("head") == nil {
		own["head"] = "empty-head"
		if s.root.Lookup("empty-head") == nil {
			if _, err := s.root.New("empty-head").Parse(""); err != nil {
				return err
			}
		}
	}
	return s.copyCalling(layout, page+"@"+layout, page, own)
}

// copyCalling adds a copy of the template from as to, with the calls renamed. Templates that call renamed ones are copied too.
func (s *templateSet) copyCalling(from, to, page string, rename map[string]string) error {
	tree := s.root.Lookup(from).Tree.Copy()
	for _, called := range calls(tree.Root) {
		if _, ok := rename[called]; ok {
			continue
		}
		t := s.root.Lookup(called)
		if t == nil || t.Tree == nil || !s.reaches(called, rename, map[string]bool{}) {
			continue
		}
		rename[called] = page + "@" + called
		if err := s.copyCalling(called, rename[called], page, rename); err != nil {
			return err
		}
	}
	renameCalls(tree.Root, rename)
	_, err := s.root.AddParseTree(to, tree)
	return err
}

func (s *templateSet) reaches(name string, targets map[string]string, seen map[string]bool) bool {
	if seen[name] {
		return false
	}
	seen[name] = true
	t := s.root.Lookup(name)
	if t == nil || t.Tree == nil {
		return false
	}
	for _, called := range calls(t.Tree.Root) {
		if _, ok := targets[called]; ok || s.reaches(called, targets, seen) {
			return true
		}
	}
	return false
}

// builtins are the functions that text/template adds by itself; the parser only wants their names.
var builtins = func() map[string]any {
	m := map[string]any{}
	for _, name := range strings.Fields("and call html index slice js len not or print printf println urlquery eq ge gt le lt ne break continue _html_template_attrescaper") {
		m[name] = fmt.Sprint
	}
	return m
}()
