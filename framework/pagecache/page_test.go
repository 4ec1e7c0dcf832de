package pagecache

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
)

func TestChoosesAnEncoding(t *testing.T) {
	for _, c := range []struct{ header, want string }{
		{"", "identity"}, {"gzip", "gzip"}, {"gzip, deflate", "gzip"}, {"gzip, deflate, br", "br"}, {"gzip, deflate, br, zstd", "zstd"},
		{"GZIP;q=1.0, br;q=0.5", "gzip"}, {"br;q=0.1, gzip;q=0.2", "gzip"}, {"zstd;q=0, br;q=0, gzip", "gzip"}, {"*", "zstd"}, {"*;q=0", "identity"},
		{"identity;q=1, gzip;q=0.5", "identity"}, {"identity, *;q=0", "identity"}, {"gzip;q=0", "identity"}, {"gzip;q=2", "identity"}, {"gzip;q=x", "identity"},
		{"zstd;q=0, *;q=0.1", "br"}, {"nonsense", "identity"}, {",,;", "identity"}, {"gzip;level=9", "identity"},
	} {
		var lines []string
		if c.header != "" {
			lines = []string{c.header}
		}
		if got := names[choose(lines)]; got != c.want {
			t.Errorf("%q: %s, want %s", c.header, got, c.want)
		}
	}
	if got := names[choose([]string{"gzip", "br"})]; got != "br" {
		t.Errorf("two lines: %s", got)
	}
}

func get(p *Page, method string, header ...string) *http.Response {
	w, r := httptest.NewRecorder(), httptest.NewRequest(method, "/", nil)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Add(header[i], header[i+1])
	}
	p.ServeHTTP(w, r)
	return w.Result()
}

func TestEncodingsHoldTheSamePage(t *testing.T) {
	body := strings.Repeat("<p>Bücher für alle</p>\n", 500)
	p := page([]byte(body))
	tags := map[string]bool{}
	for name, open := range map[string]func(io.Reader) io.Reader{
		"identity": func(r io.Reader) io.Reader { return r },
		"gzip": func(r io.Reader) io.Reader {
			zr, err := gzip.NewReader(r)
			if err != nil {
				t.Fatal(err)
			}
			return zr
		},
		"br": func(r io.Reader) io.Reader { return brotli.NewReader(r) },
		"zstd": func(r io.Reader) io.Reader {
			zr, err := zstd.NewReader(r)
			if err != nil {
				t.Fatal(err)
			}
			return zr
		},
	} {
		for round := range 2 {
			res := get(p, "GET", "Accept-Encoding", name)
			if got := res.Header.Get("Content-Encoding"); got != name && (name != "identity" || got != "") {
				t.Fatalf("%s: Content-Encoding %q", name, got)
			}
			text, err := io.ReadAll(open(res.Body))
			if err != nil || string(text) != body {
				t.Errorf("%s, round %d: another page (%v)", name, round, err)
			}
			tag := res.Header.Get("ETag")
			tags[tag] = true
			if !strings.HasPrefix(tag, `"`) || res.Header.Get("Vary") != "Accept-Encoding" || res.Header.Get("Cache-Control") != "private, no-cache" {
				t.Errorf("%s: headers %v", name, res.Header)
			}
			head := get(p, "HEAD", "Accept-Encoding", name)
			rest, _ := io.ReadAll(head.Body)
			if len(rest) != 0 || head.Header.Get("Content-Length") != res.Header.Get("Content-Length") || head.Header.Get("ETag") != tag {
				t.Errorf("%s: HEAD gives %d bytes and %v", name, len(rest), head.Header)
			}
			for _, match := range []string{tag, "W/" + tag, `"x", ` + tag, "*"} {
				same := get(p, "GET", "Accept-Encoding", name, "If-None-Match", match)
				rest, _ := io.ReadAll(same.Body)
				if same.StatusCode != 304 || len(rest) != 0 || same.Header.Get("ETag") != tag || same.Header.Get("Cache-Control") == "" {
					t.Errorf("%s: If-None-Match %s gives %d, %v", name, match, same.StatusCode, same.Header)
				}
			}
			for _, match := range []string{`"x"`, strings.TrimSuffix(tag, `"`) + `0"`, ""} {
				if other := get(p, "GET", "Accept-Encoding", name, "If-None-Match", match); other.StatusCode != 200 {
					t.Errorf("%s: If-None-Match %s gives %d", name, match, other.StatusCode)
				}
			}
		}
	}
	if len(tags) != 4 {
		t.Errorf("strong tags are one for each encoding: %v", tags)
	}
	if a, b := page([]byte("a")), page([]byte("b")); a.tag == b.tag || a.tag != page([]byte("a")).tag {
		t.Error("the tag does not say what the page is")
	}
}
