package observe

import (
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// What a message says about a person, or opens a door with, is taken out; what happened stays.
func TestScrub(t *testing.T) {
	for in, want := range map[string]string{
		`find customer ada@example.test: no rows`:                 "find customer (mail): no rows",
		`GET https://user:pass@s3.example/x?sig=abc&k=1: refused`: "GET https://…@s3.example/x?… refused",
		`parse "Long Street 1, 10115 Berlin": bad`:                "parse “…”: bad",
		`dial tcp 192.0.2.7:443: connection refused`:              "dial tcp (address):443: connection refused",
		`dial tcp [2001:db8::1]:443: timeout`:                     "dial tcp (address):443: timeout",
		`card 4242 4242 4242 4242 was declined`:                   "card # was declined",
		`call +45 12 34 56 78`:                                    "call #",
		`Authorization: Bearer eyJhbGciOi.abc`:                    "Authorization: Bearer …",
		`key sk_test_51HxxxxxxxxxxxxxxxxxxxxR is wrong`:           "key (id) is wrong",
		`UNIQUE constraint failed: orders_order.number (2067)`:    "UNIQUE constraint failed: orders_order.number (2067)",
		`runtime error: index out of range [3] with length 3`:     "runtime error: index out of range [3] with length 3",
		"two\nlines": "two lines",
		`order 01a20bab-6828-76f1-9a53-f7de15c5ea70 is not there`: "order (id) is not there",
	} {
		if got := Scrub(in); got != want {
			t.Errorf("%q\n got %q\nwant %q", in, got, want)
		}
	}
	if got := []rune(Scrub(strings.Repeat("word ", 1000))); len(got) != maxMessage+1 {
		t.Errorf("%d characters are kept", len(got))
	}
}

func deep(n int) {
	var list []int
	if n == 0 {
		_ = list[n]
		return
	}
	deep(n - 1)
}

func recovered(n int) (p *Panic) {
	defer func() { p = Recovered(recover()) }()
	deep(n)
	return nil
}

type otherError string

func (e otherError) Error() string { return string(e) }

// One cause is one failure, wherever the numbers differ; two causes are two.
func TestFingerprint(t *testing.T) {
	at := func(err error, route string) Failure {
		f := NewFailure(err)
		f.Surface, f.Method, f.Route = "storefront", "GET", route
		return f
	}
	one, two := at(fmt.Errorf("order 17: %w", io.ErrUnexpectedEOF), "/orders/:id"), at(fmt.Errorf("order 99: %w", io.ErrUnexpectedEOF), "/orders/:id")
	if one.Fingerprint() != two.Fingerprint() {
		t.Error("the same with other numbers is another failure")
	}
	for what, other := range map[string]Failure{
		"another route": at(fmt.Errorf("order 17: %w", io.ErrUnexpectedEOF), "/orders"), "another message": at(fmt.Errorf("line 17: %w", io.ErrUnexpectedEOF), "/orders/:id"),
		"another type": at(otherError("order 17: unexpected EOF"), "/orders/:id"),
	} {
		if other.Fingerprint() == one.Fingerprint() {
			t.Errorf("%s is the same failure", what)
		}
	}
	p := recovered(2)
	if len(p.Stack) == 0 || !strings.HasSuffix(p.Stack[0].Func, "observe.deep") {
		t.Fatalf("the stack does not begin where it panicked: %v", p.Stack)
	}
	a, b := at(fmt.Errorf("render: %w", p), "/a"), at(recovered(2), "/b")
	if a.Kind != KindPanic || a.Fingerprint() != b.Fingerprint() {
		t.Error("one place that panics is two failures on two routes")
	}
}

// What was answered long ago counts no more; times are told to about a sixth.
func TestTraffic(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	tr := NewTraffic(func() time.Time { return now })
	key := RouteKey{"storefront", "GET", "/"}
	for i := range 1000 {
		status := 200
		if i%100 == 0 {
			status = 500
		} else if i%10 == 0 {
			status = 404
		}
		tr.Add(key, "cms", status, time.Duration(i+1)*100*time.Microsecond) // 0.1 to 100 ms
	}
	p := tr.Sum(60)
	if p.Requests != 1000 || p.Failed != 10 || p.Refused != 90 {
		t.Errorf("%+v", p)
	}
	near := func(what string, got, want time.Duration) {
		if got < want*5/6 || got > want*7/6 {
			t.Errorf("%s is %v, want about %v", what, got, want)
		}
	}
	near("p50", p.P50, 50*time.Millisecond)
	near("p95", p.P95, 95*time.Millisecond)
	if n, failed := tr.Module("cms"); n != 1000 || failed != 10 {
		t.Errorf("the module answered %d, failed %d", n, failed)
	}
	if b := tr.Busiest(5); len(b) != 1 || b[0].Requests != 1000 || b[0].Most != 100*time.Millisecond {
		t.Errorf("busiest: %+v", b)
	}
	now = now.Add(10 * time.Minute)
	tr.Add(key, "cms", 200, time.Hour) // beyond the last slot
	points := tr.Points(60, 1)
	if points[59].Requests != 1 || points[49].Requests != 1000 || points[48].Requests != 0 {
		t.Errorf("points: %+v", points[45:])
	}
	if n, _ := tr.Module("cms"); n != 1 {
		t.Errorf("ten minutes later the module answered %d", n)
	}
	now = now.Add(25 * time.Hour)
	if p := tr.Sum(24 * 60); p.Requests != 0 {
		t.Errorf("a day later there are %d", p.Requests)
	}
	if b := tr.Busiest(5); len(b) != 0 {
		t.Errorf("a day later the busiest are %+v", b)
	}
}

// A server that does not answer holds nobody up, and a flood is cut.
func TestSentryWaitsForNobody(t *testing.T) {
	release := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-release }))
	defer server.Close()
	defer close(release)
	s, err := NewSentry(strings.Replace(server.URL, "http://", "http://key@", 1)+"/1", "1", "test")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for range 2000 {
			s.Report(Failure{Kind: KindError, Message: fmt.Sprint(rand.Int()), At: time.Now()})
		}
	}()
	select {
	case <-done:
	case <-time.After(90 * time.Second):
		t.Fatal("reporting waits for the server")
	}
	if _, err := NewSentry("not a DSN", "1", "test"); err == nil {
		t.Error("what is no DSN is taken")
	}
}

// Uses of a tool are noted, and nobody is asked for that.
func TestTools(t *testing.T) {
	status := http.StatusOK
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) }))
	defer server.Close()
	tools := NewTools()
	tools.Add(Tool{Name: "x", Title: "X"})
	client := &http.Client{Transport: tools.Watch("x", nil)}
	get := func() {
		if resp, err := client.Get(server.URL); err == nil {
			resp.Body.Close()
		}
	}
	if c := tools.Last("x"); c.Bad() || !c.OKAt.IsZero() {
		t.Errorf("before its first use: %+v", c)
	}
	get()
	if c := tools.Last("x"); c.Bad() || c.OKs != 1 {
		t.Errorf("after an answer: %+v", c)
	}
	status = http.StatusBadRequest // it answers, and does not like what we ask
	get()
	if c := tools.Last("x"); c.Bad() || c.OKs != 2 {
		t.Errorf("after a refusal: %+v", c)
	}
	status = http.StatusBadGateway
	get()
	if c := tools.Last("x"); !c.Bad() || c.Failures != 1 || !strings.Contains(c.Error, "502") {
		t.Errorf("after a failure: %+v", c)
	}
}
