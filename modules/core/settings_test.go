package core_test

import (
	"strings"
	"testing"

	"wizamart/tests/harness"
)

func TestStoreSettings(t *testing.T) {
	p := harness.Start(t, harness.WithoutBackground())
	p.Store(t, "fjord", "EUR")
	st := p.Open(t, "fjord")
	owner, clerk := p.Staff(t, "owner", "fjord"), p.Staff(t, "fulfilment", "fjord")
	at := p.DashboardURL("fjord", "/settings")
	form := owner.Get(t, at).Want(t, 200).Form(t, "form.stack-lg")
	form.Values.Set("inventory.low_stock", "9")
	owner.Submit(t, form).Want(t, 303)
	page := owner.Get(t, at).Want(t, 200).Has(t, "[id='setting-inventory.low_stock'] .setting-changed", "Default: 5")
	form = page.Form(t, "form.stack-lg")
	form.Values.Set("checkout.terms_url", "https://terms.example/kept")
	form.Values.Set("reset", "inventory.low_stock")
	page = owner.Submit(t, form).Want(t, 200).Has(t, "main", "Save to keep it so")
	form = page.Form(t, "form.stack-lg")
	if form.Values.Get("inventory.low_stock") != "5" || form.Values.Get("checkout.terms_url") != "https://terms.example/kept" {
		t.Errorf("the form has %v", form.Values)
	}
	if got := p.App.Setting(st, "inventory.low_stock"); got != "9" {
		t.Errorf("it was saved already: %s", got)
	}
	form.Values.Del("reset")
	owner.Submit(t, form).Want(t, 303)
	if _, set := st.Settings().Get("inventory.low_stock"); set {
		t.Error("a setting at its default is still kept, and would not follow it")
	}
	var said string
	if err := st.DB.NewQuery("SELECT before || after FROM audit_entry WHERE action = 'core.settings.updated' ORDER BY id DESC LIMIT 1").Row(&said); err != nil || !strings.Contains(said, `"inventory.low_stock":"9"`) || !strings.Contains(said, `"inventory.low_stock":"5"`) {
		t.Error(said, err)
	}
	owner.Get(t, at+"?q=low+stock").Want(t, 200).Has(t, ".settings-hits a[href$='/settings#setting-inventory.low_stock']", "Low stock")
	owner.Get(t, at+"?q=zzz").Want(t, 200).Has(t, ".settings-hits", "No setting matches")
	owner.Get(t, p.DashboardURL("fjord", "/search?q=low+stock")).Want(t, 200).Has(t, ".list a[href$='#setting-inventory.low_stock']", "Low stock")
	owner.Get(t, p.DashboardURL("fjord", "/search?q=delivery")).Want(t, 200).Has(t, ".list a[href$='/delivery']", "Delivery")
	if n := clerk.Get(t, p.DashboardURL("fjord", "/search?q=delivery")).Want(t, 200).Doc(t).Find(".list a[href$='/delivery'], .list a[href*='#setting-']").Length(); n != 0 {
		t.Error("a clerk finds what a clerk may not open")
	}
	p.Switch(t, "inventory", false)
	if n := owner.Get(t, at).Want(t, 200).Doc(t).Find("[name='inventory.low_stock']").Length(); n != 0 {
		t.Error("a module that is off has settings")
	}
	p.Switch(t, "inventory", true)
	api := p.APIURL("/stores/fjord/settings")
	owner.JSON(t, "PATCH", api, map[string]any{"values": map[string]string{"inventory.low_stock": "x"}}).Want(t, 422)
	owner.JSON(t, "PATCH", api, map[string]any{"values": map[string]string{"no.such": "x"}}).Want(t, 422)
	owner.JSON(t, "PATCH", api, map[string]any{"values": map[string]string{"inventory.low_stock": "3"}}).Want(t, 200)
	if got := p.App.Setting(st, "inventory.low_stock"); got != "3" {
		t.Error(got)
	}
	admin := p.Staff(t, "admin", "fjord")
	admin.Get(t, p.AdminURL("/search?q=drills")).Want(t, 200).Has(t, ".list a[href$='/settings#setting-monitoring.drill_hours']", "drills")
}
