package analytics

import (
	"fmt"
	"html"
	"math"
	"strings"
	"time"
)

// The chart is a picture of its own (SVG), shown by <img>: pages hold no inline style. Its colours follow the scheme that the page
// asks for. Width and height are the picture's own units.
type frame struct{ width, height, left, right, top, bottom, font, dates int }

var (
	wide   = frame{960, 260, 62, 8, 14, 32, 14, 8}
	narrow = frame{360, 200, 52, 6, 12, 26, 13, 3}
)

// inks are a scheme's colours.
type inks struct{ text, grid, views, visitors string }

var schemes = map[string]inks{
	"light": {"#5b6472", "#e3e6eb", "#b3adf0", "#4f46c8"},
	"dark":  {"#a7b0be", "#333a46", "#4c4798", "#a29aff"},
}

// chart draws each day's views, and its visitors before them.
func chart(days []Day, title string, ink inks, f frame) string {
	most := int64(1)
	for _, d := range days {
		most = max(most, d.Views)
	}
	top := roundUp(most)
	across, height := float64(f.width-f.left-f.right), float64(f.height-f.top-f.bottom)
	step := across / float64(max(len(days), 1))
	y := func(v float64) float64 { return float64(f.top) + height*(1-v/top) }
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d" role="img" font-family="system-ui, sans-serif" font-size="%d"><title>%s</title>`,
		f.width, f.height, f.width, f.height, f.font, html.EscapeString(title))
	for _, v := range []float64{0, top / 2, top} {
		if v != math.Trunc(v) {
			continue // nobody is half a visitor
		}
		fmt.Fprintf(&b, `<path d="M%d %.1fH%d" stroke="%s"/><text x="%d" y="%.1f" fill="%s" text-anchor="end">%s</text>`,
			f.left, y(v), f.width-f.right, ink.grid, f.left-8, y(v)+float64(f.font)/3, ink.text, short(v))
	}
	every := max((len(days)+f.dates-1)/f.dates, 1)
	bar := func(at int, n int64, color string) {
		if n > 0 {
			fmt.Fprintf(&b, `<rect x="%.1f" y="%.1f" width="%.1f" height="%.1f" fill="%s"/>`,
				float64(f.left)+step*(float64(at)+.1), y(float64(n)), step*.8, height*float64(n)/top, color)
		}
	}
	for i, d := range days {
		bar(i, d.Views, ink.views)
		bar(i, d.Visitors, ink.visitors)
		if i%every == 0 {
			fmt.Fprintf(&b, `<text x="%.1f" y="%d" fill="%s" text-anchor="middle">%s</text>`, float64(f.left)+step*(float64(i)+.5), f.height-8, ink.text, html.EscapeString(monthDay(d.Date)))
		}
	}
	b.WriteString("</svg>")
	return b.String()
}

// roundUp gives the next of 1, 2 or 5 times a power of ten.
func roundUp(n int64) float64 {
	power := math.Pow(10, math.Floor(math.Log10(float64(n))))
	for _, step := range []float64{1, 2, 5} {
		if float64(n) <= step*power {
			return step * power
		}
	}
	return 10 * power
}

// short is a number beside the axis.
func short(v float64) string {
	switch {
	case v >= 1e6:
		return fmt.Sprintf("%.3g M", v/1e6)
	case v >= 1e4:
		return fmt.Sprintf("%.3g k", v/1e3)
	}
	return fmt.Sprintf("%.0f", v)
}

// monthDay is a date without its year.
func monthDay(date string) string {
	if t, err := time.Parse(time.DateOnly, date); err == nil {
		return t.Format("01-02")
	}
	return date
}
