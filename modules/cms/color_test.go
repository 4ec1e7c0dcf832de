package cms

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
)

// The presets' colours stand in ui/tokens/themes.css too: that is what browsers see.
func TestPresetsAreThoseOfTheStylesheet(t *testing.T) {
	css, err := os.ReadFile("../../ui/tokens/themes.css")
	if err != nil {
		t.Fatal(err)
	}
	token := regexp.MustCompile(`--([a-z-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)`)
	for _, p := range Presets {
		start := `[data-theme="` + p.Value + `"]`
		if p.Value == "plain" {
			start = ":root {"
		}
		_, block, ok := strings.Cut(string(css), start)
		if !ok {
			t.Fatalf("no block of %s", p.Value)
		}
		block, _, _ = strings.Cut(block, "\n}")
		found := map[string][2]string{}
		for _, m := range token.FindAllStringSubmatch(block, -1) {
			found[m[1]] = [2]string{m[2], m[3]}
		}
		for i, c := range []palette{p.light, p.dark} {
			for name, value := range map[string]string{
				"accent": c.Accent, "accent-ink": c.AccentInk, "bg": c.Background, "surface": c.Surface, "ink": c.Ink, "muted": c.Muted, "line": c.Line, "picture-bg": c.Picture,
			} {
				if found[name][i] != value {
					t.Errorf("%s: --%s is %s in the stylesheet, %s here", p.Value, name, found[name][i], value)
				}
			}
		}
	}
}

// Whatever colour a merchant chooses, labels and links can be read (WCAG 2.2, 1.4.3) and buttons can be seen (1.4.11).
func TestEveryAccentBecomesReadable(t *testing.T) {
	for _, p := range Presets {
		for r := 0; r < 256; r += 51 {
			for g := 0; g < 256; g += 51 {
				for b := 0; b < 256; b += 51 {
					chosen := fmt.Sprintf("#%02x%02x%02x", r, g, b)
					for _, c := range []palette{p.light, p.dark} {
						a := c.fit(chosen)
						bg := hex(c.Background)
						if got := contrast(a.accent, a.ink); got < 4.5 {
							t.Errorf("%s %s: label on button %.2f", p.Value, chosen, got)
						}
						if got := contrast(hex(a.hover.String()), a.ink); got < 4.4 {
							t.Errorf("%s %s: label on a hovered button %.2f", p.Value, chosen, got)
						}
						if got := contrast(a.text, bg); got < 4.5 {
							t.Errorf("%s %s: link %s on %s %.2f", p.Value, chosen, a.text, bg, got)
						}
					}
				}
			}
		}
	}
}
