package acme

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/pocketbase/dbx"

	"wizamart/framework/database"
	"wizamart/tests/harness"
)

func TestHTTP01(t *testing.T)    { obtained(t, challenges{http: true}) }
func TestTLSALPN01(t *testing.T) { obtained(t, challenges{alpn: true}) }

// obtained: the first visitor of a verified domain gets a certificate, the next ones and the next start ask nobody.
func obtained(t *testing.T, reach challenges) {
	w := newWorld(t, reach, 0)
	w.verified(t, "shop.example")
	first, err := w.visit("shop.example")
	if err != nil {
		t.Fatalf("%v; %+v", err, w.keeper.State("shop.example"))
	}
	if s := w.keeper.State("shop.example"); s.Word() != "issued" || s.Error != "" || !s.NotAfter.Equal(first.NotAfter) {
		t.Errorf("state %+v", s)
	}
	asked := w.asked.Load()
	w.open(t, 0, 0) // a start later
	again, err := w.visit("shop.example")
	if err != nil || !bytes.Equal(again.Raw, first.Raw) {
		t.Errorf("after a start: %v", err)
	}
	if w.asked.Load() != asked {
		t.Error("the authority was asked for a certificate that is there")
	}
	for _, suffix := range []string{"", "-wal"} { // neither key nor account lies open
		raw, err := os.ReadFile(w.App.Platform.DB.Path() + suffix)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(raw, []byte("PRIVATE KEY")) || bytes.Contains(raw, []byte("BEGIN CERTIFICATE")) {
			t.Errorf("platform.db%s holds what should be sealed", suffix)
		}
	}
}

func TestUnknownNamesReachNobody(t *testing.T) {
	w := newWorld(t, challenges{http: true, alpn: true}, 0)
	count := func() (n int) {
		if err := w.App.Platform.DB.NewQuery("SELECT (SELECT count(*) FROM tlscert_entry) + (SELECT count(*) FROM tlscert_state)").Row(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	before, commits := count(), w.App.Platform.DB.Commits()
	queries := 0
	w.App.Platform.DB.Trace(func(string, []any) { queries++ })
	began := time.Now()
	for i := range 1000 {
		if _, err := w.visit(fmt.Sprintf("unknown%d.example", i)); err == nil {
			t.Fatal("an unknown name got a certificate")
		}
	}
	t.Logf("1,000 unknown names in %v", time.Since(began).Round(time.Millisecond))
	if time.Since(began) > time.Minute {
		t.Error("they took more than a minute")
	}
	w.App.Platform.DB.Trace(nil)
	if queries != 0 {
		t.Errorf("%d queries were run for names that nobody knows", queries)
	}
	if w.asked.Load() != 0 {
		t.Errorf("%d bytes reached the authority", w.asked.Load())
	}
	if count() != before || w.App.Platform.DB.Commits() != commits {
		t.Error("something was written")
	}
}

func TestAnAuthorityThatIsAway(t *testing.T) {
	w := newWorld(t, challenges{http: true, alpn: true}, 0)
	w.verified(t, "shop.example")
	w.down()
	if _, err := w.visit("shop.example"); err == nil {
		t.Fatal("a certificate came from nowhere")
	}
	s := w.keeper.State("shop.example")
	if s.Word() != "failed" || s.Failures != 1 || s.Error != "The certificate authority cannot be reached at the moment." || time.Until(s.RetryAt) < 30*time.Second {
		t.Fatalf("state %+v", s)
	}
	w.up(t, w.address)
	for range 20 {
		if _, err := w.visit("shop.example"); err == nil {
			t.Fatal("it was asked again at once")
		}
	}
	if w.asked.Load() != 0 {
		t.Error("the authority was asked during the rest")
	}
	w.rested(t, "shop.example")
	if _, err := w.visit("shop.example"); err != nil {
		t.Fatalf("after the rest: %v; %+v", err, w.keeper.State("shop.example"))
	}
	if s := w.keeper.State("shop.example"); s.Failures != 0 || s.Error != "" {
		t.Errorf("state %+v", s)
	}
}

// rested lets the rest of a name pass, and starts again.
func (w *world) rested(t *testing.T, host string) {
	t.Helper()
	setRetry(t, w.Platform, host)
	w.open(t, 0, 0)
}

func TestRenewal(t *testing.T) {
	w := newWorld(t, challenges{http: true, alpn: true}, 0)
	w.verified(t, "shop.example")
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { w.keeper.Run(ctx); close(ended) }() // before anybody comes
	for until := time.Now().Add(60 * time.Second); w.keeper.State("shop.example").Word() != "issued"; time.Sleep(50 * time.Millisecond) {
		if time.Now().After(until) {
			t.Fatalf("no certificate without a visitor: %+v", w.keeper.State("shop.example"))
		}
	}
	cancel()
	<-ended
	first, err := w.visit("shop.example")
	if err != nil {
		t.Fatal(err)
	}
	w.open(t, 0.9999999, 0) // all of its life is the time to renew it
	ctx, cancel = context.WithCancel(t.Context())
	defer cancel()
	go w.keeper.Run(ctx)
	for until := time.Now().Add(60 * time.Second); ; time.Sleep(100 * time.Millisecond) {
		now, err := w.visit("shop.example")
		if err != nil {
			t.Fatalf("while it is renewed: %v", err)
		}
		if !bytes.Equal(now.Raw, first.Raw) {
			break
		}
		if time.Now().After(until) {
			t.Fatalf("it was not renewed: %+v", w.keeper.State("shop.example"))
		}
	}
}

func setRetry(t *testing.T, p *harness.Platform, host string) {
	t.Helper()
	if err := p.App.Platform.DB.Write(t.Context(), forget(host)); err != nil {
		t.Fatal(err)
	}
}

func forget(host string) func(tx *database.DB) error {
	return func(tx *database.DB) error {
		_, err := tx.Exec("UPDATE tlscert_state SET retry_at = 0 WHERE host = {:h}", dbx.Params{"h": host})
		return err
	}
}
