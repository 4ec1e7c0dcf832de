package analytics

import (
	"bytes"
	"net/http"
	"strings"

	"wizamart/framework/app"
)

// Device classes.
const (
	Desktop = "desktop"
	Mobile  = "mobile"
	Tablet  = "tablet"
)

// robots are words in the names of programs that call themselves a browser, in lower case. Most others do not begin like one.
var robots = [][]byte{
	[]byte("bot"), []byte("compatible;"), []byte("http:"), []byte("https:"), []byte("crawl"), []byte("spider"), []byte("headless"),
	[]byte("lighthouse"), []byte("preview"), []byte("monitor"), []byte("scan"), []byte("inspect"),
}

// maxAgent is how much of a User-Agent is looked at, in bytes. A browser's has some 120.
const maxAgent = 300

// deviceOf tells the class of a browser's device from its User-Agent; ok is false for a program that no person looks through.
func deviceOf(agent string) (device string, ok bool) {
	if !strings.HasPrefix(agent, "Mozilla/") && !strings.HasPrefix(agent, "Opera/") {
		return "", false
	}
	var room [maxAgent]byte
	low := room[:copy(room[:], agent)]
	for i, b := range low {
		if 'A' <= b && b <= 'Z' {
			low[i] = b + 'a' - 'A'
		}
	}
	if bytes.Contains(low, []byte("cubot")) { // a maker of telephones
		return Mobile, true
	}
	for _, word := range robots {
		if bytes.Contains(low, word) {
			return "", false
		}
	}
	has := func(word string) bool { return bytes.Contains(low, []byte(word)) }
	switch {
	case has("ipad"), has("tablet"), has("kindle"), has("silk/"), has("android") && !has("mobile"):
		return Tablet, true
	case has("mobi"), has("iphone"), has("android"):
		return Mobile, true
	}
	return Desktop, true
}

// wanted tells whether a person asked for the page and has not asked to be left out of counts: Do Not Track (W3C TPE) and Global
// Privacy Control. What a browser fetches beforehand, or for a script, nobody has looked at.
func wanted(h http.Header) bool {
	if first(h, "Dnt") == "1" || first(h, "Sec-Gpc") == "1" {
		return false
	}
	if strings.Contains(first(h, "Sec-Purpose"), "prefetch") || first(h, "Purpose") == "prefetch" || first(h, "X-Moz") == "prefetch" {
		return false
	}
	dest := first(h, "Sec-Fetch-Dest")
	return dest == "" || dest == "document"
}

// first is Header.Get for a name in its canonical spelling.
func first(h http.Header, name string) string {
	if v := h[name]; len(v) > 0 {
		return v[0]
	}
	return ""
}

// Direct is the referrer of visitors who came from no other site, or whose browser does not say.
const Direct = ""

// referrerOf is the host that a page was reached from; ok is false within the shop itself.
func referrerOf(r *http.Request) (host string, ok bool) {
	from := first(r.Header, "Referer")
	if from == "" {
		return Direct, true
	}
	_, rest, found := strings.Cut(from, "://")
	if !found {
		return Direct, true
	}
	if i := strings.IndexAny(rest, "/?#"); i >= 0 {
		rest = rest[:i]
	}
	if strings.EqualFold(rest, r.Host) {
		return "", false
	}
	if i := strings.LastIndexByte(rest, ':'); i >= 0 {
		rest = rest[:i]
	}
	rest = strings.TrimPrefix(strings.ToLower(rest), "www.")
	if rest == "" || len(rest) > 100 || !onlyHost(rest) {
		return Direct, true
	}
	return rest, true
}

func onlyHost(s string) bool {
	for i := range len(s) {
		if c := s[i]; (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '.' && c != '-' {
			return false
		}
	}
	return true
}

// maxPath is how long a path may be that has a count of its own, in bytes.
const maxPath = 200

// pageOf is under which name a view is counted. A path that is not the same for everybody may hold what only one person knows,
// such as an order's: those are counted by their route.
func pageOf(v app.View) (kind, path string) {
	if v.Route == nil {
		return "page", bounded(v.Path)
	}
	path = v.Route.Pattern
	section, rest, _ := strings.Cut(path[1:], "/")
	switch section {
	case "":
		kind = "home"
	case "products":
		kind = "product"
		if rest == "" {
			kind = "listing"
		}
	case "categories", "collections", "brands":
		kind = "listing"
	case "search", "cart", "checkout", "account":
		kind = section
	case "orders", "order-status":
		kind = "order"
	default:
		kind = "page"
	}
	if v.Route.Cached {
		path = bounded(v.Path)
	}
	return kind, path
}

func bounded(path string) string {
	if len(path) > maxPath || strings.ToValidUTF8(path, "") != path {
		return Others
	}
	return path
}
