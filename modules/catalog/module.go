package catalog

import (
	"embed"

	"wizamart/framework/app"
	"wizamart/framework/database"
	"wizamart/framework/limit"
	"wizamart/framework/permission"
	"wizamart/framework/web"
)

//go:embed migrations views
var files embed.FS

// Permissions of the module.
const (
	Read   = "catalog.read"
	Write  = "catalog.write"
	Remove = "catalog.delete"
)

// Module is the manifest.
func (s *Service) Module() app.Module {
	content := func(names ...string) (out []database.Table) {
		for _, n := range names {
			out = append(out, database.Table{Name: n, Scope: database.Store, Class: database.Content})
		}
		return out
	}
	return app.Module{
		Name: "catalog", Title: "Catalogue", Kind: app.Optional,
		WhileOff:    "Products are neither shown nor sold. Orders that were placed keep their lines, and are fulfilled and refunded as before.",
		Description: "Products with their variants, pictures and prices, and the categories in which shoppers find them.",
		Permissions: []permission.Permission{
			{Name: Read, Title: "See products and categories"},
			{Name: Write, Title: "Create and change products and categories"},
			{Name: Remove, Title: "Delete products, categories and pictures"},
		},
		Menu: []app.MenuItem{
			{Surface: web.Dashboard, Group: "Catalogue", Label: "Products", Path: "/products", Icon: "package", Permission: Read, Order: 20},
			{Surface: web.Dashboard, Group: "Catalogue", Label: "Pictures", Path: "/pictures", Icon: "images", Permission: Read, Order: 24},
			{Surface: web.Dashboard, Group: "Catalogue", Label: "Categories", Path: "/categories", Icon: "folder-tree", Permission: Read, Order: 22},
			{Surface: web.Dashboard, Group: "Catalogue", Label: "Product types", Path: "/product-types", Icon: "ruler", Permission: Read, Order: 23},
			{Surface: web.Dashboard, Group: "Catalogue", Label: "Product safety", Path: "/responsible-parties", Icon: "shield-check", Permission: Read, Order: 25},
			{Surface: web.Dashboard, Group: "Catalogue", Label: "Brands", Path: "/brands", Icon: "award", Permission: Read, Order: 25},
		},
		Tables: append(
			content("catalog_total", "catalog_product", "catalog_product_tag", "catalog_variant", "catalog_image", "catalog_media", "catalog_category", "catalog_category_product", "catalog_sold", "catalog_slug", "catalog_file", "catalog_product_file", "catalog_brand",
				"catalog_type", "catalog_field", "catalog_field_choice", "catalog_type_field", "catalog_value", "catalog_party", "catalog_safety"),
			database.Table{Name: "catalog_price_change", Scope: database.Store, Class: database.Ledger},
			database.Table{Name: "catalog_search", Scope: database.Store, Class: database.Ephemeral}, // made of the tables above
			database.Table{Name: "catalog_undo", Scope: database.Store, Class: database.Ephemeral},
			database.Table{Name: "catalog_search_term", Scope: database.Store, Class: database.Ephemeral},
		),
		Files:      files,
		NextChange: s.nextPublished,
		Sitemaps:   s.sitemaps(),
		Settings:   append(returnSettings, priorPriceSetting, synonymSetting),
		Routes:     s.routes,
		Steps:      s.steps,
		Jobs:       s.importJobs(),
		Commands:   s.commands(),
	}
}

func (s *Service) routes(r *app.Router) {
	s.shopRoutes(r)
	s.importRoutes(r)
	s.typeRoutes(r)
	s.partyRoutes(r)
	r.Shop("GET", "/media/:file", permission.Public, s.serveMedia, app.Limit(limit.File))
	r.Dashboard("GET", "/media/:file", permission.SignedIn, s.serveMedia, app.Limit(limit.File))
	r.Dashboard("GET", "/products", Read, s.listPage)
	r.Dashboard("POST", "/products", Write, s.createProduct)
	r.Dashboard("GET", "/products/:id", Read, s.productPage)
	r.Dashboard("POST", "/products/:id", Write, s.saveProduct, app.MaxBody(8<<20))
	r.Dashboard("POST", "/products/:id/images", Write, s.uploadImages, app.MaxBody(uploadBody), app.Limit(limit.Upload))
	r.Dashboard("POST", "/products/:id/copies", Write, s.duplicateProduct)
	r.Dashboard("POST", "/products/:id/deletions", Remove, s.deleteProduct)
	r.Dashboard("POST", "/products/:id/restorations", Remove, s.restoreProduct)
	s.pictureRoutes(r)
	s.fileRoutes(r)
	s.gridRoutes(r)
	s.brandRoutes(r)
	r.Dashboard("POST", "/product-batches", Write, s.bulkProducts)
	r.Dashboard("POST", "/product-undoings/:id", Write, s.undoAction)
	r.Dashboard("GET", "/categories", Read, s.categoriesPage)
	r.Dashboard("POST", "/categories", Write, s.createCategory)
	r.Dashboard("GET", "/categories/:id", Read, s.categoryPage)
	r.Dashboard("POST", "/categories/:id", Write, s.saveCategory)
	r.Dashboard("POST", "/categories/:id/previews", Write, s.previewCategory)
	r.Dashboard("POST", "/categories/:id/moves", Write, s.moveCategory)
	r.Dashboard("POST", "/categories/:id/deletions", Remove, s.deleteCategory)
	r.Dashboard("POST", "/categories/:id/restorations", Remove, s.restoreCategory)
	s.api(r)
}
