package catalog

import (
	"net/url"
	"slices"
	"strings"

	"wizamart/framework/app"
	"wizamart/framework/web"
	"wizamart/ui"
)

// gridBody is what a saved page of the grid may hold, in bytes: 500 rows with long titles.
const gridBody = 8 << 20

// gridRoutes are the pages on which many variants are edited at once. (httprouter allows no "grid" beside "/products/:id".)
func (s *Service) gridRoutes(r *app.Router) {
	r.Dashboard("GET", "/product-grid", Write, s.gridPage)
	r.Dashboard("POST", "/product-grid", Write, s.saveGrid, app.MaxBody(gridBody))
}

// gridView is the data of the grid's page.
type gridView struct {
	Columns []gridColumn
	Keys    string // of the columns, for the form
	Lines   []gridLine
	Paging  web.Paging
	Action  string // where the form goes: the same rows again
	Back    string // the list of products as it was
	Scope   string // which products these are
	Faults  int    // cells and rows with complaints
	Lost    []string
}

// gridColumn is a column of the grid.
type gridColumn struct {
	Key, Label string
	Number     bool
	Mode       string      // inputmode
	Options    []ui.Option // a choice instead of text
}

// gridLine is a row of the grid with what was typed.
type gridLine struct {
	*GridRow
	Was   []string // what the cells held when the page was made
	Cells []gridCell
	Error string
}

type gridCell struct {
	*gridColumn
	Name, Value, Label, Error string
	Locked                    bool // belongs to the product's first row
	Changed                   bool
}

func (s *Service) gridColumns(c *web.Context) []gridColumn {
	status := make([]ui.Option, len(Statuses))
	for i, st := range Statuses {
		status[i] = ui.Option{Value: string(st), Label: c.T(statusLabels[st])}
	}
	currency := c.Store.Currency()
	out := []gridColumn{
		{Key: "title", Label: c.T("Title")}, {Key: "status", Label: c.T("Status"), Options: status}, {Key: "sku", Label: c.T("SKU")}, {Key: "barcode", Label: c.T("Barcode")},
		{Key: "price", Label: c.T("Price (%s)", currency), Number: true, Mode: "decimal"}, {Key: "compare_at", Label: c.T("Compare-at"), Number: true, Mode: "decimal"},
		{Key: "cost", Label: c.T("Cost"), Number: true, Mode: "decimal"}, {Key: "grams", Label: c.T("Weight (g)"), Number: true, Mode: "numeric"},
	}
	if (s.app == nil || s.app.EnabledFor(c.Store, "inventory")) && c.Can("inventory.write") {
		out = append(out, gridColumn{Key: "stock", Label: c.T("Stock"), Number: true, Mode: "numeric"})
	}
	if s.TaxClasses != nil {
		if classes := s.TaxClasses(c.Store); len(classes) > 1 {
			column := gridColumn{Key: "tax_class", Label: c.T("Tax class")}
			for _, class := range classes {
				column.Options = append(column.Options, ui.Option{Value: class.Code, Label: c.T(class.Name)})
			}
			out = append(out, column)
		}
	}
	return out
}

// gridFilter reads which products are edited: those that were selected, or those that the list was narrowed down to.
func gridFilter(c *web.Context) ListFilter {
	q := c.R.URL.Query()
	f := ListFilter{
		Search: c.Search(), Status: Status(q.Get("status")), Category: q.Get("category"), Type: q.Get("type"), Brand: q.Get("brand"), Tag: q.Get("tag"),
		Schedule: q.Get("schedule"), Safety: q.Get("safety"), Stock: q.Get("stock"), Sort: q.Get("sort"), Desc: q.Get("dir") == "desc", Limit: GridPage, Offset: (c.PageNumber() - 1) * GridPage,
	}
	if f.Sort == "" || f.Sort == "updated" { // saving must not shuffle the rows
		f.Sort, f.Desc = "title", false
	}
	if ids := q["id"]; len(ids) > 0 {
		f = ListFilter{IDs: ids[:min(len(ids), MaxBulk)], Sort: f.Sort, Desc: f.Desc, Limit: f.Limit, Offset: f.Offset}
	}
	return f
}

func (s *Service) gridPage(c *web.Context) error { return s.renderGrid(c, nil) }

// renderGrid shows the rows that the address names and, after a refusal, whatever other rows were changed: nothing that was typed is lost.
func (s *Service) renderGrid(c *web.Context, form *web.Form) error {
	f := gridFilter(c)
	rows, total, err := s.Grid(c.Ctx(), c.Store, f)
	if err != nil {
		return err
	}
	d := gridView{Columns: s.gridColumns(c), Paging: c.Paging(c.PageNumber(), GridPage, total), Back: gridBack(c)}
	if len(rows) == 0 && c.PageNumber() > 1 && total > 0 {
		return c.Redirect("/product-grid" + gridQuery(c.R.URL.Query(), "page"))
	}
	d.Action = c.URL("/product-grid" + gridQuery(c.R.URL.Query()))
	if len(f.IDs) > 0 {
		d.Scope = c.T("The products that you selected.")
	} else if f.Search != "" || f.Status != "" || f.Category != "" || f.Type != "" || f.Brand != "" || f.Tag != "" || f.Schedule != "" || f.Safety != "" || f.Stock != "" {
		d.Scope = c.T("The products that the list was narrowed down to.")
	} else {
		d.Scope = c.T("All products.")
	}
	if form.Any() {
		if rows, err = s.keepGrid(c, form, rows, &d); err != nil {
			return err
		}
	}
	keys := make([]string, len(d.Columns))
	for i := range d.Columns {
		keys[i] = d.Columns[i].Key
	}
	d.Keys = strings.Join(keys, ",")
	for i := range rows {
		d.Lines = append(d.Lines, d.line(&rows[i], form, c.Store.Currency()))
	}
	if form.Any() {
		d.Faults = len(form.Errors())
	}
	return c.Render(web.Page{
		View: "catalog/dashboard/grid", Title: c.T("Edit products as a grid"), D: d, Form: form, Wide: true,
		Crumbs: []web.Link{{Label: c.T("Products"), URL: d.Back}, {Label: c.T("Grid")}},
	})
}

// keepGrid adds rows that came with the form and are not on the page any more.
func (s *Service) keepGrid(c *web.Context, form *web.Form, rows []GridRow, d *gridView) ([]GridRow, error) {
	var missing []string
	for _, id := range form.Values("row") {
		if !slices.ContainsFunc(rows, func(r GridRow) bool { return r.VariantID == id }) {
			missing = append(missing, id)
		}
	}
	if len(missing) == 0 {
		return rows, nil
	}
	more, err := s.GridByVariant(c.Ctx(), c.Store, missing)
	for _, id := range missing {
		if form.Error("row-"+id) != "" && !slices.ContainsFunc(more, func(r GridRow) bool { return r.VariantID == id }) {
			d.Lost = append(d.Lost, c.T("“%s” was deleted meanwhile: its row is gone.", form.Value("name-"+id)))
		}
	}
	return append(rows, more...), err
}

func (d *gridView) line(r *GridRow, form *web.Form, currency string) gridLine {
	l := gridLine{GridRow: r}
	if form.Any() {
		l.Error = form.Error("row-" + r.VariantID)
	}
	for i := range d.Columns {
		col := &d.Columns[i]
		text := r.text(col.Key, currency)
		cell := gridCell{gridColumn: col, Name: col.Key + "-" + r.VariantID, Value: text, Label: col.Label + ", " + r.Label()}
		if cell.Locked = (col.Key == "title" || col.Key == "status") && !r.First; cell.Locked {
			cell.Value = ""
		} else if form.Any() && has(form, cell.Name) {
			cell.Value, cell.Error = form.Value(cell.Name), form.Error(cell.Name)
			cell.Changed = cell.Value != text
		}
		if col.Options != nil && !cell.Locked && !slices.ContainsFunc(col.Options, func(o ui.Option) bool { return o.Value == text }) {
			own := *col // a class that nobody declares any more stays a choice of those that have it
			own.Options = append(slices.Clone(col.Options), ui.Option{Value: text, Label: text})
			cell.gridColumn = &own
		}
		l.Was, l.Cells = append(l.Was, text), append(l.Cells, cell)
	}
	return l
}

// gridParameters say which rows the grid shows.
var gridParameters = []string{"id", "q", "status", "category", "type", "brand", "tag", "schedule", "safety", "stock", "sort", "dir", "page"}

func gridQuery(q url.Values, without ...string) string {
	out := url.Values{}
	for _, name := range gridParameters {
		if v := q[name]; len(v) > 0 && !slices.Contains(without, name) && v[0] != "" {
			out[name] = v
		}
	}
	return withQuery("", out)
}

// gridBack is the list of products from which the grid was opened.
func gridBack(c *web.Context) string {
	return c.URL("/products" + gridQuery(c.R.URL.Query(), "id", "page"))
}
