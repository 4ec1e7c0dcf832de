package cms

import (
	"crypto/sha256"
	"fmt"
)

// stylesheet is a theme's /theme.css: the chosen accent and what is derived from it, over the preset's tokens. It is
// empty when the preset's own accent is kept. version is a hash of it, part of the URL.
func (t Theme) stylesheet() (css, version string) {
	if !ValidColor(t.Accent) {
		return "", ""
	}
	p := preset(t.Preset)
	light, dark := p.light.fit(t.Accent), p.dark.fit(t.Accent)
	pair := func(a, b color) string { return fmt.Sprintf("light-dark(%s, %s)", a, b) }
	css = fmt.Sprintf(":root:root {\n  --accent: %s;\n  --accent-ink: %s;\n  --accent-hover: %s;\n  --accent-text: %s;\n  --focus: %s;\n}\n",
		pair(light.accent, dark.accent), pair(light.ink, dark.ink), pair(light.hover, dark.hover), pair(light.text, dark.text), pair(light.text, dark.text))
	sum := sha256.Sum256([]byte(css))
	return css, fmt.Sprintf("%x", sum[:6])
}

// Check is one thing about the colours that a merchant is told.
type Check struct {
	OK    bool
	Ratio float64
	What  string // a message
}

// checks tells how the chosen accent fares on the preset.
func (t Theme) checks() []Check {
	if !ValidColor(t.Accent) {
		return []Check{{OK: true, What: "The preset's own colours meet WCAG AA."}}
	}
	p := preset(t.Preset)
	var out []Check
	light, dark := p.light.fit(t.Accent), p.dark.fit(t.Accent)
	ratio := contrast(light.accent, light.ink)
	if light.ink == white {
		out = append(out, Check{true, ratio, "Labels of buttons are set in white."})
	} else {
		out = append(out, Check{true, ratio, "Labels of buttons are set in black, because white cannot be read on this colour."})
	}
	if light.text == light.accent {
		out = append(out, Check{true, contrast(light.text, hex(p.light.Background)), "Links have this colour as it is."})
	} else {
		out = append(out, Check{false, contrast(hex(t.Accent), hex(p.light.Background)), "This colour is too pale to read as text: links get a darker shade of it."})
	}
	if dark.accent != light.accent {
		out = append(out, Check{false, contrast(hex(t.Accent), hex(p.dark.Background)), "On the dark page it would be lost: buttons get a lighter shade of it there."})
	}
	return out
}
