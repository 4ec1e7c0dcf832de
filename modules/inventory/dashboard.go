package inventory

import (
	"errors"
	"strconv"
	"strings"

	"wizamart/framework/problem"
	"wizamart/framework/web"
	"wizamart/ui"
)

const pageSize = 50

type listView struct {
	Rows      []Row
	Filter    Filter
	Threshold int
	Tabs      []ui.Link
	Page      web.Paging
	Self      string // this page with its filters, without the surface's prefix
	Modes     []ui.Option
	Reasons   []ui.Option
}

// Filtered tells whether a search or a tab narrows the list.
func (v listView) Filtered() bool { return v.Filter.Search != "" || v.Filter.State != "" }

func (s *Service) listPage(c *web.Context) error { return s.renderList(c, nil) }

func (s *Service) renderList(c *web.Context, form *web.Form) error {
	page, _ := strconv.Atoi(c.Query("page"))
	page = max(page, 1)
	f := Filter{Search: c.Search(), State: c.Query("state"), Offset: (page - 1) * pageSize, Limit: pageSize}
	rows, total, err := s.Stock(c.Ctx(), c.Store, f)
	if problem.Is(err, problem.Invalid) { // a state that does not exist
		return c.Redirect("/inventory")
	}
	if err != nil {
		return err
	}
	if len(rows) == 0 && page > 1 && total > 0 {
		return c.Redirect(pagePath(c, 1))
	}
	d := listView{
		Rows: rows, Filter: f, Threshold: LowStock(c.Store), Self: pagePath(c, page), Page: c.Paging(page, pageSize, total),
		Reasons: reasonOptions(c), Modes: []ui.Option{{Value: "set", Label: c.T("Set to")}, {Value: "add", Label: c.T("Add")}},
	}
	for _, tab := range []ui.Link{{Label: c.T("All")}, {Label: c.T("Low"), URL: StateLow}, {Label: c.T("Out of stock"), URL: StateOut}, {Label: c.T("Not tracked"), URL: StateUntracked}} {
		tab.Active = tab.URL == f.State
		path := "/inventory"
		if tab.URL != "" {
			path += "?state=" + tab.URL
		}
		tab.URL = c.URL(path)
		d.Tabs = append(d.Tabs, tab)
	}
	return c.Render(web.Page{View: "inventory/dashboard/stock", Title: c.T("Inventory"), D: d, Form: form})
}

// saveList saves the rows in which something was typed, or does what the bulk bar says with those selected.
func (s *Service) saveList(c *web.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	if action := form.Value("action"); action != "" {
		return s.saveBulk(c, action, form.Values("id"))
	}
	changes := changesOf(form)
	if err = form.Err(); err == nil && len(changes) > 0 {
		err = s.Count(c.Ctx(), c.Store, changes, form.Value("reason"), form.Text("note", maxNote))
	}
	var p *problem.Error
	if errors.As(err, &p) && (p.Code == problem.Invalid || p.Code == problem.Conflict) {
		form.Take(err)
		return s.renderList(c, form)
	}
	if err != nil {
		return err
	}
	switch len(changes) {
	case 0:
		c.Flash("info", "Nothing was changed.")
	case 1:
		c.Flash("success", "The stock of one variant was changed.")
	default:
		c.Flash("success", "The stock of %d variants was changed.", len(changes))
	}
	return c.Redirect(pagePath(c, 0))
}

func changesOf(form *web.Form) []Change {
	var out []Change
	for _, id := range form.Values("variant") {
		field := "quantity." + id
		typed := strings.TrimSpace(form.Value(field))
		if typed == "" || len(out) >= pageSize*4 {
			continue
		}
		n, err := strconv.Atoi(typed)
		if err != nil || n > MaxOnHand || n < -MaxOnHand {
			form.Fail(field, "Enter a whole number.")
			continue
		}
		change := Change{VariantID: id, Set: form.Value("mode") != "add", Quantity: n}
		if was, err := strconv.Atoi(form.Value("was." + id)); err == nil && change.Set {
			change.Was = &was
		}
		out = append(out, change)
	}
	return out
}

func (s *Service) saveBulk(c *web.Context, action string, ids []string) error {
	yes, no := true, false
	policies := map[string]Policy{
		"track": {Tracked: &yes}, "untrack": {Tracked: &no}, "backorder": {Backorder: &yes}, "no_backorder": {Backorder: &no},
	}
	policy, ok := policies[action]
	if !ok {
		return problem.New(problem.BadRequest, "This action does not exist.")
	}
	if len(ids) == 0 {
		c.Flash("info", "Select at least one variant first.")
		return c.Redirect(pagePath(c, 0))
	}
	if err := s.SetPolicies(c.Ctx(), c.Store, ids, policy); err != nil {
		return err
	}
	if len(ids) == 1 {
		c.Flash("success", "One variant was changed.")
	} else {
		c.Flash("success", "%d variants were changed.", len(ids))
	}
	return c.Redirect(pagePath(c, 0))
}

func reasonOptions(c *web.Context) []ui.Option {
	var out []ui.Option
	for _, r := range manual {
		out = append(out, ui.Option{Value: r, Label: c.T(labels[r])})
	}
	return out
}
