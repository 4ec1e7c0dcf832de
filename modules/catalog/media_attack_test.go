package catalog

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	encoder "github.com/gen2brain/webp"
	"golang.org/x/image/webp"

	"wizamart/framework/job"
	"wizamart/framework/picture/picturetest"
	"wizamart/framework/problem"
	"wizamart/tenant"
)

// pngChunk is a chunk with its checksum.
func pngChunk(kind string, body []byte) []byte {
	out := append(binary.BigEndian.AppendUint32(nil, uint32(len(body))), kind...)
	out = append(out, body...)
	return binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(out[4:]))
}

// withChunks puts chunks behind a PNG's header.
func withChunks(data []byte, chunks ...[]byte) []byte {
	const header = 8 + 25
	return slices.Concat(data[:header], slices.Concat(chunks...), data[header:])
}

// packed is so many megabytes of nothing, as PNG packs text and colour profiles.
func packed(megabytes int) []byte {
	var b bytes.Buffer
	w := zlib.NewWriter(&b)
	for range megabytes {
		w.Write(make([]byte, 1<<20)) //nolint:errcheck // into memory
	}
	w.Close()
	return b.Bytes()
}

// segment is a JPEG's segment.
func segment(marker byte, body []byte) []byte {
	return slices.Concat([]byte{0xff, marker}, binary.BigEndian.AppendUint16(nil, uint16(len(body)+2)), body)
}

func afterStart(jpeg []byte, segments ...[]byte) []byte {
	return slices.Concat(jpeg[:2], slices.Concat(segments...), jpeg[2:])
}

// gpsExif is a camera's data: turned by a quarter, taken at a place, with a thumbnail that repeats the place.
func gpsExif(place string) []byte {
	tiff := []byte("MM\x00*\x00\x00\x00\x08\x00\x02")
	tiff = append(tiff, "\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06\x00\x00"...)                 // Orientation
	tiff = append(tiff, "\x88\x25\x00\x04\x00\x00\x00\x01\x00\x00\x00\x26\x00\x00\x00\x00"...) // GPSInfo
	tiff = append(tiff, place...)
	return append(tiff, ("\xff\xd8\xff\xe1" + place)...) // a thumbnail
}

func riff(chunks ...string) []byte {
	body := "WEBP" + strings.Join(chunks, "")
	return []byte("RIFF" + string(binary.LittleEndian.AppendUint32(nil, uint32(len(body)))) + body)
}

func riffChunk(kind, body string) string {
	size := string(binary.LittleEndian.AppendUint32(nil, uint32(len(body))))
	if len(body)%2 == 1 {
		body += "\x00"
	}
	return kind + size + body
}

// webpOf is a WebP; with exif in its extended form.
func webpOf(t *testing.T, img image.Image, exif string) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := encoder.Encode(&b, img, encoder.Options{Quality: 82}); err != nil {
		t.Fatal(err)
	}
	if exif == "" {
		return b.Bytes()
	}
	w, h := img.Bounds().Dx()-1, img.Bounds().Dy()-1
	x := string([]byte{8, 0, 0, 0, byte(w), byte(w >> 8), 0, byte(h), byte(h >> 8), 0})
	return riff(riffChunk("VP8X", x), string(b.Bytes()[12:]), riffChunk("EXIF", exif))
}

// manyFrames is a GIF whose frames would take gigabytes when all were unpacked.
func manyFrames(t *testing.T) []byte {
	t.Helper()
	frame := image.NewPaletted(image.Rect(0, 0, 1000, 1000), color.Palette{color.Black, color.White})
	var b bytes.Buffer
	if err := gif.EncodeAll(&b, &gif.GIF{Image: []*image.Paletted{frame}, Delay: []int{1}}); err != nil {
		t.Fatal(err)
	}
	head, trailer := b.Bytes()[:b.Len()-1], b.Bytes()[b.Len()-1:]
	start := bytes.IndexByte(head[13:], '!') + 13 // behind header and palette: the first extension
	return slices.Concat(head, bytes.Repeat(head[start:], 5000), trailer)
}

const (
	evil  = `<script>alert(document.domain)</script>`
	place = "N 55 40 34 E 12 34 6 home"
)

// Whatever is uploaded is refused, or becomes a WebP of our own that holds nothing of what came along.
func TestAttacksByPicture(t *testing.T) {
	s, st, _ := openStore(t)
	plain := jpegOf(t, picturetest.Halves(60, 40), 0)
	drawn := pngOf(t, picturetest.Halves(60, 40))
	var gifBytes bytes.Buffer
	if err := gif.Encode(&gifBytes, picturetest.Halves(60, 40), nil); err != nil {
		t.Fatal(err)
	}
	jsGIF := slices.Clone(gifBytes.Bytes())
	jsGIF = append(jsGIF, []byte("*/=1;"+evil)...)
	exif := gpsExif(place)
	scan := segment(0xda, []byte{1, 1, 0, 0, 0, 0})
	passes := append(slices.Concat(plain[:2], segment(0xc2, []byte{8, 0, 40, 0, 60, 1, 1, 0x11, 0})), bytes.Repeat(scan, 2000)...)
	for name, test := range map[string]struct {
		data []byte
		says string // of a refusal; "" is taken
		w, h int
	}{
		"GIF that is JavaScript too":        {jsGIF, "", 60, 40},
		"GIF89a and a script alone":         {[]byte("GIF89a/*" + evil), "million", 0, 0},
		"HTML named jpg":                    {[]byte("<html>" + evil), "not a picture", 0, 0},
		"HTML behind a JPEG's first bytes":  {[]byte("\xff\xd8\xff\xe0" + evil), "damaged", 0, 0},
		"HTML in a JPEG's comment":          {afterStart(plain, segment(0xfe, []byte(evil))), "", 60, 40},
		"script in a PNG's text":            {withChunks(drawn, pngChunk("tEXt", []byte("Comment\x00"+evil))), "", 60, 40},
		"SVG with a script":                 {[]byte(`<svg xmlns="http://www.w3.org/2000/svg">` + evil + `</svg>`), "SVG", 0, 0},
		"SVG behind a byte order mark":      {[]byte("\ufeff<svg>" + evil + "</svg>"), "SVG", 0, 0},
		"SVG with an entity":                {[]byte(`<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg>&x;</svg>`), "SVG", 0, 0},
		"ZIP named png":                     {[]byte("PK\x03\x04" + evil), "not a picture", 0, 0},
		"ZIP behind a PNG":                  {append(slices.Clone(drawn), "PK\x03\x04"+evil+"PK\x05\x06"...), "", 60, 40},
		"PDF":                               {[]byte("%PDF-1.7 " + evil), "not a picture", 0, 0},
		"nothing":                           {nil, "empty", 0, 0},
		"zero bytes":                        {make([]byte, 4096), "not a picture", 0, 0},
		"truncated JPEG":                    {plain[:len(plain)-len(plain)/3], "damaged", 0, 0},
		"1 × 65535":                         {pngOf(t, image.NewNRGBA(image.Rect(0, 0, 1, 65535))), "", 1, 1600},
		"65535 × 65535 by its header":       {picturetest.PNGHeader(65535, 65535, 8), "million", 0, 0},
		"2 billion pixels a side":           {picturetest.PNGHeader(1<<31-1, 1<<31-1, 8), "damaged", 0, 0},
		"JPEG of 65500 × 65500":             {slices.Concat(plain[:2], segment(0xc0, []byte{8, 0xff, 0xdc, 0xff, 0xdc, 3, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0}), scan), "million", 0, 0},
		"progressive JPEG of 36 million":    {slices.Concat(plain[:2], segment(0xc2, []byte{8, 0x17, 0x70, 0x17, 0x70, 3, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0}), scan), "million", 0, 0},
		"progressive JPEG of 2,000 passes":  {passes, "passes", 0, 0},
		"GIF of 16,000 × 16,000":            {[]byte("GIF89a\x80\x3e\x80\x3e\x00\x00\x00"), "million", 0, 0},
		"GIF whose frame leaves its screen": {append([]byte("GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff"), ",\x00\x00\x00\x00\xff\xff\xff\xff\x00\x02\x02\x44\x01\x00;"...), "damaged", 0, 0},
		"GIF of 5,000 frames":               {manyFrames(t), "", 1000, 1000},
		"packed text of 64 MB":              {withChunks(drawn, pngChunk("zTXt", append([]byte("Comment\x00\x00"), packed(64)...))), "", 60, 40},
		"colour profile of 64 MB":           {withChunks(drawn, pngChunk("iCCP", append([]byte("x\x00\x00"), packed(64)...))), "", 60, 40},
		"WebP with a small frame around":    {riff(riffChunk("VP8X", "\x00\x00\x00\x00\x09\x00\x00\x09\x00\x00"), riffChunk("VP8L", "\x2f\xff\xff\xff\x0f\x00")), "damaged", 0, 0},
		"animated WebP":                     {riff(riffChunk("VP8X", "\x02\x00\x00\x00\x09\x00\x00\x09\x00\x00"), riffChunk("ANIM", "\x00\x00\x00\x00\x00\x00")), "damaged", 0, 0},
		"JPEG with place and thumbnail":     {afterStart(plain, segment(0xe1, append([]byte("Exif\x00\x00"), exif...))), "", 40, 60},
		"PNG with a place":                  {withChunks(drawn, pngChunk("eXIf", exif)), "", 40, 60},
		"WebP with a place":                 {webpOf(t, picturetest.Halves(60, 40), string(exif)), "", 40, 60},
		"Exif that points outside":          {afterStart(plain, segment(0xe1, []byte("Exif\x00\x00MM\x00*\xff\xff\xff\xff"+place))), "", 60, 40},
		"PNG whose chunk ends outside":      {withChunks(drawn, []byte("\x7f\xff\xff\xffeXIf")), "damaged", 0, 0},
	} {
		m, err := s.StoreMedia(ctx, st, bytes.NewReader(test.data))
		if test.says != "" {
			if !problem.Is(err, problem.Invalid) || !strings.Contains(err.Error(), test.says) {
				t.Errorf("%s: %+v %v, want a refusal that says %q", name, m, err, test.says)
			}
			continue
		}
		if err != nil || m.Width != test.w || m.Height != test.h {
			t.Errorf("%s: %d × %d, %v; want %d × %d", name, m.Width, m.Height, err, test.w, test.h)
		}
	}
	if _, err := s.sizeAll(ctx, st, func(int, int) error { return nil }); err != nil {
		t.Fatal(err)
	}
	kept, err := filepath.Glob(filepath.Join(st.MediaDir(), "*"))
	if err != nil || len(kept) == 0 {
		t.Fatal("nothing was kept", err)
	}
	for _, file := range kept {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, word := range []string{"script", place, "Exif", "PK\x03\x04", "ICCP", "XMP"} {
			if bytes.Contains(data, []byte(word)) {
				t.Errorf("%s holds %q", filepath.Base(file), word)
			}
		}
		cfg, err := webp.DecodeConfig(bytes.NewReader(data))
		if err != nil || cfg.Width > maxSide || cfg.Height > maxSide {
			t.Errorf("%s is no WebP of ours: %+v %v", filepath.Base(file), cfg, err)
		}
		if end := int(binary.LittleEndian.Uint32(data[4:])) + 8; end != len(data) {
			t.Errorf("%s has %d bytes behind its end", filepath.Base(file), len(data)-end)
		}
	}
}

func TestSizesAreMadeByAJob(t *testing.T) {
	s, st, _ := openStore(t)
	store := func(w, h int) Media {
		m, err := s.StoreMedia(ctx, st, bytes.NewReader(pngOf(t, picturetest.Halves(w, h))))
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	large, middle, small := store(1500, 300), store(900, 90), store(150, 150)
	if large.Sizes.Has(800) || !large.Sizes.Has(400) || small.Sizes != 0 {
		t.Fatalf("at once: %v %v", large.Sizes, small.Sizes)
	}
	if n, running, err := s.Sizing(ctx, st); err != nil || n != 2 || running == nil {
		t.Fatalf("%d pictures wait, job %v, %v", n, running, err)
	}
	if n, err := s.StartSizes(ctx, st); err != nil || n != 2 {
		t.Fatal(n, err)
	}
	// Interrupted after the first, it goes on with the second.
	halt := fmt.Errorf("halt")
	if out, err := s.sizeAll(ctx, st, func(int, int) error { return halt }); err == nil || out.Pictures != 1 {
		t.Fatalf("%+v %v", out, err)
	}
	if n, err := s.Unsized(ctx, st); err != nil || n != 1 {
		t.Fatalf("%d wait after the first, %v", n, err)
	}
	if out, err := s.sizeAll(ctx, st, func(done, total int) error { return nil }); err != nil || out.Pictures != 1 || out.Damaged != 0 {
		t.Fatalf("%+v %v", out, err)
	}
	for m, want := range map[Media][]int{large: {200, 400, 800, 1200}, middle: {200, 400, 800}, small: nil} {
		p, err := s.Picture(ctx, st, m.Hash)
		if err != nil || !p.Sized {
			t.Fatal(p, err)
		}
		var srcset []string
		for _, w := range want {
			data, err := os.ReadFile(filepath.Join(st.MediaDir(), fmt.Sprintf("%s-%d.webp", m.Hash, w)))
			if err != nil {
				t.Error(err)
				continue
			}
			if cfg, err := webp.DecodeConfig(bytes.NewReader(data)); err != nil || cfg.Width != w {
				t.Errorf("%d is %d wide, %v", w, cfg.Width, err)
			}
			srcset = append(srcset, fmt.Sprintf("/media/%s-%d.webp %dw", m.Hash, w, w))
		}
		if want != nil {
			srcset = append(srcset, fmt.Sprintf("/media/%s.webp %dw", m.Hash, m.Width))
		}
		if got := p.Sizes.Srcset(func(p string) string { return p }, p.URL(), p.Width); got != strings.Join(srcset, ", ") {
			t.Errorf("srcset %q", got)
		}
	}
	// A file that is gone does not stop the others, and is not tried for ever.
	gone := store(1000, 40)
	if err := os.Remove(filepath.Join(st.MediaDir(), gone.Hash+".webp")); err != nil {
		t.Fatal(err)
	}
	if out, err := s.sizeAll(ctx, st, func(int, int) error { return nil }); err != nil || out.Damaged != 1 {
		t.Errorf("%+v %v", out, err)
	}
	if n, err := s.Unsized(ctx, st); err != nil || n != 0 {
		t.Errorf("%d wait for ever, %v", n, err)
	}
}

// What the migration leaves in the file is a job that the runner takes: pictures from before get their sizes without being asked.
func TestPicturesFromBeforeWaitForTheirSizes(t *testing.T) {
	s, st, _ := openStore(t)
	sql, err := files.ReadFile("migrations/store/009_media.sql")
	if err != nil {
		t.Fatal(err)
	}
	insert := string(sql[bytes.Index(sql, []byte("INSERT INTO job")):])
	for _, want := range []int{0, 1} { // without pictures there is nothing to do
		err := st.Write(ctx, func(tx *tenant.Store) error {
			if _, err := tx.ExecContext(ctx, "DELETE FROM job"); err != nil {
				return err
			}
			_, err := tx.ExecContext(ctx, insert)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		list, err := job.List(ctx, st.DB, job.Filter{Kind: sizePictures})
		if err != nil || len(list) != want || want == 1 && (list[0].State != job.Queued || list[0].RunAt.After(time.Now())) {
			t.Fatalf("%d jobs, want %d: %+v %v", len(list), want, list, err)
		}
		if _, err := s.StoreMedia(ctx, st, bytes.NewReader(pngOf(t, picturetest.Halves(300, 20)))); err != nil {
			t.Fatal(err)
		}
	}
}
