package catalog

import (
	"context"
	"net/http"

	"wizamart/framework/app"
	"wizamart/framework/problem"
	"wizamart/framework/web"
)

var pictureShown = problem.New(problem.Conflict, "This picture is shown somewhere, or in an order.")

func (s *Service) pictureDeleteAPI(r *app.Router) {
	const path = "/stores/{store}/pictures/{picture}"
	app.API(r, app.Operation{
		Method: "DELETE", Path: path, Permission: Remove, ID: "delete-picture", Tag: "Catalogue", Summary: "Delete a picture that nothing shows", Status: http.StatusNoContent, Errors: []int{http.StatusConflict},
		Description: "Refused with 409 while a product, a category, a brand, a text, a page, the theme or an order shows it. Its address answers 404 from then on; putting it into a product, or uploading it again, brings it back.",
	}, func(ctx context.Context, c *web.Context, in *PictureInput) (*struct{}, error) {
		deleted, kept, err := s.DeletePictures(ctx, c.Store, []string{in.Picture})
		switch {
		case err != nil:
			return nil, err
		case kept > 0:
			return nil, pictureShown
		case len(deleted) == 0:
			return nil, noPicture
		}
		return nil, nil
	})
	app.API(r, app.Operation{
		Method: "POST", Path: path + "/restorations", Permission: Remove, ID: "restore-picture", Tag: "Catalogue", Summary: "Bring a deleted picture back",
	}, func(ctx context.Context, c *web.Context, in *PictureInput) (*pictureOutput, error) {
		if _, err := s.RestorePictures(ctx, c.Store, []string{in.Picture}); err != nil {
			return nil, err
		}
		p, err := s.Picture(ctx, c.Store, in.Picture)
		if err != nil {
			return nil, err
		}
		return &pictureOutput{newPictureResource(p)}, nil
	})
}
