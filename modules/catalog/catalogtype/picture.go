package catalogtype

import (
	"fmt"
	"strings"
)

// Widths, in pixels, in which a picture is kept besides its whole, which has at most 1600 on its longer side.
var Widths = [...]int{200, 400, 800, 1200}

// Sizes says in which of Widths there is a picture: bit 0 is the first.
type Sizes uint8

// WantedSizes are those of a picture so many pixels wide: none is larger than the picture.
func WantedSizes(width int) (s Sizes) {
	for _, w := range Widths {
		if w < width {
			s = s.With(w)
		}
	}
	return s
}

// Has tells whether there is a file so wide besides the whole.
func (s Sizes) Has(width int) bool { return s&bit(width) != 0 }

// With is s and a width.
func (s Sizes) With(width int) Sizes { return s | bit(width) }

func bit(width int) Sizes {
	for i, w := range Widths {
		if w == width {
			return 1 << i
		}
	}
	return 0
}

// Sized is the path of a picture in a width, made of the path of the whole; "" stays "".
func Sized(whole string, width int) string {
	if whole == "" {
		return ""
	}
	return fmt.Sprintf("%s-%d.webp", strings.TrimSuffix(whole, ".webp"), width)
}

// AtLeast is the path of the narrowest file that is so wide or wider; the whole where there is none.
func (s Sizes) AtLeast(whole string, width int) string {
	for _, w := range Widths {
		if w >= width && s.Has(w) {
			return Sized(whole, w)
		}
	}
	return whole
}

// Srcset offers what there is of a picture whose whole is width pixels wide, as the attribute wants it; "" where there is the whole alone.
// address adds to a path what the surface needs.
func (s Sizes) Srcset(address func(path string) string, whole string, width int) string {
	if whole == "" || s == 0 || width <= 0 {
		return ""
	}
	var out strings.Builder
	for _, w := range Widths {
		if s.Has(w) && w < width {
			fmt.Fprintf(&out, "%s %dw, ", address(Sized(whole, w)), w)
		}
	}
	fmt.Fprintf(&out, "%s %dw", address(whole), width)
	return out.String()
}

// FocusClass names the CSS class of the point of a picture that stays visible when it is cropped: per cent from the left and from the top,
// in steps of ten. It is "" for the middle, where pictures are cropped anyway.
func FocusClass(x, y int) string {
	step := func(n int) int { return (min(max(n, 0), 100) + 5) / 10 * 10 }
	if x, y = step(x), step(y); x == 50 && y == 50 {
		return ""
	}
	return fmt.Sprintf("focus-x-%d focus-y-%d", x, y)
}
