package cms

import (
	"fmt"
	"math"
	"strconv"
)

// color is an sRGB colour, each part from 0 to 1.
type color [3]float64

var (
	black = color{}
	white = color{1, 1, 1}
)

// ValidColor tells whether text is a colour as #rrggbb. Nothing else ever reaches a stylesheet.
func ValidColor(text string) bool {
	if len(text) != 7 || text[0] != '#' {
		return false
	}
	for _, c := range []byte(text[1:]) {
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') && (c < 'A' || c > 'F') {
			return false
		}
	}
	return true
}

// hex reads a colour that ValidColor takes.
func hex(text string) color {
	var c color
	for i := range c {
		n, _ := strconv.ParseUint(text[1+2*i:3+2*i], 16, 8)
		c[i] = float64(n) / 255
	}
	return c
}

func (c color) String() string {
	return fmt.Sprintf("#%02x%02x%02x", byte(math.Round(c[0]*255)), byte(math.Round(c[1]*255)), byte(math.Round(c[2]*255)))
}

// luminance is the relative luminance of WCAG 2.2.
func (c color) luminance() float64 {
	var sum float64
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		v := c[i]
		if v <= 0.04045 {
			v /= 12.92
		} else {
			v = math.Pow((v+0.055)/1.055, 2.4)
		}
		sum += weight * v
	}
	return sum
}

// contrast is the ratio of WCAG 2.2, 1 to 21. Text needs 4.5 (1.4.3).
func contrast(a, b color) float64 {
	x, y := a.luminance(), b.luminance()
	return (math.Max(x, y) + 0.05) / (math.Min(x, y) + 0.05)
}

// mix goes from c towards other; share 0 is c, 1 is other.
func (c color) mix(other color, share float64) color {
	for i := range c {
		c[i] += (other[i] - c[i]) * share
	}
	return c
}

// inkOn is the text colour that reads best on a background: always at least 4.58:1.
func inkOn(background color) color {
	if contrast(white, background) >= contrast(black, background) {
		return white
	}
	return black
}

const textContrast = 4.5

// readable moves c towards black or white, away from the backgrounds, until it can be text on all of them.
func (c color) readable(on ...color) color {
	towards := inkOn(on[0])
	for share := 0.0; share < 1; share += 0.02 {
		moved := hex(c.mix(towards, share).String()) // as it will be written, rounded
		least := math.Inf(1)
		for _, b := range on {
			least = math.Min(least, contrast(moved, b))
		}
		if least >= textContrast {
			return moved
		}
	}
	return towards
}
