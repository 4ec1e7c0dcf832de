package payments

import (
	"net"
	"net/http"
	"os/exec"
	"testing"
	"time"

	"github.com/stripe/stripe-go/v85"

	"wizamart/framework/database"
	"wizamart/framework/money"
	"wizamart/framework/replicate/replicatetest"
)

// stripeMock starts Stripe's own mock, which holds requests against Stripe's description of its API. It ends with the test.
func stripeMock(t *testing.T) string {
	t.Helper()
	free := [2]string{replicatetest.Address(t), replicatetest.Address(t)}
	cmd := exec.Command(replicatetest.Build(t, "github.com/stripe/stripe-mock"), "-http-addr", free[0], "-https-addr", free[1])
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill() //nolint:errcheck // it may have ended
		cmd.Wait()         //nolint:errcheck // it was killed
	})
	for end := time.Now().Add(90 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		if conn, err := net.Dial("tcp", free[0]); err == nil {
			conn.Close()
			return "http://" + free[0]
		} else if time.Now().After(end) {
			t.Fatalf("stripe-mock does not answer: %v", err)
		}
	}
}

type heard map[string]int // method and path → status

func (h heard) RoundTrip(r *http.Request) (*http.Response, error) {
	res, err := http.DefaultTransport.RoundTrip(r)
	if err == nil {
		h[r.Method+" "+r.URL.Path] = res.StatusCode
	}
	return res, err
}

// Every request has the shape that Stripe's description of its API asks for.
func TestStripeTakesTheShapeOfEveryRequest(t *testing.T) {
	acc := Account{SecretKey: "sk_test_123", URL: stripeMock(t), StoreID: "store"}
	h := heard{}
	p, ctx := &stripeProvider{&http.Client{Timeout: 90 * time.Second, Transport: h}}, t.Context()
	amount := money.Amount{Minor: 1250, Currency: "EUR"}
	a := Attempt{ID: "attempt", Order: Order{"order", "token", "1001"}, Kind: Element, Amount: amount, Until: database.Time{Time: time.Now().Add(time.Hour)}}
	page, paid, both := a, a, a
	page.Kind = "page"
	paid.ExternalID, both.ExternalID, both.SessionID = "pi_1", "pi_1", "cs_1"
	opened := a
	opened.SessionID = "cs_1"
	in := Start{Title: "Shop, order 1001", Email: "a@example.com", Locale: "de-AT", Success: "https://shop.example/done", Back: "https://shop.example/back"}
	for name, do := range map[string]func() error{
		"intent":         func() error { _, err := p.Start(ctx, acc, a, in); return err },
		"page":           func() error { _, err := p.Start(ctx, acc, page, in); return err },
		"look":           func() error { _, err := p.Look(ctx, acc, paid); return err },
		"opened":         func() error { _, err := p.Look(ctx, acc, opened); return err },
		"both":           func() error { _, err := p.Look(ctx, acc, both); return err },
		"capture":        func() error { return p.Capture(ctx, acc, paid) },
		"cancel":         func() error { return p.Cancel(ctx, acc, both) },
		"refund":         func() error { _, err := p.Refund(ctx, acc, paid, "r1", amount, true); return err },
		"refund's state": func() error { _, err := p.LookRefund(ctx, acc, "re_1"); return err },
		"refunds":        func() error { _, err := p.Refunds(ctx, acc, paid); return err },
		"since":          func() error { _, err := p.Since(ctx, acc, time.Now().Add(-time.Hour)); return err },
		"test":           func() error { return p.Test(ctx, acc) },
	} {
		if err := do(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, want := range []string{
		"POST /v1/payment_intents", "GET /v1/payment_intents", "GET /v1/payment_intents/pi_1", "POST /v1/payment_intents/pi_1/capture",
		"POST /v1/payment_intents/pi_1/cancel", "POST /v1/checkout/sessions", "GET /v1/checkout/sessions/cs_1",
		"POST /v1/checkout/sessions/cs_1/expire", "POST /v1/refunds", "GET /v1/refunds", "GET /v1/refunds/re_1",
	} {
		if h[want] != http.StatusOK {
			t.Errorf("%s: answered %d", want, h[want])
		}
	}
	wrong := &stripe.PaymentIntentCreateParams{Amount: stripe.Int64(1), Currency: stripe.String("eur")}
	wrong.AddExtra("no_such_parameter", "1")
	if _, err := p.client(acc).V1PaymentIntents.Create(t.Context(), wrong); !isRefusal(refused(err)) {
		t.Errorf("a wrong parameter is not refused: %v", err)
	}
}
