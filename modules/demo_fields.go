package modules

import (
	"encoding/json"
	"fmt"
	"io/fs"

	"wizamart/modules/catalog"
	"wizamart/modules/devtools"
	"wizamart/tenant"
)

// demoFields is what devtools/demo/fields.json says of a store: product types with fields, what products say in them, and who answers for their safety.
type demoFields struct {
	Parties []struct {
		Name, Address, Country, Contact string
		Manufacturer, Responsible       bool
	}
	Types map[string][]struct {
		Label, Unit, Help string
		Kind              catalog.FieldKind
		Choices           []string
		Filter, Required  bool
	}
	Values map[string]map[string]any // by handle and key
	Safety map[string]struct{ Party, Model, Warnings string }
}

func (d *demo) fields(st *tenant.Store, s demoStore) error {
	data, err := fs.ReadFile(devtools.Demo, "demo/fields.json")
	if err != nil {
		return err
	}
	all := map[string]demoFields{}
	if err := json.Unmarshal(data, &all); err != nil {
		return fmt.Errorf("read demo/fields.json: %w", err)
	}
	f := all[s.Code]
	for _, name := range []string{"Backpacks", "Bags", "Tents", "Coffee"} { // the first that has a field says what it is
		if len(f.Types[name]) == 0 {
			continue
		}
		t, err := d.products.CreateType(d.rt.Ctx, st, name)
		if err != nil {
			return err
		}
		for _, one := range f.Types[name] {
			field := catalog.Field{Label: one.Label, Kind: one.Kind, Unit: one.Unit, Help: one.Help, Shown: true, Filterable: one.Filter, Required: one.Required}
			for _, label := range one.Choices {
				field.Choices = append(field.Choices, catalog.Choice{Label: label})
			}
			if _, err := d.products.AddField(d.rt.Ctx, st, t.ID, field); err != nil {
				return fmt.Errorf("%s, %s: %w", name, one.Label, err)
			}
		}
	}
	for handle, values := range f.Values {
		p, err := d.products.ProductByHandle(d.rt.Ctx, st, handle)
		if err != nil {
			return err
		}
		if _, err := d.products.SetFields(d.rt.Ctx, st, p.ID, values); err != nil {
			return fmt.Errorf("%s: %w", handle, err)
		}
	}
	return d.safety(st, f)
}

func (d *demo) safety(st *tenant.Store, f demoFields) error {
	ids := map[string]string{}
	for _, one := range f.Parties {
		p, err := d.products.CreateParty(d.rt.Ctx, st, catalog.Party{
			Name: one.Name, Address: one.Address, Country: one.Country, Contact: one.Contact, DefaultManufacturer: one.Manufacturer, DefaultResponsible: one.Responsible,
		})
		if err != nil {
			return fmt.Errorf("%s: %w", one.Name, err)
		}
		ids[one.Name] = p.ID
	}
	for handle, x := range f.Safety {
		p, err := d.products.ProductByHandle(d.rt.Ctx, st, handle)
		if err != nil {
			return err
		}
		_, err = d.products.Update(d.rt.Ctx, st, p.ID, func(p *catalog.Product) error {
			p.Safety = catalog.Safety{Manufacturer: ids[x.Party], Model: x.Model, Warnings: x.Warnings}
			return nil
		})
		if err != nil {
			return fmt.Errorf("%s: %w", handle, err)
		}
	}
	return nil
}
