package core_test

import (
	"net/url"
	"testing"

	"wizamart/framework/app"
	"wizamart/tests/harness"
)

// The operator changes a default; what is wrong comes back beside its field with what was typed.
func TestPlatformSettings(t *testing.T) {
	p := harness.Start(t, harness.WithoutBackground())
	p.Store(t, "fjord", "EUR")
	admin := p.Staff(t, "admin", "fjord")
	form := url.Values{"checkout.confirm_default": {"replicated"}, "monitoring.drill_hours": {"12"}, "monitoring.snapshot_hours": {"24"}, "monitoring.snapshot_daily": {"7"},
		"monitoring.snapshot_weekly": {"4"}, "monitoring.lag_seconds": {"60"}, "onboarding.grace_days": {"30"}}
	admin.Get(t, p.AdminURL("/settings")).Want(t, 200).Has(t, "h1", "Settings").Has(t, ".card", "Time between two restore drills")
	admin.Post(t, p.AdminURL("/settings"), form).Want(t, 303)
	if got := p.App.PlatformSetting(app.ConfirmDefaultSetting); got != "replicated" {
		t.Errorf("the default is %q", got)
	}
	form.Set("monitoring.drill_hours", "-1x")
	page := admin.Post(t, p.AdminURL("/settings"), form).Want(t, 422)
	if got, _ := page.Doc(t).Find("[name='monitoring.drill_hours']").Attr("value"); got != "-1x" {
		t.Errorf("what was typed is gone: %q", got)
	}
	if got := p.App.PlatformSetting("monitoring.drill_hours"); got != "12" {
		t.Errorf("it was saved: %q", got)
	}
	if n := p.App.Platform.ByCode("fjord").ID; n == "" {
		t.Fatal("no store")
	}
	store := p.AdminURL("/stores/" + p.App.Platform.ByCode("fjord").ID)
	admin.Post(t, store+"/confirmation-policies", url.Values{"confirm": {"required"}}).Want(t, 303)
	if got := p.App.Setting(p.Open(t, "fjord"), app.ConfirmSetting); got != "required" {
		t.Errorf("the store's policy is %q", got)
	}
	admin.Get(t, store).Want(t, 200).Has(t, "[name=confirm] option[selected]", "no orders are taken")
	admin.Post(t, store+"/confirmation-policies", url.Values{"confirm": {"sometimes"}}).Want(t, 422)
}
