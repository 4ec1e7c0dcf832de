package cms

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"wizamart/framework/picture"
	"wizamart/framework/problem"
	"wizamart/framework/web"
	"wizamart/tenant"
)

const (
	maxPictureBytes  = 12 << 20 // of an upload
	maxPictureHeight = 4000     // pixels of what is kept
	narrowWidth      = 800      // pixels of the version for phones
	narrowFrom       = 1000     // pixels: what is narrower has no such version
)

// AddPicture keeps a picture for the theme: made anew as WebP (see framework/picture), at most maxWidth pixels wide, with a version for phones; or an SVG without anything
// active in it. It returns its path below the shop's prefix, made of its content and its size: the same picture twice is one file.
func (s *Service) AddPicture(ctx context.Context, st *tenant.Store, r io.Reader, maxWidth int) (string, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxPictureBytes+1))
	if err != nil {
		return "", fmt.Errorf("read the picture: %w", err)
	}
	if len(data) > maxPictureBytes {
		return "", problem.New(problem.Invalid, "This picture has more than %d MB.", maxPictureBytes>>20)
	}
	if looksLikeSVG(data) {
		width, height, err := checkSVG(data)
		if err != nil {
			return "", err
		}
		name := fmt.Sprintf("%x.svg", sha256.Sum256(data))
		if width > 0 {
			name = fmt.Sprintf("%x-%dx%d.svg", sha256.Sum256(data), width, height)
		}
		return sitePath(name), s.keepPicture(ctx, st, map[string][]byte{name: data})
	}
	var whole, small picture.File
	err = picture.OneAtATime(ctx, func() error {
		img, err := picture.Make(data, maxWidth, maxPictureHeight)
		if err != nil {
			return err
		}
		if whole, err = picture.Encode(img); err != nil || whole.Width < narrowFrom {
			return err
		}
		small, err = picture.Encode(picture.Shrink(img, picture.Fit(whole.Width, whole.Height, narrowWidth, maxPictureHeight)))
		return err
	})
	if err != nil {
		return "", err
	}
	name := fmt.Sprintf("%x-%dx%d.webp", sha256.Sum256(whole.Data), whole.Width, whole.Height)
	files := map[string][]byte{name: whole.Data}
	if small.Data != nil {
		files[narrowName(name)] = small.Data
	}
	return sitePath(name), s.keepPicture(ctx, st, files)
}

func sitePath(name string) string { return "/site-media/" + name }

// narrowName is the version for phones of a picture.
func narrowName(name string) string {
	return strings.TrimSuffix(name, ".webp") + fmt.Sprintf("-%d.webp", narrowWidth)
}

// sitePicture is a picture of the theme as pages show it.
type sitePicture struct {
	URL, Srcset   string
	Width, Height int // pixels; zero where the path does not say
}

var sizedName = regexp.MustCompile(`^/site-media/[0-9a-f]{64}-([1-9][0-9]{0,4})x([1-9][0-9]{0,4})\.(?:webp|svg)$`)

// sitePictureOf reads a picture's path. Those that were kept before sizes were part of it say nothing of theirs; SVG have one version.
func sitePictureOf(c *web.Context, path string) (p sitePicture) {
	if path == "" {
		return p
	}
	p.URL = c.URL(path)
	size := sizedName.FindStringSubmatch(path)
	if size == nil {
		return p
	}
	p.Width, _ = strconv.Atoi(size[1]) //nolint:errcheck // at most five digits
	p.Height, _ = strconv.Atoi(size[2])
	if p.Width >= narrowFrom && strings.HasSuffix(path, ".webp") {
		p.Srcset = fmt.Sprintf("%s %dw, %s %dw", c.URL(narrowName(path)), narrowWidth, p.URL, p.Width)
	}
	return p
}

// keepPicture writes a picture's files.
func (s *Service) keepPicture(ctx context.Context, st *tenant.Store, files map[string][]byte) error {
	if s.Allowance != nil {
		total := 0
		for _, data := range files {
			total += len(data)
		}
		if err := s.Allowance.ForBytes(st, int64(total)); err != nil {
			return err
		}
	}
	for name, data := range files {
		if err := writePicture(filepath.Join(st.MediaDir(), "site"), name, data); err != nil {
			return err
		}
		if err := st.KeepMedia(ctx, filepath.Join("site", name)); err != nil {
			return err
		}
	}
	return nil
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
