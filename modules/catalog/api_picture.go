package catalog

import (
	"context"
	"io"
	"net/http"
	"strings"
	"time"

	"wizamart/framework/app"
	"wizamart/framework/limit"
	"wizamart/framework/problem"
	"wizamart/framework/web"
	"wizamart/modules/catalog/catalogtype"
)

// pictureResource is a picture as programs see it.
type pictureResource struct {
	ID          string    `json:"id" doc:"SHA-256 of the whole, in hex"`
	URL         string    `json:"url" doc:"Path on the shop's host, of the whole: WebP of at most 1600 pixels on its longer side. It never changes"`
	Width       int       `json:"width" doc:"Pixels"`
	Height      int       `json:"height" doc:"Pixels"`
	Bytes       int       `json:"bytes" doc:"Of the whole"`
	Sizes       []int     `json:"sizes" doc:"Narrower widths that there are, in pixels: with the ending -<width>.webp in place of .webp"`
	Sized       bool      `json:"sized" doc:"False while sizes are still to be made"`
	Alt         string    `json:"alt" doc:"What it shows"`
	FocusX      int       `json:"focus_x" doc:"Per cent from the left: what stays visible when it is cropped"`
	FocusY      int       `json:"focus_y" doc:"Per cent from the top"`
	Uses        int       `json:"uses" doc:"In products and categories"`
	Undescribed bool      `json:"undescribed" doc:"It is shown somewhere without a description, or has none yet"`
	CreatedAt   time.Time `json:"created_at"`
}

func newPictureResource(p *Picture) pictureResource {
	out := pictureResource{
		ID: p.Hash, URL: p.URL(), Width: p.Width, Height: p.Height, Bytes: p.Bytes, Sizes: []int{}, Sized: p.Sized, Alt: p.Alt, FocusX: p.FocusX, FocusY: p.FocusY,
		Uses: p.Uses, Undescribed: p.Nameless, CreatedAt: p.CreatedAt.Time,
	}
	for _, w := range catalogtype.Widths {
		if p.Sizes.Has(w) {
			out.Sizes = append(out.Sizes, w)
		}
	}
	return out
}

type pictureOutput struct{ Body pictureResource }

type PictureInput struct {
	Store   string `path:"store" doc:"Code of the store"`
	Picture string `path:"picture" doc:"Id of the picture"`
}

type listPicturesOutput struct {
	Body struct {
		Items []pictureResource `json:"items"`
		Total int               `json:"total" doc:"All that match, on all pages"`
	}
}

func (s *Service) pictureAPI(r *app.Router) {
	const pictures = "/stores/{store}/pictures"
	app.API(r, app.Operation{
		Method: "GET", Path: pictures, Permission: Read, ID: "list-pictures", Tag: "Catalogue", Summary: "List pictures", Description: "The newest first.",
	}, func(ctx context.Context, c *web.Context, in *struct {
		Store  string     `path:"store" doc:"Code of the store"`
		Search string     `query:"q" maxLength:"200" doc:"Words of descriptions and of the titles of products that show it"`
		Use    PictureUse `query:"use" enum:"used,unused,nameless" doc:"nameless: without a description"`
		Limit  int        `query:"limit" minimum:"1" maximum:"100" default:"25"`
		Offset int        `query:"offset" minimum:"0"`
	}) (*listPicturesOutput, error) {
		list, total, err := s.Pictures(ctx, c.Store, PictureFilter{Search: in.Search, Use: in.Use, Limit: in.Limit, Offset: in.Offset})
		out := &listPicturesOutput{}
		out.Body.Items, out.Body.Total = []pictureResource{}, total
		for i := range list {
			out.Body.Items = append(out.Body.Items, newPictureResource(&list[i]))
		}
		return out, err
	})
	app.API(r, app.Operation{
		Method: "POST", Path: pictures, Permission: Write, ID: "create-picture", Tag: "Catalogue", Summary: "Upload a picture", Status: http.StatusCreated,
		MaxBody: MaxUpload + 64<<10, Class: limit.Upload, Errors: []int{400, 413},
		Description: "The body is the file: JPEG, PNG, GIF or WebP, whatever its Content-Type says, or multipart/form-data with a part called file. It is encoded anew; the same file twice is one picture.",
	}, func(ctx context.Context, c *web.Context, in *struct {
		Store string `path:"store" doc:"Code of the store"`
		Alt   string `query:"alt" maxLength:"500" doc:"What it shows"`
	}) (*pictureOutput, error) {
		var p *Picture
		_, err := upload(c.R, func(_ string, file io.Reader) (err error) {
			p, err = s.StorePicture(ctx, c.Store, file, strings.TrimSpace(in.Alt))
			return err
		})
		if err != nil {
			return nil, err
		}
		return &pictureOutput{newPictureResource(p)}, nil
	})
	app.API(r, app.Operation{Method: "GET", Path: pictures + "/{picture}", Permission: Read, ID: "get-picture", Tag: "Catalogue", Summary: "Get a picture"},
		func(ctx context.Context, c *web.Context, in *PictureInput) (*pictureOutput, error) {
			p, err := s.Picture(ctx, c.Store, in.Picture)
			if err != nil {
				return nil, err
			}
			return &pictureOutput{newPictureResource(p)}, nil
		})
	app.API(r, app.Operation{
		Method: "PATCH", Path: pictures + "/{picture}", Permission: Write, ID: "update-picture", Tag: "Catalogue", Summary: "Describe and crop a picture",
		Description: "A new description is also that of products that show the picture without one, or with the one that it had.",
	}, func(ctx context.Context, c *web.Context, in *struct {
		PictureInput
		Body struct {
			Alt    *string `json:"alt,omitempty" maxLength:"500"`
			FocusX *int    `json:"focus_x,omitempty" minimum:"0" maximum:"100"`
			FocusY *int    `json:"focus_y,omitempty" minimum:"0" maximum:"100"`
		}
	}) (*pictureOutput, error) {
		if err := s.ChangePicture(ctx, c.Store, in.Picture, PictureChange{Alt: in.Body.Alt, FocusX: in.Body.FocusX, FocusY: in.Body.FocusY}); err != nil {
			return nil, err
		}
		p, err := s.Picture(ctx, c.Store, in.Picture)
		if err != nil {
			return nil, err
		}
		return &pictureOutput{newPictureResource(p)}, nil
	})
	app.API(r, app.Operation{
		Method: "POST", Path: "/stores/{store}/products/{product}/images", Permission: Write, ID: "add-product-image", Tag: "Catalogue", Summary: "Add a picture to a product",
		Status: http.StatusCreated, Class: limit.Upload, Description: "One that the store has, by its id, or one on the public internet, by its address. It goes behind the product's others.",
	}, s.apiAddImage)
	app.API(r, app.Operation{
		Method: "POST", Path: "/stores/{store}/picture-sizes", Permission: Write, ID: "make-picture-sizes", Tag: "Catalogue", Summary: "Make the sizes that pictures lack", Status: http.StatusAccepted,
		Description: "A job makes them. New pictures get theirs without being asked.",
	}, func(ctx context.Context, c *web.Context, _ *struct {
		Store string `path:"store" doc:"Code of the store"`
	}) (*struct {
		Body struct {
			Pending int `json:"pending" doc:"Pictures that lack sizes"`
		}
	}, error) {
		out := &struct {
			Body struct {
				Pending int `json:"pending" doc:"Pictures that lack sizes"`
			}
		}{}
		var err error
		out.Body.Pending, err = s.StartSizes(ctx, c.Store)
		return out, err
	})
}

type addImageInput struct {
	ProductInput
	Body struct {
		Picture string `json:"picture,omitempty" doc:"Id of a picture of the store"`
		Address string `json:"address,omitempty" maxLength:"2000" doc:"Where the picture is on the web"`
		Alt     string `json:"alt,omitempty" maxLength:"500" doc:"What it shows; missing: as the picture is described already"`
	}
}

func (s *Service) apiAddImage(ctx context.Context, c *web.Context, in *addImageInput) (*productOutput, error) {
	if _, err := s.Product(ctx, c.Store, in.Product); err != nil {
		return nil, err
	}
	var m Media
	var err error
	switch {
	case (in.Body.Picture == "") == (in.Body.Address == ""):
		return nil, problem.On("picture", "Name either a picture or an address.")
	case in.Body.Address != "":
		m, err = s.FetchMedia(ctx, c.Store, in.Body.Address)
	default:
		var p *Picture
		if p, err = s.Picture(ctx, c.Store, in.Body.Picture); err == nil {
			m = p.Media
		}
	}
	if err != nil {
		return nil, err
	}
	if _, err := s.addMedia(ctx, c.Store, in.Product, m, in.Body.Alt); err != nil {
		return nil, err
	}
	p, err := s.Product(ctx, c.Store, in.Product)
	if err != nil {
		return nil, err
	}
	return s.productOutput(ctx, c.Store, p)
}
