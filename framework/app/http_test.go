package app

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"path/filepath"
	"testing"

	"github.com/julienschmidt/httprouter"

	"wizamart/framework/web"
)

func TestClientBelievesTheLastHopThatIsNoProxy(t *testing.T) {
	proxies := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}
	for _, tt := range []struct {
		name, remote string
		lines        []string
		want         string
	}{
		{"no proxy in between", "198.51.100.7:1", []string{"203.0.113.9"}, "198.51.100.7"},
		{"one hop", "10.0.0.1:1", []string{"203.0.113.9"}, "203.0.113.9"},
		{"a client that invents hops", "10.0.0.1:1", []string{"192.0.2.1, 203.0.113.9"}, "203.0.113.9"},
		{"a proxy that adds a line instead of a part", "10.0.0.1:1", []string{"192.0.2.1", "203.0.113.9"}, "203.0.113.9"},
		{"two proxies", "10.0.0.1:1", []string{"192.0.2.1, 203.0.113.9", "10.0.0.2"}, "203.0.113.9"},
		{"with a port", "10.0.0.1:1", []string{"203.0.113.9:4711"}, "203.0.113.9"},
		{"with a port, IPv6", "10.0.0.1:1", []string{"[2001:db8::9]:4711"}, "2001:db8::9"},
		{"nonsense", "10.0.0.1:1", []string{"203.0.113.9, unknown"}, "10.0.0.1"},
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = tt.remote
		for _, line := range tt.lines {
			r.Header.Add("X-Forwarded-For", line)
		}
		if got, _ := client(r, proxies); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
}

func TestDetailsAreForDirectCallersFromThisMachine(t *testing.T) {
	for _, tt := range []struct {
		name, remote, host string
		header             string
		want               bool
	}{
		{"a probe", "127.0.0.1:9", "127.0.0.1:8080", "", true},
		{"a probe over IPv6", "[::1]:9", "[::1]:8080", "", true},
		{"the demo", "127.0.0.1:9", "localhost:8080", "", true},
		{"from outside", "198.51.100.7:9", "127.0.0.1:8080", "", false},
		{"through a proxy that says so", "127.0.0.1:9", "127.0.0.1:8080", "X-Forwarded-For", false},
		{"through one that says it otherwise", "127.0.0.1:9", "127.0.0.1:8080", "X-Real-Ip", false},
		{"through one that keeps the host only", "127.0.0.1:9", "shops.example", "", false},
	} {
		r := httptest.NewRequest("GET", "/metrics", nil)
		r.RemoteAddr, r.Host = tt.remote, tt.host
		if tt.header != "" {
			r.Header.Set(tt.header, "198.51.100.7")
		}
		if got := direct(r); got != tt.want {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
}

func TestCookiesStayOutOfSharedCaches(t *testing.T) {
	for _, tt := range []struct {
		name   string
		cookie bool
		want   string
	}{
		{"a picture", false, "public, max-age=31536000, immutable"},
		{"a picture on the way to which a session was renewed", true, "private, no-cache"},
	} {
		answer := httptest.NewRecorder()
		rec := &recorder{ResponseWriter: answer}
		rec.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
		if tt.cookie {
			http.SetCookie(rec, &http.Cookie{Name: "customer", Value: "secret"})
		}
		io.WriteString(rec, "picture") //nolint:errcheck // a recorder takes it
		if got := answer.Header().Get("Cache-Control"); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestLogsHoldNoSecretsOfPaths(t *testing.T) {
	const token = "wz0QpRDg7vijSmsm_WUiMdw8r2gl5pP-"
	order := &web.Route{Method: "GET", Pattern: "/orders/:token"}
	for _, tt := range []struct {
		path   string
		route  *web.Route
		params httprouter.Params
		want   string
	}{
		{"/orders/" + token, order, httprouter.Params{{Key: "token", Value: token}}, "/orders/…"},
		{"/stores/fjord/shop/orders/" + token, order, httprouter.Params{{Key: "token", Value: token}}, "/stores/fjord/shop/orders/…"},
		{"/orders/orders", order, httprouter.Params{{Key: "token", Value: "orders"}}, "/…/…"},
		{"/orders/" + token, nil, nil, "/orders/…"}, // another method, or on another host
		{"/orders/" + token + "/", nil, nil, "/orders/…/"},
		{"/products/01a20bab-6828-76f1-9a53-f7de15c5ea70/x", nil, nil, "/products/01a20bab-6828-76f1-9a53-f7de15c5ea70/x"},
		{"/products/merino-base-layer", &web.Route{}, httprouter.Params{{Key: "slug", Value: "merino-base-layer"}}, "/products/merino-base-layer"},
	} {
		c := &web.Context{R: httptest.NewRequest("GET", tt.path, nil), Route: tt.route, Params: tt.params}
		if got := loggedPath(c); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.path, got, tt.want)
		}
	}
}

func TestUploadsLeaveNoFiles(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	body := &bytes.Buffer{}
	body.WriteString("--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"f\"\r\n\r\n")
	body.Write(make([]byte, 12<<20))
	body.WriteString("\r\n--b--\r\n")
	r := httptest.NewRequest("POST", "/", body)
	r.Header.Set("Content-Type", "multipart/form-data; boundary=b")
	c := &web.Context{R: r.WithContext(t.Context())}
	if _, err := c.Form(); err != nil {
		t.Fatal(err)
	}
	if n := files(t, dir); n != 1 {
		t.Fatalf("%d files while the request runs, want the upload's", n)
	}
	removeUploads(c)
	if n := files(t, dir); n != 0 {
		t.Errorf("%d files stay behind", n)
	}
}

func files(t *testing.T, dir string) int {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil {
		t.Fatal(err)
	}
	return len(found)
}
