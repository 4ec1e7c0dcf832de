package inventory

import (
	"strconv"
	"strings"

	"wizamart/framework/web"
	"wizamart/ui"
)

// labels of the reasons, for people.
var labels = map[string]string{
	Sale: "Sold", Returned: "Returned", Cancelled: "Order cancelled", Correction: "Correction", Imported: "Import",
	Initial: "Initial stock", Received: "Received", Damaged: "Damaged or lost",
}

// Label is the reason for people, in English.
func (m Movement) Label() string { return labels[m.Reason] }

// Signed is the difference with its sign.
func (m Movement) Signed() string {
	if m.Delta > 0 {
		return "+" + strconv.Itoa(m.Delta)
	}
	return "−" + strconv.Itoa(-m.Delta)
}

type variantView struct {
	Row       Row
	Movements []Movement
	Older     string // address of the next page
	First     bool   // the newest movements are shown
	Modes     []ui.Option
	Reasons   []ui.Option
}

func (s *Service) variantPage(c *web.Context) error { return s.renderVariant(c, nil) }

func (s *Service) renderVariant(c *web.Context, form *web.Form) error {
	id, before := c.Param("variant"), c.Query("before")
	row, list, more, err := s.Variant(c.Ctx(), c.Store, id, before, pageSize)
	if err != nil {
		return err
	}
	d := variantView{
		Row: row, Movements: list, First: before == "", Reasons: reasonOptions(c),
		Modes: []ui.Option{{Value: "add", Label: c.T("Add")}, {Value: "set", Label: c.T("Set to")}},
	}
	if more {
		d.Older = c.URL("/inventory/" + id + "?before=" + list[len(list)-1].ID)
	}
	return c.Render(web.Page{View: "inventory/dashboard/variant", Title: row.Name(), D: d, Form: form})
}

func (s *Service) addMovement(c *web.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	id := c.Param("variant")
	form.Required("quantity", 12)
	n, err := strconv.Atoi(strings.TrimSpace(form.Value("quantity")))
	if form.Value("quantity") != "" && (err != nil || n > MaxOnHand || n < -MaxOnHand) {
		form.Fail("quantity", "Enter a whole number.")
	}
	change := Change{VariantID: id, Quantity: n, Set: form.Value("mode") == "set"}
	if was, err := strconv.Atoi(form.Value("was")); err == nil && change.Set {
		change.Was = &was
	}
	note := form.Text("note", maxNote)
	if err = form.Err(); err == nil {
		err = s.Count(c.Ctx(), c.Store, []Change{change}, form.Value("reason"), note)
	}
	if err != nil && form.Take(renamed(err, "quantity."+id, "quantity")) {
		return s.renderVariant(c, form)
	}
	if err != nil {
		return err
	}
	c.Flash("success", "The stock was changed.")
	return c.Redirect("/inventory/" + id)
}

func (s *Service) savePolicy(c *web.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	id, tracked, backorder := c.Param("variant"), form.Bool("tracked"), form.Bool("backorder")
	if err := s.SetPolicies(c.Ctx(), c.Store, []string{id}, Policy{&tracked, &backorder}); err != nil {
		return err
	}
	c.Flash("success", "Saved.")
	return c.Redirect("/inventory/" + id)
}
