package ui

import (
	"encoding/xml"
	"fmt"
	"math"
	"strings"
	"testing"
)

func TestChart(t *testing.T) {
	c := Chart{
		Title: "Visits & <views>", Labels: []string{"1", "2", "3", "4", "5", "6"}, Whole: true, Text: "#000", Grid: "#ccc", Format: func(v float64) string { return fmt.Sprint(v) },
		Series:    []Series{{Ink: "#111", Bars: true, Values: []float64{1, 0, 2, 0, 0, 0}}, {Ink: "#222", Bars: true, Values: []float64{2, 0, 0, 0, 0, 0}}, {Ink: "#333", Values: []float64{1, math.NaN(), 2, 3, math.NaN(), 1}}},
		ChartSize: ChartSize{Width: 320, Height: 200, Left: 10, Right: 10, Top: 10, Bottom: 30, Font: 12, Labels: 3},
	}
	svg := c.SVG()
	if err := xml.Unmarshal([]byte(svg), new(struct{})); err != nil {
		t.Fatal(err)
	}
	for part, n := range map[string]int{"<rect": 3, "Visits &amp; &lt;views&gt;": 1, ">5</text>": 2, "2.5": 0, "h.01": 3, `text-anchor="middle"`: 3} {
		if got := strings.Count(svg, part); got != n {
			t.Errorf("%q is in it %d times, want %d", part, got, n)
		}
	}
	c.Labels, c.Series = nil, nil
	if svg := c.SVG(); !strings.Contains(svg, ">1</text>") {
		t.Errorf("without points: %s", svg)
	}
}
