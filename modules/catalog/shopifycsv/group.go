package shopifycsv

import (
	"fmt"
	"strconv"
	"strings"
)

// group gathers the rows of one product.
type group struct {
	r       *Reader
	head    *header
	product Product
	first   record
	bad     bool // the first row could not be read: the others make no product
	lost    bool // a variant was refused
	size    int

	names, linked [3]string
	values        [][3]string // of each variant, by the file's option columns
	combinations  map[[3]string]int
	positions     []int // of each image, as the file states it
	parent        *Variant
}

func (r *Reader) newGroup(rec record) *group {
	g := &group{r: r, head: r.head, first: rec, combinations: map[[3]string]int{}}
	g.product.Line = rec.line
	g.product.Handle = strings.TrimSpace(rec.cell(r.head.handle))
	before, full := r.handles.first(g.product.Handle, rec.line)
	if full {
		r.report(rec, r.head.handle, CodeNoLongerCompared, "so many products: from here on, rows that lie apart go unnoticed", false)
	}
	if before > 0 {
		g.product.Continued = true
		r.report(rec, r.head.handle, CodeNotContiguous, fmt.Sprintf("%s had rows before, from line %d: they should stand together", g.product.Handle, before), false)
	} else if !plainHandle.MatchString(g.product.Handle) {
		r.report(rec, r.head.handle, CodeUnusualHandle, fmt.Sprintf("%q: Shopify's handles have small letters, digits and hyphens only", clip(g.product.Handle)), false)
	}
	g.add(rec)
	return g
}

// add takes a row of the product.
func (g *group) add(rec record) {
	first := rec.line == g.product.Line
	if len(rec.cells) != len(g.head.names) {
		g.refuse(rec, -1, CodeColumnCount, fmt.Sprintf("the row has %d cells, the header %d", len(rec.cells), len(g.head.names)))
		g.bad = g.bad || (first && !g.product.Continued)
		return
	}
	if g.bad {
		g.refuse(rec, g.head.handle, CodeProductRefused, fmt.Sprintf("left out, because the product's first row (line %d) was refused", g.product.Line))
		return
	}
	for _, cell := range rec.cells {
		g.size += len(cell)
	}
	if g.size > MaxProduct {
		g.refuse(rec, -1, CodeProductSize, fmt.Sprintf("%s has more than %d MB of text; further rows are left out", g.product.Handle, MaxProduct>>20))
		return
	}
	if rec.bareQuote {
		g.warn(rec, -1, CodeBareQuote, "a quote stands inside a cell that isn't quoted; it was taken as it is")
	}
	if first {
		g.readProduct(rec)
	} else {
		g.compareProduct(rec)
	}
	g.readOptionNames(rec)
	g.readItem(rec, first && !g.product.Continued)
}

// readItem tells a variant's row from an image's. A product's first row always stands for a variant, but
// where it names nothing of one, only if no other row does (some tools write a parent row).
func (g *group) readItem(rec record, start bool) {
	h := g.head
	sells := !rec.blank(h.place("Variant SKU")) || !rec.blank(h.place("Variant Price"))
	for _, o := range h.option {
		sells = sells || !rec.blank(o.value)
	}
	image := !rec.blank(h.src)
	if !image && !rec.blank(h.alt) {
		g.warn(rec, h.alt, CodeAltWithoutImage, "an alternative text without an image is left out")
	}
	switch {
	case sells || start:
		extra := g.extras(rec, start)
		if v := g.readVariant(rec, extra); v != nil && !sells {
			g.parent = v
		} else if v != nil {
			g.keepVariant(rec, *v)
		}
		if image {
			g.readImage(rec, nil, true)
		}
	case image:
		g.readImage(rec, g.leftOver(rec), false)
	default:
		if left := g.leftOver(rec); len(left) > 0 && len(g.product.ExtraRows) < MaxVariants {
			g.product.ExtraRows = append(g.product.ExtraRows, left)
			g.warn(rec, -1, CodeStrayRow, "the row has neither a variant (option value, SKU or price) nor an image; its other columns are kept as they are")
		} else if rec.line != g.product.Line {
			g.warn(rec, -1, CodeEmptyRow, "the row adds nothing to its product")
		}
	}
}

// extras are a variant row's unknown columns. On the product's first row those that do not speak of
// a variant are the product's.
func (g *group) extras(rec record, start bool) (ofRow Fields) {
	for _, e := range g.head.extra {
		text := rec.cell(e.at)
		switch {
		case text == "":
		case start && !e.ofVariant:
			g.product.Extra = append(g.product.Extra, Field{e.name, text})
		default:
			ofRow = append(ofRow, Field{e.name, text})
		}
	}
	return ofRow
}

// leftOver is all that a row without a variant says besides its image, the product and the options.
func (g *group) leftOver(rec record) (fields Fields) {
	for _, c := range g.head.variant {
		if text := rec.cell(c.at); text != "" {
			fields = append(fields, Field{c.name, text})
		}
	}
	return append(fields, g.extras(rec, false)...)
}

func (g *group) readProduct(rec record) {
	p := &g.product
	p.Published = true
	for _, c := range g.head.product {
		text := rec.cell(c.at)
		keep, problem := c.read(p, text, g.r.opts.Currency)
		if keep {
			p.Raw = append(p.Raw, Field{c.name, text})
		}
		if problem != nil {
			g.warn(rec, c.at, problem.code, problem.message)
		}
	}
	if p.Title == "" && !p.Continued {
		p.Title = p.Handle
		g.warn(rec, g.head.place("Title"), CodeTitleMissing, "the product has no title; its handle is used")
	}
}

// compareProduct looks at the product's columns on a later row, where Shopify leaves them empty.
func (g *group) compareProduct(rec record) {
	for _, c := range g.head.product {
		if text := rec.cell(c.at); text != "" && text != g.first.cell(c.at) {
			g.warn(rec, c.at, CodeProductDiffers, fmt.Sprintf("%q differs from the product's first row (line %d), which stands", clip(text), g.product.Line))
		}
	}
}

func (g *group) readImage(rec record, extra Fields, withVariant bool) {
	p, h := &g.product, g.head
	image := Image{Line: rec.line, Src: strings.TrimSpace(rec.cell(h.src)), Alt: rec.cell(h.alt), Extra: extra}
	for i := range p.Images {
		if p.Images[i].Src == image.Src {
			g.warn(rec, h.src, CodeImageRepeated, "the product has this image already; it is kept once")
			return
		}
	}
	if len(p.Images) >= MaxImages {
		message := fmt.Sprintf("%s has more than %d images; this one is left out", p.Handle, MaxImages)
		g.r.report(rec, h.src, CodeImageLimit, message, !withVariant)
		return
	}
	if low := strings.ToLower(image.Src); !strings.HasPrefix(low, "https://") && !strings.HasPrefix(low, "http://") {
		g.warn(rec, h.src, CodeImageAddress, fmt.Sprintf("%q is no web address", clip(image.Src)))
	}
	position := len(p.Images) + 1
	if !rec.blank(h.position) {
		if n, err := strconv.Atoi(strings.TrimSpace(rec.cell(h.position))); err == nil && n > 0 {
			position = n
		} else {
			g.warn(rec, h.position, CodeImagePosition, fmt.Sprintf("%q is no position; taken as %d", clip(rec.cell(h.position)), position))
		}
	}
	p.Images, g.positions = append(p.Images, image), append(g.positions, position)
}

func (g *group) warn(rec record, column int, code, message string) {
	g.r.report(rec, column, code, message, false)
}

func (g *group) refuse(rec record, column int, code, message string) {
	g.r.report(rec, column, code, message, true)
}

// place is −1 where the file has no such column.
func (h *header) place(name string) int {
	if i, ok := h.places[name]; ok {
		return i
	}
	return -1
}
