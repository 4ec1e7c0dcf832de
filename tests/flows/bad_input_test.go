package flows

import (
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"path/filepath"
	"sort"
	"strings"
	"testing"
	"time"

	"wizamart/tests/harness"
)

// tree is every file of a data directory.
func tree(t *testing.T, dir string) string {
	t.Helper()
	var out []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !strings.HasPrefix(d.Name(), ".health-") && !strings.HasSuffix(path, "-shm") && !strings.HasSuffix(path, "-wal") {
			out = append(out, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	sort.Strings(out)
	return strings.Join(out, "\n")
}

// raw sends bytes as they are: what a browser would never send.
func raw(t *testing.T, p *harness.Platform, request string) string {
	t.Helper()
	conn, err := net.Dial("tcp", p.Server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(90 * time.Second)) //nolint:errcheck // a read would fail then
	if _, err := io.WriteString(conn, request); err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(conn)
	if err != nil && len(data) == 0 {
		t.Fatal(err)
	}
	return string(data)
}

func TestAddresses(t *testing.T) {
	about(t, "core", "tenancy", "storefront", "dashboard", "portal")
	p := harness.Start(t, harness.WithoutBackground())
	p.Store(t, "north", "EUR")
	p.Open(t, "north")
	before := tree(t, p.Dir)
	hosts := []string{
		"nobody.wizamart.test", "shop.example", "../stores", "..%2f..%2fetc", "north.wizamart.test.evil.example", "north.wizamart.test%00", "[::1]", "127.0.0.1.evil.example",
		"admin.north.wizamart.test", "north..wizamart.test", "-", strings.Repeat("a", 300) + ".wizamart.test", "xn--zzzzzz.wizamart.test", "north_.wizamart.test",
	}
	for _, host := range hosts {
		answer := raw(t, p, "GET / HTTP/1.1\r\nHost: "+host+"\r\nConnection: close\r\n\r\n")
		status := answer[:min(len(answer), 12)]
		if !strings.HasPrefix(status, "HTTP/1.1 404") && !strings.HasPrefix(status, "HTTP/1.1 400") && host != "[::1]" {
			t.Errorf("host %q: %s", host, status)
		}
		if strings.Contains(answer, "North") {
			t.Errorf("host %q is shown the shop", host)
		}
	}
	// The host decides, whatever else claims to.
	for _, header := range []string{"X-Forwarded-Host: north.wizamart.test", "Forwarded: host=north.wizamart.test", "X-Original-Host: north.wizamart.test"} {
		if answer := raw(t, p, "GET / HTTP/1.1\r\nHost: nobody.wizamart.test\r\n"+header+"\r\nConnection: close\r\n\r\n"); !strings.HasPrefix(answer, "HTTP/1.1 404") {
			t.Errorf("%s decided: %s", header, answer[:40])
		}
	}
	// Spellings of the same host.
	for _, host := range []string{"NORTH.wizamart.test", "north.wizamart.test:8080", "north.wizamart.test."} {
		if answer := raw(t, p, "GET / HTTP/1.1\r\nHost: "+host+"\r\nConnection: close\r\n\r\n"); !strings.HasPrefix(answer, "HTTP/1.1 200") {
			t.Errorf("host %q: %s", host, answer[:min(len(answer), 40)])
		}
	}
	paths := []string{
		"/media/../../platform.db", "/media/..%2f..%2fplatform.db", "/media/%2e%2e/%2e%2e/platform.db", "/site-media/..%2f..%2fstore.db", "/assets/../../../go.mod", "/assets/..%2fembed.go",
		"/products/..%2f..%2fstore.db", "/products/%00", "/products/\xff\xfe", "/categories/..", "//evil.example/", "/\\evil.example", "/theme.css/../../../store.db",
		"/orders/' OR '1'='1", "/products/" + strings.Repeat("a", 5000), "/stores/north/shop/../../../../etc/passwd", "/.git/config", "/store.db", "/stores/../platform.db",
	}
	for _, host := range []string{"north.wizamart.test", "wizamart.test", "admin.wizamart.test"} {
		for _, path := range paths {
			answer := raw(t, p, "GET "+strings.ReplaceAll(path, " ", "%20")+" HTTP/1.1\r\nHost: "+host+"\r\nConnection: close\r\n\r\n")
			if strings.HasPrefix(answer, "HTTP/1.1 200") || strings.HasPrefix(answer, "HTTP/1.1 5") || strings.Contains(answer, "SQLite format") || strings.Contains(answer, "goroutine ") {
				t.Errorf("%s%s: %s", host, path, answer[:min(len(answer), 200)])
			}
			if strings.Contains(answer, "\r\nLocation: //") || strings.Contains(answer, "\r\nLocation: http://evil") {
				t.Errorf("%s%s redirects elsewhere", host, path)
			}
		}
	}
	if after := tree(t, p.Dir); after != before {
		t.Errorf("asking made files:\n%s\nbefore:\n%s", after, before)
	}
}

func TestMethods(t *testing.T) {
	about(t, "core", "storefront", "dashboard", "api")
	p := harness.Start(t, harness.WithoutBackground())
	p.Store(t, "north", "EUR")
	owner := p.Staff(t, "owner", "north")
	do := func(b *harness.Browser, method, address string) *harness.Page {
		r, err := http.NewRequestWithContext(t.Context(), method, address, nil)
		if err != nil {
			t.Fatal(err)
		}
		return b.Do(t, r)
	}
	for address, allow := range map[string]string{
		p.ShopURL("north", "/"): "GET", p.ShopURL("north", "/cart"): "GET, POST", p.DashboardURL("north", "/products"): "GET, POST", p.APIURL("/stores/north/products"): "GET, POST",
	} {
		for _, method := range []string{"DELETE", "PUT", "PATCH", "TRACE", "BREW"} {
			got := do(owner, method, address)
			if got.Status != http.StatusMethodNotAllowed || !strings.HasPrefix(got.Header.Get("Allow"), allow) {
				t.Errorf("%s %s: status %d, Allow %q, want 405 with %s", method, address, got.Status, got.Header.Get("Allow"), allow)
			}
		}
		get, head := do(owner, "GET", address), do(owner, "HEAD", address)
		if head.Status != get.Status || head.Body != "" || head.Header.Get("Content-Type") != get.Header.Get("Content-Type") {
			t.Errorf("HEAD %s: status %d, %d bytes, %s; GET has %d, %s", address, head.Status, len(head.Body), head.Header.Get("Content-Type"), get.Status, get.Header.Get("Content-Type"))
		}
		for _, header := range []string{"Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy"} {
			if get.Header.Get(header) == "" {
				t.Errorf("%s has no %s", address, header)
			}
		}
		if policy := get.Header.Get("Content-Security-Policy"); strings.Contains(policy, "unsafe-") {
			t.Errorf("%s: policy %q", address, policy)
		}
	}
}

func TestOtherSites(t *testing.T) {
	about(t, "core", "cart", "tenancy", "storefront", "dashboard", "portal")
	p := harness.Start(t, harness.WithoutBackground())
	p.Store(t, "north", "EUR")
	owner := p.Staff(t, "owner", "north")
	for _, address := range []string{p.ShopURL("north", "/cart"), p.DashboardURL("north", "/products"), "http://" + p.Base + "/sign-in", "http://" + p.Base + "/sign-out", p.ShopURL("north", "/account/sign-in")} {
		for name, headers := range map[string]map[string]string{
			"another origin": {"Origin": "http://evil.example"}, "another shop": {"Origin": "http://south." + p.Base}, "cross-site": {"Sec-Fetch-Site": "cross-site"},
			"a sibling": {"Sec-Fetch-Site": "same-site"}, "no origin": {"Origin": "null"},
		} {
			r, err := http.NewRequestWithContext(t.Context(), "POST", address, strings.NewReader("title=x"))
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			for k, v := range headers {
				r.Header.Set(k, v)
			}
			if got := owner.Do(t, r); got.Status != http.StatusForbidden {
				t.Errorf("%s from %s: status %d, want 403", address, name, got.Status)
			}
		}
	}
	// The owner is still signed in, and no product was made.
	if rows := owner.Get(t, p.DashboardURL("north", "/products")).Want(t, 200).Doc(t).Find("tbody tr").Length(); rows != 0 {
		t.Errorf("%d products were made from elsewhere", rows)
	}
	p.Store(t, "south", "EUR")
	u := p.User(t, "owner", "south")
	for _, next := range []string{"//evil.example", "https://evil.example/", "/\\evil.example", "javascript:alert(1)", "/store/north/\r\nSet-Cookie: a=b"} {
		got := p.Guest(t).Post(t, "http://"+p.Base+"/sign-in", url.Values{"email": {u.Email}, "password": {harness.Password}, "next": {next}})
		if to := got.Header.Get("Location"); got.Status != 303 || strings.Contains(to, "evil") || strings.Contains(to, "javascript") || strings.ContainsAny(to, "\r\n") {
			t.Errorf("next=%q: status %d → %q", next, got.Status, to)
		}
	}
}

// endless is a body of n bytes that nobody holds in memory.
func endless(n int64) io.Reader { return io.LimitReader(zeros{}, n) }

type zeros struct{}

func (zeros) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = 'a'
	}
	return len(b), nil
}

func TestBodies(t *testing.T) {
	about(t, "core", "catalog", "tenancy", "storefront", "dashboard", "api", "portal")
	p := harness.Start(t, harness.WithoutBackground())
	p.Store(t, "north", "EUR")
	owner := p.Staff(t, "owner", "north")
	send := func(b *harness.Browser, address, kind string, body io.Reader) *harness.Page {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), "POST", address, body)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", kind)
		res, err := b.Client.Do(r)
		if err != nil {
			t.Fatalf("%s: %v", address, err)
		}
		defer res.Body.Close()
		data, _ := io.ReadAll(res.Body)
		return &harness.Page{Status: res.StatusCode, Header: res.Header, Body: string(data), URL: address}
	}
	form := "application/x-www-form-urlencoded"
	for _, address := range []string{p.ShopURL("north", "/cart"), "http://" + p.Base + "/sign-in", p.DashboardURL("north", "/pages")} {
		send(owner, address, form, io.MultiReader(strings.NewReader("title="), endless(20<<20))).Want(t, http.StatusRequestEntityTooLarge).Has(t, "body", "MB")
	}
	// Forms that are none.
	for body, kind := range map[string]string{"%zz=%": form, "--x\r\nnonsense": "multipart/form-data; boundary=x", "x": "multipart/form-data", "a=b;c=d": form} {
		if got := send(owner, p.DashboardURL("north", "/pages"), kind, strings.NewReader(body)); got.Status < 400 || got.Status >= 500 {
			t.Errorf("%q as %s: status %d", body, kind, got.Status)
		}
	}
	// A file that is none.
	upload := func(name, text string) *harness.Page {
		f := &harness.Form{Method: "POST", URL: p.DashboardURL("north", "/theme"), Values: owner.Get(t, p.DashboardURL("north", "/theme")).Form(t, "form[enctype]").Values}
		return owner.SubmitFiles(t, f, harness.Upload{Field: "logo_file", Name: name, Data: strings.NewReader(text)})
	}
	before := tree(t, p.Dir)
	for name, text := range map[string]string{
		"logo.png": "<html><script>alert(1)</script>", "../../../../logo.png": "GIF89a", "logo.svg": `<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`, "empty.png": "",
		"bomb.png": "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x7f\xff\xff\xff\x7f\xff\xff\xff\x08\x06\x00\x00\x00",
	} {
		if got := upload(name, text); got.Status != 422 && got.Status != 400 && got.Status != 303 {
			t.Errorf("%s: status %d", name, got.Status)
		}
	}
	if after := tree(t, p.Dir); after != before {
		t.Errorf("refused pictures were kept:\n%s", after)
	}
	// NULs and broken UTF-8 neither break anything nor get in.
	made := owner.Post(t, p.DashboardURL("north", "/pages"), url.Values{"title": {"A\x00B\xff"}}).Want(t, 303)
	page := owner.Follow(t, made).Want(t, 200)
	if strings.Contains(page.Body, "\x00") || strings.Contains(page.Body, "\xff") {
		t.Error("a NUL or broken UTF-8 came back")
	}
	// What a person typed is text.
	made = owner.Post(t, p.DashboardURL("north", "/pages"), url.Values{"title": {`"><script>alert(1)</script>`}}).Want(t, 303)
	if got := owner.Follow(t, made).Want(t, 200); strings.Contains(got.Body, "<script>alert") {
		t.Error("a title is markup")
	}
	// JSON that is none, too deep, or of another shape.
	for body, want := range map[string]int{`{`: 400, `{"title": 7}`: 422, `[]`: 422, `{"title":"x","unknown":1}`: 422, strings.Repeat("[", 100_000): 400, `{"title":"` + strings.Repeat("a", 300) + `"}`: 422} {
		r, err := http.NewRequestWithContext(t.Context(), "POST", p.APIURL("/stores/north/products"), strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/json")
		got := owner.Do(t, r)
		if got.Status != want && got.Status != 422 && got.Status != 400 || !strings.Contains(got.Header.Get("Content-Type"), "problem+json") {
			t.Errorf("JSON %.40q: status %d, %s: %s", body, got.Status, got.Header.Get("Content-Type"), got.Text())
		}
	}
}

// TestFiles: what is no product file is refused with a sentence that says why, and leaves nothing behind.
func TestFiles(t *testing.T) {
	about(t, "catalog", "dashboard")
	p := harness.Start(t)
	p.Store(t, "north", "EUR")
	s := &shop{Platform: p, operator: p.Staff(t, "owner", "north")}
	form := s.operator.Get(t, p.DashboardURL("north", "/product-imports")).Want(t, 200).Form(t, `form[action$="/product-imports"]`)
	send := func(name, text string) *harness.Page {
		t.Helper()
		return s.operator.SubmitFiles(t, form, harness.Upload{Field: "file", Name: name, Data: strings.NewReader(text)})
	}
	for name, text := range map[string]string{
		"a picture": "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "another table": "Date,Amount\n2026-01-01,3\n", "nothing": "", "a NUL": "Handle,Title\nthing,Th\x00ing\n",
		"an open quote": "Handle,Title\nthing,\"Thing\n", "UTF-16": "\xff\xfeH\x00a\x00n\x00",
	} {
		got := send(name+".csv", text)
		if got.Status == 303 {
			got = s.finished(t, got, "This file cannot be read")
		}
		if got.Status != 200 && got.Status != 422 || got.Doc(t).Find(`[role=alert], .alert, [aria-invalid="true"], .form-errors`).Length() == 0 {
			t.Errorf("%s: status %d, and nothing says why: %s", name, got.Status, got.Text())
		}
	}
	many := &strings.Builder{}
	many.WriteString("Handle,Title,Option1 Name,Option1 Value,Variant Price\n")
	for i := range 1001 {
		fmt.Fprintf(many, "many,Many,Number,%d,1.00\n", i)
	}
	for name, text := range map[string]string{
		"a negative price": "Handle,Title,Variant Price\nthing,Thing,-5\n", "an absurd price": "Handle,Title,Variant Price\nthing,Thing,999999999999999999999\n",
		"too many variants": many.String(),
	} {
		got := s.finished(t, send(name+".csv", text).Want(t, 303), "This would be imported")
		if !strings.Contains(got.Text(), "refused") {
			t.Errorf("%s: nothing is refused: %s", name, got.Text())
		}
	}
	// Scripts in a description do not reach the shop.
	evil := "Handle,Title,Body (HTML),Variant Price,Status\nevil,<b>Evil</b>,\"<p onclick=alert(1)>Hi<script>alert(1)</script><img src=x onerror=alert(1)><a href='javascript:alert(1)'>a</a></p>\",5.00,active\n"
	preview := s.finished(t, send("evil.csv", evil).Want(t, 303), "This would be imported")
	s.finished(t, s.operator.Submit(t, preview.Form(t, `form[action$="/starts"]`)).Want(t, 303), "Imported")
	page := p.Guest(t).Get(t, p.ShopURL("north", "/products/evil")).Want(t, 200)
	for _, bad := range []string{"<script>alert", "onclick", "onerror", "javascript:", "<b>Evil"} {
		if strings.Contains(page.Body, bad) {
			t.Errorf("the shop shows %s", bad)
		}
	}
	if rows := s.operator.Get(t, p.DashboardURL("north", "/products")).Want(t, 200).Doc(t).Find("tbody tr").Length(); rows != 1 {
		t.Errorf("%d products, want the one that was imported", rows)
	}
}
