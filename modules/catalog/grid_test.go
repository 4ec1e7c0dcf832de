package catalog

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"wizamart/framework/database"
	"wizamart/framework/problem"
	"wizamart/framework/web"
)

func TestEditVariants(t *testing.T) {
	s, st, stock := openStore(t)
	p := create(t, s, st, shirt())
	other := create(t, s, st, Product{Title: "Cap", Status: Active})
	first, cap := p.Variants[0].ID, other.Variants[0].ID
	price := func(minor int64) func(*Product, *Variant) error {
		return func(_ *Product, v *Variant) error { v.Price = minor; return nil }
	}
	nine := 9
	changed, err := s.EditVariants(ctx, st, []VariantEdit{
		{VariantID: first, Seen: p.UpdatedAt.UnixMilli(), Change: price(4200), Stock: &StockEdit{OnHand: &nine}},
		{VariantID: cap, Change: func(p *Product, v *Variant) error { p.Title, v.SKU = "Wool cap", "CAP"; return nil }},
	})
	if err != nil || len(changed) != 2 || changed[0].Before.Variants[0].Price == 4200 {
		t.Fatal(changed, err)
	}
	read := func(id string) *Product {
		t.Helper()
		p, err := s.Product(ctx, st, id)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	now := read(p.ID)
	if now.Variants[0].Price != 4200 || (*stock)[first].OnHand != 9 || read(other.ID).Title != "Wool cap" {
		t.Errorf("saved: %+v, %+v", now.Variants[0], (*stock)[first])
	}

	eight := 8
	for name, c := range map[string]struct {
		edits []VariantEdit
		code  problem.Code
		field string
	}{
		"seen before the last change": {[]VariantEdit{{VariantID: cap, Change: price(1)}, {VariantID: first, Seen: p.UpdatedAt.UnixMilli() - 1, Change: price(1)}}, problem.Conflict, "row-" + first},
		"a bad price":                 {[]VariantEdit{{VariantID: cap, Change: price(1)}, {VariantID: first, Change: price(-1)}}, problem.Invalid, "price-" + first},
		"no title":                    {[]VariantEdit{{VariantID: cap, Change: func(p *Product, _ *Variant) error { p.Title = " "; return nil }}}, problem.Invalid, "title-" + cap},
		"a stock that moved":          {[]VariantEdit{{VariantID: first, Change: price(1), Stock: &StockEdit{OnHand: &nine, Look: true, Was: &eight}}}, problem.Conflict, "stock-" + first},
		"gone":                        {[]VariantEdit{{VariantID: "nothing", Change: price(1)}, {VariantID: cap, Change: price(1)}}, problem.Conflict, "row-nothing"},
	} {
		_, err := s.EditVariants(ctx, st, c.edits)
		if !problem.Is(err, c.code) || !strings.Contains(err.Error(), c.field+":") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if read(other.ID).Variants[0].Price != 0 || read(p.ID).Variants[0].Price != 4200 {
		t.Error("a part of what was refused was saved")
	}
}

func TestGridMoney(t *testing.T) {
	for typed, want := range map[string]int64{"12.50": 1250, "12,5": 1250, "1.299,00 €": 129900, "1,299.00": 129900, "€ 12": 1200, "12 345,67": 1234567, "1'200.00": 120000} {
		form := web.NewForm(nil)
		if got, ok := gridMoney(form, "p", typed, "EUR"); !ok || got != want {
			t.Errorf("%q is %d, %v, want %d", typed, got, form.Errors(), want)
		}
	}
	for _, typed := range []string{"1,299", "1.299", "abc", "-1", "12.505"} {
		form := web.NewForm(nil)
		if got, ok := gridMoney(form, "p", typed, "EUR"); ok || form.Error("p") == "" {
			t.Errorf("%q is %d", typed, got)
		}
	}
}

// The grid of a narrowed list has that list's products and no others.
func TestGridKeepsSchedule(t *testing.T) {
	s, st, _ := openStore(t)
	create(t, s, st, Product{Title: "Always", Status: Active})
	soon := create(t, s, st, Product{Title: "Soon", Status: Active, PublishedAt: database.At(database.Now().Add(time.Hour))})
	rows, total, err := s.Grid(ctx, st, ListFilter{Schedule: Scheduled})
	if err != nil || total != 1 || len(rows) != 1 || rows[0].ProductID != soon.ID {
		t.Errorf("%d of %d, %v", len(rows), total, err)
	}
	if q := gridQuery(url.Values{"schedule": {Scheduled}, "safety": {LacksSafety}}); q != "?safety="+LacksSafety+"&schedule="+Scheduled {
		t.Errorf("the address of the grid is %s", q)
	}
}
