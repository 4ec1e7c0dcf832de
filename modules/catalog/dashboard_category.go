package catalog

import (
	"slices"
	"strconv"
	"strings"

	"wizamart/framework/web"
	"wizamart/tenant"
	"wizamart/ui"
)

// shownMatches is how many products the preview of a rule names.
const shownMatches = 8

// categoryView is the data of a category's page.
type categoryView struct {
	C          *Category
	Node       Node
	Parents    []ui.Option
	Sorts      []ui.Option
	Sort       string
	Match      string // all, any
	Tests      []testGroup
	Conditions []conditionRow
	InUse      map[string][]string // words for the values: type, brand, tag
	Preview    rulePreview
	Order      []Row // its own products, in the order by hand
	ByHand     bool
	Products   int // in the shop
	Schedule   scheduleView
	Shop       string
}

// rulePreview is what the conditions of the form take, before they are saved.
type rulePreview struct {
	Empty bool // there is no condition
	Count int
	Rows  []Row // the first of them
	More  int
}

func (s *Service) categoryPage(c *web.Context) error { return s.renderCategory(c, nil) }

// previewCategory shows what the conditions that were typed would take; nothing is saved.
func (s *Service) previewCategory(c *web.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	return s.renderCategory(c, form)
}

func (s *Service) renderCategory(c *web.Context, form *web.Form) error {
	ctx, st, id := c.Ctx(), c.Store, c.Param("id")
	cat, err := s.Category(ctx, st, id)
	if err != nil {
		return err
	}
	all, err := s.CategoryRows(ctx, st)
	if err != nil {
		return err
	}
	d := categoryView{C: cat, Shop: s.shopAddress(c, "/categories/"+cat.Slug), Tests: testGroups(c), Match: "any", Sort: cat.Sort, Schedule: s.categorySchedule(c, cat)}
	nodes := tree(all)
	for i := 0; i < len(nodes); i++ {
		if nodes[i].ID == id { // neither it nor what is below can stand above it
			d.Node = nodes[i]
			i += nodes[i].Below
			continue
		}
		d.Parents = append(d.Parents, categoryOptions(nodes[i:i+1])...)
	}
	count, err := categoryCounts(ctx, st, s.moment())
	if err != nil {
		return err
	}
	d.Products = count[id]
	for _, o := range sorts {
		label := o.label
		if o.value == "" {
			label = "By hand"
		}
		d.Sorts = append(d.Sorts, ui.Option{Value: o.value, Label: c.T(label)})
	}
	if err := s.ruleForm(c, &d, form); err != nil {
		return err
	}
	if d.Order, err = s.categoryOrder(c, id); err != nil {
		return err
	}
	return c.Render(web.Page{
		View: "catalog/dashboard/category", Title: cat.Name, D: d, Form: form,
		Crumbs: []web.Link{{Label: c.T("Categories"), URL: c.URL("/categories")}, {Label: cat.Name}},
	})
}

// ruleForm is the card with the conditions, and what they take.
func (s *Service) ruleForm(c *web.Context, d *categoryView, form *web.Form) (err error) {
	rule := d.C.Rule
	if form != nil {
		rule = typedRule(rule, form)
		if has(form, "sort") {
			d.Sort = form.Value("sort")
		}
	}
	if rule.All {
		d.Match = "all"
	}
	for i := range rule.Conditions {
		if complaint := rule.Conditions[i].check(c.Store.Currency()); complaint != "" && form != nil && form.Error("condition-"+strconv.Itoa(i)) == "" {
			form.Fail("condition-"+strconv.Itoa(i), "%s", complaint)
		}
	}
	d.Conditions = conditionRows(d.C.Rule, form)
	d.ByHand = d.Sort == ""
	if d.InUse, err = s.wordsInUse(c, c.Store); err != nil {
		return err
	}
	if d.Preview.Empty = rule.Empty(); d.Preview.Empty {
		return nil
	}
	members, err := s.ruleMembers(c.Ctx(), c.Store, rule)
	if err != nil {
		return err
	}
	ids := make([]string, len(members))
	for i, m := range members {
		ids[i] = m.product
	}
	d.Preview.Count, d.Preview.More = len(ids), max(0, len(ids)-shownMatches)
	if len(ids) > 0 {
		d.Preview.Rows, _, err = s.List(c.Ctx(), c.Store, ListFilter{IDs: ids[:min(len(ids), shownMatches)], Sort: "title", Limit: shownMatches})
	}
	return err
}

func (s *Service) wordsInUse(c *web.Context, st *tenant.Store) (out map[string][]string, err error) {
	out = map[string][]string{}
	if out["type"], err = s.Types(c.Ctx(), st, 100); err != nil {
		return nil, err
	}
	if out["brand"], err = s.Brands(c.Ctx(), st, 100); err != nil {
		return nil, err
	}
	out["tag"], err = s.Tags(c.Ctx(), st, 100)
	return out, err
}

// categoryOrder lists a category's own products in its order by hand.
func (s *Service) categoryOrder(c *web.Context, id string) ([]Row, error) {
	ids, err := s.CategoryMembers(c.Ctx(), c.Store, id)
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	rows, _, err := s.List(c.Ctx(), c.Store, ListFilter{IDs: ids, Limit: len(ids)})
	at := make(map[string]int, len(ids))
	for i, id := range ids {
		at[id] = i
	}
	slices.SortFunc(rows, func(a, b Row) int { return at[a.ID] - at[b.ID] })
	return rows, err
}

func (s *Service) saveCategory(c *web.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	id := c.Param("id")
	before, err := s.CategoryRows(c.Ctx(), c.Store)
	if err != nil {
		return err
	}
	members, err := s.CategoryMembers(c.Ctx(), c.Store, id)
	if err != nil {
		return err
	}
	moved := arranged(form) != nil
	schedule, err := s.typedCategorySchedule(c, form, id)
	if err != nil {
		return err
	}
	if form.Any() {
		return s.renderCategory(c, form)
	}
	err = c.Store.Write(c.Ctx(), func(tx *tenant.Store) error {
		_, err := s.UpdateCategory(c.Ctx(), tx, id, func(cat *Category) error {
			cat.Name, cat.Slug, cat.ParentID = form.Value("name"), strings.ToLower(form.Value("slug")), form.Value("parent")
			cat.TextSource = strings.ReplaceAll(form.Value("text"), "\r\n", "\n")
			cat.Rule = typedRule(cat.Rule, form)
			if has(form, "sort") {
				cat.Sort = form.Value("sort")
			}
			schedule(cat)
			return nil
		})
		if order := arranged(form); err == nil && order != nil {
			err = s.ArrangeCategory(c.Ctx(), tx, id, order)
		}
		return err
	})
	if err != nil {
		if form.Take(err) {
			return s.renderCategory(c, form)
		}
		return err
	}
	undo, err := s.undoCategories(c.Ctx(), c.Store, before)
	if err != nil {
		return err
	}
	if moved {
		undo.OrderOf, undo.Order = id, members
	}
	if err := s.flashUndo(c, c.T("The category was saved."), undo); err != nil {
		return err
	}
	return c.Redirect("/categories/" + id)
}

// arranged is the order of the form's products by the numbers typed; nil where none was changed. A product takes the place of the one that
// has its number.
func arranged(form *web.Form) []string {
	ids := form.Values("member")
	place := make(map[string]int, len(ids))
	moved := form.Bool("arranged") // by a script, which puts the rows themselves in order
	for i, id := range ids {
		place[id] = 10 * (i + 1)
		if n, err := strconv.Atoi(strings.TrimSpace(form.Value("place-" + id))); err == nil && n != i+1 {
			place[id], moved = 10*n+5*sign(n-i-1), true
		}
	}
	if !moved {
		return nil
	}
	out := slices.Clone(ids)
	slices.SortStableFunc(out, func(a, b string) int { return place[a] - place[b] })
	return out
}
