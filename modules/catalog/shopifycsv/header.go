package shopifycsv

import (
	"fmt"
	"strings"
)

// header says where this file has which column. Places are −1 where it has none.
type header struct {
	names  []string // as the file writes them, trimmed
	places map[string]int

	handle, src, alt, position int
	option                     [3]struct{ name, value, linked int }
	product                    []place[Product]
	variant                    []place[Variant]
	extra                      []extraPlace
}

type place[T any] struct {
	at int
	*column[T]
}

type extraPlace struct {
	at        int
	name      string // classic where the layout has it
	ofVariant bool
}

func parseHeader(rec record, report func(Issue)) (*header, error) {
	h := &header{places: map[string]int{}}
	fail := func(format string, args ...any) (*header, error) {
		return nil, &FileError{rec.line, FileHeader, fmt.Sprintf(format, args...), nil}
	}
	if len(rec.cells) > MaxColumns {
		return fail("the header has %d columns; %d is the most", len(rec.cells), MaxColumns)
	}
	unknown := []extraPlace{}
	for i, cell := range rec.cells {
		cell = strings.TrimSpace(cell)
		h.names = append(h.names, cell)
		name, known := classicName(cell)
		first, twice := h.places[name]
		switch {
		case cell == "":
			report(Issue{rec.line, "", CodeColumnName, fmt.Sprintf("column %d has no name and is left out", i+1), false})
		case twice && known:
			return fail("columns %d (%s) and %d (%s) say the same; leave one out", first+1, h.names[first], i+1, cell)
		case twice:
			report(Issue{rec.line, cell, CodeColumnName, fmt.Sprintf("column %d repeats the name of column %d and is left out", i+1, first+1), false})
		default:
			h.places[name] = i
			unknown = append(unknown, extraPlace{i, name, ofVariant(name)})
		}
	}
	for _, need := range [][2]string{{"Handle", "Handle (or URL handle)"}, {"Title", "Title"}} {
		if _, ok := h.places[need[0]]; !ok {
			return fail("this is not a Shopify product CSV: the header has no column %s; it has %s", need[1], clip(strings.Join(h.names, ", ")))
		}
	}
	h.bind(unknown)
	return h, nil
}

// bind finds the places of known columns; what is left is extra.
func (h *header) bind(all []extraPlace) {
	known := map[int]bool{}
	at := func(name string) int {
		if i, ok := h.places[name]; ok {
			known[i] = true
			return i
		}
		return -1
	}
	h.handle, h.src, h.alt, h.position = at("Handle"), at("Image Src"), at("Image Alt Text"), at("Image Position")
	for n := range h.option {
		o := &h.option[n]
		prefix := fmt.Sprintf("Option%d ", n+1)
		o.name, o.value, o.linked = at(prefix+"Name"), at(prefix+"Value"), at(prefix+"Linked To")
	}
	for i := range productColumns {
		if p := at(productColumns[i].name); p >= 0 {
			h.product = append(h.product, place[Product]{p, &productColumns[i]})
		}
	}
	for i := range variantColumns {
		if p := at(variantColumns[i].name); p >= 0 {
			h.variant = append(h.variant, place[Variant]{p, &variantColumns[i]})
		}
	}
	for _, e := range all {
		if !known[e.at] {
			h.extra = append(h.extra, e)
		}
	}
}

// cell gives a record's text at a place, "" where the file has no such column.
func (rec record) cell(at int) string {
	if at < 0 || at >= len(rec.cells) {
		return ""
	}
	return rec.cells[at]
}

func (rec record) blank(at int) bool { return strings.TrimSpace(rec.cell(at)) == "" }
