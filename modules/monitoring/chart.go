package monitoring

import (
	"fmt"
	"math"
	"time"

	"wizamart/framework/observe"
	"wizamart/ui"
)

var (
	wide   = ui.ChartSize{Width: 720, Height: 240, Left: 62, Right: 8, Top: 14, Bottom: 32, Font: 15, Labels: 6}
	narrow = ui.ChartSize{Width: 360, Height: 200, Left: 66, Right: 6, Top: 12, Bottom: 26, Font: 13, Labels: 3}
)

// inks are a scheme's colours.
type inks struct{ text, grid, first, second, bad string }

var schemes = map[string]inks{
	"light": {"#5b6472", "#e3e6eb", "#3557d6", "#9bb0f5", "#c93535"},
	"dark":  {"#a7b0be", "#333a46", "#8aa4ff", "#48589a", "#ff7b7b"},
}

// trafficChart is one of the overview's charts: requests, errors or latency.
func trafficChart(name string, points []observe.Point, ink inks, size ui.ChartSize) (ui.Chart, bool) {
	c := ui.Chart{Text: ink.text, Grid: ink.grid, ChartSize: size}
	for _, p := range points {
		c.Labels = append(c.Labels, p.At.UTC().Format("15:04"))
	}
	series := func(color string, bars bool, value func(p observe.Point) float64) {
		values := make([]float64, len(points))
		for i, p := range points {
			values[i] = value(p)
		}
		c.Series = append(c.Series, ui.Series{Ink: color, Values: values, Bars: bars})
	}
	switch name {
	case "requests":
		c.Title, c.Format = "Requests a second", number2
		series(ink.first, true, observe.Point.Rate)
	case "errors":
		c.Title, c.Format = "Requests that were refused or failed", number2
		series(ink.bad, true, func(p observe.Point) float64 { return float64(p.Failed) })
		series(ink.second, true, func(p observe.Point) float64 { return float64(p.Refused) })
	case "latency":
		c.Title, c.Format = "Time to answer", millis
		series(ink.second, false, func(p observe.Point) float64 { return answered(p, p.P95) })
		series(ink.first, false, func(p observe.Point) float64 { return answered(p, p.P50) })
	default:
		return c, false
	}
	return c, true
}

// answered is a time in milliseconds; none where nothing was answered.
func answered(p observe.Point, d time.Duration) float64 {
	if p.Requests == 0 {
		return math.NaN()
	}
	return ms(d)
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

func millis(v float64) string {
	if v >= 1000 {
		return fmt.Sprintf("%.3g s", v/1000)
	}
	return fmt.Sprintf("%.3g ms", v)
}

func number2(v float64) string { return fmt.Sprintf("%.3g", v) }
