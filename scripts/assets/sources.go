package main

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// sources are the files of the modules and of ui that a build reads, as slash paths relative to the
// repository, sorted.
type sources struct {
	pages   []string // html of modules, ui and themes
	code    []string // Go files, where menus and items name icons
	styles  []string // modules' css
	scripts []string // modules' ts
}

var sourceFolders = []string{"ui", "modules", "themes", "framework", "tenant"}

func findSources(root string) (sources, error) {
	var s sources
	for _, top := range sourceFolders {
		err := filepath.WalkDir(filepath.Join(root, top), func(path string, d fs.DirEntry, err error) error {
			if err != nil {
				if os.IsNotExist(err) {
					return nil
				}
				return err
			}
			if d.IsDir() {
				if d.Name() == "node_modules" || d.Name() == ".build" || d.Name() == "testdata" {
					return filepath.SkipDir
				}
				return nil
			}
			rel, err := filepath.Rel(root, path)
			if err != nil {
				return err
			}
			rel = filepath.ToSlash(rel)
			inViews := top != "ui" && strings.Contains(rel, "/views/")
			switch {
			case strings.HasSuffix(rel, ".html"):
				s.pages = append(s.pages, rel)
			case strings.HasSuffix(rel, ".go") && !strings.HasSuffix(rel, "_test.go"):
				s.code = append(s.code, rel)
			case inViews && strings.HasSuffix(rel, ".css"):
				s.styles = append(s.styles, rel)
			case inViews && strings.HasSuffix(rel, ".ts") && !strings.HasSuffix(rel, ".d.ts"):
				s.scripts = append(s.scripts, rel)
			}
			return nil
		})
		if err != nil {
			return s, err
		}
	}
	return s, nil
}

// forBundle keeps the files of one bundle: "shop" takes views/shop, "app" takes every other surface.
func forBundle(bundle string, files []string) []string {
	var keep []string
	for _, f := range files {
		if strings.Contains(f, "/views/shop/") == (bundle == "shop") {
			keep = append(keep, f)
		}
	}
	return keep
}

// fingerprint changes when a source is added, removed or written.
func fingerprint(root string) (string, error) {
	var b strings.Builder
	for _, top := range sourceFolders {
		err := filepath.WalkDir(filepath.Join(root, top), func(path string, d fs.DirEntry, err error) error {
			if err != nil {
				return nil // a file that vanished while walking shows up in the next round
			}
			if d.IsDir() {
				if d.Name() == "node_modules" || d.Name() == ".build" {
					return filepath.SkipDir
				}
				return nil
			}
			switch filepath.Ext(path) {
			case ".html", ".css", ".ts", ".go", ".json":
				if info, err := d.Info(); err == nil {
					fmt.Fprintf(&b, "%s %d %d\n", path, info.Size(), info.ModTime().UnixNano())
				}
			}
			return nil
		})
		if err != nil {
			return "", err
		}
	}
	return b.String(), nil
}
