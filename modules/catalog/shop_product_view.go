package catalog

import (
	"slices"
	"strings"

	"wizamart/framework/money"
	"wizamart/framework/web"
	"wizamart/modules/inventory/inventorytype"
)

// productView is what the product page shows. URLs have the surface's prefix.
type productView struct {
	*ProductView
	Title    string // of the product
	Variant  string // title of the chosen variant
	Brand    string
	BrandURL string
	Amount   money.Amount
	Before   any // compare-at price; nil when it is not reduced
	Saving   int // whole per cent
	Lowest   any // of the 30 days before the reduction; nil when that is not known, or not shown
	Each     unitPrice
	Stock    stockView
	Pictures []pictureView
	At       string // id of the picture that shows the chosen variant, or ""
	Pickers  []picker
	List     []listedVariant
	Most     int // how many can be bought at once
	Facts    []fact
	Said     *safetyView
	Table    []specification // what it says in the fields of its type
	Body     string          // sanitised HTML
	Cards    []cardView

	crumbs  []web.Link
	returns map[string]any // schema.org MerchantReturnPolicy; nil when nothing is said
}

// unitPrice is what a kg, l, m or m² costs; Per is "" where no content is known.
type unitPrice struct {
	Amount  money.Amount
	Per     string
	Content string
}

type stockView struct {
	Text string
	Kind string // "", low, out
	Can  bool   // one can be bought
}

type pictureView struct {
	ID, Src, Alt, Thumb, Srcset, Focus string
	Width, Height                      int
}

// picker is one option as a row of chips, each a link to the variant that it leads to.
type picker struct {
	Name, Value string
	Chips       []chip
}

type chip struct {
	Label, URL, Hint string
	Active, Off      bool
}

type listedVariant struct {
	ID, Label string
	Selected  bool
	Disabled  bool
}

type fact struct{ Name, Value string }

// mostAtOnce is how many pieces of a variant the quantity field allows.
const mostAtOnce = 99

// most is how many pieces the quantity field allows: no more is said of a stock than shoppers are told. The cart knows it exactly.
func most(l inventorytype.Level) int {
	if shown := l.Shown(); shown > 0 && shown < inventorytype.Plenty {
		return int(shown)
	}
	return mostAtOnce
}

func newProductView(c *web.Context, v *ProductView) productView {
	p, ch, currency := v.Product, v.Chosen, c.Store.Currency()
	level := v.Levels[ch.ID]
	d := productView{
		ProductView: v, Title: p.Title, Brand: p.Brand, Amount: money.New(ch.Price, currency), Before: compareAt(currency, ch.Price, ch.CompareAt),
		Stock: stockWords(c, level), Most: most(level), Body: p.BodyHTML, Cards: cardViews(c, v.Related), Facts: append(facts(c, p, ch), fileFacts(c, v.Files)...), Table: specifications(c, v.Told), Said: newSafetyView(c, v.Safety),
	}
	if v.HasOptions() {
		d.Variant = p.VariantTitle(ch)
	}
	if p.Brand != "" {
		d.BrandURL = c.URL("/brands/" + BrandSlug(p.Brand))
	}
	if ch.CompareAt != nil {
		before := reducedFrom(*ch.CompareAt, v.Prior)
		d.Saving, d.Before = reduction(ch.Price, before), compareAt(currency, ch.Price, &before)
		if v.Prior > 0 && d.Before != nil {
			d.Lowest = money.New(v.Prior, currency)
		}
	}
	if each, per, ok := ch.Content.UnitPrice(d.Amount); ok {
		d.Each = unitPrice{Amount: each, Per: per, Content: ch.Content.String()}
	}
	d.pictures(c)
	if v.HasOptions() {
		if v.listed() {
			d.list(c)
		} else {
			d.pickers(c)
		}
	}
	d.crumbs = []web.Link{{Label: c.T("Home"), URL: c.URL("/")}}
	for _, cat := range v.Path {
		d.crumbs = append(d.crumbs, web.Link{Label: cat.Name, URL: c.URL("/categories/" + cat.Slug)})
	}
	d.crumbs = append(d.crumbs, web.Link{Label: p.Title})
	return d
}

// pictures lists the product's pictures. That of a variant that was asked for stands first, so that it is seen without scripts too.
func (d *productView) pictures(c *web.Context) {
	p := d.Product
	for i := range p.Images {
		im := &p.Images[i]
		if im.Hash == "" {
			continue
		}
		v := pictureView{
			ID: im.ID, Src: c.URL(im.URL()), Thumb: c.URL(im.ThumbURL()), Alt: im.Alt, Width: im.Width, Height: im.Height,
			Srcset: im.Sizes.Srcset(c.URL, im.URL(), im.Width), Focus: im.Focus(),
		}
		if v.Alt == "" {
			v.Alt = p.Title
		}
		if im.ID == d.Chosen.ImageID {
			d.At = im.ID
		}
		if d.Asked && im.ID == d.Chosen.ImageID {
			d.Pictures = slices.Insert(d.Pictures, 0, v)
		} else {
			d.Pictures = append(d.Pictures, v)
		}
	}
}

func stockWords(c *web.Context, l inventorytype.Level) stockView {
	switch shown := l.Shown(); shown {
	case inventorytype.SoldOut:
		return stockView{Text: c.T("Sold out"), Kind: "out"}
	case inventorytype.OnBackorder:
		return stockView{Text: c.T("On backorder: we send it as soon as it arrives"), Kind: "low", Can: true}
	case inventorytype.Plenty:
		return stockView{Text: c.T("In stock"), Can: true}
	case 1:
		return stockView{Text: c.T("Only one left"), Kind: "low", Can: true}
	default:
		return stockView{Text: c.T("Only %d left", int(shown)), Kind: "low", Can: true}
	}
}

func (d *productView) pickers(c *web.Context) {
	p := d.Product
	for i, o := range p.Options {
		if len(o.Values) == 0 {
			continue
		}
		row := picker{Name: o.Name, Value: d.Chosen.Values[i]}
		for _, value := range o.Values {
			to, exact := d.with(i, value)
			if to == nil {
				continue
			}
			k := chip{Label: value, URL: c.URL("/products/"+p.Slug) + "?variant=" + to.ID, Active: value == d.Chosen.Values[i]}
			switch {
			case !exact:
				k.Off, k.Hint = true, c.T("not in this combination")
			case !d.Levels[to.ID].InStock():
				k.Off, k.Hint = true, c.T("sold out")
			}
			row.Chips = append(row.Chips, k)
		}
		if len(row.Chips) > 0 {
			d.Pickers = append(d.Pickers, row)
		}
	}
}

func (d *productView) list(c *web.Context) {
	p := d.Product
	for i := range p.Variants {
		v := &p.Variants[i]
		label := p.VariantTitle(v)
		if p.PriceMax > p.PriceMin {
			label += " – " + money.New(v.Price, d.Amount.Currency).Format(c.Locale())
		}
		can := d.Levels[v.ID].InStock()
		if !can {
			label += " (" + c.T("sold out") + ")"
		}
		d.List = append(d.List, listedVariant{ID: v.ID, Label: label, Selected: v.ID == d.Chosen.ID, Disabled: !can && v.ID != d.Chosen.ID})
	}
}

func facts(c *web.Context, p *Product, v *Variant) []fact {
	var out []fact
	add := func(name, value string) {
		if value = strings.TrimSpace(value); value != "" {
			out = append(out, fact{c.T(name), value})
		}
	}
	add("Brand", p.Brand)
	add("Type", p.Type)
	if v.Grams > 0 && v.RequiresShipping {
		add("Weight", weight(c, v.Grams))
	}
	add("Article number", v.SKU)
	add("Barcode", strings.TrimPrefix(v.Barcode, "'"))
	return out
}

// weight is grams as a person reads them: 420 g, 1.18 kg.
func weight(c *web.Context, grams int64) string {
	if grams < 1000 {
		return c.T("%d g", grams)
	}
	return c.T("%v kg", float64(grams/10)/100)
}
