package core_test

import (
	"bytes"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"wizamart/framework/app"
	"wizamart/tests/harness"
)

// A secret setting is sealed, opens the door that it is for, and is neither shown nor written into the audit log.
func TestSecretSetting(t *testing.T) {
	p := harness.Start(t, harness.WithoutBackground())
	p.Store(t, "fjord", "EUR")
	admin := p.Staff(t, "admin", "fjord")
	at := p.AdminURL("/settings")
	metrics := func(token string) int {
		t.Helper()
		r, err := http.NewRequest(http.MethodGet, "http://"+p.Base+"/metrics", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", "Bearer "+token)
		return p.Guest(t).Do(t, r).Status
	}
	const first, second = "a-token-of-the-operator", "and-another-one-later"
	if got := metrics(first); got != 404 {
		t.Errorf("without a token the figures are answered with %d", got)
	}
	form := admin.Get(t, at).Want(t, 200).Has(t, "[id='setting-monitoring.token'] .badge", "Not set").Form(t, "form.stack-lg")
	page := admin.Submit(t, form.Set("monitoring.token", "short")).Want(t, 422).Has(t, "[id='monitoring.token-error']", "16 to 200 characters")
	if strings.Contains(page.Body, `value="short"`) {
		t.Error("what was typed is sent back")
	}
	for _, token := range []string{first, second} {
		form = admin.Get(t, at).Form(t, "form.stack-lg")
		admin.Submit(t, form.Set("monitoring.token", token)).Want(t, 303)
		if got := metrics(token); got != 200 {
			t.Errorf("with the token the figures are answered with %d", got)
		}
	}
	if got := metrics(first); got != 404 {
		t.Errorf("the token before still opens: %d", got)
	}
	form = admin.Get(t, at).Has(t, "[id='setting-monitoring.token'] .badge", "Set").Form(t, "form.stack-lg")
	admin.Submit(t, form.Set("monitoring.drill_hours", "2 days")).Want(t, 303) // an empty field leaves it
	if got := metrics(second); got != 200 {
		t.Errorf("another change took it away: %d", got)
	}
	if page := admin.Get(t, p.APIURL("/settings")).Want(t, 200); strings.Contains(page.Body, second) || !strings.Contains(page.Body, `"kind":"secret"`) {
		t.Error("the API tells the secret, or nothing of it")
	}
	if err := p.App.Reseal(t.Context(), func(string, int) {}); err != nil {
		t.Fatal(err)
	}
	admin.Submit(t, admin.Get(t, at).Form(t, "form.stack-lg").Set("monitoring.token.remove", "on")).Want(t, 303)
	if got := metrics(second); got != 404 {
		t.Errorf("removed, it still opens: %d", got)
	}
	for _, name := range []string{"platform.db", "platform.db-wal"} {
		data, err := os.ReadFile(p.App.Platform.Dir() + "/" + name)
		if err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
		if bytes.Contains(data, []byte(first)) || bytes.Contains(data, []byte(second)) {
			t.Errorf("%s has the secret in the clear", name)
		}
	}
	var log string
	if err := p.App.Platform.DB.NewQuery("SELECT group_concat(before || after) FROM audit_entry WHERE action = 'core.platform_settings.updated'").Row(&log); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"monitoring.token":"(set)"`, `"monitoring.token":"(replaced)"`} {
		if !strings.Contains(log, want) {
			t.Errorf("the log lacks %s: %s", want, log)
		}
	}
}

// Lengths of time are typed with their unit; what was kept as a number before is read as it was.
func TestDurationSettings(t *testing.T) {
	p := harness.Start(t, harness.WithoutBackground())
	p.Store(t, "fjord", "EUR")
	admin := p.Staff(t, "admin", "fjord")
	at := p.AdminURL("/settings")
	value := func(key string) string {
		t.Helper()
		v, _ := admin.Get(t, at).Want(t, 200).Doc(t).Find("input[name='" + key + "']").Attr("value")
		return v
	}
	if got := value("onboarding.grace_days"); got != "30 days" {
		t.Errorf("30 days are shown as %q", got)
	}
	if err := p.App.Platform.SetSettings(t.Context(), map[string]string{"monitoring.drill_hours": "12"}); err != nil {
		t.Fatal(err)
	}
	if got := value("monitoring.drill_hours"); got != "12 h" {
		t.Errorf("what was kept as 12 is shown as %q", got)
	}
	for typed, kept := range map[string]time.Duration{"2 days": 48 * time.Hour, "3 h": 3 * time.Hour, "6": 6 * time.Hour} {
		admin.Submit(t, admin.Get(t, at).Form(t, "form.stack-lg").Set("monitoring.drill_hours", typed)).Want(t, 303)
		if got := p.App.PlatformSpan("monitoring.drill_hours"); got != kept {
			t.Errorf("%q is %s", typed, got)
		}
	}
	for _, typed := range []string{"30 min", "a while", "99999 days"} {
		admin.Submit(t, admin.Get(t, at).Form(t, "form.stack-lg").Set("monitoring.drill_hours", typed)).Want(t, 422).
			Has(t, "[id='monitoring.drill_hours-error']", "Enter a time from 0 to 30 days, such as 12 h").Has(t, "input[name='monitoring.drill_hours'][value='"+typed+"']", "")
	}
	admin.JSON(t, "PATCH", p.APIURL("/settings"), map[string]any{"values": map[string]string{"monitoring.drill_hours": "1 day"}}).Want(t, 200)
	if _, set := p.App.Platform.Settings().Get("monitoring.drill_hours"); set {
		t.Error("a day is the default of 24 hours, and is kept")
	}
	if set, _ := p.App.Declared("monitoring.drill_hours"); set.Kind != app.Duration {
		t.Error(set.Kind)
	}
}
