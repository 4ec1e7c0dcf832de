package cms

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"strings"
	"unicode/utf8"
)

// Preview draws the opening page of a shop with the theme, in one scheme, as an SVG of 720 × 560. It is a sketch for the
// dashboard: pictures are areas, and the preset's fonts are those that the viewer has.
func (t Theme) Preview(shopName string, dark bool) []byte {
	p := preset(t.Preset)
	c := p.scheme(dark)
	chosen := ""
	if ValidColor(t.Accent) {
		chosen = t.Accent
	}
	a := c.fit(chosen)
	round := p.radius
	if p.pill {
		round = 19
	}
	var b bytes.Buffer
	put := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	rect := func(x, y, w, h, r int, fill string) {
		put(`<rect x="%d" y="%d" width="%d" height="%d" rx="%d" fill="%s"/>`, x, y, w, h, r, fill)
	}
	write := func(x, y, size, weight int, fill, family, anchor, s string) {
		put(`<text x="%d" y="%d" font-size="%d" font-weight="%d" fill="%s" font-family="%s" text-anchor="%s">%s</text>`, x, y, size, weight, fill, family, anchor, escape(s))
	}
	body := "Inter, Helvetica, Arial, sans-serif"
	put(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 560" width="720" height="560">`)
	rect(0, 0, 720, 560, 0, c.Background)
	top := 0
	if t.Announcement != "" {
		rect(0, 0, 720, 26, 0, a.accent.String())
		write(360, 17, 11, 500, a.ink.String(), body, "middle", shorten(t.Announcement, 80))
		top = 26
	}
	write(32, top+36, 19, p.weight, c.Ink, p.heading, "start", shorten(shopName, 24))
	for i, w := range []int{46, 60, 40} {
		rect(300+i*84, top+26, w, 7, 3, c.Muted)
	}
	put(`<circle cx="676" cy="%d" r="9" fill="%s"/>`, top+30, a.accent)
	rect(0, top+56, 720, 1, 0, c.Line)

	hero := top + 57
	titleFill, leadFill := c.Ink, c.Muted
	if t.HeroPicture != "" && t.HeroLayout != "beside" {
		rect(0, hero, 720, 232, 0, c.Picture)
		put(`<path d="M0 %d l150 -70 l120 50 l170 -96 l280 116 v0z" fill="%s" opacity=".35"/>`, hero+232, c.Muted)
		put(`<linearGradient id="shade" x1="0" y1="1" x2="0" y2="0"><stop stop-color="#000" stop-opacity=".72"/><stop offset=".8" stop-color="#000" stop-opacity=".08"/></linearGradient><rect y="%d" width="720" height="232" fill="url(#shade)"/>`, hero)
		titleFill, leadFill = "#ffffff", "#ffffff"
	} else {
		rect(0, hero, 720, 232, 0, c.Surface)
		if t.HeroLayout == "beside" {
			rect(400, hero, 320, 232, 0, c.Picture)
			put(`<path d="M400 %d l90 -80 l70 46 l80 -70 l80 70 v34z" fill="%s" opacity=".3"/>`, hero+232, c.Muted)
		}
	}
	title := t.HeroTitle
	if title == "" {
		title = shopName
	}
	write(32, hero+118, 31, p.weight, titleFill, p.heading, "start", shorten(title, 26))
	lead := t.HeroText
	if lead == "" {
		lead = t.Tagline
	}
	write(32, hero+146, 13, 400, leadFill, body, "start", shorten(lead, 52))
	button := t.HeroButton
	if button == "" {
		button = "Shop everything"
	}
	button = shorten(button, 24)
	width := 36 + utf8.RuneCountInString(button)*8
	rect(32, hero+168, width, 38, round, a.accent.String())
	write(32+width/2, hero+192, 14, 600, a.ink.String(), body, "middle", button)

	grid := hero + 258
	write(32, grid+8, 18, p.weight, c.Ink, p.heading, "start", "Just in")
	write(688, grid+8, 13, 600, a.text.String(), body, "end", "See everything →")
	for i := range 4 {
		x := 32 + i*167
		rect(x, grid+26, 155, 155, p.radius, c.Picture)
		rect(x, grid+192, 110-i*12, 8, 3, c.Ink)
		rect(x, grid+208, 54, 8, 3, c.Muted)
	}
	rect(42, grid+36, 34, 18, max(2, p.radius/2), a.accent.String())
	write(59, grid+49, 10, 600, a.ink.String(), body, "middle", "New")
	put(`</svg>`)
	return b.Bytes()
}

func escape(s string) string {
	var b strings.Builder
	xml.EscapeText(&b, []byte(s)) //nolint:errcheck // a builder takes everything
	return b.String()
}

// shorten cuts a text to n characters, the last of them an ellipsis.
func shorten(s string, n int) string {
	s = strings.Join(strings.Fields(s), " ")
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	return strings.TrimRight(string([]rune(s)[:n-1]), " ,.;:") + "…"
}
