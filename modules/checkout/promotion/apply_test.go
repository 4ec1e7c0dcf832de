package promotion

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"wizamart/framework/money"
)

var now = time.Date(2026, 12, 1, 12, 0, 0, 0, time.UTC)

func percent(id string, n int64, with ...Class) Promotion {
	p := Promotion{ID: id, Title: id, Code: id, Kind: Percent, Rate: money.BasisPoints(n * 100), Scope: Order}
	return p.with(with...)
}

func (p Promotion) with(classes ...Class) Promotion {
	for _, c := range classes {
		p.WithProduct, p.WithOrder, p.WithShip = p.WithProduct || c == ProductClass, p.WithOrder || c == OrderClass, p.WithShip || c == ShippingClass
	}
	return p
}

func change(p Promotion, fn func(*Promotion)) Promotion { fn(&p); return p }

var everything = []Class{ProductClass, OrderClass, ShippingClass}

func TestApply(t *testing.T) {
	cart := Cart{Lines: []Line{{"shell", []string{"coats"}, 2, 5000}, {"mug", nil, 1, 999}}, Ships: true, Shipping: 490, Now: now}
	ten := percent("ten", 10)
	coats := change(percent("coats", 20, everything...), func(p *Promotion) { p.Scope, p.Categories = Categories, []string{"coats"} })
	five := change(percent("five", 0, everything...), func(p *Promotion) { p.Kind, p.Amount = Amount, 500 })
	ship := change(percent("ship", 0, everything...), func(p *Promotion) { p.Kind = FreeShipping })
	for name, c := range map[string]struct {
		all      []Promotion
		applied  string
		lines    []int64
		shipping int64
		refused  string
	}{
		"none":                   {nil, "", []int64{0, 0}, 0, ""},
		"a tenth":                {[]Promotion{ten}, "ten", []int64{500, 100}, 0, ""},
		"a category":             {[]Promotion{coats}, "coats", []int64{1000, 0}, 0, ""},
		"an amount is spread":    {[]Promotion{five}, "five", []int64{417, 83}, 0, ""},
		"more than the goods":    {[]Promotion{change(five, func(p *Promotion) { p.Amount = 99999 })}, "five", []int64{5000, 999}, 0, ""},
		"off each piece":         {[]Promotion{change(five, func(p *Promotion) { p.PerPiece = true })}, "five", []int64{1000, 500}, 0, ""},
		"each piece, to nothing": {[]Promotion{change(five, func(p *Promotion) { p.PerPiece, p.Amount = true, 1<<62 })}, "five", []int64{5000, 999}, 0, ""},
		"the delivery":           {[]Promotion{ship}, "ship", []int64{0, 0}, 490, ""},
		"all that combine":       {[]Promotion{ship, five, coats}, "coats five ship", []int64{1000 + 400, 100}, 490, ""},
		"the better of two":      {[]Promotion{ten, coats}, "coats", []int64{1000, 0}, 0, "ten not_with_others 0"},
		"both have to allow it":  {[]Promotion{ten, ship}, "ten", []int64{500, 100}, 0, "ship not_with_others 0"},
		"equal: the first id":    {[]Promotion{percent("b", 10), percent("a", 10)}, "a", []int64{500, 100}, 0, "b not_with_others 0"},
		"equal: the code":        {[]Promotion{change(percent("a", 10), func(p *Promotion) { p.Code, p.Automatic = "", true }), percent("b", 10)}, "b", []int64{500, 100}, 0, ""},
		"not yet":                {[]Promotion{change(ten, func(p *Promotion) { p.StartsAt = now.Add(time.Second) })}, "", []int64{0, 0}, 0, "ten not_yet 0"},
		"its first moment":       {[]Promotion{change(ten, func(p *Promotion) { p.StartsAt = now })}, "ten", []int64{500, 100}, 0, ""},
		"its last moment":        {[]Promotion{change(ten, func(p *Promotion) { p.EndsAt = now })}, "", []int64{0, 0}, 0, "ten ended 0"},
		"used up":                {[]Promotion{change(ten, func(p *Promotion) { p.Limit, p.Used = 3, 3 })}, "", []int64{0, 0}, 0, "ten used_up 0"},
		"once each":              {[]Promotion{change(ten, func(p *Promotion) { p.PerCustomer, p.UsedBy = 1, 1 })}, "", []int64{0, 0}, 0, "ten used_by_you 0"},
		"a spent code":           {[]Promotion{change(ten, func(p *Promotion) { p.Spent = true })}, "", []int64{0, 0}, 0, "ten used_up 0"},
		"one cent short":         {[]Promotion{change(ten, func(p *Promotion) { p.MinSubtotal = 6000 })}, "", []int64{0, 0}, 0, "ten too_little 1"},
		"just enough":            {[]Promotion{change(ten, func(p *Promotion) { p.MinSubtotal = 5999 })}, "ten", []int64{500, 100}, 0, ""},
		"of its own goods":       {[]Promotion{change(coats, func(p *Promotion) { p.MinSubtotal, p.MinPieces = 5000, 3 })}, "", []int64{0, 0}, 0, "coats too_few 1"},
		"no such goods":          {[]Promotion{change(coats, func(p *Promotion) { p.Categories = []string{"hats"} })}, "", []int64{0, 0}, 0, "coats no_goods 0"},
		"nothing is left":        {[]Promotion{percent("all", 100, everything...), five}, "all", []int64{5000, 999}, 0, "five not_with_others 0"},
	} {
		t.Run(name, func(t *testing.T) {
			r := Apply(cart, c.all)
			applied, refused := "", ""
			for i, a := range r.Applied {
				if i > 0 {
					applied += " "
				}
				applied += a.ID
			}
			for _, f := range r.Refused {
				refused += fmt.Sprintf("%s %s %d", f.Code, f.Reason, f.Missing)
			}
			if applied != c.applied || !slices.Equal(r.Lines, c.lines) || r.Shipping != c.shipping || refused != c.refused {
				t.Errorf("applied %q %v %d, refused %q", applied, r.Lines, r.Shipping, refused)
			}
		})
	}
}

func TestFreeShippingCodeWaitsForTheDelivery(t *testing.T) {
	ship := change(percent("ship", 0), func(p *Promotion) { p.Kind = FreeShipping })
	cart := Cart{Lines: []Line{{"shell", nil, 1, 100}}, Ships: true, Now: now}
	if r := Apply(cart, []Promotion{ship}); len(r.Applied) != 1 || r.Total() != 0 || len(r.Refused) != 0 {
		t.Errorf("%+v", r)
	}
	cart.Ships = false
	if r := Apply(cart, []Promotion{ship}); len(r.Applied) != 0 || r.Refused[0].Reason != NothingToSend {
		t.Errorf("%+v", r)
	}
}

// Whatever the cart and the discounts: parts add up, nothing goes below zero, what is given combines, no better pair or single was left, and
// the order in which they were asked for does not matter.
func TestApplyProperties(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 11))
	for n := range 40_000 {
		cart, all := random(r)
		got := Apply(cart, all)
		lines, shipping := make([]int64, len(cart.Lines)), int64(0)
		for i, a := range got.Applied {
			if why, _ := a.check(cart); why != "" {
				t.Fatalf("case %d: %s is given, though %s", n, a.ID, why)
			}
			for _, o := range got.Applied[:i] {
				if !a.Combines(o.Promotion) {
					t.Fatalf("case %d: %s and %s do not combine", n, a.ID, o.ID)
				}
			}
			for j, v := range a.Lines {
				if v < 0 || v > 0 && !a.takes(cart.Lines[j]) {
					t.Fatalf("case %d: %s takes %d off line %d", n, a.ID, v, j)
				}
				lines[j] += v
			}
			shipping += a.Shipping
		}
		if !slices.Equal(lines, got.Lines) || shipping != got.Shipping || shipping < 0 || shipping > cart.Shipping {
			t.Fatalf("case %d: %v and %d are not %v and %d", n, lines, shipping, got.Lines, got.Shipping)
		}
		for i, l := range cart.Lines {
			if lines[i] > l.Total {
				t.Fatalf("case %d: %d off %d", n, lines[i], l.Total)
			}
		}
		for _, p := range all {
			if why, _ := p.check(cart); why == "" && cart.take([]Promotion{p}).Total() > got.Total() {
				t.Fatalf("case %d: %s alone is worth more", n, p.ID)
			}
		}
		if n%10 == 0 {
			mixed := slices.Clone(all)
			r.Shuffle(len(mixed), func(i, j int) { mixed[i], mixed[j] = mixed[j], mixed[i] })
			if again := Apply(cart, mixed); !reflect.DeepEqual(again.Applied, got.Applied) {
				t.Fatalf("case %d: asked for in another order, other discounts are given", n)
			}
		}
		given := len(got.Refused)
		for _, a := range got.Applied {
			if a.Code != "" {
				given++
			}
		}
		coded := 0
		for _, p := range all {
			if p.Code != "" {
				coded++
			}
		}
		if given != coded {
			t.Fatalf("case %d: of %d codes %d are given or refused", n, coded, given)
		}
	}
}

func random(r *rand.Rand) (Cart, []Promotion) {
	ids := []string{"a", "b", "c", "d"}
	c := Cart{Ships: r.IntN(4) > 0, Now: now}
	if c.Ships {
		c.Shipping = r.Int64N(2000)
	}
	for range 1 + r.IntN(5) {
		q := 1 + r.IntN(4)
		c.Lines = append(c.Lines, Line{ids[r.IntN(4)], []string{ids[r.IntN(4)]}, q, int64(q) * r.Int64N([]int64{1, 10, 5000, 1 << 40}[r.IntN(4)])})
	}
	var all []Promotion
	for i := range r.IntN(6) {
		p := Promotion{
			ID: fmt.Sprint(i), Kind: []Kind{Percent, Amount, FreeShipping}[r.IntN(3)], Rate: money.Rate(r.Int64N(int64(money.One) + 1)), Amount: r.Int64N(9000), PerPiece: r.IntN(2) == 0,
			Scope: []Scope{Order, Products, Categories}[r.IntN(3)], Products: ids[:r.IntN(4)], Categories: ids[r.IntN(4):], MinSubtotal: r.Int64N(3) * 1000, MinPieces: r.IntN(3),
			Limit: r.IntN(3), Used: r.IntN(3), WithProduct: r.IntN(3) > 0, WithOrder: r.IntN(3) > 0, WithShip: r.IntN(3) > 0,
		}
		if r.IntN(2) == 0 {
			p.Code = "CODE" + p.ID
		}
		all = append(all, p)
	}
	return c, all
}
