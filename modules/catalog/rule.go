package catalog

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"wizamart/framework/database"
	"wizamart/framework/money"
	"wizamart/framework/problem"
	"wizamart/modules/inventory/inventorytype"
)

// Rule makes products members of a category by themselves. Letter case does not count.
type Rule struct {
	Types      []string    `json:"types,omitempty"` // those of any of the types
	Tags       []string    `json:"tags,omitempty"`  // or with any of the tags
	Conditions []Condition `json:"conditions,omitempty"`
	All        bool        `json:"all,omitempty"` // all conditions have to hold; else one of them
}

// Condition is one test of a product.
type Condition struct {
	Test  string `json:"test" enum:"title_contains,title_lacks,title_begins,type_is,type_not,brand_is,brand_not,tag_is,tag_not,price_from,price_to,sale_yes,sale_no,sale_from,stock_in,stock_out,stock_from,stock_to,created_from,created_before,published_from,published_before,created_within,published_within"`
	Value string `json:"value,omitempty" maxLength:"255" doc:"A text; an amount such as 12.50; a number of pieces or of per cent; a day such as 2026-11-26 (UTC); for created_within and published_within a number of days of 24 hours. Nothing for sale_yes, sale_no, stock_in and stock_out"`
}

// maxWithin is how many days "in the last days" reaches back at most.
const maxWithin = 3650

// MaxConditions is how many conditions a rule has at most.
const MaxConditions = 20

// ruleFacts is what rules look at.
type ruleFacts struct {
	title, brand, kind string
	tags               []string
	price              int64  // of the cheapest variant
	compareAt          *int64 // of the same
	created, published database.Time
	counted            bool // at least one variant's stock is counted
	pieces             int  // on hand, of all counted variants
	sells              bool // some variant can be sold, whatever is reserved
	now                database.Time
}

// factsOf are the facts of a product; without levels those of the stock are missing.
func factsOf(p *Product, levels map[string]inventorytype.Level, now database.Time) *ruleFacts {
	f := &ruleFacts{title: p.Title, brand: p.Brand, kind: p.Type, tags: p.Tags, price: p.PriceMin, compareAt: p.CompareAt, created: p.CreatedAt, published: p.PublishedAt, now: now}
	for i := range p.Variants {
		f.count(levels[p.Variants[i].ID])
	}
	return f
}

func (f *ruleFacts) count(l inventorytype.Level) {
	if l.Tracked {
		f.counted, f.pieces = true, f.pieces+max(l.OnHand, 0)
	}
	f.sells = f.sells || !l.Tracked || l.Backorder || l.OnHand > 0
}

// Empty tells whether the rule takes nothing.
func (r Rule) Empty() bool { return len(r.Types) == 0 && len(r.Tags) == 0 && len(r.Conditions) == 0 }

// usesStock tells whether the rule looks at the stock.
func (r Rule) usesStock() bool {
	return slices.ContainsFunc(r.Conditions, func(c Condition) bool { return strings.HasPrefix(c.Test, "stock_") })
}

// listed is the rule as conditions alone, for editing.
func (r Rule) listed() []Condition {
	var out []Condition
	for _, t := range r.Types {
		out = append(out, Condition{"type_is", t})
	}
	for _, t := range r.Tags {
		out = append(out, Condition{"tag_is", t})
	}
	return append(out, r.Conditions...)
}

// takes tells whether a product belongs by this rule, and until when: zero for as long as nobody changes anything. currency is the store's.
func (r Rule) takes(f *ruleFacts, currency string) (in bool, until database.Time) {
	has := func(list []string, value string) bool {
		return value != "" && slices.ContainsFunc(list, func(s string) bool { return strings.EqualFold(s, value) })
	}
	if has(r.Types, f.kind) || slices.ContainsFunc(f.tags, func(t string) bool { return has(r.Tags, t) }) {
		return true, until
	}
	for _, c := range r.Conditions {
		holds, ends := c.holds(f, currency)
		switch {
		case holds && ends.IsZero() && !r.All:
			return true, database.Time{}
		case !holds && r.All:
			return false, database.Time{}
		case holds && !ends.IsZero() && (until.IsZero() || ends.Before(until.Time) == r.All): // the first end of all, or the last of any
			until = ends
		}
		in = in || holds
	}
	return in, until
}

// holds tells whether the product meets the condition, and until when: zero for as long as nobody changes anything.
func (c Condition) holds(f *ruleFacts, currency string) (ok bool, until database.Time) {
	subject, within := strings.CutSuffix(c.Test, "_within")
	if !within {
		return c.stays(f, currency), until
	}
	at := f.created
	if subject == "published" {
		at = f.published
	}
	days, err := strconv.Atoi(c.Value)
	until = database.At(at.Add(time.Duration(days) * 24 * time.Hour))
	if err != nil || at.IsZero() || !f.now.Before(until.Time) {
		return false, database.Time{}
	}
	return true, until
}

// stays tells whether the product meets a condition that time does not end.
func (c Condition) stays(f *ruleFacts, currency string) bool {
	subject, how, _ := strings.Cut(c.Test, "_")
	switch subject {
	case "title":
		title, value := strings.ToLower(f.title), strings.ToLower(c.Value)
		return how == "begins" && strings.HasPrefix(title, value) || how != "begins" && strings.Contains(title, value) == (how == "contains")
	case "type":
		return strings.EqualFold(f.kind, c.Value) == (how == "is")
	case "brand":
		return strings.EqualFold(f.brand, c.Value) == (how == "is")
	case "tag":
		return slices.ContainsFunc(f.tags, func(t string) bool { return strings.EqualFold(t, c.Value) }) == (how == "is")
	case "price":
		limit, err := money.Parse(currency, c.Value)
		return err == nil && (how == "from" && f.price >= limit.Minor || how == "to" && f.price <= limit.Minor)
	case "sale":
		off := 0
		sale := f.compareAt != nil && *f.compareAt > f.price
		if sale {
			off = reduction(f.price, *f.compareAt)
		}
		n, _ := strconv.Atoi(c.Value)
		return how == "from" && sale && off >= n || how != "from" && sale == (how == "yes")
	case "stock":
		return c.stocked(how, f)
	case "created":
		return c.dated(how, f.created)
	}
	return c.dated(how, f.published)
}

func (c Condition) stocked(how string, f *ruleFacts) bool {
	n, _ := strconv.Atoi(c.Value)
	switch how {
	case "in":
		return f.sells
	case "out":
		return !f.sells
	case "from":
		return !f.counted || f.pieces >= n // what nobody counts is never short
	}
	return f.counted && f.pieces <= n
}

func (c Condition) dated(how string, at database.Time) bool {
	day, err := time.Parse(time.DateOnly, c.Value)
	return err == nil && !at.IsZero() && at.Before(day) == (how == "before")
}

// valueless are the conditions that say everything by themselves.
var valueless = setOf("sale_yes", "sale_no", "stock_in", "stock_out")

// check brings a condition into the shape in which it is kept, or says what is wrong with it.
func (c *Condition) check(currency string) (complaint string) {
	c.Value = strings.TrimSpace(c.Value)
	subject, _, _ := strings.Cut(c.Test, "_")
	switch {
	case !slices.ContainsFunc(ruleTests, func(t ruleTest) bool { return t.test == c.Test }):
		return "Choose a condition."
	case valueless[c.Test]:
		c.Value = ""
	case subject == "price":
		a, err := money.Parse(currency, c.Value)
		if err != nil || a.Minor < 0 {
			return "Enter an amount of zero or more."
		}
		c.Value = a.Decimal()
	case subject == "stock" || subject == "sale":
		n, err := strconv.Atoi(c.Value)
		if err != nil || n < 0 || n > 1_000_000_000 || subject == "sale" && n > 100 {
			return "Enter a whole number of zero or more."
		}
		c.Value = strconv.Itoa(n)
	case strings.HasSuffix(c.Test, "_within"):
		n, err := strconv.Atoi(c.Value)
		if err != nil || n < 1 || n > maxWithin {
			return "Enter a number of days from 1 to 3650."
		}
		c.Value = strconv.Itoa(n)
	case subject == "created" || subject == "published":
		if _, err := time.Parse(time.DateOnly, c.Value); err != nil {
			return "Enter a day, such as 2026-11-26."
		}
	case c.Value == "":
		return "Fill this in."
	case utf8.RuneCountInString(c.Value) > MaxTitle:
		return "It is too long."
	}
	return ""
}

// prepare checks the rule; complaints are on "condition-<number>", from 0, or on "rule".
func (r *Rule) prepare(currency string, f *problem.Fields) {
	r.Conditions = slices.Clone(r.Conditions)
	f.Check(len(r.Types) <= 50 && len(r.Tags) <= 50, "rule", "Use at most %d types and tags.", 50)
	f.Check(len(r.Conditions) <= MaxConditions, "rule", "Use at most %d conditions.", MaxConditions)
	for i := range r.Conditions {
		if complaint := r.Conditions[i].check(currency); complaint != "" {
			f.Add("condition-"+strconv.Itoa(i), "%s", complaint)
		}
	}
	if len(r.Conditions) == 0 {
		r.All = false
	}
	f.Check(!r.All || len(r.Types) == 0 && len(r.Tags) == 0, "rule", "Where all conditions have to hold, name types and tags as conditions.")
}
