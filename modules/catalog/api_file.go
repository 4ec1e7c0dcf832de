package catalog

import (
	"context"
	"io"
	"net/http"
	"time"

	"wizamart/framework/app"
	"wizamart/framework/limit"
	"wizamart/framework/web"
)

// fileResource is a product's file as programs see it.
type fileResource struct {
	ID        string    `json:"id" doc:"UUIDv7"`
	Name      string    `json:"name" doc:"As buyers get it"`
	Bytes     int64     `json:"bytes"`
	Hash      string    `json:"hash" doc:"SHA-256, in hex"`
	VariantID string    `json:"variant_id,omitempty" doc:"Only its buyers get it; missing: those of every variant"`
	CreatedAt time.Time `json:"created_at"`
}

func newFileResource(f ProductFile) fileResource {
	return fileResource{f.ID, f.Name, f.Bytes, f.Hash, f.VariantID, f.CreatedAt.Time}
}

type listFilesOutput struct {
	Body struct {
		Items []fileResource `json:"items"`
	}
}

type addFileInput struct {
	ProductInput
	Name    string `query:"name" maxLength:"200" doc:"What buyers get it as; missing: the name in the form"`
	Variant string `query:"variant" doc:"Id of the variant whose buyers get it; missing: all"`
}

type removeFileInput struct {
	ProductInput
	File string `path:"file" doc:"Id of the file"`
}

func (s *Service) fileAPI(r *app.Router) {
	const files = "/stores/{store}/products/{product}/files"
	app.API(r, app.Operation{Method: "GET", Path: files, Permission: Read, ID: "list-product-files", Tag: "Catalogue", Summary: "List the files that a product gives to its buyers"},
		func(ctx context.Context, c *web.Context, in *ProductInput) (*listFilesOutput, error) {
			if _, err := s.Product(ctx, c.Store, in.Product); err != nil {
				return nil, err
			}
			list, err := s.ProductFiles(ctx, c.Store, in.Product)
			out := &listFilesOutput{}
			out.Body.Items = []fileResource{}
			for _, f := range list {
				out.Body.Items = append(out.Body.Items, newFileResource(f))
			}
			return out, err
		})
	app.API(r, app.Operation{
		Method: "POST", Path: files, Permission: Write, ID: "add-product-file", Tag: "Catalogue", Summary: "Have a product give a file to its buyers", Status: http.StatusCreated,
		MaxBody: fileBody, Class: limit.Upload, Errors: []int{400, 413},
		Description: "The body is the file, whatever its Content-Type says, or multipart/form-data with a part called file. Any type is taken: it is only ever downloaded. " +
			"Who buys the product from then on gets it. The same file under the same name twice is once.",
	}, func(ctx context.Context, c *web.Context, in *addFileInput) (*struct{ Body fileResource }, error) {
		var added *ProductFile
		err := s.incomingFile(c, func(_ map[string]string, name string, file io.Reader) (err error) {
			if in.Name != "" {
				name = in.Name
			}
			added, err = s.AddFile(ctx, c.Store, in.Product, in.Variant, name, file)
			return err
		})
		if err != nil {
			return nil, err
		}
		return &struct{ Body fileResource }{newFileResource(*added)}, nil
	})
	app.API(r, app.Operation{
		Method: "DELETE", Path: files + "/{file}", Permission: Write, ID: "remove-product-file", Tag: "Catalogue", Summary: "Give a file to no more buyers", Status: http.StatusNoContent,
		Description: "Who has bought it keeps it.",
	}, func(ctx context.Context, c *web.Context, in *removeFileInput) (*struct{}, error) {
		return nil, s.RemoveFile(ctx, c.Store, in.Product, in.File)
	})
}
