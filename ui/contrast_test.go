package ui_test

import (
	"math"
	"os"
	"regexp"
	"strconv"
	"testing"
)

var (
	blocks = regexp.MustCompile(`(?s)(:root[^{]*)\{(.*?)\n\}`)
	tokens = regexp.MustCompile(`(--[a-z-]+):\s*light-dark\((#[0-9a-f]{6}),\s*(#[0-9a-f]{6})\)`)
	sheets = []string{"tokens/status.css", "tokens/app.css", "tokens/themes.css"}
)

// palette gives a block's colours on top of those it inherits: light first, then dark.
func palette(css string, into map[string][2]string) map[string][2]string {
	out := map[string][2]string{}
	for k, v := range into {
		out[k] = v
	}
	for _, m := range tokens.FindAllStringSubmatch(css, -1) {
		out[m[1]] = [2]string{m[2], m[3]}
	}
	return out
}

func luminance(hex string) float64 {
	var sum float64
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		n, _ := strconv.ParseUint(hex[1+2*i:3+2*i], 16, 8)
		c := float64(n) / 255
		if c <= 0.04045 {
			c /= 12.92
		} else {
			c = math.Pow((c+0.055)/1.055, 2.4)
		}
		sum += weight * c
	}
	return sum
}

// contrast is WCAG 2.2's ratio of two colours, 1 to 21.
func contrast(a, b string) float64 {
	x, y := luminance(a), luminance(b)
	return (math.Max(x, y) + 0.05) / (math.Min(x, y) + 0.05)
}

// Text needs 4.5:1 (WCAG 2.2, 1.4.3), the line around a control 3:1 (1.4.11).
func TestTokensHaveContrast(t *testing.T) {
	read := func(name string) string {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	status := palette(read(sheets[0]), nil)
	text := [][2]string{
		{"white", "--danger"}, {"--ink", "--bg"}, {"--ink", "--surface"}, {"--muted", "--bg"}, {"--muted", "--surface"}, {"--accent-ink", "--accent"},
		{"--danger-text", "--bg"}, {"--danger-text", "--surface"}, {"--danger-text", "--danger-soft"}, {"--success-text", "--success-soft"},
		{"--warning-text", "--warning-soft"}, {"--info-text", "--info-soft"},
	}
	lines := [][2]string{{"--field-line", "--surface"}, {"--field-line", "--bg"}, {"--focus", "--bg"}, {"--focus", "--surface"}}
	app := append([][2]string{
		{"--muted", "--raised"}, {"--muted", "--hover"}, {"--muted", "--sidebar"}, {"--ink", "--sidebar"}, {"--ink", "--hover"}, {"--accent-text", "--bg"},
		{"--accent-text", "--surface"}, {"--accent-text", "--accent-soft"}, {"--accent-ink", "--accent-hover"}, {"--muted", "--accent-soft"},
	}, text...)
	shop := append([][2]string{{"--accent", "--bg"}, {"--accent", "--surface"}, {"--sale", "--bg"}, {"--sale", "--surface"}, {"--muted", "--picture-bg"}}, text...)

	for sheet, pairs := range map[string][][2]string{"tokens/app.css": app, "tokens/themes.css": shop} {
		var base map[string][2]string
		for i, m := range blocks.FindAllStringSubmatch(read(sheet), -1) {
			colours := palette(m[2], base)
			if i == 0 {
				colours = palette(m[2], status)
				base = colours
			}
			check := func(pairs [][2]string, least float64) {
				for _, p := range pairs {
					for scheme, name := range []string{"light", "dark"} {
						front, back := colours[p[0]][scheme], colours[p[1]][scheme]
						if p[0] == "white" {
							front = "#ffffff"
						}
						if front == "" || back == "" {
							continue // derived from others by color-mix
						}
						if c := contrast(front, back); c < least {
							t.Errorf("%s %s, %s: %s on %s is %.2f:1, not %.1f:1", sheet, m[1], name, p[0], p[1], c, least)
						}
					}
				}
			}
			check(pairs, 4.5)
			check(lines, 3)
		}
	}
}
