package catalog

import (
	"slices"
	"strconv"

	"wizamart/framework/money"
	"wizamart/framework/problem"
	"wizamart/framework/web"
	"wizamart/modules/inventory/inventorytype"
	"wizamart/ui"
)

// editView is the data of the product's page.
type editView struct {
	P          *Product
	Rows       []variantRow
	Options    []optionRow
	Missing    int // combinations of options that have no variant
	Fill       bool
	Nodes      []Node // categories
	ByRule     map[string]bool
	Types      []string
	Brands     []string
	Statuses   []ui.Option
	Shipping   []ui.Option
	Tax        []ui.Option
	ShipValue  string
	TaxValue   string
	Classes    []ui.Option // of tax
	ClassValue string
	Tags       string
	Currency   string
	Zero       string // how zero is written in the currency
	Stocked    bool   // there is an inventory, and the user may change it
	Counting   bool   // there is an inventory
	Shop       string // address in the shop; "" while it is not there
	ShopHost   string // for the preview of a search result
	Updated    int64
	Repeated   []string // SKUs that other variants have too
	CopyTitle  string
	Pictures   []ui.Option // for the variants' choice; empty when it would be too much
	PictureMax int         // MB
	Nameless   int         // pictures without a description
	InShop     bool
	Own        ownFields
	Safety     safetyCard
	Files      []ProductFile
	Schedule   scheduleView
}

// variantRow is a variant as the grid shows it.
type variantRow struct {
	*Variant
	Label    string
	Amount   string
	Former   string
	Cost     string
	OnHand   string // "" when nobody counts
	Twice    bool   // its SKU stands elsewhere too
	NotBelow bool   // the compare-at price is not above the price
	Sells    bool   // goes on selling when nothing is left
}

// optionRow is an option in the editor.
type optionRow struct {
	Index  int
	Name   string
	Values []ValueEdit // the last one is empty, for a new value
	New    bool
	Typed  bool // something was typed into a new one
}

func (s *Service) productPage(c *web.Context) error {
	return s.renderProduct(c, c.Param("id"), nil)
}

func (s *Service) renderProduct(c *web.Context, id string, form *web.Form) error {
	ctx, st := c.Ctx(), c.Store
	p, err := s.Product(ctx, st, id)
	if err != nil {
		return err
	}
	d := editView{
		P: p, Currency: st.Currency(), Zero: money.Zero(st.Currency()).Decimal(), Tags: joinTags(p.Tags), Missing: p.Missing(), PictureMax: MaxUpload >> 20,
		Counting: s.app == nil || s.app.EnabledFor(st, "inventory"), Updated: p.UpdatedAt.UnixMilli(), CopyTitle: c.T("Copy of %s", p.Title), InShop: p.InShop(s.moment()), Schedule: s.schedule(c, p),
	}
	d.Fill, d.Stocked = d.Missing == 0, d.Counting && c.Can("inventory.write")
	levels, err := s.levels(ctx, st, p)
	if err != nil {
		return err
	}
	repeated, err := s.RepeatedSKUs(ctx, st, p)
	if err != nil {
		return err
	}
	d.Rows = variantRows(p, levels, repeated, d.Currency)
	for sku := range repeated {
		d.Repeated = append(d.Repeated, sku)
	}
	d.Options = optionRows(p, form)
	all, err := s.CategoryRows(ctx, st)
	if err != nil {
		return err
	}
	d.Nodes, d.ByRule = tree(all), map[string]bool{}
	facts := factsOf(p, levels, s.moment())
	for i := range all {
		d.ByRule[all[i].ID], _ = all[i].Rule.takes(facts, d.Currency)
	}
	if d.Types, d.Own, err = s.ownFields(c, p, form); err != nil {
		return err
	}
	if d.Safety, err = s.safetyCard(c, p); err != nil {
		return err
	}
	if d.Brands, err = s.Brands(ctx, st, 100); err != nil {
		return err
	}
	for i := range p.Images {
		if p.Images[i].Alt == "" {
			d.Nameless++
		}
	}
	if d.Files, err = s.ProductFiles(ctx, st, p.ID); err != nil {
		return err
	}
	d.choices(c)
	d.ClassValue, d.Classes = s.taxClasses(c, p)
	d.ShopHost = s.shopAddress(c, "")
	if d.InShop {
		d.Shop = s.shopAddress(c, "/products/"+p.Slug)
	}
	return c.Render(web.Page{
		View: "catalog/dashboard/product", Title: p.Title, D: d, Form: form, Wide: true,
		Crumbs: []web.Link{{Label: c.T("Products"), URL: c.URL("/products")}, {Label: p.Title}},
	})
}

func (d *editView) choices(c *web.Context) {
	for _, status := range Statuses {
		d.Statuses = append(d.Statuses, ui.Option{Value: string(status), Label: c.T(statusLabels[status])})
	}
	all := func(of func(*Variant) bool) string {
		yes := 0
		for i := range d.P.Variants {
			if of(&d.P.Variants[i]) {
				yes++
			}
		}
		switch yes {
		case 0:
			return "no"
		case len(d.P.Variants):
			return "yes"
		}
		return "mixed"
	}
	d.ShipValue = all(func(v *Variant) bool { return v.RequiresShipping })
	d.TaxValue = all(func(v *Variant) bool { return v.Taxable })
	d.Shipping = []ui.Option{{Value: "yes", Label: c.T("Is sent to the customer")}, {Value: "no", Label: c.T("Needs no delivery")}}
	d.Tax = []ui.Option{{Value: "yes", Label: c.T("Tax is charged")}, {Value: "no", Label: c.T("Free of tax")}}
	mixed := ui.Option{Value: "mixed", Label: c.T("Differs between variants")}
	if d.ShipValue == "mixed" {
		d.Shipping = append(d.Shipping, mixed)
	}
	if d.TaxValue == "mixed" {
		d.Tax = append(d.Tax, mixed)
	}
	// A form may have 10,000 fields (net/url), and each choice lists every picture: large grids go without.
	if n := len(d.P.Variants); n > 1 && n <= 500 && n*len(d.P.Images) <= 5000 {
		for i := range d.P.Images {
			d.Pictures = append(d.Pictures, ui.Option{Value: d.P.Images[i].ID, Label: c.T("Picture %d", i+1)})
		}
	}
}

func variantRows(p *Product, levels map[string]inventorytype.Level, repeated map[string]bool, currency string) []variantRow {
	amount := func(minor *int64) string {
		if minor == nil {
			return ""
		}
		return money.New(*minor, currency).Decimal()
	}
	out := make([]variantRow, len(p.Variants))
	for i := range p.Variants {
		v := &p.Variants[i]
		out[i] = variantRow{
			Variant: v, Label: p.VariantTitle(v), Amount: amount(&v.Price), Former: amount(v.CompareAt), Cost: amount(v.Cost),
			Twice: repeated[v.SKU], NotBelow: v.CompareAt != nil && *v.CompareAt <= v.Price,
		}
		if level := levels[v.ID]; level.Tracked {
			out[i].OnHand, out[i].Sells = strconv.Itoa(level.OnHand), level.Backorder
		}
	}
	return out
}

// optionRows are the product's options and, while there is room, an empty one; what was typed stands in place of what is kept.
func optionRows(p *Product, form *web.Form) []optionRow {
	var out []optionRow
	for i := range min(len(p.Options)+1, MaxOptions) {
		row := optionRow{Index: i, New: i >= len(p.Options)}
		if !row.New {
			row.Name = p.Options[i].Name
			for _, v := range p.Options[i].Values {
				row.Values = append(row.Values, ValueEdit{Was: v, Name: v})
			}
		}
		if e, ok := typedOption(form, i); form.Any() && ok {
			row.Values, row.Typed = slices.DeleteFunc(e.Values, func(v ValueEdit) bool { return v == ValueEdit{} }), e.Name != "" || len(e.names()) > 0
		}
		row.Values = append(row.Values, ValueEdit{})
		out = append(out, row)
	}
	return out
}

// shopAddress is where shoppers find a path of the shop.
func (s *Service) shopAddress(c *web.Context, path string) string {
	if s.app == nil {
		return path
	}
	info := c.Store.Info()
	return s.app.Config.URL(info.Host(s.app.Platform.BaseDomain()), path)
}

// saveProduct takes the whole page at once.
func (s *Service) saveProduct(c *web.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	id := c.Param("id")
	p, err := s.Product(c.Ctx(), c.Store, id)
	if err != nil {
		return err
	}
	change, err := s.withFields(c, form, p, safetyChange(form, s.scheduled(c, form, p, productChange(c, form, p, s.moment()))))
	if err != nil {
		return err
	}
	if !form.Any() {
		var saved *Product
		if saved, err = s.Update(c.Ctx(), c.Store, id, change); err == nil {
			if err := s.flashSaved(c, p, saved); err != nil {
				return err
			}
			return c.Redirect("/products/" + id)
		}
		if !problem.Is(err, problem.Invalid) && !problem.Is(err, problem.Conflict) {
			return err
		}
		form.Take(err)
	}
	return s.renderProduct(c, id, form)
}
