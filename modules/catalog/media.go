package catalog

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"

	"golang.org/x/image/webp"

	"wizamart/framework/database"
	"wizamart/framework/picture"
	"wizamart/framework/problem"
	"wizamart/modules/catalog/catalogtype"
	"wizamart/tenant"
)

// Limits of pictures.
const (
	MaxUpload     = 20 << 20 // bytes of one file
	maxSide       = 1600     // pixels of what is kept
	smallWidth    = 400      // pixels of the version for cards, which is made at once
	thumbWidth    = 200      // pixels of the version for thumbnails
	maxTrustedWeb = 2 << 20  // bytes of a picture of our own
)

// Media is a picture file of a store, named for its content.
type Media struct {
	Hash   string
	Bytes  int
	Width  int // pixels
	Height int // pixels
	Sizes  catalogtype.Sizes
	FocusX int    // per cent from the left: what stays visible when the picture is cropped
	FocusY int    // per cent from the top
	Alt    string // with which it is put into further products
}

// StoreMedia makes a picture ready to be shown and keeps it: decoded, turned upright, at most 1600 pixels on its longer side, encoded anew
// as WebP, with a version for cards; a job makes the other sizes. What was uploaded is never kept, so nothing that hides in it is. The files are on the
// disk before the row is written. A file that was stored before costs a look-up only. JPEG, PNG, GIF (its first picture) and WebP are taken.
//
// It computes for up to some seconds, so it is not for transactions.
func (s *Service) StoreMedia(ctx context.Context, st *tenant.Store, r io.Reader) (Media, error) {
	data, err := io.ReadAll(io.LimitReader(r, MaxUpload+1))
	if err != nil {
		return Media{}, wrap("read the picture", err)
	}
	if len(data) > MaxUpload {
		return Media{}, problem.On("images", "The picture is larger than %d MB.", MaxUpload>>20)
	}
	source := hash(data)
	if m, err := mediaBySource(ctx, st, source); err != nil || m.Hash != "" {
		return m, err
	}
	var full, small picture.File
	err = picture.OneAtATime(ctx, func() error {
		full, small, err = render(data)
		return err
	})
	if err != nil {
		return Media{}, err
	}
	return s.keepMedia(ctx, st, source, full, small)
}

// StoreTrustedWebP keeps a WebP file of our own as it is: it reads the header only. Never use it for what comes from outside.
func (s *Service) StoreTrustedWebP(ctx context.Context, st *tenant.Store, data []byte) (Media, error) {
	cfg, err := webp.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return Media{}, wrap("read the picture's header", err)
	}
	if len(data) > maxTrustedWeb || cfg.Width > maxSide || cfg.Height > maxSide {
		return Media{}, fmt.Errorf("a trusted picture of %d bytes, %d × %d pixels is too large to be kept as it is", len(data), cfg.Width, cfg.Height)
	}
	source := hash(data)
	if m, err := mediaBySource(ctx, st, source); err != nil || m.Hash != "" {
		return m, err
	}
	return s.keepMedia(ctx, st, source, picture.File{Data: data, Width: cfg.Width, Height: cfg.Height}, picture.File{})
}

// keepMedia writes the files and then the row. A crash in between leaves files that nobody names.
func (s *Service) keepMedia(ctx context.Context, st *tenant.Store, source string, full, small picture.File) (Media, error) {
	if st.InTransaction() {
		return Media{}, errors.New("catalog: pictures are stored outside transactions")
	}
	if err := s.roomForBytes(st, int64(len(full.Data)+len(small.Data))); err != nil {
		return Media{}, err
	}
	m := Media{Hash: hash(full.Data), Bytes: len(full.Data), Width: full.Width, Height: full.Height, FocusX: 50, FocusY: 50}
	if small.Data != nil {
		m.Sizes = m.Sizes.With(smallWidth)
		if err := writeMedia(st, m.Hash+"-400.webp", small.Data); err != nil {
			return Media{}, err
		}
	}
	if err := writeMedia(st, m.Hash+".webp", full.Data); err != nil {
		return Media{}, err
	}
	if err := st.KeepMedia(ctx, m.Hash+".webp"); err != nil {
		return Media{}, err
	}
	if small.Data != nil {
		if err := st.KeepMedia(ctx, m.Hash+"-400.webp"); err != nil {
			return Media{}, err
		}
	}
	err := st.Write(ctx, func(tx *tenant.Store) error {
		done := m.Sizes == catalogtype.WantedSizes(m.Width)
		_, err := tx.ExecContext(ctx, `INSERT INTO catalog_media (hash, source_hash, mime, bytes, width, height, small, sizes, sized, created_at)
			VALUES (?, ?, 'image/webp', ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (hash) DO UPDATE SET small = max(small, excluded.small), sizes = sizes | excluded.sizes, deleted_at = NULL`,
			m.Hash, source, m.Bytes, m.Width, m.Height, small.Data != nil, m.Sizes, done, database.Now())
		if err == nil && !done {
			_, err = enqueueSizes(ctx, tx)
		}
		return err
	})
	return m, wrap("note the picture", err)
}

func hash(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// render makes the two versions of an uploaded picture; small is empty when the picture is small itself.
func render(data []byte) (full, small picture.File, err error) {
	whole, err := picture.Make(data, maxSide, maxSide)
	if p := (*problem.Error)(nil); errors.As(err, &p) && p.Code == problem.Invalid {
		return full, small, problem.On("images", "%s", p.Message)
	}
	if err != nil {
		return full, small, err
	}
	if full, err = picture.Encode(whole); err != nil {
		return full, small, err
	}
	if full.Width > smallWidth {
		small, err = picture.Encode(picture.Shrink(whole, picture.Fit(full.Width, full.Height, smallWidth, maxSide)))
	}
	return full, small, err
}
