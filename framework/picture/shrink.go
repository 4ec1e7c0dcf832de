package picture

import (
	"image"
	"image/draw"
)

// Shrink scales a picture down by averaging the area that each new pixel covers. It reads the source a row at a time, so that besides
// the source only the result is in memory.
func Shrink(src image.Image, size image.Point) *image.NRGBA {
	b := src.Bounds()
	out := image.NewNRGBA(image.Rectangle{Max: size})
	if b.Dx() == size.X && b.Dy() == size.Y {
		draw.Draw(out, out.Rect, src, b.Min, draw.Src)
		return out
	}
	columns := coverage(b.Dx(), size.X)
	line := image.NewRGBA(image.Rect(0, 0, b.Dx(), 1)) // premultiplied: transparent pixels do not colour their neighbours
	narrow := make([]float32, 4*size.X)
	sum := make([]float32, 4*size.X)
	scale := float32(size.Y) / float32(b.Dy())
	y, room := 0, float32(1) // the row being filled and how much of it is still open
	for sy := range b.Dy() {
		draw.Draw(line, line.Rect, src, image.Pt(b.Min.X, b.Min.Y+sy), draw.Src)
		squeeze(narrow, line.Pix, columns)
		left := scale
		for left > 1e-6 && y < size.Y {
			part := min(left, room)
			for i, v := range narrow {
				sum[i] += v * part
			}
			left -= part
			if room -= part; room <= 1e-4 || sy == b.Dy()-1 {
				unmultiply(out.Pix[y*out.Stride:], sum)
				clear(sum)
				y, room = y+1, 1
			}
		}
	}
	return out
}

// span is a part of a source row that falls on one new pixel.
type span struct {
	from  int
	parts []float32 // weights, summing up to 1
}

func coverage(from, to int) []span {
	out := make([]span, to)
	ratio := float64(from) / float64(to)
	for i := range out {
		start, end := float64(i)*ratio, float64(i+1)*ratio
		first := int(start)
		out[i].from = first
		for x := first; x < from && float64(x) < end-1e-9; x++ {
			part := min(end, float64(x+1)) - max(start, float64(x))
			out[i].parts = append(out[i].parts, float32(part/ratio))
		}
	}
	return out
}

func squeeze(dst []float32, pix []uint8, columns []span) {
	for i, c := range columns {
		var r, g, b, a float32
		at := pix[4*c.from:]
		for k, w := range c.parts {
			p := at[4*k : 4*k+4]
			r += w * float32(p[0])
			g += w * float32(p[1])
			b += w * float32(p[2])
			a += w * float32(p[3])
		}
		d := dst[4*i : 4*i+4]
		d[0], d[1], d[2], d[3] = r, g, b, a
	}
}

func unmultiply(dst []uint8, sum []float32) {
	for i := 0; i < len(sum); i += 4 {
		a := sum[i+3]
		if a < 0.5 {
			dst[i], dst[i+1], dst[i+2], dst[i+3] = 0, 0, 0, 0
			continue
		}
		for k := range 3 {
			dst[i+k] = uint8(min(255, sum[i+k]*255/a+0.5))
		}
		dst[i+3] = uint8(min(255, a+0.5))
	}
}
