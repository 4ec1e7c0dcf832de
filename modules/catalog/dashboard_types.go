package catalog

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"wizamart/framework/app"
	"wizamart/framework/problem"
	"wizamart/framework/web"
	"wizamart/ui"
)

func (s *Service) typeRoutes(r *app.Router) {
	r.Dashboard("GET", "/product-types", Read, s.typesPage)
	r.Dashboard("POST", "/product-types", Write, s.createType)
	r.Dashboard("GET", "/product-types/:id", Read, s.typePage)
	r.Dashboard("POST", "/product-types/:id", Write, s.saveType)
	r.Dashboard("POST", "/product-types/:id/deletions", Remove, s.deleteType)
	r.Dashboard("POST", "/product-types/:id/restorations", Remove, s.restoreType)
	r.Dashboard("POST", "/product-types/:id/fields", Write, s.addField)
	r.Dashboard("GET", "/product-types/:id/fields/:field", Read, s.fieldPage)
	r.Dashboard("POST", "/product-types/:id/fields/:field", Write, s.saveField)
	r.Dashboard("POST", "/product-types/:id/fields/:field/moves", Write, s.moveField)
	r.Dashboard("POST", "/product-types/:id/fields/:field/deletions", Write, s.removeField)
	r.Dashboard("POST", "/product-types/:id/fields/:field/restorations", Write, s.restoreField)
	s.typeAPI(r)
}

type typesView struct {
	Rows []TypeRow
}

// URL is the list of the products of the type.
func (r TypeRow) URL() string { return productsOf(r.Name) }

func productsOf(typeName string) string {
	return "/products?" + url.Values{"type": {typeName}}.Encode()
}

func (s *Service) typesPage(c *web.Context) error { return s.renderTypes(c, nil) }

func (s *Service) renderTypes(c *web.Context, form *web.Form) error {
	rows, err := s.ProductTypes(c.Ctx(), c.Store)
	if err != nil {
		return err
	}
	return c.Render(web.Page{View: "catalog/dashboard/types", Title: c.T("Product types"), D: typesView{rows}, Form: form})
}

func (s *Service) createType(c *web.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	t, err := s.CreateType(c.Ctx(), c.Store, form.Value("name"))
	if err != nil {
		if form.Take(err) {
			return s.renderTypes(c, form)
		}
		return err
	}
	c.Flash("success", "“%s” was added. Now give it fields.", t.Name)
	return c.Redirect("/product-types/" + t.ID)
}

// kindLabels are the kinds for people.
var kindLabels = map[FieldKind]string{
	TextField: "Text", LinesField: "Text of several lines", NumberField: "Number", YesNoField: "Yes or no", ChoiceField: "One choice", ChoicesField: "Several choices",
	DateField: "Date", URLField: "Web address",
}

func kindOptions(c *web.Context) (out []ui.Option) {
	for _, k := range FieldKinds {
		out = append(out, ui.Option{Value: string(k), Label: c.T(kindLabels[k])})
	}
	return out
}

// typeView is the data of a type's page.
type typeView struct {
	T        *ProductType
	Rows     []fieldRow
	Kinds    []ui.Option
	Known    []ui.Option // fields of other types
	Columns  []Choice    // of files that were imported and that no field has: key and label
	Products int

	ProductsURL string
}

// fieldRow is a field as the type's page lists it.
type fieldRow struct {
	Field
	KindLabel   string
	Others      []string // other types that have it
	Uses        int      // products that say something in it
	First, Last bool
}

// askedType is the type that the page is about, among all of them.
func (s *Service) askedType(c *web.Context) (*typeSet, *ProductType, error) {
	set, err := s.typeSetOf(c.Ctx(), c.Store)
	if err != nil {
		return nil, nil, err
	}
	t := set.typeByID(c.Param("id"))
	if t == nil {
		return nil, nil, noType
	}
	return set, t, nil
}

func (s *Service) typePage(c *web.Context) error { return s.renderType(c, nil) }

func (s *Service) renderType(c *web.Context, form *web.Form) error {
	ctx, st := c.Ctx(), c.Store
	set, t, err := s.askedType(c)
	if err != nil {
		return err
	}
	d := typeView{T: t, Kinds: kindOptions(c), ProductsURL: productsOf(t.Name)}
	if _, d.Products, err = typeNames(ctx, st, typeKey(t.Name)); err != nil {
		return err
	}
	for i := range t.Fields {
		row := fieldRow{Field: t.Fields[i], KindLabel: c.T(kindLabels[t.Fields[i].Kind]), First: i == 0, Last: i == len(t.Fields)-1}
		row.Others = slices.DeleteFunc(set.users(row.ID), func(name string) bool { return name == t.Name })
		if row.Uses, err = fieldUse(ctx, st, row.ID, ""); err != nil {
			return err
		}
		d.Rows = append(d.Rows, row)
	}
	for i := range set.fields {
		if f := &set.fields[i]; t.Field(f.ID) == nil {
			d.Known = append(d.Known, ui.Option{Value: f.ID, Label: f.Label + " (" + c.T(kindLabels[f.Kind]) + ")"})
		}
	}
	d.Columns = set.unclaimed(extraColumns(st))
	return c.Render(web.Page{
		View: "catalog/dashboard/type", Title: t.Name, D: d, Form: form,
		Crumbs: []web.Link{{Label: c.T("Product types"), URL: c.URL("/product-types")}, {Label: t.Name}},
	})
}

func (s *Service) saveType(c *web.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	if err := s.RenameType(c.Ctx(), c.Store, c.Param("id"), form.Value("name")); err != nil {
		if form.Take(err) {
			return s.renderType(c, form)
		}
		return err
	}
	c.Flash("success", "The type was renamed.")
	return c.Redirect("/product-types/" + c.Param("id"))
}

func (s *Service) deleteType(c *web.Context) error {
	t, err := s.ProductType(c.Ctx(), c.Store, c.Param("id"))
	if err != nil {
		return err
	}
	if err := s.DeleteType(c.Ctx(), c.Store, t.ID); err != nil {
		return err
	}
	c.FlashAction(web.Flash{
		Kind: "success", Text: c.T("The fields of “%s” were taken away.", clip(t.Name)),
		Action: c.T("Undo"), ActionURL: c.URL("/product-types/" + t.ID + "/restorations"),
	})
	return c.Redirect("/product-types")
}

func (s *Service) restoreType(c *web.Context) error {
	if err := s.RestoreType(c.Ctx(), c.Store, c.Param("id")); err != nil {
		return err
	}
	c.Flash("success", "It is back.")
	return c.Redirect("/product-types/" + c.Param("id"))
}

func (s *Service) addField(c *web.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	in := Field{ID: form.Value("known"), Label: form.Value("label"), Key: form.Value("key"), Kind: FieldKind(cmp.Or(form.Value("kind"), string(TextField))), Shown: true}
	in.Filterable = in.Kind.CanFilter() && in.Kind != TextField // what it is for, most of the time
	f, err := s.AddField(c.Ctx(), c.Store, c.Param("id"), in)
	if err != nil {
		if form.Take(err) {
			return s.renderType(c, form)
		}
		return err
	}
	c.Flash("success", "The field “%s” was added.", f.Label)
	if in.ID != "" {
		return c.Redirect("/product-types/" + c.Param("id"))
	}
	return c.Redirect("/product-types/" + c.Param("id") + "/fields/" + f.ID)
}

// fieldView is the data of a field's page.
type fieldView struct {
	T      *ProductType
	F      *Field
	Kinds  []ui.Option
	Rows   []choiceRow
	Others []string // other types that have it
	Uses   int
	Column string // in files
}

// choiceRow is a choice in the editor; without an id it was typed just now.
type choiceRow struct {
	ID, Label string
	Position  int
}

func (s *Service) fieldPage(c *web.Context) error { return s.renderField(c, nil) }

func (s *Service) renderField(c *web.Context, form *web.Form) error {
	ctx, st := c.Ctx(), c.Store
	set, t, err := s.askedType(c)
	if err != nil {
		return err
	}
	f := t.Field(c.Param("field"))
	if f == nil {
		return noField
	}
	d := fieldView{T: t, F: f, Kinds: kindOptions(c), Column: fieldColumn(f)}
	d.Others = slices.DeleteFunc(set.users(f.ID), func(name string) bool { return name == t.Name })
	if d.Uses, err = fieldUse(ctx, st, f.ID, ""); err != nil {
		return err
	}
	for i, one := range f.Choices {
		row := choiceRow{one.ID, one.Label, i + 1}
		if form.Any() {
			row.Label = form.Value("choice-" + one.ID)
		}
		d.Rows = append(d.Rows, row)
	}
	return c.Render(web.Page{
		View: "catalog/dashboard/field", Title: f.Label, D: d, Form: form,
		Crumbs: []web.Link{{Label: c.T("Product types"), URL: c.URL("/product-types")}, {Label: t.Name, URL: c.URL("/product-types/" + t.ID)}, {Label: f.Label}},
	})
}

// typedChoices reads the editor: kept ones with their labels in the order of their numbers, then new ones, one a line. An empty label removes.
func typedChoices(form *web.Form, known []Choice) (out []Choice) {
	type placed struct {
		Choice
		at int
	}
	var list []placed
	for i, one := range known {
		at, err := strconv.Atoi(strings.TrimSpace(form.Value("position-" + one.ID)))
		if err != nil {
			at = i + 1
		}
		order := 10 * (i + 1)
		if at != i+1 {
			order = 10*at + 5*sign(at-i-1) // behind the one that it takes the place of, or before
		}
		label := one.Label
		if has(form, "choice-"+one.ID) {
			label = form.Value("choice-" + one.ID)
		}
		list = append(list, placed{Choice{one.ID, label}, order})
	}
	slices.SortStableFunc(list, func(a, b placed) int { return a.at - b.at })
	for _, p := range list {
		out = append(out, p.Choice)
	}
	for line := range strings.Lines(form.Value("choices")) {
		out = append(out, Choice{Label: line})
	}
	return out
}

func (s *Service) saveField(c *web.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	typeID, fieldID := c.Param("id"), c.Param("field")
	var was FieldKind
	f, err := s.UpdateField(c.Ctx(), c.Store, typeID, fieldID, form.Bool("sure"), func(f *Field) error {
		was = f.Kind
		f.Label, f.Key, f.Kind, f.Unit, f.Help = form.Value("label"), form.Value("key"), FieldKind(form.Value("kind")), form.Value("unit"), form.Value("help")
		f.Shown, f.Filterable, f.Required = form.Bool("shown"), form.Bool("filterable"), form.Bool("required")
		f.Choices = typedChoices(form, f.Choices)
		return nil
	})
	if err != nil {
		if form.Take(err) {
			return s.renderField(c, form)
		}
		return err
	}
	flash := web.Flash{Kind: "success", Text: c.T("The field “%s” was saved.", clip(f.Label))}
	if f.Kind != was {
		flash.Action, flash.ActionURL = c.T("Undo"), c.URL("/product-types/"+typeID+"/fields/"+fieldID+"/restorations")
	}
	c.FlashAction(flash)
	if f.Kind.HasChoices() && f.Kind != was {
		return c.Redirect("/product-types/" + typeID + "/fields/" + f.ID)
	}
	return c.Redirect("/product-types/" + typeID)
}

func (s *Service) moveField(c *web.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	by := map[string]int{"up": -1, "down": 1}[form.Value("direction")]
	if by == 0 {
		return problem.New(problem.BadRequest, "A field moves up or down.")
	}
	if err := s.MoveField(c.Ctx(), c.Store, c.Param("id"), c.Param("field"), by); err != nil {
		return err
	}
	return c.Redirect("/product-types/" + c.Param("id") + "#field-" + c.Param("field"))
}

func (s *Service) removeField(c *web.Context) error {
	t, err := s.ProductType(c.Ctx(), c.Store, c.Param("id"))
	if err != nil {
		return err
	}
	f := t.Field(c.Param("field"))
	if f == nil {
		return noField
	}
	if err := s.RemoveField(c.Ctx(), c.Store, t.ID, f.ID); err != nil {
		return err
	}
	undo := url.Values{}
	if f.Required {
		undo.Set("required", "1")
	}
	c.FlashAction(web.Flash{
		Kind: "success", Text: c.T("The field “%s” was removed.", clip(f.Label)),
		Action: c.T("Undo"), ActionURL: c.URL(withQuery("/product-types/"+t.ID+"/fields/"+f.ID+"/restorations", undo)),
	})
	return c.Redirect("/product-types/" + t.ID)
}

func (s *Service) restoreField(c *web.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	if err := s.RestoreField(c.Ctx(), c.Store, c.Param("id"), c.Param("field"), form.Bool("required")); err != nil {
		return err
	}
	c.Flash("success", "It is back.")
	return c.Redirect("/product-types/" + c.Param("id"))
}
