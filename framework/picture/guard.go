package picture

import (
	"bytes"
	"encoding/binary"
)

// Limits of JPEGs whose picture comes in several passes. Their coefficients are kept as 32-bit numbers until the last one, four times what the pixels
// take; and each pass walks over the whole picture, though it may be a few bytes of the file.
const (
	maxProgressive = MaxPixels / 2
	maxPasses      = 100
)

// progressive tells whether a JPEG comes in several passes (ITU-T T.81, SOF2), and how many it may have: 0xff is followed by 0x00 inside of
// the coded picture, so that no pass is missed.
func progressive(data []byte) (is bool, passes int) {
	for at := 2; at+4 <= len(data) && data[at] == 0xff; {
		marker, size := data[at+1], int(binary.BigEndian.Uint16(data[at+2:]))
		switch {
		case marker == 0xff:
			at++
			continue
		case marker == 0xda:
			return is, bytes.Count(data[at:], []byte("\xff\xda"))
		case marker == 0xc2:
			is = true
		}
		at += 2 + size
	}
	return is, 0
}

// exif finds the Exif data of a picture, a TIFF file by itself: in a JPEG's APP1, a PNG's eXIf or a WebP's EXIF chunk; nil where there is none.
func exif(data []byte) []byte {
	switch {
	case bytes.HasPrefix(data, []byte("\xff\xd8")):
		return exifOfJPEG(data)
	case bytes.HasPrefix(data, []byte("\x89PNG\r\n\x1a\n")):
		return chunk(data[8:], "eXIf", binary.BigEndian, 4, 0, 12, 1)
	case len(data) > 12 && string(data[:4]) == "RIFF" && string(data[8:12]) == "WEBP":
		return bytes.TrimPrefix(chunk(data[12:], "EXIF", binary.LittleEndian, 0, 4, 8, 2), []byte("Exif\x00\x00"))
	}
	return nil
}

// chunk finds the body of the first chunk of a kind. name and size say where its name and its size stand, frame how many bytes it has besides
// its body (8 of them before it), and align to what its size is rounded up.
func chunk(data []byte, kind string, order binary.ByteOrder, name, size, frame, align int) []byte {
	for len(data) >= 8 {
		n := int(order.Uint32(data[size:]))
		if n < 0 || n > len(data)-8 {
			return nil
		}
		if string(data[name:name+4]) == kind {
			return data[8 : 8+n]
		}
		next := frame + (n+align-1)/align*align
		if next > len(data) {
			return nil
		}
		data = data[next:]
	}
	return nil
}
