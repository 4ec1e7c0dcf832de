package app

import (
	"fmt"
	"maps"
	"net"
	"net/http"
	"net/netip"
	"regexp"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/klauspost/compress/gzhttp"

	"wizamart/framework/database"
	"wizamart/framework/web"
)

// contentSecurityPolicy allows nothing but our own files: no inline script or style, no eval.
const contentSecurityPolicy = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

// The headers of all answers. Their values are shared between requests: a handler that wants another sets a new one.
var (
	alwaysSafe = http.Header{
		"Content-Security-Policy": {contentSecurityPolicy},
		"X-Content-Type-Options":  {"nosniff"},
		"Referrer-Policy":         {"strict-origin-when-cross-origin"},
		"Permissions-Policy":      {"camera=(), microphone=(), geolocation=(), browsing-topics=()"},
	}
	safeWithTLS = http.Header{"Cross-Origin-Opener-Policy": {"same-origin"}}
)

func secureHeaders(h http.Header, secure bool) {
	maps.Copy(h, alwaysSafe)
	if secure { // without HTTPS browsers ignore it, and complain in the console
		maps.Copy(h, safeWithTLS)
	}
}

// compress answers with gzip where the client takes it and the body is worth it.
var compress = func() func(http.Handler) http.HandlerFunc {
	wrap, err := gzhttp.NewWrapper(gzhttp.MinSize(1024), gzhttp.CompressionLevel(3), gzhttp.ContentTypes([]string{"text/html", "application/json", "application/problem+json", "text/plain", "text/css", "image/svg+xml"}))
	if err != nil {
		panic(err) // the options are constants
	}
	return wrap
}()

// client tells the client's address and whether its browser speaks HTTPS. Forwarded headers are believed
// from trusted proxies alone, and X-Forwarded-Host never.
func client(r *http.Request, proxies []netip.Prefix) (address string, secure bool) {
	address, secure = r.RemoteAddr, r.TLS != nil
	if host, _, err := net.SplitHostPort(r.RemoteAddr); err == nil {
		address = host
	}
	if !trusted(address, proxies) {
		return address, secure
	}
	if proto := r.Header.Get("X-Forwarded-Proto"); proto != "" {
		secure = strings.EqualFold(proto, "https")
	}
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",") // a proxy may add a line of its own (RFC 9110, 5.3)
	for i := len(hops) - 1; i >= 0; i-- {
		hop := strings.TrimSpace(hops[i])
		if ap, err := netip.ParseAddrPort(hop); err == nil { // some proxies add the client's port
			hop = ap.Addr().String()
		}
		if _, err := netip.ParseAddr(hop); err != nil {
			break
		}
		address = hop
		if !trusted(hop, proxies) {
			break
		}
	}
	return address, secure
}

func trusted(address string, proxies []netip.Prefix) bool {
	ip, err := netip.ParseAddr(address)
	if err != nil {
		return false
	}
	for _, p := range proxies {
		if p.Contains(ip.Unmap()) {
			return true
		}
	}
	return false
}

// recorder notes the status and the size of an answer.
type recorder struct {
	http.ResponseWriter
	status int
	bytes  int64
	hidden bool // the answer is not for everybody
	tally  database.Tally
	began  time.Time // in development: the answer says how long it took to make
}

func (r *recorder) WriteHeader(status int) {
	if r.status == 0 {
		r.status = status
		r.seal()
	}
	r.ResponseWriter.WriteHeader(status)
}

func (r *recorder) Write(b []byte) (int, error) {
	if r.status == 0 {
		r.status = http.StatusOK
		r.seal()
	}
	n, err := r.ResponseWriter.Write(b)
	r.bytes += int64(n)
	return n, err
}

// Unwrap lets http.ResponseController reach the connection.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

func (r *recorder) code() int {
	if r.status == 0 {
		return http.StatusOK
	}
	return r.status
}

// seal decides who may keep the answer.
func (r *recorder) seal() {
	if !r.began.IsZero() {
		r.Header().Set("Server-Timing", timing(&r.tally, time.Since(r.began)))
	}
	if r.hidden {
		r.Header().Set("Cache-Control", "private, no-store")
		return
	}
	private(r.Header())
}

// timing is the value of Server-Timing (W3C): what the answer took to make, and of it its statements, in milliseconds.
func timing(t *database.Tally, all time.Duration) string {
	ms := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
	return fmt.Sprintf(`sql;desc="%d statements";dur=%.3f, app;dur=%.3f`, t.Statements(), ms(t.Took()), ms(all))
}

// private keeps an answer out of shared caches that gives somebody a cookie: a session can be renewed on the way to any
// address, a picture's too.
func private(h http.Header) {
	if len(h.Values("Set-Cookie")) > 0 && strings.Contains(h.Get("Cache-Control"), "public") {
		h.Set("Cache-Control", "private, no-cache")
	}
}

// longSegment is what a secret in a path looks like. Ids have hyphens in the places of a UUID, files have a dot.
var longSegment = regexp.MustCompile(`^[A-Za-z0-9_-]{32,}$`)

// loggedPath is the path without the secrets that stand in it: an order's page is open to whoever has its address, and
// logs are read by more people than that.
func loggedPath(c *web.Context) string {
	secret := c.Params.ByName("token")
	parts := strings.Split(c.R.URL.Path, "/")
	for i, part := range parts {
		if part != "" && part == secret || c.Route == nil && longSegment.MatchString(part) && uuid.Validate(part) != nil {
			parts[i] = "…"
		}
	}
	return strings.Join(parts, "/")
}

// removeUploads removes the temporary files of the request's form. net/http does that for the request that it made itself
// only; ours is a copy with a context of its own.
func removeUploads(c *web.Context) {
	if c.R.MultipartForm != nil {
		c.R.MultipartForm.RemoveAll() //nolint:errcheck // the next start empties their directory
	}
}
