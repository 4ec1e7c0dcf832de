package catalog

import (
	"slices"
	"strconv"
	"strings"

	"wizamart/framework/database"
	"wizamart/framework/problem"
	"wizamart/framework/web"
)

// productChange reads the product's form. What the form does not hold is left alone, so that a page without
// scripts, or with a part missing, loses nothing. Complaints go to the form; p only says which variants and images there are.
func productChange(c *web.Context, form *web.Form, p *Product, now database.Time) func(*Product) error {
	text := map[string]string{
		"title": form.Text("title", MaxTitle), "brand": form.Text("brand", MaxTitle), "type": form.Text("type", MaxTitle),
		"seo_title": form.Text("seo_title", MaxTitle), "seo_description": form.Text("seo_description", 2000), "slug": strings.ToLower(form.Text("slug", MaxTitle)),
	}
	if text["title"] == "" {
		form.Fail("title", "Enter a title.")
	}
	variants := variantChanges(c, form, p)
	images := imageChanges(form, p)
	options := optionChanges(form, p)
	shown := form.Values("category_shown") // others, such as deleted ones, are not this page's to change
	seen, _ := strconv.ParseInt(form.Value("updated"), 10, 64)
	return func(p *Product) error {
		if seen != 0 && seen != p.UpdatedAt.UnixMilli() {
			return problem.New(problem.Conflict, "Somebody else changed this product meanwhile. What you typed is still here: look through it and save again to put it in place of theirs.")
		}
		p.Title, p.Brand, p.Type, p.SEOTitle, p.SEODescription = text["title"], text["brand"], text["type"], text["seo_title"], text["seo_description"]
		if text["slug"] != "" {
			p.Slug = text["slug"]
		}
		if body := strings.ReplaceAll(form.Value("body"), "\r\n", "\n"); body != strings.ReplaceAll(p.BodySource, "\r\n", "\n") {
			p.BodySource = body
		}
		p.Tags = splitTags(form.Value("tags"), p.Tags)
		p.Categories = slices.DeleteFunc(p.Categories, func(id string) bool { return slices.Contains(shown, id) })
		p.Categories = append(p.Categories, form.Values("category")...)
		for i := range p.Variants {
			if change := variants[p.Variants[i].ID]; change != nil {
				change(&p.Variants[i])
			}
		}
		p.Variants = slices.DeleteFunc(p.Variants, func(v Variant) bool { return v.ID != "" && form.Bool("remove-"+v.ID) })
		images(p)
		if err := options(p); err != nil {
			return err
		}
		if has(form, "gift_card_shown") {
			p.GiftCard = form.Bool("gift_card")
		}
		if has(form, "published_shown") && form.Bool("published") == p.PublishedAt.IsZero() {
			p.PublishedAt = database.Time{}
			if form.Bool("published") {
				p.publish(now)
			}
		}
		if status := Status(form.Value("status")); status != "" && status != p.Status {
			return p.setStatus(status, now)
		}
		return nil
	}
}

// variantChanges reads the grid.
func variantChanges(c *web.Context, form *web.Form, p *Product) map[string]func(*Variant) {
	currency, stock := c.Store.Currency(), c.Can("inventory.write")
	out := map[string]func(*Variant){}
	for i := range p.Variants {
		id := p.Variants[i].ID
		if !has(form, "price-"+id) || form.Bool("remove-"+id) {
			continue
		}
		optional := func(name string) *int64 {
			if minor, ok := form.Money(name+"-"+id, currency); ok {
				return &minor
			}
			return nil
		}
		price, ok := form.Money("price-"+id, currency)
		if !ok && strings.TrimSpace(form.Value("price-"+id)) == "" {
			form.Fail("price-"+id, "Enter a price; 0 is possible.")
		}
		compareAt := optional("compare_at")
		if compareAt != nil && *compareAt == 0 {
			compareAt = nil
		}
		cost := optional("cost")
		sku, barcode := form.Text("sku-"+id, MaxTitle), form.Text("barcode-"+id, MaxTitle)
		grams := form.Int("grams-"+id, 0, MaxGrams)
		content, err := ParseContent(form.Value("content-" + id))
		if err != nil {
			form.Fail("content-"+id, "Enter an amount with its unit, such as 750 ml, 0.5 kg or 2 m.")
		}
		var onHand *StockChange
		if stock {
			onHand = stockChange(form, id)
		}
		out[id] = func(v *Variant) {
			v.Price, v.CompareAt, v.SKU, v.Barcode, v.Stock = price, compareAt, sku, barcode, onHand
			if has(form, "grams-"+id) {
				v.Grams = int64(grams)
			}
			if has(form, "content-"+id) {
				v.Content = content
			}
			if has(form, "cost-"+id) {
				v.Cost = cost
			}
			if has(form, "picture-"+id) {
				v.ImageID = form.Value("picture-" + id)
			}
			if onHand != nil {
				v.Tracker = map[bool]string{true: "shopify", false: ""}[onHand.Tracked] // the word that files have for "counted by the shop itself"
			}
			v.RequiresShipping = choice(form.Value("shipping"), v.RequiresShipping)
			v.Taxable = choice(form.Value("tax"), v.Taxable)
			if class := form.Value("tax_class"); has(form, "tax_class") && class != mixedChoice {
				v.TaxClass = class
			}
		}
	}
	return out
}

func choice(value string, was bool) bool {
	if value == "yes" || value == "no" {
		return value == "yes"
	}
	return was
}

// stockChange is nil unless the number differs from the one that the page had shown: what was sold meanwhile is not undone.
// An empty field means that nobody counts.
func stockChange(form *web.Form, id string) *StockChange {
	typed, shown := strings.TrimSpace(form.Value("stock-"+id)), form.Value("stock_was-"+id)
	if !has(form, "stock-"+id) || typed == shown {
		return nil
	}
	c := &StockChange{Backorder: form.Bool("backorder-" + id), Reason: "correction"}
	if typed != "" {
		n, err := strconv.Atoi(typed)
		if err != nil || n > 1_000_000_000 || n < -1_000_000_000 {
			form.Fail("stock-"+id, "Enter a whole number, or nothing to stop counting.")
		}
		c.Tracked, c.OnHand = true, &n
	}
	return c
}

// imageChanges reads order, texts and removals of the pictures.
func imageChanges(form *web.Form, p *Product) func(*Product) {
	order := map[string]int{}
	for i := range p.Images {
		id := p.Images[i].ID
		order[id] = 10 * (i + 1)
		if n, err := strconv.Atoi(strings.TrimSpace(form.Value("position-" + id))); err == nil && n != i+1 {
			order[id] = 10*n + 5*sign(n-i-1) // behind the one that it takes the place of, or before
		}
	}
	return func(p *Product) {
		for i := range p.Images {
			if im := &p.Images[i]; has(form, "alt-"+im.ID) {
				im.Alt = form.Text("alt-"+im.ID, 500)
			}
		}
		p.Images = slices.DeleteFunc(p.Images, func(im Image) bool { return form.Bool("remove_image-" + im.ID) })
		slices.SortStableFunc(p.Images, func(a, b Image) int { return orderOf(order, a) - orderOf(order, b) })
	}
}

func orderOf(order map[string]int, im Image) int {
	if n, ok := order[im.ID]; ok {
		return n
	}
	return 10_000 // added since the page was made
}

func sign(n int) int {
	if n < 0 {
		return -1
	}
	return 1
}

// optionChanges reads the editor of the options, and does nothing where it was left as it was.
func optionChanges(form *web.Form, p *Product) func(*Product) error {
	var edits []OptionEdit
	for i := range MaxOptions {
		e, ok := typedOption(form, i)
		if !ok {
			continue
		}
		if i >= len(p.Options) {
			e.Was = -1
		}
		edits = append(edits, e)
	}
	fill, now := form.Bool("fill"), form.Value("do") == "fill"
	return func(p *Product) error {
		if len(edits) > 0 && p.differs(edits) {
			return p.EditOptions(edits, fill || now)
		}
		if now {
			return p.FillVariants()
		}
		return nil
	}
}

// typedOption is what the editor holds of the option at i. New values between commas are several values.
func typedOption(form *web.Form, i int) (e OptionEdit, ok bool) {
	prefix := "option-" + strconv.Itoa(i)
	if !has(form, prefix) {
		return e, false
	}
	e = OptionEdit{Was: i, Name: form.Value(prefix)}
	was := form.Values(prefix + "-was")
	for k, name := range form.Values(prefix + "-value") {
		v := ValueEdit{Name: name}
		if k < len(was) {
			v.Was = was[k]
		}
		if v.Was == "" && strings.Contains(name, ",") {
			for part := range strings.SplitSeq(name, ",") {
				e.Values = append(e.Values, ValueEdit{Name: strings.TrimSpace(part)})
			}
			continue
		}
		e.Values = append(e.Values, v)
	}
	return e, true
}

// differs tells whether edits change anything of the product's options.
func (p *Product) differs(edits []OptionEdit) bool {
	kept := 0
	for _, e := range edits {
		names := e.names()
		if e.Was < 0 {
			if strings.TrimSpace(e.Name) != "" || len(names) > 0 {
				return true
			}
			continue
		}
		kept++
		if e.Was >= len(p.Options) || strings.TrimSpace(e.Name) != p.Options[e.Was].Name || !slices.Equal(names, p.Options[e.Was].Values) {
			return true
		}
	}
	return kept != len(p.Options)
}

// has tells whether the form holds the field at all.
func has(form *web.Form, name string) bool { return len(form.Values(name)) > 0 }

// splitTags reads tags between commas. Tags that themselves hold a comma can only come from elsewhere: text that is unchanged leaves them whole.
func splitTags(text string, was []string) []string {
	if strings.TrimSpace(text) == joinTags(was) {
		return was
	}
	var out []string
	for t := range strings.SplitSeq(text, ",") {
		if t = strings.TrimSpace(t); t != "" {
			out = append(out, t)
		}
	}
	return out
}

func joinTags(tags []string) string { return strings.Join(tags, ", ") }
