package catalog

import (
	"wizamart/framework/web"
)

// ruleTest is a condition as the form offers it.
type ruleTest struct{ group, test, label string }

// ruleTests in the order in which the form lists them.
var ruleTests = []ruleTest{
	{"Title", "title_contains", "Title contains"}, {"Title", "title_lacks", "Title does not contain"}, {"Title", "title_begins", "Title begins with"},
	{"Type", "type_is", "Type is"}, {"Type", "type_not", "Type is not"},
	{"Brand", "brand_is", "Brand is"}, {"Brand", "brand_not", "Brand is not"},
	{"Tag", "tag_is", "Has the tag"}, {"Tag", "tag_not", "Does not have the tag"},
	{"Price", "price_from", "Costs at least"}, {"Price", "price_to", "Costs at most"},
	{"Price", "sale_yes", "Is reduced"}, {"Price", "sale_no", "Is not reduced"}, {"Price", "sale_from", "Is reduced by at least (%)"},
	{"Stock", "stock_in", "Is in stock"}, {"Stock", "stock_out", "Is sold out"}, {"Stock", "stock_from", "Pieces in stock, at least"}, {"Stock", "stock_to", "Pieces in stock, at most"},
	{"Date", "created_within", "Was created lately (days)"}, {"Date", "published_within", "Is new in the shop (days)"},
	{"Date", "created_from", "Was created on or after"}, {"Date", "created_before", "Was created before"},
	{"Date", "published_from", "Is in the shop since, on or after"}, {"Date", "published_before", "Is in the shop since, before"},
}

// testGroup is a group of choices of the form's select.
type testGroup struct {
	Label string
	Tests []testChoice
}

type testChoice struct {
	Value, Label string
	Valueless    bool
}

func testGroups(c *web.Context) []testGroup {
	var out []testGroup
	for _, t := range ruleTests {
		if len(out) == 0 || out[len(out)-1].Label != c.T(t.group) {
			out = append(out, testGroup{Label: c.T(t.group)})
		}
		g := &out[len(out)-1]
		g.Tests = append(g.Tests, testChoice{t.test, c.T(t.label), valueless[t.test]})
	}
	return out
}

// conditionRow is a line of the form.
type conditionRow struct {
	N     int
	Test  string
	Value string
	Error string
}

// spareConditions is how many empty lines the form has for new conditions.
const spareConditions = 2

func conditionRows(r Rule, form *web.Form) []conditionRow {
	var out []conditionRow
	for _, c := range typedConditions(r, form) {
		out = append(out, conditionRow{N: len(out), Test: c.Test, Value: c.Value})
	}
	for i := range out {
		if form != nil {
			out[i].Error = form.Error("condition-" + number(i))
		}
	}
	for range spareConditions {
		out = append(out, conditionRow{N: len(out)})
	}
	return out
}

// typedConditions are those of the form where it holds any, else those of the rule. Lines without a choice are left out.
func typedConditions(r Rule, form *web.Form) []Condition {
	if form == nil || !has(form, "rule_match") {
		return r.listed()
	}
	var out []Condition
	values := form.Values("condition_value")
	for i, test := range form.Values("condition_test") {
		if test != "" && i < len(values) && len(out) <= MaxConditions {
			out = append(out, Condition{Test: test, Value: values[i]})
		}
	}
	return out
}

// typedRule is the form's rule, or was where the form says nothing of it.
func typedRule(was Rule, form *web.Form) Rule {
	if !has(form, "rule_match") {
		return was
	}
	return Rule{Conditions: typedConditions(was, form), All: form.Value("rule_match") == "all"}
}
