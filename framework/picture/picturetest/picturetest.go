// Package picturetest draws pictures for tests.
package picturetest

import (
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
)

// Halves is w × h pixels, its left half red, its right half blue.
func Halves(w, h int) *image.NRGBA {
	img := image.NewNRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			img.SetNRGBA(x, y, color.NRGBA{R: uint8(255 * (1 - 2*x/w)), B: uint8(255 * (2 * x / w)), A: 255})
		}
	}
	return img
}

// PNGHeader is the beginning of a PNG that claims a size in pixels, and bits a channel, without having them.
func PNGHeader(w, h uint32, depth byte) []byte {
	chunk := binary.BigEndian.AppendUint32([]byte("IHDR"), w)
	chunk = append(binary.BigEndian.AppendUint32(chunk, h), depth, 2, 0, 0, 0)
	out := append([]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\x0d"), chunk...)
	return binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(chunk))
}
