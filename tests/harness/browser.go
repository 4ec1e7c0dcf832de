package harness

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"wizamart/framework/auth"
)

// Browser keeps cookies and follows no redirect by itself.
type Browser struct {
	Client *http.Client
	Token  string // bearer token, for the API
}

// Guest is a browser that nobody is signed in with.
func (p *Platform) Guest(t testing.TB) *Browser {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &Browser{Client: &http.Client{
		Transport: p.transport(), Jar: jar,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// Staff is a browser signed in as a new user with a role in a store, on the platform's host, the admin's, and in the API.
func (p *Platform) Staff(t testing.TB, role, store string) *Browser {
	t.Helper()
	u := p.User(t, role, store)
	b := p.Guest(t)
	for _, host := range []string{p.Base, "admin." + p.Base} {
		b.Post(t, "http://"+host+"/sign-in", url.Values{"email": {u.Email}, "password": {Password}}).Want(t, http.StatusSeeOther)
	}
	tokens, err := p.App.Auth.Start(t.Context(), p.App.Platform.DB, auth.Grant{Subject: u.ID, Audience: auth.Staff})
	if err != nil {
		t.Fatal(err)
	}
	b.Token = tokens.Access
	return b
}

// Page is an answer.
type Page struct {
	Status int
	Header http.Header
	Body   string
	URL    string
}

// Do sends a request. Where the address is the API's, the bearer token goes along.
func (b *Browser) Do(t testing.TB, r *http.Request) *Page {
	t.Helper()
	if b.Token != "" && strings.HasPrefix(r.URL.Path, "/api/") && r.Header.Get("Authorization") == "" {
		r.Header.Set("Authorization", "Bearer "+b.Token)
	}
	res, err := b.Client.Do(r)
	if err != nil {
		t.Fatalf("%s %s: %v", r.Method, r.URL, err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatalf("%s %s: %v", r.Method, r.URL, err)
	}
	return &Page{Status: res.StatusCode, Header: res.Header, Body: string(body), URL: r.URL.String()}
}

func (b *Browser) request(t testing.TB, method, address string, body io.Reader, kind string) *Page {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, address, body)
	if err != nil {
		t.Fatal(err)
	}
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	return b.Do(t, r)
}

// Get fetches a page.
func (b *Browser) Get(t testing.TB, address string) *Page {
	t.Helper()
	return b.request(t, http.MethodGet, address, nil, "")
}

// Post sends a form.
func (b *Browser) Post(t testing.TB, address string, form url.Values) *Page {
	t.Helper()
	return b.request(t, http.MethodPost, address, strings.NewReader(form.Encode()), "application/x-www-form-urlencoded")
}

// JSON sends v to the API.
func (b *Browser) JSON(t testing.TB, method, address string, v any) *Page {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return b.request(t, method, address, bytes.NewReader(data), "application/json")
}

// Follow goes where the page redirects to.
func (b *Browser) Follow(t testing.TB, p *Page) *Page {
	t.Helper()
	if p.Status < 300 || p.Status > 399 {
		t.Fatalf("%s: status %d is no redirect\n%s", p.URL, p.Status, p.Text())
	}
	from, err := url.Parse(p.URL)
	if err != nil {
		t.Fatal(err)
	}
	to, err := from.Parse(p.Header.Get("Location"))
	if err != nil {
		t.Fatal(err)
	}
	return b.Get(t, to.String())
}

// Want fails the test unless the status is one of these.
func (p *Page) Want(t testing.TB, statuses ...int) *Page {
	t.Helper()
	for _, s := range statuses {
		if p.Status == s {
			return p
		}
	}
	t.Fatalf("%s: status %d, want %v\n%s", p.URL, p.Status, statuses, p.Text())
	return p
}

// Doc is the page's HTML.
func (p *Page) Doc(t testing.TB) *goquery.Document {
	t.Helper()
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(p.Body))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// Has fails the test unless an element that the selector finds contains the text.
func (p *Page) Has(t testing.TB, selector, text string) *Page {
	t.Helper()
	found := p.Doc(t).Find(selector)
	if !strings.Contains(strings.Join(strings.Fields(found.Text()), " "), text) {
		t.Fatalf("%s: %q is not in %s: %q", p.URL, text, selector, strings.Join(strings.Fields(found.Text()), " "))
	}
	return p
}

// Text is what the page says, shortened, for messages.
func (p *Page) Text() string {
	body := p.Body
	if doc, err := goquery.NewDocumentFromReader(strings.NewReader(body)); err == nil && strings.Contains(p.Header.Get("Content-Type"), "html") {
		body = strings.Join(strings.Fields(doc.Find("main").Text()), " ")
	}
	if len(body) > 1500 {
		body = body[:1500] + " …"
	}
	return body
}

// Decode reads the page's JSON into v.
func (p *Page) Decode(t testing.TB, v any) *Page {
	t.Helper()
	if err := json.Unmarshal([]byte(p.Body), v); err != nil {
		t.Fatalf("%s: %v\n%s", p.URL, err, p.Text())
	}
	return p
}
