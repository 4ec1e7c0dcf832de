package catalog

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/image/webp"

	"wizamart/framework/picture/picturetest"
	"wizamart/framework/problem"
)

func pngOf(t *testing.T, img image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func jpegOf(t *testing.T, img image.Image, orientation byte) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		t.Fatal(err)
	}
	if orientation == 0 {
		return b.Bytes()
	}
	exif := "Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00" + string(orientation) + "\x00\x00\x00\x00\x00\x00"
	segment := "\xff\xe1" + string(binary.BigEndian.AppendUint16(nil, uint16(len(exif)+2))) + exif
	return slices.Concat(b.Bytes()[:2], []byte(segment), b.Bytes()[2:])
}

func TestPicturesAreMadeAnew(t *testing.T) {
	s, st, _ := openStore(t)
	gifOf := func() []byte {
		var b bytes.Buffer
		if err := gif.Encode(&b, picturetest.Halves(60, 40), nil); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	script := []byte(`<script>alert(1)</script><?php system($_GET["c"]) ?>`)
	for name, test := range map[string]struct {
		data          []byte
		width, height int
		small         bool
	}{
		"png":                    {pngOf(t, picturetest.Halves(60, 40)), 60, 40, false},
		"jpeg":                   {jpegOf(t, picturetest.Halves(640, 480), 0), 640, 480, true},
		"gif":                    {gifOf(), 60, 40, false},
		"turned jpeg":            {jpegOf(t, picturetest.Halves(64, 32), 6), 32, 64, false},
		"larger than kept":       {pngOf(t, picturetest.Halves(3200, 1000)), 1600, 500, true},
		"very flat":              {pngOf(t, picturetest.Halves(4000, 1)), 1600, 1, true},
		"polyglot: script after": {append(pngOf(t, picturetest.Halves(61, 40)), script...), 61, 40, false},
		"polyglot: zip after":    {append(jpegOf(t, picturetest.Halves(62, 40), 0), "PK\x03\x04evil"...), 62, 40, false},
	} {
		m, err := s.StoreMedia(ctx, st, bytes.NewReader(test.data))
		if err != nil || m.Width != test.width || m.Height != test.height || m.Sizes.Has(smallWidth) != test.small {
			t.Errorf("%s: %+v %v", name, m, err)
			continue
		}
		kept, err := os.ReadFile(filepath.Join(st.MediaDir(), m.Hash+".webp"))
		if err != nil || hash(kept) != m.Hash || bytes.Contains(kept, []byte("script")) || bytes.Contains(kept, []byte("evil")) {
			t.Errorf("%s: the file is not what its name says, or holds what came with it: %v", name, err)
		}
		cfg, err := webp.DecodeConfig(bytes.NewReader(kept))
		if err != nil || cfg.Width != test.width || cfg.Height != test.height {
			t.Errorf("%s: kept as %d × %d, %v", name, cfg.Width, cfg.Height, err)
		}
		again, err := s.StoreMedia(ctx, st, bytes.NewReader(test.data))
		if err != nil || again != m {
			t.Errorf("%s: stored again as %+v %v", name, again, err)
		}
	}
	if left, _ := os.ReadDir(st.TempDir()); len(left) > 0 {
		t.Errorf("%d temporary files are left", len(left))
	}
}

func TestPicturesAreRefused(t *testing.T) {
	s, st, _ := openStore(t)
	whole := pngOf(t, picturetest.Halves(300, 200))
	for name, test := range map[string]struct {
		data []byte
		says string
	}{
		"nothing":                 {nil, "empty"},
		"text":                    {[]byte("hello"), "not a picture"},
		"svg":                     {[]byte(`<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`), "SVG"},
		"svg behind xml":          {[]byte(`<?xml version="1.0"?><!-- x --><svg/>`), "SVG"},
		"html":                    {[]byte("<!doctype html><script>alert(1)</script>"), "not a picture"},
		"program named png":       {[]byte("MZ\x90\x00\x03"), "not a picture"},
		"bomb by header":          {picturetest.PNGHeader(50_000, 50_000, 8), "million"},
		"40 million and a bit":    {picturetest.PNGHeader(8_000, 5_001, 8), "million"},
		"20 million at 16 bits":   {picturetest.PNGHeader(5_000, 4_001, 16), "million"},
		"no width":                {picturetest.PNGHeader(0, 10, 8), "damaged"},
		"header alone":            {picturetest.PNGHeader(10, 10, 8), "damaged"},
		"truncated":               {whole[:len(whole)/2], "damaged"},
		"jpeg of three bytes":     {[]byte("\xff\xd8\xff"), "damaged"},
		"gif of six bytes":        {[]byte("GIF89a"), "damaged"},
		"webp without a picture":  {[]byte("RIFF\x00\x00\x00\x00WEBPVP8 "), "damaged"},
		"heic":                    {[]byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1"), "HEIC"},
		"21 MB":                   {append(slices.Clone(whole), make([]byte, MaxUpload)...), "larger than 20 MB"},
		"riff that is no picture": {[]byte("RIFF\x00\x00\x00\x00WAVEfmt "), "not a picture"},
	} {
		_, err := s.StoreMedia(ctx, st, bytes.NewReader(test.data))
		if !problem.Is(err, problem.Invalid) || !strings.Contains(err.Error(), test.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if files, _ := os.ReadDir(st.MediaDir()); len(files) > 0 {
		t.Errorf("%d files were kept", len(files))
	}
}
