package isolation

import (
	"context"
	"net/url"
	"strings"
	"time"

	"wizamart/modules/catalog"
)

func (s *side) newCategory() (id, slug string) {
	c, err := s.w.catalog.CreateCategory(context.Background(), s.st, catalog.Category{Name: s.unused(s.pub), Slug: s.unused(s.info.Code + "-category")})
	s.w.must(err)
	return c.ID, c.Slug
}

func (s *side) csv() string {
	return "Handle,Title,Variant Price\n" + s.unused(s.info.Code+"-import") + "," + s.priv + " import,12.00\n"
}

// preview uploads a file and waits until its preview is done.
func (s *side) preview() string {
	s.w.t.Helper()
	ctx := context.Background()
	id, err := s.w.catalog.StartImport(ctx, s.st, strings.NewReader(s.csv()), func(upload string) (catalog.ImportOrder, error) {
		return catalog.ImportOrder{Upload: upload, Name: s.priv + ".csv", DryRun: true, User: s.staffID}, nil
	})
	s.w.must(err)
	for deadline := time.Now().Add(90 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		s.w.must(s.w.App.Jobs.Visit(ctx, s.st))
		i, err := s.w.catalog.ImportByID(ctx, s.st, id)
		s.w.must(err)
		if running, waiting := s.w.App.Jobs.Running(); i.Finished() && running+waiting == 0 { // mails of the store wait there too
			return id
		}
		if time.Now().After(deadline) {
			s.w.t.Fatalf("the preview is still %s", i.State)
		}
	}
}

// queued uploads a file whose preview waits for its turn.
func (s *side) queued() string {
	id, err := s.w.catalog.StartImport(context.Background(), s.st, strings.NewReader(s.csv()), func(upload string) (catalog.ImportOrder, error) {
		return catalog.ImportOrder{Upload: upload, Name: s.priv + ".csv", DryRun: true, User: s.staffID}, nil
	})
	s.w.must(err)
	return id
}

func onProduct(path string, values ...string) row {
	return post(func(s *side) (string, url.Values) {
		return "/products/" + s.newProduct("active").ID + path, form(values...)
	})
}

func onCategory(path string, values ...string) row {
	return post(func(s *side) (string, url.Values) {
		s.newCategory()
		id, _ := s.newCategory()
		return "/categories/" + id + path, form(values...)
	})
}

var catalogRows = map[string]row{
	"dashboard GET /media/:file":  get(func(s *side) string { return "/media/" + s.media + ".webp" }).isSilent(),
	"dashboard GET /products":     at("/products"),
	"dashboard POST /products":    post(func(s *side) (string, url.Values) { return "/products", form("title", s.unused("new")) }),
	"dashboard GET /products/:id": get(func(s *side) string { return "/products/" + s.draft }),
	"dashboard POST /products/:id": post(func(s *side) (string, url.Values) {
		path := "/products/" + s.newProduct("active").ID
		v := s.dashboardForm(path, path)
		v.Set("title", s.unused(s.pub))
		return path, v
	}),
	"dashboard POST /products/:id/images": {call: func(s *side) call {
		return call{path: "/products/" + s.newProduct("active").ID + "/images", form: url.Values{}, file: &file{"images", "a.png", s.png}}
	}},
	"dashboard POST /products/:id/copies":    onProduct("/copies"),
	"dashboard POST /products/:id/deletions": onProduct("/deletions"),
	"dashboard POST /products/:id/restorations": post(func(s *side) (string, url.Values) {
		id := s.newProduct("active").ID
		s.w.must(s.w.catalog.Delete(context.Background(), s.st, id))
		return "/products/" + id + "/restorations", nil
	}),
	"dashboard POST /product-batches": post(func(s *side) (string, url.Values) {
		return "/product-batches", form("id", s.newProduct("active").ID, "action", "archive")
	}),

	"dashboard GET /categories":     at("/categories"),
	"dashboard POST /categories":    post(func(s *side) (string, url.Values) { return "/categories", form("name", s.unused("new")) }),
	"dashboard GET /categories/:id": get(func(s *side) string { return "/categories/" + s.category }),
	"dashboard POST /categories/:id": post(func(s *side) (string, url.Values) {
		id, slug := s.newCategory()
		return "/categories/" + id, form("name", s.unused(s.pub), "slug", slug)
	}),
	"dashboard POST /categories/:id/moves":     onCategory("/moves", "direction", "up"),
	"dashboard POST /categories/:id/deletions": onCategory("/deletions"),
	"dashboard POST /categories/:id/restorations": post(func(s *side) (string, url.Values) {
		id, _ := s.newCategory()
		_, err := s.w.catalog.DeleteCategory(context.Background(), s.st, id, false)
		s.w.must(err)
		return "/categories/" + id + "/restorations", nil
	}),

	"dashboard GET /product-imports": at("/product-imports"),
	"dashboard POST /product-imports": {call: func(s *side) call {
		return call{path: "/product-imports", form: url.Values{}, file: &file{"file", "things.csv", s.csv()}}
	}},
	"dashboard GET /product-imports/:id": get(func(s *side) string { return "/product-imports/" + s.preview() }),
	"dashboard POST /product-imports/:id/starts": post(func(s *side) (string, url.Values) {
		return "/product-imports/" + s.preview() + "/starts", form("stock", "keep")
	}),
	"dashboard POST /product-imports/:id/cancellations": post(func(s *side) (string, url.Values) {
		return "/product-imports/" + s.queued() + "/cancellations", nil
	}),
	"dashboard GET /product-imports/:id/report":   get(func(s *side) string { return "/product-imports/" + s.preview() + "/report" }).isSilent(),
	"dashboard POST /product-imports/:id/fetches": post(func(s *side) (string, url.Values) { return "/product-imports/" + s.preview() + "/fetches", nil }).isStill(),
	"dashboard GET /product-exports":              at("/product-exports"),
}
