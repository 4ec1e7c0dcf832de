package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html/template"
	"io/fs"
	"maps"
	"mime"
	"net/http"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/andybalholm/brotli"
)

// Assets are the built files that the binary carries, served under /assets/<build>/<name> and cacheable for ever:
// the build is a hash of them all, computed at boot.
type Assets struct {
	Build string
	files map[string]*asset
	icons map[string]string // Lucide's name → the inside of its SVG
	drawn sync.Map          // iconKey → template.HTML: pages repeat them
	dev   fs.FS             // read anew on each request, in development
}

type asset struct {
	kind string
	body []byte
	// packed when it is first asked for, so that the server starts sooner; nil for what is packed already
	gzip, brotli func() []byte
}

// NewAssets reads the built files. With live, files are read again on each request.
func NewAssets(dist fs.FS, live bool) (*Assets, error) {
	a := &Assets{files: map[string]*asset{}, icons: map[string]string{}}
	if live {
		a.dev = dist
	}
	sum := sha256.New()
	err := fs.WalkDir(dist, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		body, err := fs.ReadFile(dist, name)
		if err != nil {
			return err
		}
		fmt.Fprintf(sum, "%s %d\n", name, len(body))
		sum.Write(body)
		a.files[name] = newAsset(name, body)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read the assets: %w", err)
	}
	a.Build = hex.EncodeToString(sum.Sum(nil))[:12]
	if f := a.files["icons.json"]; f != nil {
		if err := json.Unmarshal(f.body, &a.icons); err != nil {
			return nil, fmt.Errorf("read the icons: %w", err)
		}
	}
	return a, nil
}

func newAsset(name string, body []byte) *asset {
	f := &asset{kind: mime.TypeByExtension(path.Ext(name)), body: body}
	switch path.Ext(name) {
	case ".woff2":
		f.kind = "font/woff2"
	case ".js":
		f.kind = "text/javascript; charset=utf-8"
	}
	if strings.HasPrefix(f.kind, "text/") || strings.HasSuffix(name, ".svg") || strings.HasSuffix(name, ".json") {
		f.gzip = sync.OnceValue(func() []byte { return pack(body) })
		f.brotli = sync.OnceValue(func() []byte { return packBrotli(body) })
	}
	return f
}

func pack(body []byte) []byte {
	var buf bytes.Buffer
	zw, _ := gzip.NewWriterLevel(&buf, gzip.BestCompression)
	zw.Write(body) //nolint:errcheck // a buffer takes everything
	zw.Close()
	return buf.Bytes()
}

func packBrotli(body []byte) []byte {
	var buf bytes.Buffer
	zw := brotli.NewWriterLevel(&buf, brotli.BestCompression)
	zw.Write(body) //nolint:errcheck // a buffer takes everything
	zw.Close()     //nolint:errcheck // as above
	return buf.Bytes()
}

// URL is where the file of that name is served.
func (a *Assets) URL(name string) string { return "/assets/" + a.Build + "/" + name }

// ServeHTTP serves /assets/<build>/<name>.
func (a *Assets) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	build, name, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/assets/"), "/")
	f := a.files[name]
	if a.dev != nil {
		if body, err := fs.ReadFile(a.dev, name); err == nil {
			f = newAsset(name, body)
		}
	}
	if f == nil || r.Method != http.MethodGet && r.Method != http.MethodHead {
		http.Error(w, "not found", http.StatusNotFound)
		return
	}
	h := w.Header()
	h.Set("Content-Type", f.kind)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Vary", "Accept-Encoding")
	if build == a.Build && a.dev == nil {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	} else {
		h.Set("Cache-Control", "no-cache")
	}
	body := f.body
	if f.gzip != nil {
		switch takes := r.Header.Get("Accept-Encoding"); {
		case strings.Contains(takes, "br"): // browsers name it with HTTPS and on this machine
			h.Set("Content-Encoding", "br")
			body = f.brotli()
		case strings.Contains(takes, "gzip"):
			h.Set("Content-Encoding", "gzip")
			body = f.gzip()
		}
	}
	h.Set("Content-Length", fmt.Sprint(len(body)))
	if r.Method == http.MethodGet {
		w.Write(body) //nolint:errcheck // the client has gone
	}
}

// Icon is an inline Lucide icon, hidden from assistive technology: the label beside it speaks.
func (a *Assets) Icon(name string, class ...string) (template.HTML, error) {
	key := iconKey{name, strings.Join(class, " ")}
	if made, ok := a.drawn.Load(key); ok {
		return made.(template.HTML), nil
	}
	inner, ok := a.icons[name]
	if !ok {
		return "", fmt.Errorf("icon %q is not built: run make assets", name)
	}
	cls := "icon"
	if len(class) > 0 {
		cls += " " + template.HTMLEscapeString(strings.Join(class, " "))
	}
	icon := template.HTML(`<svg class="` + cls + `" aria-hidden="true" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round">` + inner + `</svg>`)
	a.drawn.Store(key, icon)
	return icon, nil
}

// IconNames are the icons that are built, by name.
func (a *Assets) IconNames() []string { return slices.Sorted(maps.Keys(a.icons)) }

type iconKey struct{ name, class string }
