package inventory

import (
	"context"
	"errors"
	"testing"

	"wizamart/framework/audit"
	"wizamart/framework/database"
	"wizamart/framework/problem"
	"wizamart/modules/inventory/inventorytype"
	"wizamart/tenant"
)

func initial(t *testing.T, s *Service, st *tenant.Store, in ...inventorytype.Initial) {
	t.Helper()
	if err := st.Write(t.Context(), func(tx *tenant.Store) error { return s.SetInitial(t.Context(), tx, in) }); err != nil {
		t.Fatal(err)
	}
}

func onHand(t *testing.T, s *Service, st *tenant.Store, id string) int {
	t.Helper()
	levels, err := s.Levels(t.Context(), st, []string{id})
	if err != nil {
		t.Fatal(err)
	}
	return levels[id].OnHand
}

func TestTake(t *testing.T) {
	tests := []struct {
		name   string
		lines  []inventorytype.Line
		code   problem.Code // "" is taken
		fields []problem.Field
		left   map[string]int
	}{
		{"some", []inventorytype.Line{{VariantID: "few", Quantity: 2}}, "", nil, map[string]int{"few": 1}},
		{"the last ones, on two lines", []inventorytype.Line{{VariantID: "few", Quantity: 2}, {VariantID: "few", Quantity: 1}}, "", nil, map[string]int{"few": 0}},
		{"too many on two lines", []inventorytype.Line{{VariantID: "few", Quantity: 2}, {VariantID: "few", Quantity: 2}}, problem.Conflict,
			[]problem.Field{{Name: "lines.few", Message: "Only 3 left."}}, map[string]int{"few": 3}},
		{"all or none", []inventorytype.Line{{VariantID: "few", Quantity: 1}, {VariantID: "none", Quantity: 1}}, problem.Conflict,
			[]problem.Field{{Name: "lines.none", Message: "This is sold out."}}, map[string]int{"few": 3}},
		{"every short variant is named", []inventorytype.Line{{VariantID: "few", Quantity: 9}, {VariantID: "debt", Quantity: 1}}, problem.Conflict,
			[]problem.Field{{Name: "lines.few", Message: "Only 3 left."}, {Name: "lines.debt", Message: "This is sold out."}}, map[string]int{"debt": -1}},
		{"backorder goes below zero", []inventorytype.Line{{VariantID: "back", Quantity: 4}}, "", nil, map[string]int{"back": -3}},
		{"untracked is left alone", []inventorytype.Line{{VariantID: "free", Quantity: 400}, {VariantID: "unknown", Quantity: 5}}, "", nil, map[string]int{"free": 7, "unknown": 0}},
		{"no pieces", []inventorytype.Line{{VariantID: "few", Quantity: 0}}, problem.Invalid, nil, map[string]int{"few": 3}},
		{"negative pieces", []inventorytype.Line{{VariantID: "few", Quantity: -3}}, problem.Invalid, nil, map[string]int{"few": 3}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s, st := openStore(t)
			initial(t, s, st, inventorytype.Initial{VariantID: "few", Tracked: true, OnHand: 3}, inventorytype.Initial{VariantID: "none", Tracked: true},
				inventorytype.Initial{VariantID: "debt", Tracked: true, OnHand: -1}, inventorytype.Initial{VariantID: "back", Tracked: true, OnHand: 1, Backorder: true},
				inventorytype.Initial{VariantID: "free", OnHand: 7})
			err := st.Write(t.Context(), func(tx *tenant.Store) error { return s.Take(t.Context(), tx, "order-1", tt.lines) })
			var p *problem.Error
			if errors.As(err, &p); (tt.code == "") != (err == nil) || p != nil && p.Code != tt.code {
				t.Fatalf("error %v, want code %q", err, tt.code)
			}
			for i, f := range tt.fields {
				if i >= len(p.Fields) || p.Fields[i] != f {
					t.Errorf("fields %v, want %v", p.Fields, tt.fields)
				}
			}
			for id, want := range tt.left {
				if got := onHand(t, s, st, id); got != want {
					t.Errorf("%s: %d left, want %d", id, got, want)
				}
			}
			checkLedger(t, st)
		})
	}
}

func TestTakeOutsideATransaction(t *testing.T) {
	s, st := openStore(t)
	if err := s.Take(t.Context(), st, "o", []inventorytype.Line{{VariantID: "a", Quantity: 1}}); !errors.Is(err, database.ErrNoTransaction) {
		t.Fatal(err)
	}
}

func TestReturn(t *testing.T) {
	line := func(n int) []inventorytype.Line { return []inventorytype.Line{{VariantID: "a", Quantity: n}} }
	s, st := openStore(t)
	ctx := t.Context()
	initial(t, s, st, inventorytype.Initial{VariantID: "a", Tracked: true, OnHand: 10})
	write := func(fn func(tx *tenant.Store) error) {
		t.Helper()
		if err := st.Write(ctx, fn); err != nil {
			t.Fatal(err)
		}
	}
	steps := []struct {
		do   string
		run  func(tx *tenant.Store) error
		want int
	}{
		{"sell 4", func(tx *tenant.Store) error { return s.Take(ctx, tx, "o1", line(4)) }, 6},
		{"cancel 1 of them", func(tx *tenant.Store) error { return s.Return(ctx, tx, "o1", line(1), Cancelled) }, 7},
		{"cancel the order", func(tx *tenant.Store) error { return s.Return(ctx, tx, "o1", line(4), Cancelled) }, 10},
		{"cancel it again", func(tx *tenant.Store) error { return s.Return(ctx, tx, "o1", line(4), Cancelled) }, 10},
		{"cancel what another name took", func(tx *tenant.Store) error { return s.Return(ctx, tx, "o2", line(2), Cancelled) }, 12},
		{"goods come back", func(tx *tenant.Store) error { return s.Return(ctx, tx, "o1", line(1), Returned) }, 13},
	}
	for _, step := range steps {
		write(step.run)
		if got := onHand(t, s, st, "a"); got != step.want {
			t.Fatalf("%s: %d, want %d", step.do, got, step.want)
		}
	}
	checkLedger(t, st)
}

func TestCount(t *testing.T) {
	ptr := func(n int) *int { return &n }
	tests := []struct {
		name    string
		changes []Change
		reason  string
		field   string // at fault
		want    map[string]int
	}{
		{"add", []Change{{VariantID: "v0", Quantity: 5}}, Received, "", map[string]int{"v0": 15}},
		{"take away", []Change{{VariantID: "v0", Quantity: -10}}, Damaged, "", map[string]int{"v0": 0}},
		{"set", []Change{{VariantID: "v0", Set: true, Quantity: 3, Was: ptr(10)}}, Correction, "", map[string]int{"v0": 3}},
		{"several", []Change{{VariantID: "v0", Quantity: 1}, {VariantID: "v1", Set: true, Quantity: 4}}, Correction, "", map[string]int{"v0": 11, "v1": 4}},
		{"below zero", []Change{{VariantID: "v1", Quantity: 1}, {VariantID: "v0", Quantity: -11}}, Correction, "quantity.v0", map[string]int{"v0": 10, "v1": 0}},
		{"sold meanwhile", []Change{{VariantID: "v0", Set: true, Quantity: 3, Was: ptr(11)}}, Correction, "quantity.v0", map[string]int{"v0": 10}},
		{"a debt gets smaller", []Change{{VariantID: "v2", Quantity: 1}}, Received, "", map[string]int{"v2": -2}},
		{"a reason of its own", []Change{{VariantID: "v0", Quantity: 1}}, Sale, "reason", map[string]int{"v0": 10}},
		{"absurd", []Change{{VariantID: "v0", Quantity: MaxOnHand}}, Received, "quantity.v0", map[string]int{"v0": 10}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s, st := openStore(t, variants(3)...)
			initial(t, s, st, inventorytype.Initial{VariantID: "v0", Tracked: true, OnHand: 10}, inventorytype.Initial{VariantID: "v2", Tracked: true, OnHand: -3})
			ctx := audit.WithActor(t.Context(), audit.Actor{Kind: audit.Staff, ID: "u1", Name: "Ada"})
			err := s.Count(ctx, st, tt.changes, tt.reason, "")
			var p *problem.Error
			if errors.As(err, &p); (tt.field == "") != (err == nil) || p != nil && (len(p.Fields) != 1 || p.Fields[0].Name != tt.field) {
				t.Fatalf("error %v, want field %q", err, tt.field)
			}
			for id, want := range tt.want {
				if got := onHand(t, s, st, id); got != want {
					t.Errorf("%s: %d, want %d", id, got, want)
				}
			}
			entries, err := audit.List(t.Context(), st.DB, audit.Filter{Action: "inventory."})
			if want := len(tt.changes); err != nil || tt.field == "" && len(entries) != want || tt.field != "" && len(entries) != 0 {
				t.Errorf("%d audit entries for %d changes: %v", len(entries), want, err)
			}
			checkLedger(t, st)
		})
	}
}

func TestAVariantOfNoCatalogueIsNotFound(t *testing.T) {
	s, st := openStore(t, "v0")
	if err := s.Adjust(t.Context(), st, "other", 1, Received, ""); !problem.Is(err, problem.NotFound) {
		t.Fatal(err)
	}
}

func TestImport(t *testing.T) {
	s, st := openStore(t)
	ctx := t.Context()
	steps := []struct {
		do        string
		in        inventorytype.Initial
		overwrite bool
		changed   int
		want      inventorytype.Level
	}{
		{"a negative stock", inventorytype.Initial{VariantID: "a", Tracked: true, OnHand: -1}, false, 1, inventorytype.Level{VariantID: "a", Tracked: true, OnHand: -1}},
		{"once more", inventorytype.Initial{VariantID: "a", Tracked: true, OnHand: -1}, false, 0, inventorytype.Level{VariantID: "a", Tracked: true, OnHand: -1}},
		{"keep", inventorytype.Initial{VariantID: "a", OnHand: 8, Backorder: true}, false, 0, inventorytype.Level{VariantID: "a", Tracked: true, OnHand: -1}},
		{"set", inventorytype.Initial{VariantID: "a", Tracked: true, OnHand: 8, Backorder: true}, true, 1, inventorytype.Level{VariantID: "a", Tracked: true, OnHand: 8, Backorder: true}},
		{"set to the same", inventorytype.Initial{VariantID: "a", Tracked: true, OnHand: 8, Backorder: true}, true, 0, inventorytype.Level{VariantID: "a", Tracked: true, OnHand: 8, Backorder: true}},
		{"set to less than nothing", inventorytype.Initial{VariantID: "a", Tracked: true, OnHand: -4}, true, 1, inventorytype.Level{VariantID: "a", Tracked: true, OnHand: -4}},
	}
	for _, step := range steps {
		var changed int
		err := st.Write(ctx, func(tx *tenant.Store) (err error) {
			changed, err = s.Import(ctx, tx, []inventorytype.Initial{step.in}, step.overwrite)
			return err
		})
		levels, err2 := s.Levels(ctx, st, []string{"a"})
		if err := errors.Join(err, err2); err != nil || changed != step.changed || levels["a"] != step.want {
			t.Fatalf("%s: changed %d, level %+v, %v", step.do, changed, levels["a"], err)
		}
	}
	checkLedger(t, st)
}

func TestStockList(t *testing.T) {
	s, st := openStore(t, variants(6)...)
	initial(t, s, st,
		inventorytype.Initial{VariantID: "v0", Tracked: true, OnHand: 5}, inventorytype.Initial{VariantID: "v1", Tracked: true, OnHand: 6},
		inventorytype.Initial{VariantID: "v2", Tracked: true}, inventorytype.Initial{VariantID: "v3", Tracked: true, OnHand: -1},
		inventorytype.Initial{VariantID: "v4", OnHand: 1}, inventorytype.Initial{VariantID: "deleted", Tracked: true, OnHand: 1})
	for _, tt := range []struct {
		f    Filter
		want []string
	}{
		{Filter{}, variants(6)},
		{Filter{State: StateLow}, []string{"v0"}},
		{Filter{State: StateOut}, []string{"v2", "v3"}},
		{Filter{State: StateUntracked}, []string{"v4", "v5"}},
		{Filter{State: StateOut, Search: "3"}, []string{"v3"}},
	} {
		tt.f.Limit = 10
		rows, total, err := s.Stock(t.Context(), st, tt.f)
		if err != nil || total != len(tt.want) || len(rows) != total {
			t.Fatalf("%+v: %d rows of %d: %v", tt.f, len(rows), total, err)
		}
		for i, id := range tt.want {
			if rows[i].Variant.VariantID != id {
				t.Errorf("%+v: row %d is %s, want %s", tt.f, i, rows[i].Variant.VariantID, id)
			}
		}
	}
	if low, err := s.Low(t.Context(), st, 5); err != nil || len(low) != 3 || low[0].VariantID != "v3" {
		t.Errorf("low: %v %v", low, err)
	}
}

func TestTheLedgerIsKept(t *testing.T) {
	s, st := openStore(t)
	initial(t, s, st, inventorytype.Initial{VariantID: "a", Tracked: true, OnHand: 1})
	for _, q := range []string{"DELETE FROM inventory_movement", "UPDATE inventory_movement SET delta = 2",
		"INSERT INTO inventory_movement VALUES ('x', 'a', -5, -4, 0, 'sale', '', '', 'system', '', '', 0)"} {
		err := st.Write(context.Background(), func(tx *tenant.Store) error { _, err := tx.ExecContext(context.Background(), q); return err })
		if err == nil {
			t.Errorf("%s was taken", q)
		}
	}
}
