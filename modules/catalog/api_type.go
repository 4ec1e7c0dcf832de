package catalog

import (
	"context"
	"net/http"
	"time"

	"wizamart/framework/app"
	"wizamart/framework/web"
)

// typeResource is a product type as programs see it.
type typeResource struct {
	ID        string          `json:"id,omitempty" doc:"UUIDv7; missing for a name that products have and that has no fields"`
	Name      string          `json:"name" doc:"What products have as their type. Letter case does not count"`
	Fields    []fieldResource `json:"fields" doc:"In the order of the product's page"`
	Products  int             `json:"products" doc:"Living ones of this type"`
	UpdatedAt *time.Time      `json:"updated_at,omitempty"`
}

type fieldResource struct {
	ID         string           `json:"id" doc:"UUIDv7. Another after its kind was changed"`
	Key        string           `json:"key" doc:"Names the field in products and in the columns of CSV files"`
	Label      string           `json:"label"`
	Kind       FieldKind        `json:"kind" enum:"text,lines,number,yes_no,choice,choices,date,url" doc:"number: at most six decimals; date: ISO 8601, 2026-03-31; choices: any of the choices"`
	Unit       string           `json:"unit,omitempty" doc:"Of a number"`
	Help       string           `json:"help,omitempty"`
	Choices    []choiceResource `json:"choices,omitempty"`
	Shown      bool             `json:"shown" doc:"In the shop"`
	Filterable bool             `json:"filterable" doc:"Shoppers narrow listings down by it"`
	Required   bool             `json:"required" doc:"Of this type"`
}

type choiceResource struct {
	ID    string `json:"id,omitempty" doc:"Missing for a new one"`
	Label string `json:"label" maxLength:"100"`
}

func newFieldResource(f *Field) fieldResource {
	out := fieldResource{ID: f.ID, Key: f.Key, Label: f.Label, Kind: f.Kind, Unit: f.Unit, Help: f.Help, Shown: f.Shown, Filterable: f.Filterable, Required: f.Required}
	for _, c := range f.Choices {
		out.Choices = append(out.Choices, choiceResource(c))
	}
	return out
}

func newTypeResource(t *ProductType, products int) typeResource {
	out := typeResource{ID: t.ID, Name: t.Name, Fields: []fieldResource{}, Products: products}
	if !t.UpdatedAt.IsZero() {
		out.UpdatedAt = &t.UpdatedAt.Time
	}
	for i := range t.Fields {
		out.Fields = append(out.Fields, newFieldResource(&t.Fields[i]))
	}
	return out
}

// FieldPatch is what may be said of a field; what is missing stays as it is.
type FieldPatch struct {
	Key        *string           `json:"key,omitempty" maxLength:"64" doc:"Made of the label where a new field has none"`
	Label      *string           `json:"label,omitempty" maxLength:"100"`
	Kind       *FieldKind        `json:"kind,omitempty" enum:"text,lines,number,yes_no,choice,choices,date,url"`
	Unit       *string           `json:"unit,omitempty" maxLength:"20"`
	Help       *string           `json:"help,omitempty" maxLength:"300"`
	Choices    *[]choiceResource `json:"choices,omitempty" maxItems:"200" doc:"All of them, in order"`
	Shown      *bool             `json:"shown,omitempty"`
	Filterable *bool             `json:"filterable,omitempty"`
	Required   *bool             `json:"required,omitempty"`
}

func (in *FieldPatch) apply(f *Field) error {
	put(&f.Key, in.Key)
	put(&f.Label, in.Label)
	put(&f.Kind, in.Kind)
	put(&f.Unit, in.Unit)
	put(&f.Help, in.Help)
	put(&f.Shown, in.Shown)
	put(&f.Filterable, in.Filterable)
	put(&f.Required, in.Required)
	if in.Choices != nil {
		var list []Choice
		for _, c := range *in.Choices {
			if c.ID != "" && f.choice(c.ID) == nil {
				c.ID = "" // another field's is not taken over
			}
			list = append(list, Choice(c))
		}
		f.Choices = list
	}
	return nil
}

type listTypesOutput struct {
	Body struct {
		Items []typeResource `json:"items"`
	}
}

type typeOutput struct{ Body typeResource }

type TypeInput struct {
	Store string `path:"store" doc:"Code of the store"`
	Type  string `path:"type" doc:"Id of the product type"`
}

type TypeFieldInput struct {
	TypeInput
	Field string `path:"field" doc:"Id of the field"`
}

type typeNameInput struct {
	Name string `json:"name" maxLength:"255"`
}

func (s *Service) typeAPI(r *app.Router) {
	const types = "/stores/{store}/product-types"
	op := func(method, path, perm, id, summary string) app.Operation {
		return app.Operation{Method: method, Path: types + path, Permission: perm, ID: id, Tag: "Catalogue", Summary: summary}
	}
	list := op("GET", "", Read, "list-product-types", "List product types")
	list.Description = "By name: those with fields, and the names that products have as their type."
	app.API(r, list, s.apiListTypes)
	create := op("POST", "", Write, "create-product-type", "Create a product type")
	create.Status = http.StatusCreated
	app.API(r, create, s.apiCreateType)
	app.API(r, op("GET", "/{type}", Read, "get-product-type", "Get a product type"), s.apiGetType)
	rename := op("PATCH", "/{type}", Write, "update-product-type", "Rename a product type")
	rename.Description = "Its products and the rules of categories are renamed with it."
	app.API(r, rename, s.apiRenameType)
	remove := op("DELETE", "/{type}", Remove, "delete-product-type", "Take a product type's fields away")
	remove.Status, remove.Description = http.StatusNoContent, "Products keep its name."
	app.API(r, remove, s.apiDeleteType)
	add := op("POST", "/{type}/fields", Write, "add-product-field", "Add a field to a product type")
	add.Status, add.Description = http.StatusCreated, "A field of that key and kind that the store has already is shared."
	app.API(r, add, s.apiAddField)
	change := op("PATCH", "/{type}/fields/{field}", Write, "update-product-field", "Change a field")
	change.Description = "For all types that have it; required is the type's own. Where products would lose what they say, it is refused on `sure` unless that is set."
	app.API(r, change, s.apiUpdateField)
	drop := op("DELETE", "/{type}/fields/{field}", Write, "remove-product-field", "Remove a field from a product type")
	drop.Status, drop.Description = http.StatusNoContent, "What products say in it is kept, and there again when the field is added again."
	app.API(r, drop, s.apiRemoveField)
}

func (s *Service) apiListTypes(ctx context.Context, c *web.Context, _ *struct {
	Store string `path:"store" doc:"Code of the store"`
},
) (*listTypesOutput, error) {
	out := &listTypesOutput{}
	rows, err := s.ProductTypes(ctx, c.Store)
	if err != nil {
		return nil, err
	}
	set, err := s.typeSetOf(ctx, c.Store)
	if err != nil {
		return nil, err
	}
	out.Body.Items = []typeResource{}
	for _, row := range rows {
		t := set.typeByID(row.ID)
		if t == nil {
			t = &ProductType{Name: row.Name}
		}
		out.Body.Items = append(out.Body.Items, newTypeResource(t, row.Products))
	}
	return out, nil
}

func (s *Service) typeOutput(ctx context.Context, c *web.Context, id string) (*typeOutput, error) {
	t, err := s.ProductType(ctx, c.Store, id)
	if err != nil {
		return nil, err
	}
	_, n, err := typeNames(ctx, c.Store, typeKey(t.Name))
	return &typeOutput{newTypeResource(t, n)}, err
}

func (s *Service) apiCreateType(ctx context.Context, c *web.Context, in *struct {
	Store string `path:"store" doc:"Code of the store"`
	Body  typeNameInput
},
) (*typeOutput, error) {
	t, err := s.CreateType(ctx, c.Store, in.Body.Name)
	if err != nil {
		return nil, err
	}
	return s.typeOutput(ctx, c, t.ID)
}

func (s *Service) apiGetType(ctx context.Context, c *web.Context, in *TypeInput) (*typeOutput, error) {
	return s.typeOutput(ctx, c, in.Type)
}

func (s *Service) apiRenameType(ctx context.Context, c *web.Context, in *struct {
	TypeInput
	Body typeNameInput
},
) (*typeOutput, error) {
	if err := s.RenameType(ctx, c.Store, in.Type, in.Body.Name); err != nil {
		return nil, err
	}
	return s.typeOutput(ctx, c, in.Type)
}

func (s *Service) apiDeleteType(ctx context.Context, c *web.Context, in *TypeInput) (*struct{}, error) {
	return nil, s.DeleteType(ctx, c.Store, in.Type)
}

type fieldOutput struct{ Body fieldResource }

func (s *Service) apiAddField(ctx context.Context, c *web.Context, in *struct {
	TypeInput
	Body FieldPatch
},
) (*fieldOutput, error) {
	f := Field{Kind: TextField, Shown: true}
	if err := in.Body.apply(&f); err != nil {
		return nil, err
	}
	made, err := s.AddField(ctx, c.Store, in.Type, f)
	if err != nil {
		return nil, err
	}
	return &fieldOutput{newFieldResource(made)}, nil
}

func (s *Service) apiUpdateField(ctx context.Context, c *web.Context, in *struct {
	TypeFieldInput
	Body struct {
		FieldPatch
		Sure bool `json:"sure,omitempty" doc:"Go on although products lose what they say"`
	}
},
) (*fieldOutput, error) {
	f, err := s.UpdateField(ctx, c.Store, in.Type, in.Field, in.Body.Sure, in.Body.apply)
	if err != nil {
		return nil, err
	}
	return &fieldOutput{newFieldResource(f)}, nil
}

func (s *Service) apiRemoveField(ctx context.Context, c *web.Context, in *TypeFieldInput) (*struct{}, error) {
	return nil, s.RemoveField(ctx, c.Store, in.Type, in.Field)
}
