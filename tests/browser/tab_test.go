//go:build browser

package browser

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	cdplog "github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"wizamart/tests/harness"
)

// patience is how long a page or a change on it may take. CI's machines are slow and busy.
const patience = time.Minute

// pretended is where the payment provider runs that a development server plays: a page of its own, not the shop's.
const pretended = "127.0.0.1"

// tab is a window of its own, with its own cookies.
type tab struct {
	t       testing.TB
	ctx     context.Context
	name    string // of pictures
	scripts bool
	shots   int
	inVain  string // a host that this window may ask, in vain

	mu       sync.Mutex
	problems []string
	asked    string // the page that was asked for last
	asks     int    // how many pages were asked for
}

// browser starts Chromium. All hosts of the platform lead to its server; nothing else is reachable.
func browser(t *testing.T, p *harness.Platform) context.Context {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.NoSandbox,
		chromedp.Flag("host-resolver-rules", fmt.Sprintf("MAP *.%s %s, MAP %s %s, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1", p.Base, p.Server.Listener.Addr(), p.Base, p.Server.Listener.Addr())),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-sync", true), chromedp.Flag("disable-dev-shm-usage", true), chromedp.Flag("force-prefers-reduced-motion", true), chromedp.UserDataDir(t.TempDir()),
		chromedp.WSURLReadTimeout(time.Minute))
	if path := os.Getenv("CHROMIUM"); path != "" {
		options = append(options, chromedp.ExecPath(path))
	}
	allocator, stop := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, cancel := chromedp.NewContext(allocator)
	t.Cleanup(func() { cancel(); stop() })
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("start Chromium: %v", err)
	}
	return ctx
}

// open makes a tab with cookies of its own.
func open(t testing.TB, parent context.Context, base, name string, width, height int64, scripts bool) *tab {
	t.Helper()
	ctx, cancel := chromedp.NewContext(parent, chromedp.WithNewBrowserContext())
	t.Cleanup(cancel)
	b := &tab{t: t, ctx: ctx, name: name, scripts: scripts}
	if err := chromedp.Listen(ctx, func(ev any) { b.hear(ev, base) }); err != nil {
		t.Fatal(err)
	}
	call(b, network.Enable, network.EnableParams{})
	call(b, cdplog.Enable, cdp.Empty{})
	call(b, runtime.Enable, cdp.Empty{})
	call(b, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !scripts})
	b.do(chromedp.EmulateViewport(width, height))
	return b
}

// call sends a command of the protocol.
func call[P, R any](b *tab, cmd cdp.Command[P, R], params P) R {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	out, err := chromedp.Call(ctx, cmd, params)
	if err != nil {
		b.t.Fatalf("%s: %v", cmd.Method, err)
	}
	return out
}

func (b *tab) do(actions ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, actions...); err != nil {
		b.t.Fatalf("%s: %v", b.name, err)
	}
}

// hear notes what must not happen: errors in the console, refusals by the policy, requests to other hosts.
func (b *tab) hear(ev any, base string) {
	note := func(format string, args ...any) {
		b.mu.Lock()
		b.problems = append(b.problems, fmt.Sprintf(format, args...))
		b.mu.Unlock()
	}
	switch e := ev.(type) {
	case *runtime.EventExceptionThrown:
		text := e.ExceptionDetails.Text
		if e.ExceptionDetails.Exception != nil {
			text += " " + e.ExceptionDetails.Exception.Description
		}
		note("a script failed: %s", text)
	case *runtime.EventConsoleAPICalled:
		if e.Type == "error" || e.Type == "warning" {
			var said []string
			for _, a := range e.Args {
				said = append(said, string(a.Value)+a.Description)
			}
			note("console %s: %s", e.Type, strings.Join(said, " "))
		}
	case *cdplog.EventEntryAdded:
		// A page that is refused with 4xx is a failed load to the console; the walk looks at statuses itself.
		if e.Entry.Level == "error" && !strings.Contains(e.Entry.Text, "status of 4") && !b.mayAsk(e.Entry.URL) {
			note("log: %s %s", e.Entry.Text, e.Entry.URL)
		}
	case *network.EventRequestWillBeSent:
		if e.Type == "Document" {
			b.mu.Lock()
			b.asked, b.asks = e.Request.Method+" "+e.Request.URL, b.asks+1
			b.mu.Unlock()
		}
		u, err := url.Parse(e.Request.URL)
		if err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Hostname() != pretended && u.Hostname() != base && !strings.HasSuffix(u.Hostname(), "."+base) && !b.mayAsk(e.Request.URL) {
			note("a request to another host: %s", e.Request.URL)
		}
	case *network.EventResponseReceived:
		if u, err := url.Parse(e.Response.URL); e.Response.Status >= 400 && err == nil && u.Hostname() != pretended && e.Type != "Document" && e.Type != "Fetch" {
			note("status %d for %s", e.Response.Status, e.Response.URL)
		}
	}
}

func (b *tab) mayAsk(address string) bool {
	return b.inVain != "" && strings.HasPrefix(address, "https://"+b.inVain+"/")
}

// settled reports what was heard since the last time.
func (b *tab) settled(where string) {
	b.t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, p := range b.problems {
		b.t.Errorf("%s, %s: %s", b.name, where, p)
	}
	b.problems = nil
}

// eval asks the page. Asking works without scripts too.
func eval[T any](b *tab, expression string) T {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	out, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		b.t.Fatalf("%s: %.200s: %v", b.name, expression, err)
	}
	return out
}

// loads runs do and waits until a page has loaded after it.
func (b *tab) loads(do func()) {
	b.t.Helper()
	loaded := make(chan struct{}, 8)
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	if err := chromedp.Listen(ctx, func(ev any) {
		if _, ok := ev.(*page.EventLoadEventFired); ok {
			select {
			case loaded <- struct{}{}:
			default:
			}
		}
	}); err != nil {
		b.t.Fatal(err)
	}
	do()
	select {
	case <-loaded:
	case <-ctx.Done():
		b.shot("stuck")
		asked, _ := b.lastAsked()
		b.t.Fatalf("%s: no page came after %s; asked for last: %s", b.name, b.where(), asked)
	}
}

func (b *tab) lastAsked() (address string, count int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.asked, b.asks
}

func (b *tab) where() string { return eval[string](b, "location.pathname") }

// visit goes to an address, which must have a page.
func (b *tab) visit(address string) {
	b.t.Helper()
	b.lands(address, 200)
}

// lands goes to an address that answers, after redirects, with a status.
func (b *tab) lands(address string, status int64) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	res, err := chromedp.Run(ctx, chromedp.NavigateResponse(address))
	if err != nil {
		b.t.Fatalf("%s: %s: %v", b.name, address, err)
	}
	if res.Status != status {
		b.t.Fatalf("%s: %s: status %d, want %d", b.name, address, res.Status, status)
	}
}

// find waits for an element that can be seen, and gives its middle.
func (b *tab) find(selector string) (x, y float64) {
	b.t.Helper()
	script := fmt.Sprintf(`(() => {
		const all = [...document.querySelectorAll(%s)].filter(e => e.checkVisibility({visibilityProperty: true}) && e.getClientRects().length);
		if (!all.length) return null;
		const e = all[0];
		e.scrollIntoView({block: "center", inline: "nearest", behavior: "instant"});
		const r = e.getClientRects()[0], x = r.x + r.width / 2, y = r.y + r.height / 2, top = document.elementFromPoint(x, y);
		if (!top) return null;
		const label = e.id ? document.querySelector('label[for="' + e.id + '"]') : null;
		if (!(e.contains(top) || top.contains(e) && top.closest("label") || label && label.contains(top))) return {covered: top.outerHTML.slice(0, 120)};
		return {x, y};
	})()`, quote(selector))
	type spot struct {
		X, Y    float64
		Covered string
	}
	var before spot
	var last string
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		at := eval[*spot](b, script)
		switch {
		case at == nil:
		case at.Covered == "" && *at == before: // it has stopped moving: what was typed or chosen before may have moved it
			return at.X, at.Y
		case at.Covered == "":
			before = *at
		default:
			last = ", but is covered by " + at.Covered
		}
	}
	b.shot("missing")
	b.t.Fatalf("%s, %s: %s is not there to be seen%s", b.name, b.where(), selector, last)
	return 0, 0
}

// press clicks with the mouse.
func (b *tab) press(selector string) {
	b.t.Helper()
	x, y := b.find(selector)
	b.do(chromedp.MouseClickXY(x, y))
}

// follow clicks and waits for the page that comes. A click that led nowhere, as on a page that was drawn anew at that moment, is
// done once more, as people do.
func (b *tab) follow(selector string) {
	b.t.Helper()
	b.loads(func() {
		_, before := b.lastAsked()
		b.press(selector)
		for deadline := time.Now().Add(patience / 6); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
			if _, asks := b.lastAsked(); asks > before {
				return
			}
		}
		b.t.Logf("%s, %s: a click on %s led nowhere", b.name, b.where(), selector)
		b.press(selector)
	})
}

// fill types into a field.
func (b *tab) fill(selector, text string) {
	b.t.Helper()
	b.find(selector)
	eval[bool](b, fmt.Sprintf(`(() => { const e = document.querySelector(%s); e.focus(); e.select?.(); return true })()`, quote(selector)))
	call(b, input.InsertText, input.InsertTextParams{Text: text})
}

// has waits until an element holds a text.
func (b *tab) has(selector, text string) {
	b.t.Helper()
	script := fmt.Sprintf(`[...document.querySelectorAll(%s)].map(e => e.textContent).join(" ").replace(/\s+/g, " ").includes(%s)`, quote(selector), quote(text))
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		if eval[bool](b, script) {
			return
		}
	}
	b.shot("missing")
	b.t.Fatalf("%s, %s: %q is not in %s: %q", b.name, b.where(), text, selector, eval[string](b, `(document.querySelector("main") ?? document.body).innerText.slice(0, 600)`))
}

func (b *tab) exists(selector string) bool {
	return eval[bool](b, "!!document.querySelector("+quote(selector)+")")
}

func quote(s string) string {
	data, err := json.Marshal(s)
	if err != nil {
		panic(err)
	}
	return string(data)
}

var odd = regexp.MustCompile(`[^a-z0-9]+`)

// shot keeps a picture in tests/artifacts when WIZAMART_SCREENSHOTS is set, or when something went wrong.
func (b *tab) shot(what string) {
	if os.Getenv("WIZAMART_SCREENSHOTS") == "" && what != "missing" && what != "stuck" {
		return
	}
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	data, err := chromedp.Run(ctx, chromedp.FullScreenshot(80))
	if err != nil {
		b.t.Logf("no picture: %v", err)
		return
	}
	dir := "../artifacts"
	if err := os.MkdirAll(dir, 0o755); err != nil {
		b.t.Fatal(err)
	}
	b.shots++
	name := fmt.Sprintf("%s-%02d-%s.jpg", odd.ReplaceAllString(b.name, "-"), b.shots, odd.ReplaceAllString(strings.ToLower(what), "-"))
	if err := os.WriteFile(filepath.Join(dir, name), data, 0o644); err != nil {
		b.t.Fatal(err)
	}
}

// waitFor waits until an expression is true.
func (b *tab) waitFor(expression string) {
	b.t.Helper()
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		if eval[bool](b, expression) {
			return
		}
	}
	b.shot("missing")
	b.t.Fatalf("%s, %s: never became true: %s", b.name, b.where(), expression)
}
