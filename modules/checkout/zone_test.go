package checkout

import (
	"fmt"
	"testing"
	"time"

	"wizamart/framework/money"
	"wizamart/modules/orders/ordertype"
)

func TestTheClosestZoneWins(t *testing.T) {
	zones := []Zone{
		{Name: "world", Places: []Place{{}}}, {Name: "germany", Places: places(t, "DE")}, {Name: "bavaria", Places: places(t, "DE 80000..87999")}, {Name: "munich", Places: places(t, "DE 80000..81999")},
		{Name: "states", Places: places(t, "US")}, {Name: "california", Places: places(t, "US-CA")}, {Name: "london", Places: places(t, "GB SW*", "gb ec1..ec4")}, {Name: "germany again", Places: places(t, "DE")},
	}
	for _, c := range []struct {
		country, code, region, want string
		by                          Closeness
	}{
		{"DE", "10115", "", "germany", ByCountry}, {"DE", "80331", "", "bavaria", ByPostalCode}, {"DE", "87999", "", "bavaria", ByPostalCode}, {"DE", "88000", "", "germany", ByCountry},
		{"DE", "", "", "germany", ByCountry}, {"US", "94103", "ca", "california", ByRegion}, {"US", "10001", "NY", "states", ByCountry}, {"GB", "sw1a 1aa", "", "london", ByPostalCode},
		{"GB", "EC2A 4NE", "", "london", ByPostalCode}, {"GB", "EC5", "", "world", RestOfWorld}, {"GB", "S1", "", "world", RestOfWorld}, {"FR", "80331", "", "world", RestOfWorld},
	} {
		z, by := zoneOf(zones, ordertype.Address{Country: c.country, PostalCode: c.code, Region: c.region})
		if z == nil || z.Name != c.want || by != c.by {
			t.Errorf("%s %s %s is in %+v by %d", c.country, c.code, c.region, z, by)
		}
	}
	if z, by := zoneOf(zones[1:], ordertype.Address{Country: "FR"}); z != nil || by != Elsewhere {
		t.Errorf("France is in %+v", z)
	}
}

func places(t *testing.T, lines ...string) (out []Place) {
	t.Helper()
	for _, l := range lines {
		p, err := ParsePlace(l)
		if err != nil {
			t.Fatal(err)
		}
		if again, err := ParsePlace(p.String()); err != nil || again != p {
			t.Errorf("%q reads as %+v, and its text as %+v, %v", l, p, again, err)
		}
		out = append(out, p)
	}
	return out
}

func TestNoPlaces(t *testing.T) {
	for _, s := range []string{"", "Germany", "XX", "DE 9..1", "DE ..", "DE  ", "DE-", "DE <..>"} {
		if p, err := ParsePlace(s); err == nil && p.Country != "DE" || err == nil && p.String() != "DE" {
			t.Errorf("%q is %+v", s, p)
		}
	}
}

func TestCostBySteps(t *testing.T) {
	free := int64(10_000)
	byWeight := ShippingMethod{Price: 490, Basis: ByWeight, Tiers: []Tier{{2000, 790}, {10_000, 1490}}, FreeAbove: &free}
	bySubtotal := ShippingMethod{Price: 490, Basis: BySubtotal, Tiers: []Tier{{5000, 290}}}
	flat := ShippingMethod{Price: 490, Basis: Flat, Tiers: []Tier{{1, 1}}}
	for _, c := range []struct {
		m               ShippingMethod
		subtotal, grams int64
		want            int64
	}{
		{byWeight, 100, 0, 490}, {byWeight, 100, 1999, 490}, {byWeight, 100, 2000, 790}, {byWeight, 100, 9999, 790}, {byWeight, 100, 1 << 40, 1490}, {byWeight, 10_000, 1 << 40, 0},
		{bySubtotal, 4999, 0, 490}, {bySubtotal, 5000, 0, 290}, {flat, 5000, 5000, 490},
	} {
		if got := c.m.Cost(money.New(c.subtotal, "EUR"), c.grams); got.Minor != c.want {
			t.Errorf("%s, %d, %d g costs %d, want %d", c.m.Basis, c.subtotal, c.grams, got.Minor, c.want)
		}
	}
	again := ShippingMethod{Name: "x", Basis: ByWeight, Tiers: []Tier{{2000, 1}, {2000, 2}}}
	if err := again.Validate(); err == nil {
		t.Error("two prices from the same weight on")
	}
}

func TestArrival(t *testing.T) {
	say := func(key string, args ...any) string { return fmt.Sprintf(key, args...) }
	friday := time.Date(2026, 11, 27, 15, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		m    ShippingMethod
		want string
	}{
		{ShippingMethod{DaysMin: 2, DaysMax: 4}, "arrives Tue 1 – Thu 3 Dec"}, {ShippingMethod{DaysMin: 0, DaysMax: 1}, "arrives Fri 27 – Mon 30 Nov"},
		{ShippingMethod{DaysMin: 1, DaysMax: 2}, "arrives Mon 30 Nov – Tue 1 Dec"}, {ShippingMethod{DaysMin: 1, DaysMax: 1}, "arrives Mon 30 Nov"}, {ShippingMethod{DaysMin: 1, DaysMax: 1, Pickup: true}, "ready on Mon 30 Nov"}, {ShippingMethod{}, ""},
	} {
		if got := c.m.arrival(say, friday); got != c.want {
			t.Errorf("%d to %d days: %q, want %q", c.m.DaysMin, c.m.DaysMax, got, c.want)
		}
	}
}
