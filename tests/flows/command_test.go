package flows

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

var setUpLink = regexp.MustCompile(`http://\S+/set-up\?token=(\S+)`)

// TestServe: an empty directory gets a link that works once; Ctrl-C lets a running request finish; nothing is printed twice.
func TestServe(t *testing.T) {
	about(t, "core", "tenancy", "portal")
	dir := filepath.Join(t.TempDir(), "data")
	s := start(t, dir, "127.0.0.1", "/set-up?token=", "serve")
	link := setUpLink.FindStringSubmatch(s.printed())
	if link == nil {
		t.Fatalf("no link:\n%s", s.printed())
	}
	token, _ := url.QueryUnescape(link[1])
	form := url.Values{"token": {token}, "name": {"Ada"}, "email": {"ada@platform.test"}, "password": {operatorPassword}, "repeat": {operatorPassword}}
	post := func(want int) {
		t.Helper()
		res, err := s.client().PostForm("http://localhost/set-up", form)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode != want {
			t.Errorf("set up: status %d, want %d", res.StatusCode, want)
		}
	}
	if res, err := s.client().Get(link[0]); err != nil || res.StatusCode != 200 {
		t.Fatalf("the link: %v %v", res, err)
	}
	post(303)
	post(410)

	// A request that has begun is answered although Ctrl-C comes in between.
	conn, err := net.Dial("tcp", s.listen)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	body := url.Values{"email": {"ada@platform.test"}, "password": {operatorPassword}}.Encode()
	fmt.Fprintf(conn, "POST /sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n", len(body))
	answers := bufio.NewReader(conn)
	if line, err := answers.ReadString('\n'); err != nil || line != "HTTP/1.1 100 Continue\r\n" {
		t.Fatalf("the server waits for the form: %q, %v", line, err)
	}
	if _, err := answers.ReadString('\n'); err != nil { // the empty line after it
		t.Fatal(err)
	}
	fmt.Fprint(conn, body[:10])
	if err := s.cmd.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	time.Sleep(300 * time.Millisecond)
	fmt.Fprint(conn, body[10:])
	res, err := http.ReadResponse(answers, nil)
	if err != nil || res.StatusCode != http.StatusSeeOther {
		t.Errorf("the running request: %v %v", res, err)
	}
	select {
	case <-s.ended:
	case <-time.After(90 * time.Second):
		t.Fatal("it does not stop")
	}
	if code := s.cmd.ProcessState.ExitCode(); code != 0 {
		t.Errorf("exit status %d after Ctrl-C\n%s", code, s.printed())
	}
	// The log beside a file that is streamed stays, so that the next start goes on copying where this one ended. Nothing in it is on
	// this machine alone: no mark of an uncopied file is left.
	if left, err := os.ReadDir(filepath.Join(dir, "replication", "dirty")); err != nil || len(left) > 0 {
		t.Errorf("it stopped before all was copied: %v, %v", left, err)
	}

	again := start(t, dir, "127.0.0.1", "dashboards", "serve")
	time.Sleep(200 * time.Millisecond)
	if strings.Contains(again.printed(), "/set-up?") {
		t.Error("a platform with an operator prints a set-up link")
	}
	if code := again.stop(); code != 0 {
		t.Errorf("exit status %d", code)
	}
}

// TestDemo: run twice it keeps what is there; commands reach the running server; its logins are for this machine alone.
func TestDemo(t *testing.T) {
	about(t, "core", "tenancy", "devtools", "catalog", "storefront", "dashboard", "admin")
	if testing.Short() {
		t.Skip("seeds three shops")
	}
	dir := filepath.Join(t.TempDir(), "data")
	s := start(t, dir, "127.0.0.1", "Press Ctrl-C", "demo")
	login := regexp.MustCompile(`(\S+@\S+)\s+(\S+)\n`).FindStringSubmatch(s.printed())
	if login == nil {
		t.Fatalf("no login is printed:\n%s", s.printed())
	}
	for _, address := range regexp.MustCompile(`http://\S+`).FindAllString(s.printed(), -1) {
		res, err := s.client().Get(address)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode != 200 && res.StatusCode != 303 {
			t.Errorf("%s: status %d", address, res.StatusCode)
		}
	}
	// The server owns the directory: other commands go through it, another server is refused.
	var stores []struct {
		Code, Name, Merchant, State, Currency, Locale string
		URLs                                          struct{ Shop, Dashboard string }
	}
	list := run(t, dir, "store", "list", "--json").want(t, 0)
	if err := json.Unmarshal([]byte(list.out), &stores); err != nil || len(stores) != 3 {
		t.Fatalf("store list --json: %v, %d stores\n%s", err, len(stores), list.out)
	}
	for _, st := range stores {
		if st.Code == "" || st.Name == "" || st.Merchant == "" || st.State != "live" || !strings.HasPrefix(st.URLs.Shop, "http") || !strings.HasPrefix(st.URLs.Dashboard, "http") {
			t.Errorf("store list --json: something is missing: %+v", st)
		}
	}
	run(t, dir, "serve", "--listen", "127.0.0.1:"+freePort(t)).want(t, 1)
	run(t, dir, "merchant", "create", "--name", "Kept & Sons", "--email", "kept@merchant.test").want(t, 0, "kept")
	run(t, dir, "doctor").want(t, 0, "integrity ok")
	if info, err := os.Stat(filepath.Join(dir, "control.sock")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the control socket: %v %v", info, err)
	}
	if code := s.stop(); code != 0 {
		t.Fatalf("exit status %d\n%s", code, s.printed())
	}

	s = start(t, dir, "127.0.0.1", "Press Ctrl-C", "demo")
	if !strings.Contains(s.printed(), "Kept what is in") {
		t.Errorf("the second demo does not say that it kept everything:\n%s", s.printed())
	}
	if out := run(t, dir, "store", "list", "--json").want(t, 0).out; out == "" || strings.Count(out, `"code"`) != 3 {
		t.Errorf("stores after the second demo:\n%s", out)
	}
	signIn := func() int {
		res, err := s.client().PostForm("http://localhost/sign-in", url.Values{"email": {login[1]}, "password": {login[2]}})
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		return res.StatusCode
	}
	if got := signIn(); got != 303 {
		t.Errorf("a demo login on this machine: status %d", got)
	}
	s.stop()

	run(t, dir, "demo", "--listen", "0.0.0.0:"+freePort(t)).want(t, 1, "loopback")
	s = start(t, dir, "0.0.0.0", "dashboards", "serve")
	if got := signIn(); got != 403 {
		t.Errorf("a demo login on a public address: status %d, want 403", got)
	}
	s.stop()
}

// TestCommands: a platform made on the command line alone; files in and out; exit statuses that scripts can rely on.
func TestCommands(t *testing.T) {
	about(t, "core", "tenancy", "catalog")
	dir := filepath.Join(t.TempDir(), "data")
	run(t, dir, "version").want(t, 0, "wizamart")
	run(t, dir, "doctor").want(t, 0, "nothing in")
	for _, help := range [][]string{{}, {"--help"}, {"serve", "--help"}, {"demo", "--help"}, {"product", "import", "--help"}, {"store", "create", "--help"}, {"user", "create", "--help"}} {
		run(t, dir, help...).want(t, 0, "Usage: wizamart")
	}
	run(t, dir, "no-such-command").want(t, 64, "--help")
	run(t, dir, "serve", "--listen", "nonsense").want(t, 64, "WIZAMART_LISTEN", "HOST:PORT")
	run(t, dir, "serve", "--log-format", "xml").want(t, 64, "text")
	run(t, dir, "serve", "--development", "--listen", "0.0.0.0:1").want(t, 64, "loopback")

	run(t, dir, "merchant", "create", "--name", "North", "--email", "north@merchant.test").want(t, 0, "north")
	run(t, dir, "store", "create", "--merchant", "north", "--code", "north", "--name", "North", "--currency", "EUR").want(t, 0)
	run(t, dir, "store", "create", "--merchant", "north", "--code", "../up", "--name", "Up", "--currency", "EUR").want(t, 1, "code")
	run(t, dir, "store", "create", "--merchant", "north", "--code", "north", "--name", "Twice", "--currency", "EUR").want(t, 1)
	run(t, dir, "store", "create", "--merchant", "north", "--code", "money", "--name", "Money", "--currency", "XXQ").want(t, 1, "currency")
	run(t, dir, "user", "create", "--email", "ada@platform.test", "--name", "Ada", "--role", "admin").want(t, 0, "Password")

	type counts struct{ Created, Updated, Unchanged int }
	type report struct {
		Products, Variants counts
		Warnings, Errors   []struct {
			Line            int
			Column, Message string
		}
	}
	read := func(r result) (out report) {
		t.Helper()
		if err := json.Unmarshal([]byte(r.out), &out); err != nil {
			t.Fatalf("%v\n%s", err, r.out)
		}
		return out
	}
	file, _ := products(t)
	if r := read(run(t, dir, "product", "import", "--store", "north", "--dry-run", "--json", file).want(t, 0)); r.Products.Created == 0 {
		t.Errorf("dry run: %+v", r.Products)
	}
	first := read(run(t, dir, "product", "import", "--store", "north", "--json", file).want(t, 0))
	if first.Products.Created == 0 || len(first.Errors) != 0 || first.Errors == nil {
		t.Errorf("import: %+v, errors %v", first.Products, first.Errors)
	}
	second := read(run(t, dir, "product", "import", "--store", "north", "--json", file).want(t, 0))
	if second.Products != (counts{Unchanged: first.Products.Created}) || second.Variants != (counts{Unchanged: first.Variants.Created}) {
		t.Errorf("the second import: %+v %+v", second.Products, second.Variants)
	}
	odd := filepath.Join(t.TempDir(), "odd.csv")
	write(t, odd, "Handle,Title,Variant Price\ngood,Good,12.00\nbad,Bad,minus one\n")
	if r := read(run(t, dir, "product", "import", "--store", "north", "--json", odd).want(t, 2)); len(r.Errors) == 0 || r.Errors[0].Line != 3 || r.Errors[0].Column != "Variant Price" || r.Errors[0].Message == "" {
		t.Errorf("a refused row: %+v", r.Errors)
	}
	run(t, dir, "product", "import", "--store", "nobody", file).want(t, 1, "nobody")
	run(t, dir, "product", "import", "--store", "north", "no-such-file.csv").want(t, 1, "no such file")

	one, two := filepath.Join(t.TempDir(), "one.csv"), filepath.Join(t.TempDir(), "two.csv")
	run(t, dir, "product", "export", "--store", "north", one).want(t, 0)
	run(t, dir, "store", "create", "--merchant", "north", "--code", "fresh", "--name", "Fresh", "--currency", "EUR").want(t, 0)
	run(t, dir, "product", "import", "--store", "fresh", one).want(t, 0)
	run(t, dir, "product", "export", "--store", "fresh", two).want(t, 0)
	if a, b := slurp(t, one), slurp(t, two); a != b {
		t.Error("a fresh store's import and export do not give the same file back")
	}
	run(t, dir, "doctor", "--json").want(t, 0, `"ok": true`)
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	run(t, dir, "doctor").want(t, 1, "chmod 700")
}

// TestKilled: a server that is killed leaves everything that it has confirmed, and starts again.
func TestKilled(t *testing.T) {
	about(t, "core", "tenancy")
	dir := filepath.Join(t.TempDir(), "data")
	s := start(t, dir, "127.0.0.1", "dashboards", "serve")
	run(t, dir, "merchant", "create", "--name", "North", "--email", "north@merchant.test").want(t, 0)
	if err := s.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	<-s.ended
	run(t, dir, "store", "create", "--merchant", "north", "--code", "north", "--name", "North", "--currency", "EUR", "--launched").want(t, 0)
	run(t, dir, "doctor").want(t, 0)
	s = start(t, dir, "127.0.0.1", "dashboards", "serve")
	res, err := s.client().Get("http://north.localhost/")
	if err != nil || res.StatusCode != 200 {
		t.Errorf("the shop after the kill: %v %v", res, err)
	}
	s.stop()
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func slurp(t *testing.T, path string) string {
	t.Helper()
	data, err := io.ReadAll(open(t, path))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}
