package catalog

import (
	"strings"

	"wizamart/framework/problem"
	"wizamart/framework/web"
	"wizamart/ui"
)

const listPageSize = 50

type productsView struct {
	Rows    []Row
	Filter  ListFilter
	Dir     string
	Tabs    []ui.Link
	Filters []filterSelect
	Paging  web.Paging
	Any     bool // the store has products at all
	Self    string

	Unsafe int    // active products that lack what product safety asks for
	Grid   string // where the listed products are edited as a grid
}

// filterSelect is a select of the table's toolbar.
type filterSelect struct {
	Name, Label, Value string
	Options            []ui.Option
}

// Filtered tells whether something narrows the list.
func (v productsView) Filtered() bool {
	f := v.Filter
	return f.Search != "" || f.Status != "" || f.Category != "" || f.Type != "" || f.Stock != "" || f.Brand != "" || f.Tag != "" || f.Schedule != "" || f.Safety != ""
}

func (s *Service) listPage(c *web.Context) error {
	page := c.PageNumber()
	f := ListFilter{
		Search: c.Search(), Status: Status(c.Query("status")), Category: c.Query("category"), Type: c.Query("type"), Brand: c.Query("brand"), Tag: c.Query("tag"), Schedule: c.Query("schedule"), Safety: c.Query("safety"),
		Stock: c.Query("stock"), Sort: c.Query("sort"), Desc: c.Query("dir") == "desc", Limit: listPageSize, Offset: (page - 1) * listPageSize,
	}
	rows, total, err := s.List(c.Ctx(), c.Store, f)
	if err != nil {
		return err
	}
	if len(rows) == 0 && page > 1 && total > 0 {
		q := c.R.URL.Query()
		q.Del("page")
		return c.Redirect("/products?" + q.Encode())
	}
	d := productsView{Rows: rows, Filter: f, Dir: "asc", Paging: c.Paging(page, listPageSize, total), Self: c.R.URL.RequestURI(), Grid: c.URL("/product-grid" + gridQuery(c.R.URL.Query(), "page"))}
	if f.Desc {
		d.Dir = "desc"
	}
	for i := range rows {
		rows[i].Schedule = scheduleBadge(c, rows[i].Status, rows[i].From, rows[i].Until, s.moment())
	}
	counts, err := s.StatusCounts(c.Ctx(), c.Store)
	if err != nil {
		return err
	}
	d.Tabs = statusTabs(c, f.Status, counts)
	for _, n := range counts {
		d.Any = d.Any || n > 0
	}
	if d.Filters, err = s.listFilters(c, f); err != nil {
		return err
	}
	if sells, err := s.sellsToUnion(c); err != nil {
		return err
	} else if sells && f.Safety == "" {
		if d.Unsafe, err = s.WithoutSafety(c.Ctx(), c.Store); err != nil {
			return err
		}
	}
	return c.Render(web.Page{View: "catalog/dashboard/products", Title: c.T("Products"), D: d})
}

// statusLabels are the statuses for people.
var statusLabels = map[Status]string{Active: "Active", Draft: "Draft", Archived: "Archived"}

func statusTabs(c *web.Context, current Status, counts map[Status]int) []ui.Link {
	q := c.R.URL.Query()
	q.Del("page")
	at := func(status Status) string {
		q.Del("status")
		if status != "" {
			q.Set("status", string(status))
		}
		if len(q) == 0 {
			return c.URL("/products")
		}
		return c.URL("/products?" + q.Encode())
	}
	all := 0
	for _, n := range counts {
		all += n
	}
	tabs := []ui.Link{{Label: c.T("All"), URL: at(""), Active: current == "", Badge: number(all)}}
	for _, status := range Statuses {
		tabs = append(tabs, ui.Link{Label: c.T(statusLabels[status]), URL: at(status), Active: current == status, Badge: number(counts[status])})
	}
	return tabs
}

func (s *Service) listFilters(c *web.Context, f ListFilter) ([]filterSelect, error) {
	var out []filterSelect
	all, err := s.CategoryRows(c.Ctx(), c.Store)
	if err != nil {
		return nil, err
	}
	if len(all) > 0 {
		out = append(out, filterSelect{"category", c.T("Category"), f.Category, categoryOptions(tree(all))})
	}
	types, err := s.Types(c.Ctx(), c.Store, 200)
	if err != nil {
		return nil, err
	}
	if len(types) > 0 {
		options := make([]ui.Option, len(types))
		for i, t := range types {
			options[i] = ui.Option{Value: t, Label: t}
		}
		out = append(out, filterSelect{"type", c.T("Type"), f.Type, options})
	}
	if f.Safety == LacksSafety { // its link is the notice above
		out = append(out, filterSelect{"safety", c.T("Product safety"), f.Safety, []ui.Option{{Value: LacksSafety, Label: c.T("Without safety information")}}})
	}
	out = append(out, filterSelect{"schedule", c.T("Schedule"), f.Schedule, scheduleOptions(c)})
	return append(out, filterSelect{"stock", c.T("Stock"), f.Stock, []ui.Option{{Value: InStock, Label: c.T("In stock")}, {Value: OutOfStock, Label: c.T("Sold out")}}}), nil
}

// categoryOptions shows the tree by indenting with no-break spaces.
func categoryOptions(nodes []Node) []ui.Option {
	out := make([]ui.Option, len(nodes))
	for i, n := range nodes {
		out[i] = ui.Option{Value: n.ID, Label: strings.Repeat("\u00a0\u00a0\u00a0", n.Depth) + n.Name}
	}
	return out
}

func (s *Service) createProduct(c *web.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	title := form.Text("title", MaxTitle)
	if err := form.Err(); err != nil {
		return err
	}
	if title == "" {
		title = c.T("Untitled product")
	}
	p, err := s.Create(c.Ctx(), c.Store, Product{Title: title})
	if err != nil {
		return err
	}
	c.Flash("success", "A draft was made. It is in nobody's sight until you set it active.")
	return c.Redirect("/products/" + p.ID)
}

// bulkDone is what is said after a bulk action, for one and for many.
var bulkDone = map[string][2]string{
	"activate": {"One product is active now.", "%d products are active now."},
	"draft":    {"One product is a draft now.", "%d products are drafts now."},
	"archive":  {"One product was archived.", "%d products were archived."},
	"delete":   {"One product was deleted.", "%d products were deleted."},
	"restore":  {"One product is back.", "%d products are back."},
	"tag":      {"One product was tagged.", "%d products were tagged."},
}

func (s *Service) bulkProducts(c *web.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	ids, action := form.Values("id"), form.Value("action")
	if (action == "delete" || action == "restore") && !c.Can(Remove) {
		return problem.New(problem.Forbidden, "You may not delete products.")
	}
	before, err := s.ProductsByID(c.Ctx(), c.Store, ids[:min(len(ids), MaxBulk)])
	if err != nil {
		return err
	}
	n, err := s.Bulk(c.Ctx(), c.Store, ids, action, form.Value("tag"))
	if problem.Is(err, problem.Invalid) {
		c.Flash("error", "%s", firstMessage(err))
		return c.Back("/products")
	}
	if err != nil {
		return err
	}
	done := bulkDone[action]
	text := c.T(done[1], n)
	if n == 1 {
		text = c.T(done[0])
	}
	undo, err := s.undoProducts(c.Ctx(), c.Store, before)
	if err != nil {
		return err
	}
	if err := s.flashUndo(c, text, undo); err != nil {
		return err
	}
	return c.Back("/products")
}
