package catalog

import (
	"context"
	"io"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"wizamart/framework/app"
	"wizamart/framework/web"
)

type importOut struct {
	Location string `header:"Location"`
	Body     *ImportJob
}

func (s *Service) importAPI(r *app.Router) {
	app.API(r, app.Operation{
		Method: "POST", Path: "/stores/{store}/product-imports", Permission: Write, ID: "create-product-import", Tag: "Products", Status: http.StatusAccepted,
		Summary: "Import a product CSV", MaxBody: maxImportBody, Errors: []int{400, 413},
		Description: "The body is the file as text/csv, or multipart/form-data with a part called file. A job reads it: ask for its state at the Location. " +
			"A product is its handle, a variant its option values; nothing is deleted; importing a file again changes nothing.",
	}, func(ctx context.Context, c *web.Context, in *struct {
		Store  string `path:"store"`
		DryRun bool   `query:"dry_run" doc:"Change nothing, only report what would be."`
		Stock  string `query:"stock" enum:"keep,set" default:"keep" doc:"What becomes of the stock of variants that are there already."`
		Fetch  bool   `query:"fetch_images" doc:"Fetch pictures that are still missing from their addresses, afterwards."`
		Name   string `query:"name" maxLength:"200" doc:"What the file is called, for people."`
	}) (*importOut, error) {
		var id string
		_, err := upload(c.R, func(name string, file io.Reader) (err error) {
			if in.Name != "" {
				name = fileName(in.Name)
			}
			id, err = s.StartImport(ctx, c.Store, file, func(upload string) (ImportOrder, error) {
				return ImportOrder{Upload: upload, Name: name, DryRun: in.DryRun, StockSet: in.Stock == "set", Fetch: in.Fetch, User: c.User.ID}, nil
			})
			return err
		})
		if err != nil {
			return nil, err
		}
		i, err := s.ImportByID(ctx, c.Store, id)
		return &importOut{Location: c.R.URL.Path + "/" + id, Body: i}, err
	})
	app.API(r, app.Operation{
		Method: "GET", Path: "/stores/{store}/product-imports/{id}", Permission: Write, ID: "get-product-import", Tag: "Products", Summary: "How far an import is, and its report",
	}, func(ctx context.Context, c *web.Context, in *struct {
		Store string `path:"store"`
		ID    string `path:"id"`
	}) (*struct{ Body *ImportJob }, error) {
		i, err := s.ImportByID(ctx, c.Store, in.ID)
		return &struct{ Body *ImportJob }{i}, err
	})
	app.API(r, app.Operation{
		Method: "GET", Path: "/stores/{store}/product-exports", Permission: Read, ID: "export-products", Tag: "Products", Summary: "Export products as CSV",
		Description: "Shopify's classic product CSV, streamed, with all columns that imports brought.",
	}, func(_ context.Context, c *web.Context, in *struct {
		Store  string `path:"store"`
		Status string `query:"status" enum:"active,draft,archived"`
	}) (*huma.StreamResponse, error) {
		return &huma.StreamResponse{Body: func(huma.Context) {
			if err := s.exportProducts(c); err != nil {
				panic(http.ErrAbortHandler) // the filter was checked by the schema
			}
		}}, nil
	})
}
