package analytics

import (
	"fmt"
	"time"

	"wizamart/ui"
)

var (
	wide   = ui.ChartSize{Width: 960, Height: 260, Left: 62, Right: 8, Top: 14, Bottom: 32, Font: 14, Labels: 8}
	narrow = ui.ChartSize{Width: 360, Height: 200, Left: 52, Right: 6, Top: 12, Bottom: 26, Font: 13, Labels: 3}
)

// inks are a scheme's colours.
type inks struct{ text, grid, views, visitors string }

var schemes = map[string]inks{
	"light": {"#5b6472", "#e3e6eb", "#b3adf0", "#4f46c8"},
	"dark":  {"#a7b0be", "#333a46", "#4c4798", "#a29aff"},
}

// chart draws each day's views, and its visitors as the part of them that came first.
func chart(days []Day, title string, ink inks, size ui.ChartSize) string {
	visitors, further := ui.Series{Ink: ink.visitors, Bars: true}, ui.Series{Ink: ink.views, Bars: true}
	c := ui.Chart{Title: title, Whole: true, Format: short, Text: ink.text, Grid: ink.grid, ChartSize: size}
	for _, d := range days {
		c.Labels = append(c.Labels, monthDay(d.Date))
		visitors.Values = append(visitors.Values, float64(d.Visitors))
		further.Values = append(further.Values, float64(max(d.Views-d.Visitors, 0)))
	}
	c.Series = []ui.Series{visitors, further}
	return c.SVG()
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
