package shopifycsv

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"

	"wizamart/framework/money"
)

// Writer streams products as classic Shopify CSV: the same products give the same bytes.
type Writer struct {
	out      *csv.Writer
	currency string
	columns  []string
	places   map[string]int
	row      []string
}

// NewWriter writes the header: the Layout, then the extra columns in the order given, which must hold
// every unknown column of the products to come (see ExtraColumns). Prices are minor units of currency.
func NewWriter(dst io.Writer, currency string, extra []string) (*Writer, error) {
	if !money.Valid(currency) {
		return nil, fmt.Errorf("write product CSV: %w: %q", money.ErrCurrency, currency)
	}
	var more ExtraColumns
	more.Add(extra...)
	w := &Writer{out: csv.NewWriter(dst), currency: currency, columns: append(Layout(), more.Names()...), places: map[string]int{}}
	for i, name := range w.columns {
		w.places[name] = i
	}
	w.row = make([]string, len(w.columns))
	return w, w.out.Write(w.columns)
}

// Write writes a product's rows: as many as it has variants or images, whichever are more. It refuses what
// could not be read again, and writes nothing of such a product: no handle, values that do not match the
// options, two variants with the same, an unknown column that the header does not have.
func (w *Writer) Write(p *Product) error {
	if err := w.check(p); err != nil {
		return fmt.Errorf("write product %q: %w", p.Handle, err)
	}
	for i := range max(len(p.Variants), len(p.Images), 1) {
		w.start(p)
		if i < len(p.Images) {
			w.image(&p.Images[i], i+1)
		}
		if i < len(p.Variants) {
			w.variant(p, &p.Variants[i])
		}
		if i == 0 {
			w.product(p)
		}
		if err := w.out.Write(w.row); err != nil {
			return err
		}
	}
	for _, extra := range p.ExtraRows {
		w.start(p)
		w.fields(extra)
		if err := w.out.Write(w.row); err != nil {
			return err
		}
	}
	return nil
}

// Flush hands everything to the destination and gives the first error there was.
func (w *Writer) Flush() error {
	w.out.Flush()
	return w.out.Error()
}

func (w *Writer) start(p *Product) {
	clear(w.row)
	w.set("Handle", p.Handle)
}

// product comes last on a first row: its unknown columns stand over those of the row's variant.
func (w *Writer) product(p *Product) {
	w.fields(p.Extra)
	for i := range productColumns {
		w.set(productColumns[i].name, productColumns[i].write(p, p.Raw, w.currency))
	}
	if len(p.Options) == 0 {
		w.set("Option1 Name", noOptionName)
		w.set("Option1 Value", noOptionValue)
	}
	for n, o := range p.Options {
		w.set("Option"+strconv.Itoa(n+1)+" Name", o.Name)
		w.set("Option"+strconv.Itoa(n+1)+" Linked To", o.LinkedTo)
	}
}

func (w *Writer) variant(p *Product, v *Variant) {
	w.fields(v.Extra)
	for i := range variantColumns {
		w.set(variantColumns[i].name, variantColumns[i].write(v, v.Raw, w.currency))
	}
	for n, value := range v.Values {
		w.set("Option"+strconv.Itoa(n+1)+" Value", value)
	}
}

func (w *Writer) image(image *Image, position int) {
	w.fields(image.Extra)
	w.set("Image Src", image.Src)
	w.set("Image Position", strconv.Itoa(position))
	w.set("Image Alt Text", image.Alt)
}

func (w *Writer) fields(fields Fields) {
	for _, f := range fields {
		w.set(f.Column, f.Value)
	}
}

// set puts a cell. A NUL or broken UTF-8 would make the file unreadable, so neither is written.
func (w *Writer) set(column, text string) {
	w.row[w.places[column]] = strings.ToValidUTF8(strings.ReplaceAll(text, "\x00", ""), "\uFFFD")
}

func (w *Writer) check(p *Product) error {
	var extra ExtraColumns
	extra.AddProduct(p)
	for _, name := range extra.Names() {
		if _, ok := w.places[name]; !ok {
			return fmt.Errorf("the header has no column %q", name)
		}
	}
	switch {
	case strings.TrimSpace(p.Handle) == "":
		return fmt.Errorf("it has no handle")
	case len(p.Options) > 3:
		return fmt.Errorf("it has %d options, the format has three", len(p.Options))
	}
	seen := map[string]bool{}
	for _, v := range p.Variants {
		key := strings.Join(v.Values, "\x00")
		if len(v.Values) != len(p.Options) {
			return fmt.Errorf("a variant has %d option values for %d options", len(v.Values), len(p.Options))
		}
		if seen[key] {
			return fmt.Errorf("two variants have the options (%s)", strings.Join(v.Values, " / "))
		}
		seen[key] = true
	}
	for _, image := range p.Images {
		if image.Src == "" {
			return fmt.Errorf("an image has no address")
		}
	}
	return nil
}
