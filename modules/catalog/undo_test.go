package catalog

import (
	"strconv"
	"testing"
	"time"

	"wizamart/framework/database"
	"wizamart/framework/problem"
	"wizamart/tenant"
)

func anybody(string) bool { return true }
func nobody(string) bool  { return false }

// Taking back the end of a schedule, and a stock only by those who may set it.
func TestUndoSchedule(t *testing.T) {
	s, st, _ := openStore(t)
	p := create(t, s, st, Product{Title: "Advent box", Status: Active})
	end := database.At(database.Now().Add(-time.Hour))
	p, err := s.Update(ctx, st, p.ID, func(p *Product) error {
		p.Status, p.PublishedAt, p.UnpublishAt = Archived, database.At(end.Add(-time.Hour)), end
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Bulk(ctx, st, []string{p.ID}, "activate", ""); err != nil {
		t.Fatal(err)
	}
	state, err := s.undoProducts(ctx, st, []Product{*p})
	if err != nil {
		t.Fatal(err)
	}
	id, err := s.keepUndo(ctx, st, state)
	if err != nil {
		t.Fatal(err)
	}
	if done, left, err := s.Undo(ctx, st, id, nobody); done != 1 || left != 0 || err != nil {
		t.Fatal(done, left, err)
	}
	if now, err := s.Product(ctx, st, p.ID); err != nil || now.Status != Archived || !now.UnpublishAt.Equal(end.Time) {
		t.Fatalf("%s until %v, %v", now.Status, now.UnpublishAt, err)
	}
}

func TestUndo(t *testing.T) {
	s, st, stock := openStore(t)
	a, b := create(t, s, st, shirt()), create(t, s, st, Product{Title: "Cap", Status: Active, Tags: []string{"wool"}})
	read := func(id string) *Product {
		t.Helper()
		p, err := s.Product(ctx, st, id)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	both := func() []Product {
		t.Helper()
		list, err := s.ProductsByID(ctx, st, []string{a.ID, b.ID})
		if err != nil || len(list) != 2 {
			t.Fatal(len(list), err)
		}
		return list
	}
	keep := func(state *undoState, err error) string {
		t.Helper()
		id := ""
		if err == nil {
			id, err = s.keepUndo(ctx, st, state)
		}
		if err != nil || id == "" {
			t.Fatal(id, err)
		}
		return id
	}
	undo := func(id string, wantDone, wantLeft int) {
		t.Helper()
		if done, left, err := s.Undo(ctx, st, id, anybody); done != wantDone || left != wantLeft || err != nil {
			t.Errorf("%d undone, %d left, %v", done, left, err)
		}
	}
	bulk := func(action, argument string) string {
		t.Helper()
		before := both()
		if _, err := s.Bulk(ctx, st, []string{a.ID, b.ID}, action, argument); err != nil {
			t.Fatal(err)
		}
		return keep(s.undoProducts(ctx, st, before))
	}

	undo(bulk("archive", ""), 2, 0)
	if read(a.ID).Status != Active || !read(a.ID).PublishedAt.Equal(a.PublishedAt.Time) {
		t.Errorf("after archiving: %+v", read(a.ID))
	}
	undo(bulk("tag", "new"), 2, 0)
	if len(read(b.ID).Tags) != 1 {
		t.Errorf("after tagging: %v", read(b.ID).Tags)
	}
	id := bulk("delete", "")
	if _, _, err := s.Undo(ctx, st, id, nobody); !problem.Is(err, problem.Forbidden) {
		t.Errorf("without the permission: %v", err)
	}
	undo(id, 2, 0)
	if _, _, err := s.Undo(ctx, st, id, anybody); !problem.Is(err, problem.NotFound) {
		t.Errorf("twice: %v", err)
	}
	id = bulk("draft", "")
	if _, err := s.Update(ctx, st, b.ID, func(p *Product) error { p.Title = "Wool cap"; return nil }); err != nil {
		t.Fatal(err)
	}
	undo(id, 1, 1)
	if read(a.ID).Status != Active || read(b.ID).Status != Draft || read(b.ID).Title != "Wool cap" {
		t.Error("what was changed since is not left alone")
	}

	nine := 9
	first := a.Variants[0].ID
	changed, err := s.EditVariants(ctx, st, []VariantEdit{{
		VariantID: first, Change: func(p *Product, v *Variant) error { p.Title, v.Price = "Shirt", 1; return nil }, Stock: &StockEdit{OnHand: &nine},
	}})
	id = keep(undoOf(changed), err)
	if _, _, err := s.Undo(ctx, st, id, func(permission string) bool { return permission != "inventory.write" }); !problem.Is(err, problem.Forbidden) {
		t.Errorf("a stock is put back without the permission: %v", err)
	}
	undo(id, 1, 0)
	if p := read(a.ID); p.Title != a.Title || p.Variants[0].Price != a.Variants[0].Price || (*stock)[first].Tracked {
		t.Errorf("after the grid: %+v, %+v", p.Variants[0], (*stock)[first])
	}
	whole := read(a.ID)
	saved, err := s.Update(ctx, st, a.ID, func(p *Product) error { p.Variants, p.BodySource = p.Variants[:1], "<p>x</p>"; return nil })
	id = keep(&undoState{Products: []undoProduct{{ID: a.ID, Version: saved.UpdatedAt.UnixMilli(), Whole: whole}}}, err)
	undo(id, 1, 0)
	if p := read(a.ID); len(p.Variants) != len(whole.Variants) || p.BodySource != whole.BodySource || p.Variants[3].ID != whole.Variants[3].ID {
		t.Errorf("after saving the product: %+v", p)
	}
}

// As many variants of one product as are changed at once are taken back at once.
func TestUndoManyVariants(t *testing.T) {
	s, st, _ := openStore(t)
	in := Product{Title: "Chart", Status: Active, Options: []Option{{Name: "Row"}, {Name: "Column"}}}
	for i := range 40 {
		in.Options[0].Values = append(in.Options[0].Values, "r"+strconv.Itoa(i))
	}
	for i := range 25 {
		in.Options[1].Values = append(in.Options[1].Values, "c"+strconv.Itoa(i))
	}
	for _, row := range in.Options[0].Values {
		for _, column := range in.Options[1].Values {
			v := NewVariant()
			v.Values[0], v.Values[1], v.Price = row, column, 100
			in.Variants = append(in.Variants, v)
		}
	}
	p := create(t, s, st, in)
	var edits []VariantEdit
	for i := range p.Variants[:MaxVariantEdits] {
		edits = append(edits, VariantEdit{VariantID: p.Variants[i].ID, Change: func(p *Product, v *Variant) error { p.Title, v.Price = "Map", 200; return nil }})
	}
	changed, err := s.EditVariants(ctx, st, edits)
	if err != nil {
		t.Fatal(err)
	}
	id, err := s.keepUndo(ctx, st, undoOf(changed))
	if err != nil {
		t.Fatal(err)
	}
	if done, left, err := s.Undo(ctx, st, id, nobody); done != 1 || left != 0 || err != nil {
		t.Fatal(done, left, err)
	}
	now, err := s.Product(ctx, st, p.ID)
	if err != nil || now.Title != "Chart" || now.PriceMin != 100 || now.PriceMax != 100 {
		t.Fatalf("%s, %d to %d, %v", now.Title, now.PriceMin, now.PriceMax, err)
	}
}

func TestUndoCategory(t *testing.T) {
	s, st, _ := openStore(t)
	top, err := s.CreateCategory(ctx, st, Category{Name: "Top", Rule: Rule{Conditions: []Condition{{"brand_is", "Fjell"}}}})
	if err != nil {
		t.Fatal(err)
	}
	below, err := s.CreateCategory(ctx, st, Category{Name: "Below", ParentID: top.ID})
	if err != nil {
		t.Fatal(err)
	}
	after := func(act func(tx *tenant.Store) error) {
		t.Helper()
		before, err := s.CategoryRows(ctx, st)
		if err == nil {
			err = st.Write(ctx, act)
		}
		if err != nil {
			t.Fatal(err)
		}
		state, err := s.undoCategories(ctx, st, before)
		if err != nil || state.empty() {
			t.Fatal(err)
		}
		id, err := s.keepUndo(ctx, st, state)
		if err != nil {
			t.Fatal(err)
		}
		if _, left, err := s.Undo(ctx, st, id, anybody); left != 0 || err != nil {
			t.Errorf("%d left, %v", left, err)
		}
		now, err := s.CategoryRows(ctx, st)
		if err != nil || len(now) != len(before) {
			t.Fatal(len(now), err)
		}
		for i := range now {
			for k := range before {
				if was, is := before[k], now[i]; was.ID == is.ID && (was.Name != is.Name || was.ParentID != is.ParentID || was.Slug != is.Slug || len(was.Rule.Conditions) != len(is.Rule.Conditions)) {
					t.Errorf("%+v is %+v", was, is)
				}
			}
		}
	}
	after(func(tx *tenant.Store) error { _, err := s.DeleteCategory(ctx, tx, top.ID, false); return err })
	after(func(tx *tenant.Store) error { _, err := s.DeleteCategory(ctx, tx, top.ID, true); return err })
	after(func(tx *tenant.Store) error {
		_, err := s.UpdateCategory(ctx, tx, below.ID, func(c *Category) error { c.Name, c.ParentID, c.Slug = "Moved", "", "moved"; return nil })
		return err
	})
}

// A category that the new name of a type has changed is not put back to the old one.
func TestUndoAfterRenamedType(t *testing.T) {
	s, st, _ := openStore(t)
	kind, err := s.CreateType(ctx, st, "Shirts")
	if err != nil {
		t.Fatal(err)
	}
	c, err := s.CreateCategory(ctx, st, Category{Name: "All shirts", Rule: Rule{Conditions: []Condition{{Test: "type_is", Value: "Shirts"}}}})
	if err != nil {
		t.Fatal(err)
	}
	before, err := s.CategoryRows(ctx, st)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.UpdateCategory(ctx, st, c.ID, func(c *Category) error { c.Name = "Every shirt"; return nil }); err != nil {
		t.Fatal(err)
	}
	if err := st.Write(ctx, func(tx *tenant.Store) error { // a second ago
		_, err := tx.ExecContext(ctx, "UPDATE catalog_category SET updated_at = updated_at - 1000")
		return err
	}); err != nil {
		t.Fatal(err)
	}
	state, err := s.undoCategories(ctx, st, before)
	if err != nil {
		t.Fatal(err)
	}
	id, err := s.keepUndo(ctx, st, state)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.RenameType(ctx, st, kind.ID, "Tops"); err != nil {
		t.Fatal(err)
	}
	if done, left, err := s.Undo(ctx, st, id, anybody); done != 0 || left != 1 || err != nil {
		t.Fatal(done, left, err)
	}
	after, err := s.CategoryRows(ctx, st)
	if err != nil || after[0].Name != "Every shirt" || after[0].Rule.Conditions[0].Value != "Tops" {
		t.Fatalf("%+v %v", after, err)
	}
}
