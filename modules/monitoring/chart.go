package monitoring

import (
	"fmt"
	"html"
	"math"
	"strings"
	"time"

	"wizamart/framework/observe"
)

// Charts are pictures of their own (SVG), shown by <img>: pages hold no inline style. Their colours follow the scheme that the page
// asks for. Width and height are the picture's own units.
type frame struct{ width, height, left, right, top, bottom, font, labels int }

var (
	wide   = frame{720, 240, 62, 8, 14, 32, 15, 6}
	narrow = frame{360, 200, 66, 6, 12, 26, 13, 3}
)

// inks are a scheme's colours.
type inks struct{ text, grid, first, second, bad string }

var schemes = map[string]inks{
	"light": {"#5b6472", "#e3e6eb", "#3557d6", "#9bb0f5", "#c93535"},
	"dark":  {"#a7b0be", "#333a46", "#8aa4ff", "#48589a", "#ff7b7b"},
}

// series is a line or a pile of bars.
type series struct {
	name   string
	ink    string
	values []float64
	bars   bool
}

// chart is a picture of something over time.
type chart struct {
	title  string
	points []observe.Point
	series []series // bars are piled in this order
	format func(v float64) string
	ink    inks
	frame
}

// trafficChart is one of the overview's charts: requests, errors or latency.
func trafficChart(name string, points []observe.Point, ink inks, f frame) (chart, bool) {
	c := chart{points: points, ink: ink, frame: f}
	values := func(fn func(p observe.Point) float64) []float64 {
		out := make([]float64, len(points))
		for i, p := range points {
			out[i] = fn(p)
		}
		return out
	}
	switch name {
	case "requests":
		c.title, c.format = "Requests a second", number2
		c.series = []series{{"requests", ink.first, values(observe.Point.Rate), true}}
	case "errors":
		c.title, c.format = "Requests that were refused or failed", number2
		c.series = []series{
			{"failed", ink.bad, values(func(p observe.Point) float64 { return float64(p.Failed) }), true},
			{"refused", ink.second, values(func(p observe.Point) float64 { return float64(p.Refused) }), true},
		}
	case "latency":
		c.title, c.format = "Time to answer", millis
		c.series = []series{
			{"p95", ink.second, values(func(p observe.Point) float64 { return ms(p.P95) }), false},
			{"p50", ink.first, values(func(p observe.Point) float64 { return ms(p.P50) }), false},
		}
	default:
		return c, false
	}
	return c, true
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

func millis(v float64) string {
	if v >= 1000 {
		return fmt.Sprintf("%.3g s", v/1000)
	}
	return fmt.Sprintf("%.3g ms", v)
}

func number2(v float64) string { return fmt.Sprintf("%.3g", v) }

// most is the greatest value, rounded up to one that reads well: 1, 2 or 5 times a power of ten.
func (c chart) most() float64 {
	most := 0.0
	for i := range c.points {
		sum := 0.0
		for _, s := range c.series {
			if s.bars {
				sum += s.values[i]
			} else {
				most = max(most, s.values[i])
			}
		}
		most = max(most, sum)
	}
	if most == 0 {
		return 1
	}
	power := math.Pow(10, math.Floor(math.Log10(most)))
	for _, step := range []float64{1, 2, 5, 10} {
		if most <= step*power {
			return step * power
		}
	}
	return 10 * power
}

// SVG draws it.
func (c chart) SVG() string {
	var b strings.Builder
	most := c.most()
	across, height := float64(c.width-c.left-c.right), float64(c.height-c.top-c.bottom)
	step := across / float64(max(len(c.points), 1))
	y := func(v float64) float64 { return float64(c.top) + height*(1-v/most) }
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d" role="img" font-family="system-ui, sans-serif" font-size="%d"><title>%s</title>`,
		c.width, c.height, c.width, c.height, c.font, html.EscapeString(c.title))
	for _, part := range []float64{0, .5, 1} {
		fmt.Fprintf(&b, `<path d="M%d %.1fH%d" stroke="%s"/><text x="%d" y="%.1f" fill="%s" text-anchor="end">%s</text>`,
			c.left, y(most*part), c.width-c.right, c.ink.grid, c.left-8, y(most*part)+float64(c.font)/3, c.ink.text, c.format(most*part))
	}
	for i := 0; i < len(c.points); i += max(len(c.points)/c.labels, 1) {
		fmt.Fprintf(&b, `<text x="%.1f" y="%d" fill="%s" text-anchor="middle">%s</text>`, float64(c.left)+step*(float64(i)+.5), c.height-8, c.ink.text, c.points[i].At.UTC().Format("15:04"))
	}
	under := make([]float64, len(c.points))
	for _, s := range c.series {
		if s.bars {
			for i, v := range s.values {
				if v > 0 {
					fmt.Fprintf(&b, `<rect x="%.1f" y="%.1f" width="%.1f" height="%.1f" fill="%s"/>`, float64(c.left)+step*float64(i)+step*.1, y(under[i]+v), step*.8, height*v/most, s.ink)
				}
				under[i] += v
			}
			continue
		}
		pen := "M"
		var line strings.Builder
		for i, v := range s.values {
			if c.points[i].Requests == 0 { // nothing was answered: there is no time
				pen = "M"
				continue
			}
			fmt.Fprintf(&line, "%s%.1f %.1f", pen, float64(c.left)+step*(float64(i)+.5), y(v))
			if pen == "M" { // one that stands alone is a dot
				line.WriteString("h.01")
			}
			pen = "L"
		}
		if line.Len() > 0 {
			fmt.Fprintf(&b, `<path d="%s" fill="none" stroke="%s" stroke-width="2" stroke-linejoin="round" stroke-linecap="round"/>`, line.String(), s.ink)
		}
	}
	b.WriteString("</svg>")
	return b.String()
}
