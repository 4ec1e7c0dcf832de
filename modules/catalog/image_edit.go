package catalog

import (
	"context"
	"io"

	"wizamart/framework/problem"
	"wizamart/tenant"
)

// AddImage stores a picture and puts it behind the product's others.
func (s *Service) AddImage(ctx context.Context, st *tenant.Store, productID string, r io.Reader, alt string) (*Image, error) {
	m, err := s.StoreMedia(ctx, st, r)
	if err != nil {
		return nil, err
	}
	return s.addMedia(ctx, st, productID, m, alt)
}

// AddTrustedWebP is AddImage for files that are part of the binary, such as the demo's: see StoreTrustedWebP.
func (s *Service) AddTrustedWebP(ctx context.Context, st *tenant.Store, productID string, data []byte, alt string) (*Image, error) {
	m, err := s.StoreTrustedWebP(ctx, st, data)
	if err != nil {
		return nil, err
	}
	return s.addMedia(ctx, st, productID, m, alt)
}

func (s *Service) addMedia(ctx context.Context, st *tenant.Store, productID string, m Media, alt string) (*Image, error) {
	p, err := s.Update(ctx, st, productID, func(p *Product) error {
		p.Images = append(p.Images, m.Image(alt))
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &p.Images[len(p.Images)-1], nil
}

// Image is a new image of a product that shows the picture. Without an alt text of its own it has the picture's.
func (m Media) Image(alt string) Image {
	if alt == "" {
		alt = m.Alt
	}
	return Image{Hash: m.Hash, Width: m.Width, Height: m.Height, Sizes: m.Sizes, FocusX: m.FocusX, FocusY: m.FocusY, Alt: alt}
}

// FillImage gives a pending image its picture, or the reason why it has none.
func (s *Service) FillImage(ctx context.Context, st *tenant.Store, productID, imageID string, m Media, reason string) error {
	_, err := s.Update(ctx, st, productID, func(p *Product) error {
		im := p.Image(imageID)
		if im == nil {
			return problem.New(problem.NotFound, "This picture does not exist.")
		}
		im.Problem = reason
		if m.Hash != "" {
			im.Hash, im.Width, im.Height, im.Sizes, im.FocusX, im.FocusY, im.Problem = m.Hash, m.Width, m.Height, m.Sizes, m.FocusX, m.FocusY, ""
			if im.Alt == "" {
				im.Alt = m.Alt
			}
		}
		return nil
	})
	return err
}
