package ui

import (
	"fmt"
	"html"
	"math"
	"strings"
)

// Chart is a picture of something over time, as an SVG of its own that an <img> shows: pages hold no inline style. Its colours are one scheme's.
type Chart struct {
	Title  string
	Labels []string // of the points, below the chart; as many as there is room for are written
	Series []Series // bars are piled in this order
	Format func(v float64) string
	Whole  bool // numbers between whole ones mean nothing, and are left out beside the axis
	Text   string
	Grid   string
	ChartSize
}

// ChartSize is the picture's size and what stands around the drawing, in its own units.
type ChartSize struct{ Width, Height, Left, Right, Top, Bottom, Font, Labels int }

// Series is a line or a pile of bars: a value for each point.
type Series struct {
	Ink    string
	Values []float64 // of a line, NaN where there is none
	Bars   bool
}

// most is the greatest value, rounded up to one that reads well: 1, 2 or 5 times a power of ten.
func (c Chart) most() float64 {
	most := 0.0
	for i := range c.Labels {
		sum := 0.0
		for _, s := range c.Series {
			if s.Bars {
				sum += s.Values[i]
			} else if !math.IsNaN(s.Values[i]) {
				most = max(most, s.Values[i])
			}
		}
		most = max(most, sum)
	}
	if most == 0 {
		return 1
	}
	power := math.Pow(10, math.Floor(math.Log10(most)))
	for _, step := range []float64{1, 2, 5} {
		if most <= step*power {
			return step * power
		}
	}
	return 10 * power
}

// SVG draws it.
func (c Chart) SVG() string {
	var b strings.Builder
	most := c.most()
	across, height := float64(c.Width-c.Left-c.Right), float64(c.Height-c.Top-c.Bottom)
	step := across / float64(max(len(c.Labels), 1))
	y := func(v float64) float64 { return float64(c.Top) + height*(1-v/most) }
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d" role="img" font-family="system-ui, sans-serif" font-size="%d"><title>%s</title>`,
		c.Width, c.Height, c.Width, c.Height, c.Font, html.EscapeString(c.Title))
	for _, v := range []float64{0, most / 2, most} {
		if c.Whole && v != math.Trunc(v) {
			continue
		}
		fmt.Fprintf(&b, `<path d="M%d %.1fH%d" stroke="%s"/><text x="%d" y="%.1f" fill="%s" text-anchor="end">%s</text>`,
			c.Left, y(v), c.Width-c.Right, c.Grid, c.Left-8, y(v)+float64(c.Font)/3, c.Text, html.EscapeString(c.Format(v)))
	}
	for i := 0; i < len(c.Labels); i += max((len(c.Labels)+c.ChartSize.Labels-1)/c.ChartSize.Labels, 1) {
		fmt.Fprintf(&b, `<text x="%.1f" y="%d" fill="%s" text-anchor="middle">%s</text>`, float64(c.Left)+step*(float64(i)+.5), c.Height-8, c.Text, html.EscapeString(c.Labels[i]))
	}
	under := make([]float64, len(c.Labels))
	for _, s := range c.Series {
		if s.Bars {
			for i, v := range s.Values {
				if v > 0 {
					fmt.Fprintf(&b, `<rect x="%.1f" y="%.1f" width="%.1f" height="%.1f" fill="%s"/>`, float64(c.Left)+step*(float64(i)+.1), y(under[i]+v), step*.8, height*v/most, s.Ink)
				}
				under[i] += v
			}
			continue
		}
		pen := "M"
		var line strings.Builder
		for i, v := range s.Values {
			if math.IsNaN(v) {
				pen = "M"
				continue
			}
			fmt.Fprintf(&line, "%s%.1f %.1f", pen, float64(c.Left)+step*(float64(i)+.5), y(v))
			if pen == "M" { // one that stands alone is a dot
				line.WriteString("h.01")
			}
			pen = "L"
		}
		if line.Len() > 0 {
			fmt.Fprintf(&b, `<path d="%s" fill="none" stroke="%s" stroke-width="2" stroke-linejoin="round" stroke-linecap="round"/>`, line.String(), s.Ink)
		}
	}
	b.WriteString("</svg>")
	return b.String()
}
