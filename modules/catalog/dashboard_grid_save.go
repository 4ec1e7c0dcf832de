package catalog

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"wizamart/framework/database"
	"wizamart/framework/web"
)

// saveGrid saves the cells that differ from what the page had shown.
func (s *Service) saveGrid(c *web.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	edits := gridEdits(c, form, s.moment())
	if form.Any() {
		return s.renderGrid(c, form)
	}
	changed, err := s.EditVariants(c.Ctx(), c.Store, edits)
	if err != nil {
		if form.Take(err) {
			return s.renderGrid(c, form)
		}
		return err
	}
	if len(changed) == 0 {
		c.Flash("info", "Nothing was changed.")
	} else if err := s.flashUndo(c, c.TN("%d product was saved.", "%d products were saved.", len(changed)), undoOf(changed)); err != nil {
		return err
	}
	return c.Redirect("/product-grid" + gridQuery(c.R.URL.Query()))
}

// gridEdits reads the rows of a form; complaints go to the form.
func gridEdits(c *web.Context, form *web.Form, now database.Time) []VariantEdit {
	keys := strings.Split(form.Value("columns"), ",")
	var out []VariantEdit
	for _, id := range form.Values("row") {
		var was []string
		if json.Unmarshal([]byte(form.Value("was-"+id)), &was) != nil || len(was) != len(keys) {
			form.Fail("row-"+id, "This row could not be read. Please load the page again.")
			continue
		}
		r := gridInput{c: c, form: form, now: now, id: id, edit: VariantEdit{VariantID: id}}
		r.edit.Seen, _ = strconv.ParseInt(form.Value("seen-"+id), 10, 64)
		for i, key := range keys {
			name := key + "-" + id
			if typed := strings.TrimSpace(form.Value(name)); has(form, name) && typed != strings.TrimSpace(was[i]) {
				r.read(key, name, typed, was[i])
			}
		}
		if r.changes == nil && r.edit.Stock == nil {
			continue
		}
		changes := r.changes
		r.edit.Change = func(p *Product, v *Variant) error {
			for _, change := range changes {
				if err := change(p, v); err != nil {
					return err
				}
			}
			return nil
		}
		out = append(out, r.edit)
	}
	return out
}

// gridInput is a row of the grid being read.
type gridInput struct {
	c       *web.Context
	form    *web.Form
	now     database.Time
	id      string
	edit    VariantEdit
	changes []func(*Product, *Variant) error
}

func (r *gridInput) read(key, name, typed, was string) {
	set := func(change func(*Product, *Variant)) {
		r.changes = append(r.changes, func(p *Product, v *Variant) error { change(p, v); return nil })
	}
	switch key {
	case "title":
		if r.form.Required(name, MaxTitle) != "" {
			set(func(p *Product, _ *Variant) { p.Title = typed })
		}
	case "status":
		if !slices.Contains(Statuses, Status(typed)) {
			r.form.Fail(name, "Choose draft, active or archived.")
		}
		r.changes = append(r.changes, func(p *Product, _ *Variant) error { return p.setStatus(Status(typed), r.now) })
	case "sku":
		r.form.Text(name, MaxTitle)
		set(func(_ *Product, v *Variant) { v.SKU = typed })
	case "barcode":
		r.form.Text(name, MaxTitle)
		set(func(_ *Product, v *Variant) { v.Barcode = typed })
	case "price", "compare_at", "cost":
		r.money(key, name, typed, set)
	case "grams":
		grams := r.form.Int(name, 0, MaxGrams)
		set(func(_ *Product, v *Variant) { v.Grams = int64(grams) })
	case "stock":
		r.stock(name, typed, was)
	case "tax_class":
		r.form.Text(name, MaxTitle)
		set(func(_ *Product, v *Variant) { v.TaxClass = typed })
	}
}

func (r *gridInput) money(key, name, typed string, set func(func(*Product, *Variant))) {
	amount, ok := gridMoney(r.form, name, typed, r.c.Store.Currency())
	if !ok && typed != "" {
		return
	}
	var optional *int64
	if ok {
		optional = &amount
	}
	switch key {
	case "price":
		if !ok {
			r.form.Fail(name, "Enter a price; 0 is possible.")
			return
		}
		set(func(_ *Product, v *Variant) { v.Price = amount })
	case "compare_at":
		if optional != nil && amount == 0 {
			optional = nil
		}
		set(func(_ *Product, v *Variant) { v.CompareAt = optional })
	case "cost":
		set(func(_ *Product, v *Variant) { v.Cost = optional })
	}
}

func (r *gridInput) stock(name, typed, was string) {
	if !r.c.Can("inventory.write") {
		r.form.Fail(name, "You may not change the stock.")
		return
	}
	number := func(text string) (*int, bool) {
		if text == "" {
			return nil, true
		}
		n, err := strconv.Atoi(text)
		return &n, err == nil && n <= 1_000_000_000 && n >= -1_000_000_000
	}
	next, ok := number(typed)
	if !ok {
		r.form.Fail(name, "Enter a whole number, or nothing to stop counting.")
	}
	before, _ := number(was)
	r.edit.Stock = &StockEdit{OnHand: next, Look: true, Was: before}
}

// gridMoney reads an amount as spreadsheets write it: “12,50”, “1.299,00 €”, “€ 12.50”. What could be read in two ways is left to the
// rules for amounts, which refuse it.
func gridMoney(form *web.Form, name, typed, currency string) (minor int64, ok bool) {
	plain := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r == '.' || r == ',' || r == '-' {
			return r
		}
		if strings.ContainsRune("  \t'€$£¥", r) {
			return -1
		}
		return r
	}, typed)
	comma, dot := strings.LastIndexByte(plain, ','), strings.LastIndexByte(plain, '.')
	switch {
	case comma > dot && dot >= 0:
		plain = strings.ReplaceAll(strings.ReplaceAll(plain, ".", ""), ",", ".")
	case dot > comma && comma >= 0:
		plain = strings.ReplaceAll(plain, ",", "")
	case comma >= 0 && strings.Count(plain, ",") == 1 && len(plain)-comma <= 3:
		plain = strings.ReplaceAll(plain, ",", ".")
	}
	read := web.NewForm(map[string][]string{name: {plain}})
	if minor, ok = read.Money(name, currency); !ok && read.Error(name) != "" {
		form.Fail(name, "%s", read.Error(name))
	}
	return minor, ok
}
