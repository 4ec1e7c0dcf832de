package core

import (
	"cmp"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"wizamart/framework/web"
)

type apiTag struct {
	Name       string
	Operations []apiOperation
}

type apiOperation struct {
	Method, Path, Summary, Description, Permission string
}

// apiPage lists the operations of the API, from the same description that programs read.
func (s *Service) apiPage(c *web.Context) error {
	var tags []apiTag
	for path, item := range s.app.OpenAPI().Paths {
		for method, op := range map[string]*huma.Operation{"GET": item.Get, "POST": item.Post, "PUT": item.Put, "PATCH": item.Patch, "DELETE": item.Delete} {
			if op == nil || len(op.Tags) == 0 {
				continue
			}
			i := slices.IndexFunc(tags, func(t apiTag) bool { return t.Name == op.Tags[0] })
			if i < 0 {
				i, tags = len(tags), append(tags, apiTag{Name: op.Tags[0]})
			}
			perm, _ := op.Metadata["permission"].(string)
			tags[i].Operations = append(tags[i].Operations, apiOperation{method, path, op.Summary, op.Description, perm})
		}
	}
	slices.SortFunc(tags, func(a, b apiTag) int { return cmp.Compare(a.Name, b.Name) })
	for _, t := range tags {
		slices.SortFunc(t.Operations, func(a, b apiOperation) int {
			return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Method, b.Method))
		})
	}
	return c.Render(web.Page{View: "core/portal/api", Title: "API", D: tags, Wide: true})
}
