package catalog_test

import (
	"context"
	"net/url"
	"strings"
	"testing"

	"wizamart/modules/catalog"
)

// packs is a shop with a type of products and three of them.
type packs struct {
	*shelf
	ty                                    *catalog.ProductType
	volume, material, dry, season, design *catalog.Field
	list                                  []*catalog.Product
}

func openPacks(t *testing.T) *packs {
	t.Helper()
	s := &packs{shelf: newShelf(t, "EUR")}
	ctx := context.Background()
	var err error
	if s.ty, err = s.cat.CreateType(ctx, s.st, "Backpacks"); err != nil {
		t.Fatal(err)
	}
	field := func(f catalog.Field) *catalog.Field {
		f.Shown = true
		made, err := s.cat.AddField(ctx, s.st, s.ty.ID, f)
		if err != nil {
			t.Fatal(err)
		}
		return made
	}
	s.volume = field(catalog.Field{Label: "Volume", Kind: catalog.NumberField, Unit: "l", Filterable: true, Required: true})
	s.material = field(catalog.Field{Label: "Material", Kind: catalog.ChoiceField, Choices: []catalog.Choice{{Label: "Waxed canvas"}, {Label: "Ripstop"}}, Filterable: true})
	s.dry = field(catalog.Field{Label: "Waterproof", Kind: catalog.YesNoField, Filterable: true})
	s.season = field(catalog.Field{Label: "Seasons", Kind: catalog.ChoicesField, Choices: []catalog.Choice{{Label: "Spring"}, {Label: "Autumn"}}, Filterable: true})
	s.design = field(catalog.Field{Label: "Designed by", Kind: catalog.TextField})
	for _, title := range []string{"Ridge", "Holm", "Vig"} {
		s.list = append(s.list, s.add(catalog.Product{Title: title, Type: "backpacks", Variants: []catalog.Variant{variant(9900, nil)}}))
	}
	s.say(0, "volume", "30", "material", "Waxed canvas", "waterproof", "true", "seasons", "Spring; Autumn", "designed_by", "Åse Nygård")
	s.say(1, "volume", "18.5", "material", "Ripstop", "seasons", "Autumn")
	s.say(2, "volume", "3")
	return s
}

// say puts values by keys.
func (s *packs) say(i int, values ...string) {
	s.t.Helper()
	all := map[string]any{}
	for k := 0; k < len(values); k += 2 {
		all[values[k]] = values[k+1]
	}
	if _, err := s.cat.SetFields(context.Background(), s.st, s.list[i].ID, all); err != nil {
		s.t.Fatal(err)
	}
}

// TestFieldsInTheShop: what products say is a table on their page, told to machines, and narrows listings down with counts.
func TestFieldsInTheShop(t *testing.T) {
	s := openPacks(t)
	d := s.doc("/products/ridge")
	var rows []string
	for _, tr := range d.Find(".product-table tr").EachIter() {
		rows = append(rows, text(tr.Find("th"))+"="+text(tr.Find("td")))
	}
	if got := strings.Join(rows, "|"); got != "Volume=30 l|Material=Waxed canvas|Waterproof=Yes|Seasons=Spring, Autumn|Designed by=Åse Nygård" {
		t.Errorf("the table says %s", got)
	}
	if data := d.Find("script[type='application/ld+json']").Text(); !strings.Contains(data, `"additionalProperty":[{"@type":"PropertyValue","name":"Volume","propertyID":"volume","unitText":"l","value":30}`) {
		t.Errorf("machines are told %s", data)
	}
	if s.doc("/products/vig").Find(".product-table tr").Length() != 1 {
		t.Error("fields in which a product says nothing are in its table")
	}

	facets := func(path string) string {
		var out []string
		for _, f := range s.doc(path).Find("fieldset.facet:has(input[name=f])").EachIter() {
			var values []string
			for _, row := range f.Find(".facet-row").EachIter() {
				mark := ""
				if _, on := row.Find("input").Attr("checked"); on {
					mark = "*"
				}
				values = append(values, mark+text(row.Find("label"))+" "+text(row.Find(".num")))
			}
			out = append(out, text(f.Find("legend"))+": "+strings.Join(values, ", "))
		}
		return strings.Join(out, " | ")
	}
	for path, want := range map[string]string{
		"/products":                     "Volume: 3 l 1, 18.5 l 1, 30 l 1 | Material: Waxed canvas 1, Ripstop 1 | Seasons: Spring 1, Autumn 2 | Waterproof: Yes 1",
		"/products?f=seasons%3AAutumn":  "Volume: 3 l 0, 18.5 l 1, 30 l 1 | Material: Waxed canvas 1, Ripstop 1 | Seasons: Spring 1, *Autumn 2 | Waterproof: Yes 1",
		"/products?f=volume%3A18.5..40": "Volume: 3 l 1, 18.5 l 1, 30 l 1, *18.5 – 40 l 2 | Material: Waxed canvas 1, Ripstop 1 | Seasons: Spring 1, Autumn 2 | Waterproof: Yes 1",
		"/search?q=ridge":               "",
	} {
		if got := facets(path); got != want && (want != "" || strings.Contains(got, "Holm")) {
			t.Errorf("%s has\n%s, want\n%s", path, got, want)
		}
	}
	cards := func(path string) string {
		var out []string
		for _, a := range s.doc(path).Find(".product-grid .product-card-title").EachIter() {
			out = append(out, text(a))
		}
		return strings.Join(out, " ")
	}
	for path, want := range map[string]string{
		"/products?sort=title&f=volume%3A10..":                       "Holm Ridge",
		"/products?sort=title&f=volume%3A..18.5":                     "Vig",
		"/products?sort=title&f=volume%3A18.5":                       "Holm",
		"/products?sort=title&f=material%3ARipstop&f=volume%3A3":     "",
		"/products?sort=title&f=material%3ARipstop&f=material%3ATin": "Holm",
		"/products?sort=title&f=nothing%3Ax":                         "",
		"/products?sort=title&f=waterproof%3AYes":                    "Ridge",
		"/search?q=ripstop":                                          "",
	} {
		if got := cards(path); got != want && !strings.HasPrefix(path, "/search") {
			t.Errorf("%s shows %q, want %q", path, got, want)
		}
	}
	d = s.doc("/products?f=volume%3A18.5..40&f=seasons%3AAutumn")
	if d.Find("meta[name=robots][content*=noindex]").Length() == 0 || d.Find("link[rel=canonical]").AttrOr("href", "") != s.ShopURL("shop", "/products") {
		t.Error("a narrowed listing is an index trap")
	}
	if got := text(d.Find(".filter-chips")); !strings.Contains(got, "Volume: 18.5 – 40 l") || !strings.Contains(got, "Seasons: Autumn") {
		t.Errorf("the chips are %q", got)
	}
}

// TestFieldsAreExact: pages kept in memory follow every change of a type, a field, a choice and a value on the next request.
func TestFieldsAreExact(t *testing.T) {
	s := openPacks(t)
	ctx := context.Background()
	table := func() string { return text(s.doc("/products/ridge").Find(".product-table")) }
	list := func() string { return text(s.doc("/products").Find(".facets")) }
	table()
	list()
	step := func(what string, err error, where func() string, want string, there bool) {
		t.Helper()
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		if got := where(); strings.Contains(got, want) != there {
			t.Errorf("%s: %q; %q there: %t is wanted", what, got, want, there)
		}
	}
	change := func(f *catalog.Field, sure bool, fn func(*catalog.Field)) error {
		_, err := s.cat.UpdateField(ctx, s.st, s.ty.ID, f.ID, sure, func(f *catalog.Field) error { fn(f); return nil })
		return err
	}
	s.say(0, "volume", "31")
	step("a value", nil, table, "31 l", true)
	step("a value", nil, list, "31 l", true)
	step("a label", change(s.volume, false, func(f *catalog.Field) { f.Label = "Capacity" }), table, "Capacity", true)
	step("a label", nil, list, "Capacity", true)
	step("a choice's name", change(s.material, false, func(f *catalog.Field) { f.Choices[0].Label = "Oilcloth" }), table, "Oilcloth", true)
	step("a choice's name", nil, list, "Oilcloth", true)
	step("not filtered by", change(s.material, false, func(f *catalog.Field) { f.Filterable = false }), list, "Oilcloth", false)
	step("not shown", change(s.material, false, func(f *catalog.Field) { f.Shown = false }), table, "Oilcloth", false)
	step("removed", s.cat.RemoveField(ctx, s.st, s.ty.ID, s.volume.ID), table, "31 l", false)
	step("removed", nil, list, "31 l", false)
	step("undone", s.cat.RestoreField(ctx, s.st, s.ty.ID, s.volume.ID, true), table, "31 l", true)
	step("undone", nil, list, "31 l", true)
	step("the type deleted", s.cat.DeleteType(ctx, s.st, s.ty.ID), table, "31 l", false)
	step("the type restored", s.cat.RestoreType(ctx, s.st, s.ty.ID), table, "31 l", true)
	step("renamed", s.cat.RenameType(ctx, s.st, s.ty.ID, "Rucksacks"), table, "31 l", true)
	_, err := s.cat.Update(ctx, s.st, s.list[0].ID, func(p *catalog.Product) error { p.Type = "Tents"; return nil })
	step("another type", err, table, "31 l", false)
	_, err = s.cat.Update(ctx, s.st, s.list[0].ID, func(p *catalog.Product) error { p.Type = "rucksacks"; return nil })
	step("the type again", err, table, "31 l", true)
}

// TestFieldsOnTheForm: the product's form asks for the fields of its type, with complaints beside them and what was typed kept.
func TestFieldsOnTheForm(t *testing.T) {
	s := openPacks(t)
	owner := s.Staff(t, "owner", "shop")
	page := owner.Get(t, s.DashboardURL("shop", "/products/"+s.list[0].ID)).Want(t, 200)
	form := formOf(t, page)
	name := "field-" + s.volume.ID
	if form.Get(name) != "30" || form.Get("field-"+s.material.ID) != "Waxed canvas" || len(form["field-"+s.season.ID]) != 2 {
		t.Fatalf("the form has %v", form)
	}
	send := func(change func(url.Values), status int) *catalog.Product {
		t.Helper()
		form := formOf(t, owner.Get(t, s.DashboardURL("shop", "/products/"+s.list[0].ID)).Want(t, 200))
		change(form)
		page = owner.Post(t, s.DashboardURL("shop", "/products/"+s.list[0].ID), form).Want(t, status)
		p, err := s.cat.Product(context.Background(), s.st, s.list[0].ID)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	p := send(func(v url.Values) {
		v.Set(name, "thirty")
		v.Set("field-"+s.design.ID, "Somebody")
	}, 422)
	if got := p.FieldValue(s.volume.ID); got == nil || *got.Number != 30_000_000 {
		t.Errorf("a refused form changed the product: %+v", got)
	}
	page.Has(t, "#"+name+"-error", "Enter a number")
	if v, _ := page.Doc(t).Find("#field-" + s.design.ID).Attr("value"); v != "Somebody" {
		t.Errorf("what was typed is lost: %q", v)
	}
	send(func(v url.Values) { v.Set(name, "") }, 422)
	page.Has(t, "#"+name+"-error", "Fill this in")
	p = send(func(v url.Values) { v.Set(name, ""); v.Set("status", "draft") }, 303)
	if p.FieldValue(s.volume.ID) != nil {
		t.Error("a draft cannot leave a required field out")
	}
	p = send(func(v url.Values) {
		v.Set(name, "32,5 l")
		v.Del("field-" + s.season.ID)
		v.Set("field-"+s.dry.ID, "false")
		v.Set("field-"+s.material.ID, "")
		v.Set("status", "active")
	}, 303)
	if *p.FieldValue(s.volume.ID).Number != 32_500_000 || p.FieldValue(s.season.ID) != nil || *p.FieldValue(s.dry.ID).Number != 0 || p.FieldValue(s.material.ID) != nil {
		t.Errorf("saved %+v", p.Fields)
	}
	if d := s.doc("/products/ridge"); !strings.Contains(text(d.Find(".product-table")), "WaterproofNo") {
		t.Error("no is not said")
	}
}
