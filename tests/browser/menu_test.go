//go:build browser

package browser

import (
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"

	"wizamart/tests/harness"
)

// TestArrangeMenuByHand drags an entry of a sidebar with the mouse, moves it back with the keyboard, and moves a group.
func TestArrangeMenuByHand(t *testing.T) {
	p := harness.Start(t, harness.WithoutBackground())
	p.Store(t, "north", "EUR")
	admin := p.User(t, "admin", "north")
	v := views[1]
	w := &walk{Platform: p, tab: open(t, browser(t, p), p.Base, "menu", v.width, v.height, true), look: v}
	w.visit(w.at("admin."+w.Base, "/sign-in"))
	w.fill("[name=email]", admin.Email)
	w.fill("[name=password]", harness.Password)
	w.follow("main form button[type=submit]")
	w.visit(w.at("admin."+w.Base, "/menus?surface=dashboard"))
	const order = `[...document.querySelectorAll("#entry-products").values()].flatMap(e => [...e.parentElement.querySelectorAll("[name=entry]")]).map(e => e.value).join(" ")`
	before := eval[string](w.tab, order)
	if !strings.HasPrefix(before, "/products /categories ") {
		t.Fatalf("the catalogue's entries are %q", before)
	}
	w.drag("#entry-categories .menu-grip", "#entry-products .menu-grip")
	w.waitFor(order + `.startsWith("/categories /products ")`)
	w.has(".save-bar .when-dirty", "Unsaved changes")
	w.follow(".save-bar .btn-primary")
	if got := eval[string](w.tab, order); !strings.HasPrefix(got, "/categories /products ") {
		t.Fatalf("after saving: %q", got)
	}
	// Back with the keyboard: the button is reached and pressed without a pointer.
	w.loads(func() {
		eval[bool](w.tab, `(() => { document.querySelector('[name=move][value="down /categories"]').focus(); return true })()`)
		w.do(chromedp.KeyEvent("\r"))
	})
	if got := eval[string](w.tab, order); got != before {
		t.Fatalf("after the keyboard: %q, want %q", got, before)
	}
	const groups = `[...document.querySelectorAll(".menu-group h2")].map(e => e.textContent.trim()).join(", ")`
	was := strings.Split(eval[string](w.tab, groups), ", ")
	w.follow(`[name=move_group][value="up Settings"]`)
	now := strings.Split(eval[string](w.tab, groups), ", ")
	last := len(was) - 1
	was[last], was[last-1] = was[last-1], was[last]
	if strings.Join(now, ", ") != strings.Join(was, ", ") {
		t.Errorf("one press: %v, want %v", now, was)
	}
	w.settled("menus")
}

// drag takes one thing with the mouse and lets it go over the upper half of another.
func (b *tab) drag(what, onto string) {
	b.t.Helper()
	held := make(chan *input.DragData, 1)
	if err := chromedp.Listen(b.ctx, func(ev any) {
		if e, ok := ev.(*input.EventDragIntercepted); ok {
			select {
			case held <- e.Data:
			default:
			}
		}
	}); err != nil {
		b.t.Fatal(err)
	}
	call(b, input.SetInterceptDrags, input.SetInterceptDragsParams{Enabled: true})
	x, y := b.find(what)
	mouse := func(kind input.DispatchMouseEventType, x, y float64) {
		b.t.Helper()
		call(b, input.DispatchMouseEvent, input.DispatchMouseEventParams{Type: kind, X: x, Y: y, Button: input.MouseButtonLeft, Buttons: 1, ClickCount: 1})
	}
	mouse("mouseMoved", x, y)
	mouse("mousePressed", x, y)
	mouse("mouseMoved", x+8, y+8)
	mouse("mouseMoved", x+16, y+16)
	var data *input.DragData
	select {
	case data = <-held:
	case <-time.After(patience):
		b.t.Fatalf("%s cannot be dragged", what)
	}
	to := eval[struct{ X, Y float64 }](b, `(() => { const r = document.querySelector(`+quote(onto)+`).closest("li").getBoundingClientRect(); return {x: r.x + r.width / 2, y: r.y + 3} })()`)
	for _, kind := range []input.DispatchDragEventType{"dragEnter", "dragOver", "dragOver", "drop"} {
		call(b, input.DispatchDragEvent, input.DispatchDragEventParams{Type: kind, X: to.X, Y: to.Y, Data: data})
	}
	mouse("mouseReleased", to.X, to.Y)
	call(b, input.SetInterceptDrags, input.SetInterceptDragsParams{Enabled: false})
}
