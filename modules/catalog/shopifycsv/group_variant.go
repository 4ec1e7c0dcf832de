package shopifycsv

import (
	"fmt"
	"strings"
)

// readVariant gives nil for a row that is refused.
func (g *group) readVariant(rec record, extra Fields) *Variant {
	h := g.head
	v := &Variant{Line: rec.line, Extra: extra, RequiresShipping: true, Taxable: true}
	for _, c := range h.variant {
		text := rec.cell(c.at)
		keep, problem := c.read(v, text, g.r.opts.Currency)
		if problem != nil {
			g.r.report(rec, c.at, problem.code, problem.message, problem.refuse)
			if problem.refuse {
				g.lost = true
				return nil
			}
		}
		if keep {
			v.Raw = append(v.Raw, Field{c.name, text})
		}
	}
	return v
}

// keepVariant takes a variant that its own row does not speak against.
func (g *group) keepVariant(rec record, v Variant) {
	h := g.head
	var values [3]string
	for n, o := range h.option {
		values[n] = strings.TrimSpace(rec.cell(o.value))
	}
	if before, ok := g.combinations[values]; ok {
		g.lost = true
		g.refuse(rec, h.option[0].value, CodeDuplicateOption, fmt.Sprintf("line %d has the same options (%s) already", before, showValues(values)))
		return
	}
	if len(g.product.Variants) >= MaxVariants {
		g.lost = true
		g.refuse(rec, h.handle, CodeVariantLimit, fmt.Sprintf("%s has more than %d variants, which is the most; this one is left out", g.product.Handle, MaxVariants))
		return
	}
	g.combinations[values] = rec.line
	g.judge(rec, &v)
	g.product.Variants, g.values = append(g.product.Variants, v), append(g.values, values)
}

// judge warns of what is allowed but most likely not meant.
func (g *group) judge(rec record, v *Variant) {
	h := g.head
	price, compare := h.place("Variant Price"), h.place("Variant Compare At Price")
	switch {
	case price >= 0 && rec.blank(price):
		g.warn(rec, price, CodePriceMissing, "there is no price; taken as zero")
	case price >= 0 && v.Price == 0:
		g.warn(rec, price, CodePriceZero, "the price is zero")
	}
	if !rec.blank(compare) && (v.CompareAt == nil || *v.CompareAt <= v.Price) {
		g.warn(rec, compare, CodeCompareAt, fmt.Sprintf("the compare-at price %s isn't above the price %s", rec.cell(compare), rec.cell(price)))
	}
	if v.SKU != "" {
		before, full := g.r.skus.first(v.SKU, rec.line)
		if full {
			g.warn(rec, h.place("Variant SKU"), CodeNoLongerCompared, "so many SKUs: from here on, repeated ones go unnoticed")
		}
		if before > 0 {
			g.warn(rec, h.place("Variant SKU"), CodeSKURepeated, fmt.Sprintf("the SKU %q stands on line %d already", clip(v.SKU), before))
		}
	}
}

func showValues(values [3]string) string {
	shown := strings.TrimRight(strings.Join(values[:], " / "), " /")
	if shown == "" {
		return "none"
	}
	return clip(shown)
}
