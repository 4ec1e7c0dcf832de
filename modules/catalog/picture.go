package catalog

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"wizamart/framework/database"
	"wizamart/framework/problem"
	"wizamart/modules/catalog/catalogtype"
	"wizamart/tenant"
)

// MaxAlt is how long a description of a picture may be, in characters.
const MaxAlt = 500

// maxChosen is how many pictures are put into a product at once.
const maxChosen = 100

// Picture is a picture of the store with where it is used.
type Picture struct {
	Media
	Uses      int  // in products and categories
	Nameless  bool // somewhere it is shown without a description, or it has none yet
	Sized     bool // all its sizes have been made
	CreatedAt database.Time
}

// URL is the picture's path below a surface's prefix.
func (m Media) URL() string { return mediaURL(m.Hash) }

// SmallURL is the path of the version for cards, which may be the picture itself.
func (m Media) SmallURL() string { return smallURL(m.Hash, m.Sizes) }

// PictureChange is what may be said of a picture; what is nil stays as it is.
type PictureChange struct {
	Alt            *string // also of the products that show it without a description, or with the one that it had
	FocusX, FocusY *int    // per cent from the left and from the top
}

var noPicture = problem.New(problem.NotFound, "This picture does not exist.")

// ChangePicture says what a picture shows, and what of it stays visible when it is cropped.
func (s *Service) ChangePicture(ctx context.Context, st *tenant.Store, hash string, in PictureChange) error {
	var f problem.Fields
	for name, v := range map[string]*int{"focus_x": in.FocusX, "focus_y": in.FocusY} {
		f.Check(v == nil || *v >= 0 && *v <= 100, name, "Enter a number between 0 and 100.")
	}
	if in.Alt != nil {
		*in.Alt = strings.TrimSpace(*in.Alt)
		f.Check(len([]rune(*in.Alt)) <= MaxAlt, "alt", "Use at most %d characters.", MaxAlt)
	}
	if err := f.Err(); err != nil {
		return err
	}
	return st.Write(ctx, func(tx *tenant.Store) error {
		was, err := s.Picture(ctx, tx, hash)
		if err != nil {
			return err
		}
		own, err := s.Media(ctx, tx, hash) // was has what products say of it where it says nothing itself
		if err != nil {
			return err
		}
		is := own
		put(&is.Alt, in.Alt)
		put(&is.FocusX, in.FocusX)
		put(&is.FocusY, in.FocusY)
		if is != own {
			_, err = tx.ExecContext(ctx, "UPDATE catalog_media SET alt = ?, focus_x = ?, focus_y = ? WHERE hash = ?", is.Alt, is.FocusX, is.FocusY, hash)
			if err != nil {
				return wrap("change the picture", err)
			}
			if err := record(ctx, tx, "catalog.picture.updated", "picture", hash, is.Alt, own.view(), is.view()); err != nil {
				return err
			}
		}
		if in.Alt == nil || is.Alt == "" {
			return nil
		}
		return s.describe(ctx, tx, hash, was.Alt, is.Alt)
	})
}

func (m Media) view() map[string]any {
	return map[string]any{"alt": m.Alt, "focus_x": m.FocusX, "focus_y": m.FocusY}
}

// describe gives the products that show a picture its description where they have none or the one that it had.
func (s *Service) describe(ctx context.Context, tx *tenant.Store, hash, was, is string) error {
	rows, err := tx.QueryContext(ctx, `SELECT DISTINCT i.product_id FROM catalog_image i JOIN catalog_product p ON p.id = i.product_id AND p.deleted_at IS NULL
		WHERE i.media_hash = ? AND i.deleted_at IS NULL AND i.alt IN ('', ?) AND i.alt <> ?`, hash, was, is)
	ids, err := collect(rows, err, scanString)
	if err != nil {
		return wrap("read which products show the picture", err)
	}
	for _, id := range ids {
		_, err := s.Update(ctx, tx, id, func(p *Product) error {
			for i := range p.Images {
				if im := &p.Images[i]; im.Hash == hash && (im.Alt == "" || im.Alt == was) {
					im.Alt = is
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// ChoosePictures puts pictures of the store behind a product's others, with the descriptions that they have. Those that it shows already are left out.
func (s *Service) ChoosePictures(ctx context.Context, st *tenant.Store, productID string, hashes []string) (added int, err error) {
	if len(hashes) == 0 {
		return 0, problem.On("picture", "Choose a picture first.")
	}
	if len(hashes) > maxChosen {
		return 0, problem.On("picture", "Choose at most %d pictures at once.", maxChosen)
	}
	if _, err := s.Product(ctx, st, productID); err != nil {
		return 0, err
	}
	chosen := make([]*Picture, len(hashes))
	for i, hash := range hashes {
		if chosen[i], err = s.Picture(ctx, st, hash); problem.Is(err, problem.NotFound) {
			return 0, problem.On("picture", "One of the pictures does not exist any more.")
		} else if err != nil {
			return 0, err
		}
	}
	_, err = s.Update(ctx, st, productID, func(p *Product) error {
		added = 0
		for _, m := range chosen {
			if !slices.ContainsFunc(p.Images, func(im Image) bool { return im.Hash == m.Hash }) {
				p.Images, added = append(p.Images, m.Image("")), added+1
			}
		}
		return nil
	})
	return added, err
}

// FetchMedia is StoreMedia for a picture on the web: addresses that are not on the public internet are refused.
func (s *Service) FetchMedia(ctx context.Context, st *tenant.Store, address string) (Media, error) {
	ctx, cancel := context.WithTimeout(ctx, fetchWait)
	defer cancel()
	f := s.fetcher()
	defer f.client.CloseIdleConnections()
	m, err := s.fetchOne(ctx, st, f, strings.TrimSpace(address))
	if err != nil && ctx.Err() != nil {
		err = problem.On("images", "The server of the picture is too slow.")
	}
	return m, err
}

// AddImageFrom fetches a picture from the web and puts it behind the product's others.
func (s *Service) AddImageFrom(ctx context.Context, st *tenant.Store, productID, address, alt string) (*Image, error) {
	m, err := s.FetchMedia(ctx, st, address)
	if err != nil {
		return nil, err
	}
	return s.addMedia(ctx, st, productID, m, alt)
}

// StorePicture is StoreMedia that says what the picture shows; a description that it has already stays.
func (s *Service) StorePicture(ctx context.Context, st *tenant.Store, r io.Reader, alt string) (*Picture, error) {
	m, err := s.StoreMedia(ctx, st, r)
	if err == nil && alt != "" && m.Alt == "" {
		err = s.ChangePicture(ctx, st, m.Hash, PictureChange{Alt: &alt})
	}
	if err != nil {
		return nil, err
	}
	return s.Picture(ctx, st, m.Hash)
}

// String names a picture for people who cannot see it: what it shows, else its size in pixels.
func (p *Picture) String() string {
	if p.Alt != "" {
		return p.Alt
	}
	return fmt.Sprintf("%d × %d", p.Width, p.Height)
}

// Crop is the CSS class of what stays visible when the picture is cropped, or "".
func (m Media) Crop() string { return catalogtype.FocusClass(m.FocusX, m.FocusY) }
