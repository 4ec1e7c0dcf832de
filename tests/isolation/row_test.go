package isolation

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"time"

	"wizamart/framework/web"
	"wizamart/tests/harness"
)

// call is one request for a store's things. Its path stands below what the surface's addresses begin with: /store/<code>,
// /api/v1/stores/<code>, or nothing.
type call struct {
	path    string
	form    url.Values     // of a page
	file    *file          // sent along with the form
	json    any            // of the API
	cookies []*http.Cookie // what the browser got earlier on its way
}

func (r row) isStill() row  { r.still = true; return r }
func (r row) isSilent() row { r.silent = true; return r }
func (r row) isEnd() row    { r.ends = true; return r }

func (r row) answers(status int) row {
	r.refuses = status
	return r
}

func (r row) at(statuses ...int) row {
	r.smuggled = statuses
	return r
}

type file struct{ field, name, text string }

// row says how a route is called, and what is particular about it. The rest follows from the route.
type row struct {
	// call makes a request for s's things that succeeds for the right person. It makes anew what the request uses up.
	call func(s *side) call
	// still: the request of the right person writes nothing into the store's file (or the platform's, outside a store).
	still bool
	// silent: the answer holds none of the store's words, such as a picture or an empty page.
	silent bool
	// secret: who has the address or the cookies may read what is private: an order's own page, a checkout under way.
	secret bool
	// saves: reading it may save something of the person's own, such as the guest's cart that joins the customer's.
	saves bool
	// ends: it ends the session with which it is asked for.
	ends bool
	// own: the thing belongs to the store's customer; to another customer of the same store it is not there.
	own bool
	// smuggled are the answers to s's ids on another store. Without it: 404 where ids stand in the path, else anything that
	// neither shows nor changes anything of s.
	smuggled []int
	// refuses: who may call the route, but not do this, gets this status.
	refuses int
	// after puts back what the row's calls changed that other rows rely on.
	after func(w *world)
}

func (r row) leave(w *world) {
	if r.after != nil {
		r.after(w)
	}
}

func at(path string) row { return row{call: func(*side) call { return call{path: path} }} }

func get(path func(s *side) string) row {
	return row{call: func(s *side) call { return call{path: path(s)} }}
}

func post(fn func(s *side) (path string, form url.Values)) row {
	return row{call: func(s *side) call {
		path, form := fn(s)
		if form == nil {
			form = url.Values{}
		}
		return call{path: path, form: form}
	}}
}

func form(pairs ...string) url.Values {
	out := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		out.Add(pairs[i], pairs[i+1])
	}
	return out
}

// try is one cell of the table: an actor calls a route at a store's address.
type try struct {
	route *web.Route
	at    *side // the store that the address names
	actor *actor
	call  call
}

func (t try) url(w *world) string {
	switch t.route.Surface {
	case web.Storefront:
		return "http://" + t.at.host + t.call.path
	case web.Dashboard:
		return w.DashboardURL(t.at.info.Code, t.call.path)
	case web.Admin:
		if t.route.Pattern == "/sign-out" { // the admin's own host takes it to the portal
			return "http://" + w.Base + "/admin" + t.call.path
		}
		return w.AdminURL(t.call.path)
	case web.API:
		if strings.HasPrefix(t.route.Pattern, "/stores/:store") {
			return w.APIURL("/stores/" + t.at.info.Code + t.call.path)
		}
		return w.APIURL(t.call.path)
	}
	return "http://" + w.Base + t.call.path
}

// answer is what came back, and what it did.
type answer struct {
	*harness.Page
	words   string // all text that reached the client, in lower case: body, headers, the flash message
	wroteA  bool
	wroteB  bool
	wrotePl bool // the platform's file
}

func (w *world) send(t try) answer {
	w.t.Helper()
	if t.call.json == nil && t.call.form == nil && t.call.file == nil && t.route.Method != http.MethodGet && t.route.Method != http.MethodHead && t.route.Method != http.MethodDelete {
		w.t.Fatalf("%s: the row sends no body", name(t.route))
	}
	var body io.Reader
	kind := ""
	switch {
	case t.call.file != nil:
		var buf bytes.Buffer
		m := multipart.NewWriter(&buf)
		for k, vs := range t.call.form {
			for _, v := range vs {
				w.must(m.WriteField(k, v))
			}
		}
		part, err := m.CreateFormFile(t.call.file.field, t.call.file.name)
		w.must(err)
		_, err = io.WriteString(part, t.call.file.text)
		w.must(err)
		w.must(m.Close())
		body, kind = &buf, m.FormDataContentType()
	case t.call.json != nil:
		data, err := json.Marshal(t.call.json)
		w.must(err)
		body, kind = bytes.NewReader(data), "application/json"
	case t.call.form != nil:
		body, kind = strings.NewReader(t.call.form.Encode()), "application/x-www-form-urlencoded"
	}
	address := t.url(w)
	r := httptest.NewRequest(t.route.Method, address, body)
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	r.Header.Set("Accept", "text/html,application/json;q=0.5")
	w.clock++
	r.RemoteAddr = fmt.Sprintf("10.%d.%d.%d:4000", w.clock>>16&255, w.clock>>8&255, w.clock&255)
	for _, k := range t.call.cookies {
		r.AddCookie(k)
	}
	t.actor.identify(r)
	a, b, pl := written(w.a.st.Path()), written(w.b.st.Path()), written(w.App.Platform.DB.Path())
	rec := httptest.NewRecorder()
	w.handler.ServeHTTP(rec, r)
	page := &harness.Page{Status: rec.Code, Header: rec.Header(), Body: rec.Body.String(), URL: address}
	return answer{
		Page: page, words: words(page), wroteA: written(w.a.st.Path()) != a, wroteB: written(w.b.st.Path()) != b, wrotePl: written(w.App.Platform.DB.Path()) != pl,
	}
}

// stamp of a database's write-ahead log. Every commit writes to it.
type stamp struct {
	size int64
	at   time.Time
}

func written(db string) stamp {
	info, err := os.Stat(db + "-wal")
	if err != nil {
		return stamp{}
	}
	return stamp{info.Size(), info.ModTime()}
}

func words(p *harness.Page) string {
	var all strings.Builder
	all.WriteString(p.Body)
	for _, vs := range p.Header {
		all.WriteString("\n" + strings.Join(vs, "\n"))
	}
	for _, k := range (&http.Response{Header: p.Header}).Cookies() {
		if parts := strings.Split(k.Value, "."); len(parts) == 3 { // signed, readable by whoever holds it
			if text, err := base64.RawURLEncoding.DecodeString(parts[1]); err == nil {
				all.WriteString("\n" + string(text))
			}
		}
	}
	return strings.ToLower(all.String())
}

// cookiesOf is what a browser would send back.
func cookiesOf(pages ...answer) []*http.Cookie {
	var out []*http.Cookie
	for _, p := range pages {
		for _, k := range (&http.Response{Header: p.Header}).Cookies() {
			if k.MaxAge >= 0 && k.Value != "" {
				out = append(out, &http.Cookie{Name: k.Name, Value: k.Value})
			}
		}
	}
	return out
}
