package pagecache

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"wizamart/tenant"
)

// overhead is about what a page takes besides its bodies, in bytes.
const overhead = 1 << 10

// MaxPage is how large a body may be to be kept, in bytes.
const MaxPage = 1 << 20

// Page is an answer that many visitors get. It is kept packed: most clients take it so, and it is a tenth of the size.
type Page struct {
	Version tenant.Version
	Until   time.Time // when it is another page by itself; zero for never

	status  int
	header  http.Header
	keep    bool
	tag     string
	forms   [encodings]atomic.Pointer[form]
	packing sync.Mutex
	grown   func(bytes int64) // nil while it is not kept
}

// form is the body in one encoding, with the headers that belong to it.
type form struct {
	body   []byte
	tag    []string // strong ETag (RFC 9110, 8.8.3)
	length []string
}

// NewPage is a page of what a handler answered. Only a whole page that gives nobody a cookie is kept.
func NewPage(status int, header http.Header, body []byte, until time.Time) *Page {
	p := &Page{Until: until, status: status, header: header}
	p.keep = status == http.StatusOK && len(header["Set-Cookie"]) == 0 && len(body) <= MaxPage
	sum := sha256.Sum256(body)
	p.tag = hex.EncodeToString(sum[:12])
	if p.keep {
		header.Set("Cache-Control", "private, no-cache") // a browser asks each time; a 304 costs it nothing
		header.Set("Vary", "Accept-Encoding")
		p.forms[zstandard].Store(p.form(zstandard, pack(zstandard, body)))
	} else {
		p.forms[identity].Store(p.form(identity, body))
	}
	return p
}

// Personal tells whether the answer is for one visitor alone: it gives a cookie.
func (p *Page) Personal() bool { return len(p.header["Set-Cookie"]) > 0 }

// Kept tells whether it is one that is kept: packed, and with a tag.
func (p *Page) Kept() bool { return p.keep }

func (p *Page) validAt(now time.Time) bool { return p.Until.IsZero() || now.Before(p.Until) }

func (p *Page) bytes() int64 {
	n := 0
	for i := range p.forms {
		if f := p.forms[i].Load(); f != nil {
			n += len(f.body)
		}
	}
	return int64(n)
}

func (p *Page) form(e encoding, body []byte) *form {
	return &form{body: body, tag: []string{`"` + p.tag + e.suffix() + `"`}, length: []string{strconv.Itoa(len(body))}}
}

// as is the body in an encoding, packed when it is first asked for. The plain one is unpacked anew each time: few ask for it.
func (p *Page) as(e encoding) *form {
	if f := p.forms[e].Load(); f != nil {
		return f
	}
	if e == identity {
		return p.form(identity, unpack(p.forms[zstandard].Load().body))
	}
	p.packing.Lock()
	defer p.packing.Unlock()
	if f := p.forms[e].Load(); f != nil {
		return f
	}
	f := p.form(e, pack(e, unpack(p.forms[zstandard].Load().body)))
	p.forms[e].Store(f)
	if p.grown != nil {
		p.grown(int64(len(f.body)))
	}
	return f
}

// ServeHTTP answers GET and HEAD: in the best encoding that the client takes, and with 304 when it has the page. The headers'
// values are shared between requests, so nobody may change them in place.
func (p *Page) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	for name, values := range p.header {
		h[name] = values
	}
	e := identity
	if p.keep {
		e = choose(r.Header["Accept-Encoding"])
		if p.has(r.Header["If-None-Match"]) {
			h["Etag"] = p.as(e).tag
			delete(h, "Content-Type")
			w.WriteHeader(http.StatusNotModified)
			return
		}
	}
	f := p.as(e)
	if p.keep {
		h["Etag"] = f.tag
	}
	if e != identity {
		h["Content-Encoding"] = e.header()
	}
	h["Content-Length"] = f.length
	w.WriteHeader(p.status)
	if r.Method != http.MethodHead {
		w.Write(f.body) //nolint:errcheck // the client has gone
	}
}

// has tells whether If-None-Match names the page, in whatever encoding (RFC 9110, 13.1.2: the comparison is weak).
func (p *Page) has(lines []string) bool {
	for _, line := range lines {
		for tag := range strings.SplitSeq(line, ",") {
			tag = strings.TrimPrefix(strings.TrimSpace(tag), "W/")
			if tag == "*" {
				return true
			}
			if rest, ok := strings.CutPrefix(tag, `"`+p.tag); ok && slices.Contains(suffixes, strings.TrimSuffix(rest, `"`)) {
				return true
			}
		}
	}
	return false
}
