package payments_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"wizamart/framework/app"
	"wizamart/modules/payments"
	"wizamart/modules/payments/stripefake"
)

func TestARefusedKeyIsRemembered(t *testing.T) {
	s := open(t)
	st := s.shop(t, "fjord")
	owner := s.Staff(t, "owner", "fjord")
	at := s.DashboardURL("fjord", "/payment")
	health := func() string {
		t.Helper()
		if err := s.App.Registry.Module("payments").Health(t.Context()); err != nil {
			return err.Error()
		}
		return ""
	}
	finding := func() (f app.Finding) {
		for _, f = range s.App.Registry.Module("payments").Doctor(t.Context()) {
			if f.Check == "payment keys" {
				return f
			}
		}
		t.Fatal("doctor does not look at the keys")
		return f
	}
	test := func() { t.Helper(); owner.Post(t, at+"/tests", url.Values{"mode": {"test"}}).Want(t, 303) }
	says := func() string { return owner.Get(t, at).Want(t, 200).Doc(t).Find(".alert").Text() }
	const refused, unfit = "Stripe refuses this secret key", "Messages do not fit"
	test()
	if strings.Contains(says(), refused) || strings.Contains(health(), "refuses") || finding().Warn {
		t.Fatal("a good key is said to be refused")
	}
	s.stripe.Revoked = func(key string) bool { return key == "sk_test_1" }
	test()
	if !strings.Contains(says(), refused) || !strings.Contains(health(), "refuses") || !finding().Warn {
		t.Errorf("%q, %q, %+v", says(), health(), finding())
	}
	// Another key clears it, at once: it was not refused.
	if err := s.pay.SaveKeys(t.Context(), st, payments.Test, payments.Keys{Secret: "sk_test_2"}); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(says(), refused) || finding().Warn {
		t.Error("the new key is said to be refused")
	}
	// And so does a call that goes well.
	s.stripe.Revoked = func(string) bool { return true }
	test()
	if !strings.Contains(says(), refused) {
		t.Error("the refusal of the new key is not said")
	}
	s.stripe.Revoked = nil
	test()
	if strings.Contains(says(), refused) || strings.Contains(health(), "refuses") {
		t.Error("it is still said to be refused")
	}
	// Messages whose signature does not fit: said, and no matter of the platform's health, for anybody can send them.
	hook := "http://fjord." + s.Base + "/webhooks/stripe"
	s.Guest(t).Post(t, hook, url.Values{"x": {"1"}}).Want(t, 400)
	if !strings.Contains(says(), unfit) || !finding().Warn || strings.Contains(health(), "messages") {
		t.Errorf("%q, %+v, %q", says(), finding(), health())
	}
	event := stripefake.Event{Payload: []byte(`{"id":"evt_1","object":"event","type":"payment_intent.created","data":{"object":{"object":"payment_intent","id":"pi_0"}}}`)}
	s.hear(t, "fjord", event, hookSecret, time.Now())
	if strings.Contains(says(), unfit) || finding().Warn {
		t.Errorf("a message fits, and it is still said: %q", says())
	}
}
