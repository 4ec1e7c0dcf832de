//go:build browser

package browser

import (
	"os"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
)

// axe is the accessibility checker's source, run in the page through the debugger: the page's own policy stays as it is.
var axe string

func loadAxe(t *testing.T) {
	t.Helper()
	data, err := os.ReadFile("../../ui/node_modules/axe-core/axe.min.js")
	if err != nil {
		t.Fatalf("axe-core is missing: run scripts/browser.sh, or npm ci in ui/: %v", err)
	}
	axe = string(data)
}

type violation struct {
	ID, Impact, Help string
	Nodes            []string
}

// looks checks the page that is shown: axe finds nothing in light and, with scripts, in dark; nothing sticks out sideways; nothing
// was heard that must not be.
func (b *tab) looks(what string) {
	b.t.Helper()
	schemes := []string{"light"}
	if b.scripts {
		schemes = append(schemes, "dark")
	} else { // what has not run will not run: only the checker does
		call(b, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: false})
		defer call(b, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	}
	// Colours that are on their way from one scheme to the other belong to neither. A constructed sheet is no matter of the policy.
	eval[bool](b, `(() => {
		const still = new CSSStyleSheet();
		still.replaceSync("*, *::before, *::after { transition: none !important; animation: none !important }");
		document.adoptedStyleSheets = [...document.adoptedStyleSheets, still];
		return true;
	})()`)
	if !eval[bool](b, "!!window.axe") {
		eval[bool](b, axe+"; true")
	}
	for _, scheme := range schemes {
		call(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}})
		found := eval[[]violation](b, `(async () => {
			const r = await axe.run(document, {resultTypes: ["violations"]});
			return r.violations.map(v => ({ID: v.id, Impact: v.impact ?? "", Help: v.help, Nodes: v.nodes.slice(0, 4).map(n => n.target.join(" ") + " – " + n.failureSummary.replace(/\s+/g, " "))}));
		})()`)
		for _, v := range found {
			b.t.Errorf("%s, %s (%s), %s: axe %s (%s): %s\n\t%s", b.name, what, b.where(), scheme, v.ID, v.Impact, v.Help, strings.Join(v.Nodes, "\n\t"))
		}
		b.shot(what + " " + scheme)
	}
	if wide := eval[int](b, "document.documentElement.scrollWidth - document.documentElement.clientWidth"); wide > 0 {
		b.t.Errorf("%s, %s (%s): the page is %d px wider than the window", b.name, what, b.where(), wide)
	}
	b.settled(what)
}
