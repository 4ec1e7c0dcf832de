package cms

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/xml"
	"errors"
	"fmt"
	"image"
	_ "image/gif"  // decoder
	_ "image/jpeg" // decoder
	_ "image/png"  // decoder
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/gen2brain/webp"
	"golang.org/x/image/draw"

	"wizamart/framework/problem"
	"wizamart/tenant"
)

const (
	maxPictureBytes  = 12 << 20   // of an upload
	maxPicturePixels = 60_000_000 // of an upload, before it is made smaller
)

// AddPicture keeps a picture for the theme: re-encoded as WebP, at most maxWidth pixels wide, or an SVG without anything
// active in it. It returns its path below the shop's prefix, made of its content: the same picture twice is one file.
func (s *Service) AddPicture(ctx context.Context, st *tenant.Store, r io.Reader, maxWidth int) (string, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxPictureBytes+1))
	if err != nil {
		return "", fmt.Errorf("read the picture: %w", err)
	}
	if len(data) > maxPictureBytes {
		return "", problem.New(problem.Invalid, "This picture has more than %d MB.", maxPictureBytes>>20)
	}
	ext := "webp"
	if looksLikeSVG(data) {
		ext = "svg"
		if err := checkSVG(data); err != nil {
			return "", err
		}
	} else if data, err = oneAtATime(ctx, func() ([]byte, error) { return reencode(data, maxWidth) }); err != nil {
		return "", err
	}
	if s.Allowance != nil {
		if err := s.Allowance.ForBytes(st, int64(len(data))); err != nil {
			return "", err
		}
	}
	name := fmt.Sprintf("%x.%s", sha256.Sum256(data), ext)
	if err := writePicture(filepath.Join(st.MediaDir(), "site"), name, data); err != nil {
		return "", err
	}
	return "/site-media/" + name, st.KeepMedia(ctx, filepath.Join("site", name))
}

// encoding holds a token while a picture is unpacked: that takes up to half a gigabyte, and several at once end the server.
var encoding = make(chan struct{}, 1)

func oneAtATime(ctx context.Context, work func() ([]byte, error)) ([]byte, error) {
	select {
	case encoding <- struct{}{}:
		defer func() { <-encoding }()
		return work()
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

// writePicture writes a file whole or not at all.
func writePicture(dir, name string, data []byte) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	path := filepath.Join(dir, name)
	if _, err := os.Stat(path); err == nil {
		return nil
	}
	f, err := os.CreateTemp(dir, ".new-*")
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("keep the picture: %w", err), os.Remove(f.Name()))
	}
	return nil
}

func reencode(data []byte, maxWidth int) ([]byte, error) {
	refused := problem.New(problem.Invalid, "This is not a picture that can be read. Use JPEG, PNG, WebP, GIF or SVG.")
	cfg, _, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return nil, refused
	}
	if cfg.Width < 1 || cfg.Height < 1 || cfg.Width*cfg.Height > maxPicturePixels {
		return nil, problem.New(problem.Invalid, "This picture has too many pixels (%d × %d).", cfg.Width, cfg.Height)
	}
	src, _, err := image.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, refused
	}
	if w := src.Bounds().Dx(); w > maxWidth {
		small := image.NewNRGBA(image.Rect(0, 0, maxWidth, max(1, src.Bounds().Dy()*maxWidth/w)))
		draw.CatmullRom.Scale(small, small.Bounds(), src, src.Bounds(), draw.Src, nil)
		src = small
	}
	var out bytes.Buffer
	if err := webp.Encode(&out, src, webp.Options{Quality: 82, Method: 4}); err != nil {
		return nil, fmt.Errorf("encode the picture: %w", err)
	}
	return out.Bytes(), nil
}

func looksLikeSVG(data []byte) bool {
	head := strings.ToLower(string(data[:min(len(data), 512)]))
	return strings.Contains(head, "<svg") || strings.HasPrefix(strings.TrimSpace(head), "<?xml")
}

// svgElements are those that only draw.
var svgElements = func() map[string]bool {
	m := map[string]bool{}
	for _, name := range strings.Fields(`svg g defs title desc path rect circle ellipse line polyline polygon text tspan textPath symbol use
		linearGradient radialGradient stop clipPath mask pattern marker filter feGaussianBlur feOffset feBlend feColorMatrix feMerge feMergeNode
		feFlood feComposite feTurbulence feDropShadow`) {
		m[name] = true
	}
	return m
}()

// checkSVG refuses what could run, load or restyle: elements that do not merely draw, event attributes, entities,
// and references that lead out of the file.
func checkSVG(data []byte) error {
	no := func(what string) error {
		return problem.New(problem.Invalid, "This SVG contains %s. Export it as plain SVG, or use PNG.", what)
	}
	dec := xml.NewDecoder(bytes.NewReader(data))
	root := ""
	for {
		tok, err := dec.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return no("something that is not well-formed XML")
		}
		switch t := tok.(type) {
		case xml.Directive:
			if !strings.HasPrefix(strings.ToUpper(string(t)), "DOCTYPE SVG") || strings.Contains(string(t), "[") {
				return no("a declaration")
			}
		case xml.StartElement:
			if root == "" {
				root = t.Name.Local
			}
			if !svgElements[t.Name.Local] {
				return no("<" + t.Name.Local + ">")
			}
			for _, a := range t.Attr {
				name, v := strings.ToLower(a.Name.Local), strings.ToLower(strings.Join(strings.Fields(a.Value), ""))
				switch {
				case strings.HasPrefix(name, "on"):
					return no("a script")
				case name == "href" && !strings.HasPrefix(v, "#"):
					return no("a link")
				case strings.Contains(strings.ReplaceAll(v, "url(#", ""), "url("), strings.Contains(v, "javascript:"), strings.Contains(v, "@import"):
					return no("a reference to another file")
				}
			}
		}
	}
	if root != "svg" {
		return no("no drawing")
	}
	return nil
}
