package ui_test

import (
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	assets "wizamart/embed"
	"wizamart/ui"
)

var preview = flag.String("preview", "", "write every gallery page in every layout and theme to this folder, to be looked at")

// TestPreview renders what a designer looks at: go test ./ui -run TestPreview -preview /tmp/preview
func TestPreview(t *testing.T) {
	if *preview == "" {
		return
	}
	if err := os.CopyFS(filepath.Join(*preview, "assets"), mustSub(t, assets.Dist, "dist")); err != nil && !os.IsExist(err) {
		t.Fatal(err)
	}
	write := func(name, layout, page string, v *view) {
		set := parse(t, page)
		if err := os.WriteFile(filepath.Join(*preview, name+".html"), []byte(render(t, set, layout, v)), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, scheme := range []string{"light", "dark"} {
		for _, layout := range []string{"dashboard", "admin", "plain"} {
			v := sample("")
			v.Scheme = scheme
			if layout == "plain" {
				v.User, v.Menu = nil, nil
			}
			write(layout+"-"+scheme, "layout-"+layout, "gallery/gallery.html", v)
		}
		for _, theme := range []string{"plain", "fjord", "kaffe", "hoshi"} {
			for _, page := range shopPages(t) {
				v := sample(theme)
				v.Scheme, v.Flash = scheme, nil
				write(fmt.Sprintf("%s-%s-%s", strings.TrimSuffix(filepath.Base(page), ".html"), theme, scheme), "layout-shop", page, v)
			}
		}
	}
}

func shopPages(t *testing.T) []string {
	pages, err := fs.Glob(ui.Gallery, "gallery/shop-*.html")
	if err != nil || len(pages) == 0 {
		t.Fatal("no shop pages in the gallery", err)
	}
	return pages
}

func mustSub(t *testing.T, f fs.FS, dir string) fs.FS {
	sub, err := fs.Sub(f, dir)
	if err != nil {
		t.Fatal(err)
	}
	return sub
}
