package checkout_test

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"
	"time"

	"wizamart/framework/database"
	"wizamart/modules/checkout"
	"wizamart/modules/orders/ordertype"
)

func TestPromotionAPI(t *testing.T) {
	s := open(t)
	s.Store(t, "fjord", "EUR")
	staff := s.Staff(t, "owner", "fjord")
	at := func(path string) string { return s.APIURL("/stores/fjord" + path) }
	var d checkout.DiscountRow
	p := staff.JSON(t, "POST", at("/discounts"), map[string]any{
		"title": "Winter", "active": true, "code": "winter", "kind": "percent", "rate": "0.125", "scope": "order", "starts_at": "2026-01-01T00:00:00Z", "limit": 5,
	}).Want(t, 201)
	if err := json.Unmarshal([]byte(p.Body), &d); err != nil || d.Code != "WINTER" || d.Rate.Percent() != "12.5" || d.Limit != 5 || d.StartsAt.IsZero() {
		t.Fatalf("%s %v", p.Body, err)
	}
	staff.JSON(t, "POST", at("/discounts"), map[string]any{"title": "Again", "active": true, "code": "WINTER", "kind": "percent", "rate": "0.1", "scope": "order"}).Want(t, 422)
	if p := staff.Get(t, at("/discounts")).Want(t, 200); strings.Count(p.Body, `"id"`) != 1 {
		t.Errorf("what was refused is there: %s", p.Body)
	}
	staff.JSON(t, "PUT", at("/discounts/"+d.ID), map[string]any{"title": "Winter", "active": true, "code": "winter", "kind": "percent", "rate": "1.5", "scope": "order"}).Want(t, 422)
	staff.JSON(t, "POST", at("/discounts/"+d.ID+"/codes"), map[string]any{"count": 3}).Want(t, 201)
	var issued struct {
		GiftCard checkout.GiftCard `json:"gift_card"`
		Code     string            `json:"code"`
	}
	p = staff.JSON(t, "POST", at("/gift-cards"), map[string]any{"amount": 500}).Want(t, 201)
	if err := json.Unmarshal([]byte(p.Body), &issued); err != nil || len(issued.Code) != 19 {
		t.Fatalf("%s %v", p.Body, err)
	}
	if p := staff.Get(t, at("/gift-cards/"+issued.GiftCard.ID)).Want(t, 200); strings.Contains(p.Body, issued.Code) || !strings.Contains(p.Body, `"issued"`) {
		t.Errorf("%s", p.Body)
	}
}

// A zone with a method of its own, from its pages to the checkout.
func TestZoneFromDashboardToCheckout(t *testing.T) {
	s := open(t)
	s.Store(t, "fjord", "EUR")
	st := s.Open(t, "fjord")
	shell := s.product(t, st, "Shell", 2500, 10)
	staff := s.Staff(t, "owner", "fjord")
	at := func(path string) string { return s.DashboardURL("fjord", path) }
	zone := strings.TrimPrefix(staff.Post(t, at("/delivery-zones"), nil).Want(t, 303).Header.Get("Location"), "/store/fjord")
	staff.Post(t, at(zone), url.Values{"name": {"Bergen"}, "places": {"NO 5000-5999x\nXX"}}).Want(t, 422).Has(t, "#places-error", "is no place")
	staff.Post(t, at(zone), url.Values{"name": {"Bergen"}, "places": {"NO 5000..5999"}}).Want(t, 303)
	method := strings.TrimPrefix(staff.Post(t, at("/delivery"), nil).Want(t, 303).Header.Get("Location"), "/store/fjord")
	id := zone[strings.LastIndex(zone, "/")+1:]
	form := url.Values{
		"name": {"Cargo bike"}, "price": {"3"}, "where": {"zone"}, "zone": {id}, "active": {"on"}, "basis": {"subtotal"}, "tier_from": {"25", "50", ""}, "tier_price": {"2", "", ""}, "days_min": {"1"}, "days_max": {"2"},
	}
	staff.Post(t, at(method), form).Want(t, 422).Has(t, "#tiers", "where it begins")
	form["tier_price"][1] = "1"
	staff.Post(t, at(method), form).Want(t, 303)
	staff.Get(t, at("/delivery?country=NO&postal_code=5013")).Want(t, 200).Has(t, "#zones", "It is in “Bergen”, by the postal code.").Has(t, "#zones", "Cargo bike")
	staff.Get(t, at("/delivery?country=NO&postal_code=0150")).Want(t, 200).Has(t, "#zones", "It is in no zone.")
	session := func(code string) checkout.Quote {
		t.Helper()
		sessID, _ := s.ready(t, st, shell, 1)
		stale := checkout.Session{ID: sessID, State: checkout.Open, ExpiresAt: database.At(time.Now().Add(time.Hour))} // as nobody has read it: it is read anew
		sess, _, err := s.checkout.SaveContact(t.Context(), st, stale, checkout.Contact{Email: "ada@example.com", BillingSame: true, Shipping: ordertype.Address{Name: "Ada", Line1: "Gaten 4", PostalCode: code, City: "B", Country: "NO"}}, false)
		if err != nil {
			t.Fatal(err)
		}
		q, err := s.checkout.Quote(t.Context(), st, sess)
		if err != nil {
			t.Fatal(err)
		}
		return q
	}
	if q := session("5013"); len(q.Offers) != 3 || q.Offers[2].Name != "Cargo bike" || q.Offers[2].Cost.Minor != 200 {
		t.Errorf("%+v", q.Offers)
	}
	if q := session("0150"); len(q.Offers) != 2 {
		t.Errorf("%+v", q.Offers)
	}
	staff.Post(t, at(zone+"/deletions"), nil).Want(t, 303)
	if q := session("5013"); len(q.Offers) != 2 {
		t.Errorf("of a deleted zone: %+v", q.Offers)
	}
}
