package shopifycsv

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Shopify's marker for a product without options.
const (
	noOptionName  = "Title"
	noOptionValue = "Default Title"
)

func (g *group) readOptionNames(rec record) {
	for n, o := range g.head.option {
		name := strings.TrimSpace(rec.cell(o.name))
		switch {
		case name == "":
		case g.names[n] == "":
			g.names[n] = name
		case g.names[n] != name:
			g.warn(rec, o.name, CodeOptionNameOther, fmt.Sprintf("%q differs from the product's option %q, which stands", clip(name), clip(g.names[n])))
		}
		if linked := strings.TrimSpace(rec.cell(o.linked)); linked != "" && g.linked[n] == "" {
			g.linked[n] = linked
		}
	}
}

// finish gives the product, or nil when nothing of it can be kept.
func (g *group) finish() *Product {
	p := &g.product
	if g.bad {
		return nil
	}
	if g.parent != nil {
		if len(p.Variants) == 0 && !g.lost {
			g.keepVariant(g.first, *g.parent)
		} else {
			p.Extra = append(p.Extra, g.parent.Extra...)
			g.warn(g.first, -1, CodeParentRow, "the product's first row has no variant of its own; only its product columns count")
		}
	}
	if len(p.Variants) == 0 && !p.Continued {
		g.refuse(g.first, g.head.handle, CodeProductRefused, fmt.Sprintf("%s is left out: none of its variants could be taken", p.Handle))
		return nil
	}
	g.finishOptions()
	g.finishImages()
	return p
}

func (g *group) finishOptions() {
	p := &g.product
	if len(p.Variants) == 1 && g.names == [3]string{noOptionName} && g.values[0] == [3]string{noOptionValue} && g.linked == [3]string{} {
		g.names, g.values[0] = [3]string{}, [3]string{}
	}
	var slots []int
	for n := range g.names {
		used := g.names[n] != ""
		for _, values := range g.values {
			used = used || values[n] != ""
		}
		if used {
			slots = append(slots, n)
		}
	}
	if p.Continued { // positions count: the names stand further up
		slots = []int{0, 1, 2}[:max(0, last(slots)+1)]
	} else if len(slots) <= last(slots) {
		g.warn(g.first, g.head.option[slots[0]].name, CodeOptionGap, "the options leave out a number; they are moved up")
	}
	for _, n := range slots {
		option := Option{Name: g.names[n], LinkedTo: g.linked[n]}
		g.nameOption(&option, n)
		for i := range p.Variants {
			value := g.values[i][n]
			if value == "" && !p.Continued {
				g.warn(record{line: p.Variants[i].Line}, g.head.option[n].value, CodeOptionValue, fmt.Sprintf("the variant has no value for the option %q", clip(option.Name)))
			} else if value != "" && !slices.Contains(option.Values, value) {
				option.Values = append(option.Values, value)
			}
			p.Variants[i].Values = append(p.Variants[i].Values, value)
		}
		p.Options = append(p.Options, option)
	}
}

func (g *group) nameOption(option *Option, n int) {
	p := &g.product
	if option.Name == "" && !p.Continued {
		option.Name = fmt.Sprintf("Option %d", n+1)
		g.warn(g.first, g.head.option[n].name, CodeOptionName, fmt.Sprintf("option %d has values but no name; it is called %q", n+1, option.Name))
	}
	for _, other := range p.Options {
		if option.Name != "" && strings.EqualFold(other.Name, option.Name) {
			g.warn(g.first, g.head.option[n].name, CodeOptionNameTwice, fmt.Sprintf("two options are called %q", clip(option.Name)))
		}
	}
}

// finishImages puts the images into the order of their positions and numbers them.
func (g *group) finishImages() {
	images := g.product.Images
	order := make([]int, len(images))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(g.positions[a], g.positions[b]) })
	sorted := make([]Image, 0, len(images))
	for n, i := range order {
		images[i].Position = n + 1
		sorted = append(sorted, images[i])
	}
	g.product.Images = sorted
}

func last(slots []int) int {
	if len(slots) == 0 {
		return -1
	}
	return slots[len(slots)-1]
}
