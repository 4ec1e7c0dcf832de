package catalog_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"io"
	"strings"
	"testing"

	"wizamart/framework/problem"
	"wizamart/modules/catalog"
)

// TestKindsOfFields: what products say survives another kind where that can hold it; where it cannot, that is asked, and undone by one step.
func TestKindsOfFields(t *testing.T) {
	s := openPacks(t)
	ctx := context.Background()
	kind := func(f *catalog.Field, to catalog.FieldKind, sure bool) (*catalog.Field, error) {
		return s.cat.UpdateField(ctx, s.st, s.ty.ID, f.ID, sure, func(f *catalog.Field) error { f.Kind = to; return nil })
	}
	says := func(i int, key string) any {
		t.Helper()
		p, err := s.cat.Product(ctx, s.st, s.list[i].ID)
		if err != nil {
			t.Fatal(err)
		}
		ty, err := s.cat.ProductType(ctx, s.st, s.ty.ID)
		if err != nil {
			t.Fatal(err)
		}
		for k := range ty.Fields {
			if f := &ty.Fields[k]; f.Key == key {
				return f.Text(p)
			}
		}
		return "no such field"
	}
	want := func(key string, values ...any) {
		t.Helper()
		for i, v := range values {
			if got := says(i, key); got != v {
				t.Errorf("%s of %s is %q, want %q", key, s.list[i].Title, got, v)
			}
		}
	}
	words, err := kind(s.volume, catalog.TextField, false)
	if err != nil {
		t.Fatal(err)
	}
	want("volume", "30", "18.5", "3")
	choice, err := kind(words, catalog.ChoiceField, false)
	if err != nil {
		t.Fatal(err)
	}
	want("volume", "30", "18.5", "3")
	if len(choice.Choices) != 3 {
		t.Errorf("choices made of what there was: %v", choice.Choices)
	}
	_, err = kind(choice, catalog.DateField, false)
	if !problem.Is(err, problem.Invalid) {
		t.Fatalf("losing what products say was not asked: %v", err)
	}
	want("volume", "30", "18.5", "3")
	if _, err = kind(choice, catalog.DateField, true); err != nil {
		t.Fatal(err)
	}
	want("volume", "", "", "")
	if err := s.cat.RestoreField(ctx, s.st, s.ty.ID, choice.ID, true); err != nil {
		t.Fatal(err)
	}
	want("volume", "30", "18.5", "3")

	without := func(sure bool) error {
		_, err := s.cat.UpdateField(ctx, s.st, s.ty.ID, s.material.ID, sure, func(f *catalog.Field) error { f.Choices = f.Choices[1:]; return nil })
		return err
	}
	if err := without(false); !problem.Is(err, problem.Invalid) {
		t.Errorf("a choice that a product has was taken away unasked: %v", err)
	}
	if err := without(true); err != nil {
		t.Fatal(err)
	}
	want("material", "", "Ripstop", "")

	other, err := s.cat.CreateType(ctx, s.st, "Tents")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.cat.AddField(ctx, s.st, other.ID, catalog.Field{Label: "Waterproof", Kind: catalog.NumberField}); !problem.Is(err, problem.Invalid) {
		t.Errorf("two fields of different kinds have one key: %v", err)
	}
	shared, err := s.cat.AddField(ctx, s.st, other.ID, catalog.Field{Label: "Waterproof", Kind: catalog.YesNoField})
	if err != nil || shared.ID != s.dry.ID {
		t.Errorf("a field of that key and kind is not shared: %v (%v)", shared, err)
	}
	if _, err := s.cat.CreateType(ctx, s.st, "BACKPACKS"); !problem.Is(err, problem.Invalid) {
		t.Errorf("letter case makes another type: %v", err)
	}
}

// TestRenamingATypeMovesNothing: products and the categories that take them by rule stay together.
func TestRenamingATypeMovesNothing(t *testing.T) {
	s := openPacks(t)
	ctx := context.Background()
	c, err := s.cat.CreateCategory(ctx, s.st, catalog.Category{Name: "Packs", Rule: catalog.Rule{Types: []string{"BackPacks", "Tents"}}})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.cat.RenameType(ctx, s.st, s.ty.ID, "Rucksäcke"); err != nil {
		t.Fatal(err)
	}
	if c, err = s.cat.Category(ctx, s.st, c.ID); err != nil || strings.Join(c.Rule.Types, ",") != "Rucksäcke,Tents" {
		t.Errorf("the rule is %v (%v)", c.Rule, err)
	}
	p, err := s.cat.Update(ctx, s.st, s.list[0].ID, func(p *catalog.Product) error { p.Title = "Ridge 30"; return nil })
	if err != nil || p.Type != "Rucksäcke" {
		t.Errorf("the product's type is %q (%v)", p.Type, err)
	}
	if n := s.doc("/categories/packs").Find(".product-card-title").Length(); n != 3 {
		t.Errorf("%d products are in the category, want 3", n)
	}
	s.add(catalog.Product{Title: "Dome", Type: "Domes", Variants: []catalog.Variant{variant(900, nil)}})
	if err := s.cat.RenameType(ctx, s.st, s.ty.ID, "domes"); !problem.Is(err, problem.Invalid) {
		t.Errorf("two types became one without anybody wanting it: %v", err)
	}
}

// TestFieldsInFiles: a column of a metafield is a field, both ways; what a field cannot hold is told, and the file comes back as it was.
func TestFieldsInFiles(t *testing.T) {
	s := openPacks(t)
	ctx := context.Background()
	var file string // the last export
	in := func(text string) *catalog.ImportReport {
		t.Helper()
		report, err := s.cat.Import(ctx, s.st, catalog.ImportInput{Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil }})
		if err != nil {
			t.Fatal(err)
		}
		return report
	}
	out := func() [][]string {
		t.Helper()
		var b bytes.Buffer
		if _, err := s.cat.Export(ctx, s.st, &b, catalog.ExportFilter{}); err != nil {
			t.Fatal(err)
		}
		file = b.String()
		rows, err := csv.NewReader(&b).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		return rows
	}
	cell := func(lines [][]string, handle, column string) string {
		for i, name := range lines[0] {
			if name != column {
				continue
			}
			for _, line := range lines[1:] {
				if line[0] == handle {
					return line[i]
				}
			}
		}
		return "nowhere"
	}
	lines := out()
	for column, want := range map[string]string{
		"Volume (product.metafields.custom.volume)": "30", "Waterproof (product.metafields.custom.waterproof)": "true", "Seasons (product.metafields.custom.seasons)": "Spring; Autumn",
	} {
		if got := cell(lines, "ridge", column); got != want {
			t.Errorf("%s is %q, want %q", column, got, want)
		}
	}
	const typed = "Handle,Title,Type,Variant Price,Rauminhalt (product.metafields.custom.volume),Waterproof (product.metafields.custom.waterproof),Material (product.metafields.custom.material),X (product.metafields.custom.unheard)\n" +
		"ridge,Ridge,Backpacks,99.00,\"28,50 l\",No,,a\nnew,New,Backpacks,10.00,12,TRUE,Cardboard,b\n"
	report := in(typed)
	if len(report.Errors) > 0 || report.Products.Updated != 1 || report.Products.Created != 1 {
		t.Fatalf("%+v", report)
	}
	if report.WarningCodes[catalog.CodeField] != 1 || !strings.Contains(report.Warnings[len(report.Warnings)-1].Message, "Cardboard") {
		t.Errorf("what no field can hold is not told: %+v", report.Warnings)
	}
	p, err := s.cat.ProductByHandle(ctx, s.st, "ridge")
	if err != nil {
		t.Fatal(err)
	}
	if n := p.FieldValue(s.volume.ID).Number; *n != 28_500_000 || *p.FieldValue(s.dry.ID).Number != 0 || p.FieldValue(s.material.ID) != nil || p.FieldValue(s.season.ID) == nil {
		t.Errorf("the file made %+v", p.Fields)
	}
	lines = out()
	for _, c := range [][3]string{
		{"new", "Material (product.metafields.custom.material)", "Cardboard"}, {"new", "Waterproof (product.metafields.custom.waterproof)", "TRUE"},
		{"new", "X (product.metafields.custom.unheard)", "b"}, {"ridge", "Waterproof (product.metafields.custom.waterproof)", "No"},
	} {
		if got := cell(lines, c[0], c[1]); got != c[2] {
			t.Errorf("%s of %s went out as %q, want %q", c[1], c[0], got, c[2])
		}
	}
	again := in(file)
	if again.Products.Unchanged != 4 || again.Products.Updated != 0 {
		t.Errorf("the store's own file changes it: %+v", again.Products)
	}
	if _, err := s.cat.SetFields(ctx, s.st, p.ID, map[string]any{"volume": 29, "waterproof": true}); err != nil {
		t.Fatal(err)
	}
	if got := cell(out(), "ridge", "Rauminhalt (product.metafields.custom.volume)"); got != "29" {
		t.Errorf("a value that was changed here goes out as %q", got)
	}
}
