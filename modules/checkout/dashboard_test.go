package checkout_test

import (
	"net/url"
	"strings"
	"testing"

	"wizamart/modules/checkout"
	"wizamart/tests/harness"
)

func TestDeliverySettings(t *testing.T) {
	s := open(t)
	s.Store(t, "fjord", "NOK")
	st := s.Open(t, "fjord")
	owner := s.Staff(t, "owner", "fjord")
	at := func(path string) string { return s.DashboardURL("fjord", path) }
	names := func() string {
		var out []string
		all, err := s.checkout.ShippingMethods(t.Context(), st)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range all {
			out = append(out, m.Name)
		}
		return strings.Join(out, ", ")
	}

	made := owner.Post(t, at("/delivery"), nil).Want(t, 303)
	path := strings.TrimPrefix(made.Header.Get("Location"), "/store/fjord")
	form := url.Values{"name": {"Express to the islands of the far north"}, "estimate": {"Tomorrow"}, "price": {"149.50"}, "free_above": {"2000"}, "where": {"some"}, "countries": {"SJ", "NO"}, "active": {"on"}}
	owner.Post(t, at(path), form).Want(t, 303)
	owner.Get(t, at("/delivery")).Want(t, 200).Has(t, "tbody", "Express to the islands").Has(t, "tbody", "NOK 149.50").Has(t, "tbody", "NOK 2,000.00").Has(t, "tbody", "Norway, Svalbard")

	for field, value := range map[string]string{"name": " ", "price": "-5", "free_above": "1,5x", "countries": "Norway"} {
		bad := url.Values{}
		for k, v := range form {
			bad[k] = v
		}
		bad.Set(field, value)
		owner.Post(t, at(path), bad).Want(t, 422).Has(t, "#"+field+"-error", "")
	}
	none := url.Values{"name": {"X"}, "price": {"0"}, "where": {"some"}}
	owner.Post(t, at(path), none).Want(t, 422).Has(t, "#countries-error", "at least one country")

	owner.Post(t, at(path+"/moves"), url.Values{"direction": {"up"}}).Want(t, 303)
	if got := names(); got != "Standard delivery, Express to the islands of the far north, Pick up in the store" {
		t.Errorf("the order is %q", got)
	}
	owner.Post(t, at(path+"/deletions"), nil).Want(t, 303)
	if got := names(); got != "Standard delivery, Pick up in the store" {
		t.Errorf("after deleting: %q", got)
	}
	undo := owner.Get(t, at("/delivery")).Doc(t).Find(".toast form").AttrOr("action", "")
	owner.Get(t, at(path)).Want(t, 404)
	owner.Post(t, "http://"+s.Base+undo, nil).Want(t, 303)
	if !strings.Contains(names(), "Express") {
		t.Error("undo did not bring it back")
	}

	var list struct {
		ShippingMethods []checkout.ShippingMethod `json:"shipping_methods"`
	}
	owner.Get(t, s.APIURL("/stores/fjord/shipping-methods")).Want(t, 200).Decode(t, &list)
	if len(list.ShippingMethods) != 3 {
		t.Fatalf("the API lists %+v", list)
	}
	owner.JSON(t, "PUT", s.APIURL("/stores/fjord/shipping-methods/"+list.ShippingMethods[0].ID), map[string]any{"name": "Post", "price": 100, "active": true}).Want(t, 200)
	owner.JSON(t, "PUT", s.APIURL("/stores/fjord/shipping-methods/"+list.ShippingMethods[0].ID), map[string]any{"name": "", "price": 100, "active": true}).Want(t, 422)
	owner.JSON(t, "PUT", s.APIURL("/stores/fjord/shipping-methods/nothing"), map[string]any{"name": "Post", "price": 100, "active": true}).Want(t, 404)
	if !strings.HasPrefix(names(), "Post, ") {
		t.Errorf("after the API: %q", names())
	}
}

func TestSettingsArePermitted(t *testing.T) {
	s := open(t)
	s.Store(t, "fjord", "EUR")
	s.Store(t, "kaffe", "EUR")
	st := s.Open(t, "fjord")
	all, err := s.checkout.ShippingMethods(t.Context(), st)
	if err != nil {
		t.Fatal(err)
	}
	for name, b := range map[string]*harness.Browser{"guest": s.Guest(t), "nobody": s.Staff(t, "none", "fjord"), "another store's owner": s.Staff(t, "owner", "kaffe")} {
		for _, path := range []string{"/delivery", "/delivery/" + all[0].ID, "/delivery/" + all[0].ID + "/deletions"} {
			if p := b.Post(t, s.DashboardURL("fjord", path), url.Values{"name": {"mine"}}); p.Status < 400 {
				t.Errorf("%s posts to %s: %d", name, path, p.Status)
			}
		}
	}
	if again, err := s.checkout.ShippingMethods(t.Context(), st); err != nil || len(again) != 2 || again[0].Name != all[0].Name {
		t.Errorf("something changed: %+v, %v", again, err)
	}
}
