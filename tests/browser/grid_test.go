//go:build browser

package browser

import (
	"context"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"wizamart/modules/catalog"
	"wizamart/tests/harness"
)

// TestGrid edits products as in a spreadsheet: by keyboard, by pasting a rectangle, and saves once.
func TestGrid(t *testing.T) {
	loadAxe(t)
	p := harness.Start(t)
	p.Store(t, "north", "EUR")
	st, products, owner := p.Open(t, "north"), harness.Service[*catalog.Service](p), p.User(t, "owner", "north")
	ctx := context.Background()
	var ids []string
	for _, title := range []string{"Anchor", "Bell", "Compass"} {
		v := catalog.NewVariant()
		v.Price = 1000
		made, err := products.Create(ctx, st, catalog.Product{Title: title, Status: catalog.Active, Variants: []catalog.Variant{v}})
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, made.ID)
	}
	v := views[1]
	w := &walk{Platform: p, tab: open(t, browser(t, p), p.Base, "grid", v.width, v.height, true), look: v}
	w.enter(owner.Email)
	w.visit(w.at(w.Base, "/store/north/product-grid"))
	w.waitFor(`document.querySelector(".sheet[data-live]") !== null`)
	key := func(keys string, modifiers ...kb.Modifier) {
		w.do(chromedp.KeyEvent(keys, chromedp.KeyModifiers(modifiers...)))
	}
	cell := func(row int, column string) string {
		return eval[string](w.tab, `document.querySelectorAll("tbody .c-`+column+` > *:first-child")[`+string(rune('0'+row))+`].value`)
	}
	want := func(row int, column, value string) {
		t.Helper()
		if got := cell(row, column); got != value {
			w.shot("missing")
			t.Fatalf("row %d, %s: %q, want %q", row, column, got, value)
		}
	}

	w.press("tbody tr:first-child .c-price")
	key("12.50") // replaces
	key(kb.Enter)
	want(0, "price", "12.50")
	key(kb.F2)
	key("1") // edits
	key(kb.Escape)
	want(1, "price", "10.00")
	key(kb.ArrowUp)
	key(kb.ArrowDown, kb.ModifierShift)
	key(kb.ArrowDown, kb.ModifierShift)
	w.waitFor(`document.querySelectorAll("td[aria-selected=true]").length === 3`)
	key("d", kb.ModifierCtrl)
	want(2, "price", "12.50")
	key("z", kb.ModifierCtrl)
	want(2, "price", "10.00")
	want(0, "price", "12.50")
	w.press("tbody tr:nth-child(2) .c-sku")
	eval[bool](w.tab, `(() => {
		const data = new DataTransfer();
		data.setData("text/plain", "B-1\t400\t20,00\r\nC-1\t401\tabc\r\n");
		return document.activeElement.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true})) || true;
	})()`)
	want(1, "sku", "B-1")
	want(2, "barcode", "401")
	w.has(".save-bar [role=status]", "7 cells changed in 3 rows.")
	w.loads(func() { key(kb.Enter, kb.ModifierCtrl) })
	w.waitFor(`document.querySelector(".sheet[data-live]") !== null`)
	w.has("tbody tr:nth-child(3) .c-price .sheet-error", "")
	want(2, "price", "abc")
	want(0, "price", "12.50")
	w.looks("grid with an error")
	w.waitFor(`document.querySelector("[aria-invalid]").closest("td").tabIndex === 0`)
	eval[bool](w.tab, `document.querySelector("[aria-invalid]").closest("td").focus() || true`)
	key("30")
	key(kb.Tab)
	w.follow(".save-bar button.btn-primary")
	w.has(".toast", "3 products were saved.")
	var got []string
	for _, id := range ids {
		saved, err := products.Product(ctx, st, id)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, saved.Variants[0].SKU+" "+st.Currency()+" "+saved.Title)
		if want := map[string]int64{"Anchor": 1250, "Bell": 2000, "Compass": 3000}[saved.Title]; saved.Variants[0].Price != want {
			t.Errorf("%s costs %d, want %d", saved.Title, saved.Variants[0].Price, want)
		}
	}
	if all := strings.Join(got, ","); all != " EUR Anchor,B-1 EUR Bell,C-1 EUR Compass" {
		t.Error(all)
	}
}
