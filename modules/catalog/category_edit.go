package catalog

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"wizamart/framework/database"
	"wizamart/framework/problem"
	"wizamart/tenant"
)

// CreateCategory adds a category behind its siblings. Without a slug it gets one from its name, made unique.
func (s *Service) CreateCategory(ctx context.Context, st *tenant.Store, in Category) (*Category, error) {
	var out *Category
	err := st.Write(ctx, func(tx *tenant.Store) error {
		c := in
		c.ID, c.CreatedAt, c.UpdatedAt = database.NewID(), database.Now(), database.Now()
		all, err := s.CategoryRows(ctx, tx)
		if err != nil {
			return err
		}
		if c.Slug == "" {
			c.Slug = freeSlug(all, MakeSlug(c.Name, "category"))
		}
		c.Position = 1
		for i := range all {
			if all[i].ParentID == c.ParentID {
				c.Position = max(c.Position, all[i].Position+1)
			}
		}
		if err := c.prepare(all, tx.Currency()); err != nil {
			return err
		}
		if err := writeCategory(ctx, tx, &c); err != nil {
			return err
		}
		if err := s.applyRule(ctx, tx, &c); err != nil {
			return err
		}
		out = &c
		return record(ctx, tx, "catalog.category.created", "category", c.ID, c.Name, nil, c.view())
	})
	return out, err
}

// UpdateCategory changes a category: change gets it as it is now. change may run again.
func (s *Service) UpdateCategory(ctx context.Context, st *tenant.Store, id string, change func(*Category) error) (*Category, error) {
	var out *Category
	err := st.Write(ctx, func(tx *tenant.Store) error {
		before, err := s.Category(ctx, tx, id)
		if err != nil {
			return err
		}
		c := *before
		c.Rule.Types, c.Rule.Tags = slices.Clone(before.Rule.Types), slices.Clone(before.Rule.Tags)
		if err := change(&c); err != nil {
			return err
		}
		all, err := s.CategoryRows(ctx, tx)
		if err != nil {
			return err
		}
		if err := c.prepare(all, tx.Currency()); err != nil {
			return err
		}
		out = &c
		was, is := before.view(), c.view()
		if fmt.Sprint(was) == fmt.Sprint(is) {
			return nil
		}
		c.UpdatedAt = database.Now()
		if err := writeCategory(ctx, tx, &c); err != nil {
			return err
		}
		if err := s.applyRule(ctx, tx, &c); err != nil {
			return err
		}
		return record(ctx, tx, "catalog.category.updated", "category", id, c.Name, was, is)
	})
	return out, err
}

// prepare checks a category and its place among all living ones.
func (c *Category) prepare(all []Category, currency string) error {
	c.Name, c.Slug = strings.TrimSpace(c.Name), strings.TrimSpace(c.Slug)
	c.TextHTML = Sanitise(c.TextSource)
	if err := c.Validate(); err != nil {
		return err
	}
	var f problem.Fields
	c.Rule.prepare(currency, &f)
	parent, children := map[string]string{}, map[string][]string{}
	for i := range all {
		parent[all[i].ID] = all[i].ParentID
		children[all[i].ParentID] = append(children[all[i].ParentID], all[i].ID)
		f.Check(all[i].ID == c.ID || all[i].Slug != c.Slug, "slug", "The category “%s” has this address already.", all[i].Name)
	}
	depth := 1
	for at := c.ParentID; at != ""; at = parent[at] {
		if _, known := parent[at]; !known {
			f.Add("parent", "The category above does not exist.")
			break
		}
		if at == c.ID || depth > 100 {
			f.Add("parent", "A category cannot stand below itself.")
			return f.Err()
		}
		depth++
	}
	f.Check(depth-1+height(children, c.ID) <= MaxDepth, "parent", "Categories go at most %d levels deep.", MaxDepth)
	return f.Err()
}

// height is how many levels a category and those below it have.
func height(children map[string][]string, id string) int {
	below := 0
	if id != "" {
		for _, child := range children[id] {
			below = max(below, height(children, child))
		}
	}
	return 1 + below
}

func freeSlug(all []Category, slug string) string {
	taken := func(s string) bool { return slices.ContainsFunc(all, func(c Category) bool { return c.Slug == s }) }
	candidate := slug
	for n := 2; taken(candidate); n++ {
		candidate = fmt.Sprintf("%s-%d", slug, n)
	}
	return candidate
}

// view is what the audit keeps of a category.
func (c *Category) view() map[string]any {
	return map[string]any{
		"parent": c.ParentID, "slug": c.Slug, "name": c.Name, "text": c.TextSource, "picture": c.Hash, "position": c.Position,
		"types": c.Rule.Types, "tags": c.Rule.Tags, "conditions": c.Rule.Conditions, "all": c.Rule.All, "sort": c.Sort, "publish_at": c.PublishAt, "unpublish_at": c.UnpublishAt, "deleted": !c.DeletedAt.IsZero(),
	}
}

func writeCategory(ctx context.Context, tx *tenant.Store, c *Category) error {
	rule, err := jsonText(c.Rule)
	if err != nil {
		return err
	}
	null := func(v string) any {
		if v == "" {
			return nil
		}
		return v
	}
	sort := c.Sort
	if sort == bestSelling { // what it is where nothing sold
		sort = "newest"
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO catalog_category (id, parent_id, slug, name, text_source, text_html, media_hash, position, rule, sort, best_selling, publish_at, unpublish_at, created_at, updated_at, deleted_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET parent_id = excluded.parent_id, slug = excluded.slug, name = excluded.name,
		text_source = excluded.text_source, text_html = excluded.text_html, media_hash = excluded.media_hash, position = excluded.position, rule = excluded.rule, sort = excluded.sort,
		best_selling = excluded.best_selling, publish_at = excluded.publish_at, unpublish_at = excluded.unpublish_at,
		updated_at = excluded.updated_at, deleted_at = excluded.deleted_at`,
		c.ID, null(c.ParentID), c.Slug, c.Name, c.TextSource, c.TextHTML, null(c.Hash), c.Position, rule, sort, c.Sort == bestSelling, c.PublishAt, c.UnpublishAt, c.CreatedAt, c.UpdatedAt, c.DeletedAt)
	return wrap("save the category", err)
}
