package audit

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"wizamart/framework/database"
	"wizamart/tenant"
	"wizamart/tenant/tenanttest"
)

func openStore(t *testing.T) *tenant.Store {
	t.Helper()
	p := tenanttest.Open(t, tenanttest.Module{Name: "audit", Files: Migrations})
	return tenanttest.Acquire(t, p, tenanttest.NewStores(t, p, "one")[0].ID)
}

func record(t *testing.T, ctx context.Context, st *tenant.Store, entries ...Entry) {
	t.Helper()
	err := st.Write(ctx, func(tx *tenant.Store) error {
		for _, e := range entries {
			if err := Record(ctx, tx.DB, e); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func list(t *testing.T, st *tenant.Store, f Filter) []Entry {
	t.Helper()
	out, err := List(context.Background(), st.DB, f)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestRecord(t *testing.T) {
	st := openStore(t)
	ctx := WithActor(context.Background(), Actor{Kind: Staff, ID: "u1", Name: "Ann", Address: "192.0.2.1"})
	b, a, err := Diff(map[string]any{"price": 1}, map[string]any{"price": 2})
	if err != nil {
		t.Fatal(err)
	}
	record(t, ctx, st, Entry{ActorName: "Mallory", Action: "catalog.product.updated", SubjectKind: "product", SubjectID: "p1", SubjectName: "Tea", Before: b, After: a})
	record(t, context.Background(), st, Entry{Action: "catalog.feed.fetched"})
	all := list(t, st, Filter{})
	if len(all) != 2 {
		t.Fatalf("%d entries", len(all))
	}
	if e := all[0]; e.ActorKind != System || e.ActorName != "Wizamart" || e.Before != nil || e.At.IsZero() {
		t.Errorf("without an actor: %+v", e)
	}
	if e := all[1]; e.ActorKind != Staff || e.ActorID != "u1" || e.ActorName != "Ann" || e.Address != "192.0.2.1" ||
		e.SubjectName != "Tea" || string(e.Before) != `{"price":1}` || string(e.After) != `{"price":2}` {
		t.Errorf("%+v", e)
	}
	if err := Record(ctx, st.DB, Entry{Action: "a.b.c"}); !errors.Is(err, database.ErrNoTransaction) {
		t.Errorf("outside a transaction: %v", err)
	}
	undone := errors.New("undone")
	err = st.Write(ctx, func(tx *tenant.Store) error { return errors.Join(undone, Record(ctx, tx.DB, Entry{Action: "a.b.c"})) })
	if !errors.Is(err, undone) || len(list(t, st, Filter{})) != 2 {
		t.Errorf("an undone change was recorded: %v", err)
	}
}

func TestDiff(t *testing.T) {
	type size struct{ W, H int }
	type product struct {
		Name   string   `json:"name"`
		Price  int      `json:"price"`
		Tags   []string `json:"tags"`
		Size   size     `json:"size"`
		Secret string   `json:"-"`
	}
	tea := product{"Tea", 100, []string{"a"}, size{1, 2}, "x"}
	dearer := product{"Tea", 120, []string{"a"}, size{1, 2}, "y"}
	for name, c := range map[string]struct {
		before, after any
		b, a          string
	}{
		"one key":          {tea, dearer, `{"price":100}`, `{"price":120}`},
		"nothing":          {tea, product{"Tea", 100, []string{"a"}, size{1, 2}, "z"}, "", ""},
		"pointer":          {&tea, &dearer, `{"price":100}`, `{"price":120}`},
		"created":          {nil, map[string]any{"a": 1}, "", `{"a":1}`},
		"deleted":          {map[string]any{"a": 1}, nil, `{"a":1}`, ""},
		"key gone":         {map[string]any{"a": 1, "b": 2}, map[string]any{"a": 1}, `{"b":2}`, ""},
		"null is a value":  {map[string]any{"a": nil}, map[string]any{"a": 1}, `{"a":null}`, `{"a":1}`},
		"nested order":     {map[string]any{"a": database.JSON(`{"x":1,"y":2}`)}, map[string]any{"a": database.JSON(`{ "y":2, "x":1 }`)}, "", ""},
		"big numbers":      {map[string]any{"a": int64(9007199254740993)}, map[string]any{"a": int64(9007199254740992)}, `{"a":9007199254740993}`, `{"a":9007199254740992}`},
		"big nested":       {map[string]any{"a": map[string]any{"n": int64(9007199254740993)}}, map[string]any{"a": map[string]any{"n": int64(9007199254740992)}}, `{"a":{"n":9007199254740993}}`, `{"a":{"n":9007199254740992}}`},
		"typed nil before": {(*product)(nil), map[string]any{"a": 1}, "", `{"a":1}`},
	} {
		b, a, err := Diff(c.before, c.after)
		if err != nil || string(b) != c.b || string(a) != c.a {
			t.Errorf("%s: %s → %s (%v), want %s → %s", name, b, a, err, c.b, c.a)
		}
	}
	if _, _, err := Diff([]int{1}, []int{2}); err == nil {
		t.Error("a list was taken for an object")
	}
}

func TestAppendOnly(t *testing.T) {
	st := openStore(t)
	ctx := context.Background()
	record(t, ctx, st, Entry{Action: "a.b.c", SubjectName: "kept"})
	id := list(t, st, Filter{})[0].ID
	for name, query := range map[string]string{
		"update":  "UPDATE audit_entry SET subject_name = 'forged'",
		"delete":  "DELETE FROM audit_entry",
		"replace": "INSERT OR REPLACE INTO audit_entry SELECT id, at, actor_kind, 'x', 'x', '', action, subject_kind, 'x', 'x', NULL, NULL FROM audit_entry",
		"upsert":  "INSERT INTO audit_entry SELECT * FROM audit_entry WHERE true ON CONFLICT (id) DO UPDATE SET subject_name = 'forged'",
		"forge":   "INSERT INTO audit_erasing VALUES ('x'); ",
	} {
		err := st.Write(ctx, func(tx *tenant.Store) error {
			if _, err := tx.ExecContext(ctx, query); err != nil {
				return err
			}
			if name == "forge" { // even an erasure changes neither what was done nor when
				_, err := tx.ExecContext(ctx, "UPDATE audit_entry SET action = 'x.y.z'")
				return err
			}
			return nil
		})
		if err == nil || !strings.Contains(err.Error(), "audit entries are never") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if all := list(t, st, Filter{}); len(all) != 1 || all[0].ID != id || all[0].SubjectName != "kept" {
		t.Errorf("%+v", all)
	}
}

func TestErase(t *testing.T) {
	st := openStore(t)
	ctx := context.Background()
	ann := WithActor(ctx, Actor{Kind: Customer, ID: "customer-of-ann", Name: "Ann", Address: "192.0.2.1"})
	record(t, ann, st, Entry{Action: "orders.order.placed", SubjectKind: "order", SubjectID: "o1", After: database.JSON(`{"total":5}`)})
	record(t, ctx, st, Entry{Action: "customers.customer.updated", SubjectKind: "customer", SubjectID: "customer-of-ann", SubjectName: "Ann", Before: database.JSON(`{"name":"Anne"}`), After: database.JSON(`{"name":"Ann"}`)})
	record(t, ctx, st, Entry{Action: "customers.customer.updated", SubjectKind: "customer", SubjectID: "c2", SubjectName: "Bob"})
	err := st.Write(ctx, func(tx *tenant.Store) error {
		n, err := Erase(tx.DB, Customer, "customer-of-ann", "request of 1 May")
		if n != 2 {
			t.Errorf("%d entries changed, want 2", n)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	all := list(t, st, Filter{})
	if len(all) != 3 {
		t.Fatalf("%d entries", len(all))
	}
	text := fmt.Sprintf("%+v", all)
	for _, gone := range []string{"Ann", "customer-of-ann", "192.0.2.1"} {
		if strings.Contains(text, gone) {
			t.Errorf("%q is still there: %s", gone, text)
		}
	}
	if all[0].SubjectName != "Bob" || all[1].Action != "customers.customer.updated" || string(all[2].After) != `{"total":5}` {
		t.Errorf("too much was erased: %s", text)
	}
	if _, err := Erase(st.DB, Customer, "c2", ""); !errors.Is(err, database.ErrNoTransaction) {
		t.Errorf("outside a transaction: %v", err)
	}
	err = st.Write(ctx, func(tx *tenant.Store) error {
		_, err := tx.ExecContext(ctx, "UPDATE audit_entry SET subject_name = 'forged'")
		return err
	})
	if err == nil {
		t.Error("entries can be changed after an erasure")
	}
}

func TestList(t *testing.T) {
	st := openStore(t)
	for i := range 25 {
		ctx := WithActor(context.Background(), Actor{Kind: Staff, ID: fmt.Sprintf("u%d", i%2)})
		record(t, ctx, st, Entry{Action: "catalog.product.updated", SubjectKind: "product", SubjectID: fmt.Sprintf("p%d", i%5), SubjectName: fmt.Sprint(i)})
	}
	record(t, context.Background(), st, Entry{Action: "catalogue.other"})
	for name, c := range map[string]struct {
		f    Filter
		want int
	}{
		"all":           {Filter{}, 26},
		"actor":         {Filter{ActorKind: Staff, ActorID: "u1"}, 12},
		"subject":       {Filter{SubjectKind: "product", SubjectID: "p0"}, 5},
		"action":        {Filter{Action: "catalog.product.updated"}, 25},
		"actions":       {Filter{Action: "catalog."}, 25},
		"both":          {Filter{Action: "catalog.", ActorID: "u0", SubjectID: "p0"}, 3},
		"before it all": {Filter{To: list(t, st, Filter{})[25].At.Time}, 0},
		"from then on":  {Filter{From: list(t, st, Filter{})[25].At.Time}, 26},
		"no wildcards":  {Filter{Action: "%."}, 0},
	} {
		if got := list(t, st, c.f); len(got) != c.want {
			t.Errorf("%s: %d entries, want %d", name, len(got), c.want)
		}
	}
	var names []string
	f := Filter{Action: "catalog.", Limit: 7}
	for pages := 0; ; pages++ {
		page := list(t, st, f)
		if len(page) == 0 {
			if pages != 4 {
				t.Errorf("%d pages, want 4", pages)
			}
			break
		}
		for _, e := range page {
			names = append(names, e.SubjectName)
		}
		f.Before = page[len(page)-1].ID
	}
	if len(names) != 25 || names[0] != "24" || names[24] != "0" {
		t.Errorf("pages: %v", names)
	}
}
