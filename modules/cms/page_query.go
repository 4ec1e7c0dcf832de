package cms

import (
	"context"
	"fmt"

	"wizamart/framework/database"
	"wizamart/framework/problem"
	"wizamart/framework/web"
	"wizamart/tenant"
)

const pageColumns = "SELECT id, slug, title, body, html, description, published, in_footer, position, created_at, updated_at, deleted_at FROM cms_page "

func queryPages(ctx context.Context, st *tenant.Store, where string, args ...any) ([]Page, error) {
	rows, err := st.QueryContext(ctx, pageColumns+where, args...)
	if err != nil {
		return nil, fmt.Errorf("read the pages: %w", err)
	}
	defer rows.Close()
	var out []Page
	for rows.Next() {
		var p Page
		if err := rows.Scan(&p.ID, &p.Slug, &p.Title, &p.Body, &p.HTML, &p.Description, &p.Published, &p.InFooter, &p.Position, &p.CreatedAt, &p.UpdatedAt, &p.DeletedAt); err != nil {
			return nil, fmt.Errorf("read a page: %w", err)
		}
		out = append(out, p)
	}
	return out, rows.Err()
}

func onePage(ctx context.Context, st *tenant.Store, where string, args ...any) (Page, error) {
	found, err := queryPages(ctx, st, where+" LIMIT 1", args...)
	if err != nil {
		return Page{}, err
	}
	if len(found) == 0 {
		return Page{}, problem.New(problem.NotFound, "There is no such page. It may have been deleted.")
	}
	return found[0], nil
}

// Pages are a store's pages that are not deleted.
func (s *Service) Pages(ctx context.Context, st *tenant.Store) ([]Page, error) {
	return queryPages(ctx, st, "WHERE deleted_at IS NULL ORDER BY position, created_at, id LIMIT 500")
}

// Page is one page that is not deleted, or a not_found problem.
func (s *Service) Page(ctx context.Context, st *tenant.Store, id string) (Page, error) {
	return onePage(ctx, st, "WHERE id = ? AND deleted_at IS NULL", id)
}

// publishedPage is what a shopper sees at /<slug>.
func publishedPage(ctx context.Context, st *tenant.Store, slug string) (Page, error) {
	return onePage(ctx, st, "WHERE slug = ? AND published = 1 AND deleted_at IS NULL", slug)
}

func footerPages(ctx context.Context, st *tenant.Store) ([]web.Link, error) {
	rows, err := st.QueryContext(ctx, `SELECT title, slug FROM cms_page WHERE published = 1 AND in_footer = 1 AND deleted_at IS NULL
		ORDER BY position, created_at, id LIMIT 12`)
	if err != nil {
		return nil, fmt.Errorf("read the footer: %w", err)
	}
	defer rows.Close()
	var out []web.Link
	for rows.Next() {
		var l web.Link
		if err := rows.Scan(&l.Label, &l.URL); err != nil {
			return nil, err
		}
		l.URL = "/" + l.URL
		out = append(out, l)
	}
	return out, rows.Err()
}

func insertPage(ctx context.Context, tx *tenant.Store, p Page) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO cms_page (id, slug, title, body, html, description, published, in_footer, position, created_at, updated_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, (SELECT coalesce(max(position), 0) + 1 FROM cms_page), ?, ?)`,
		p.ID, p.Slug, p.Title, p.Body, p.HTML, p.Description, p.Published, p.InFooter, p.CreatedAt, p.UpdatedAt)
	return err
}

func updatePage(ctx context.Context, tx *tenant.Store, p Page) error {
	_, err := tx.ExecContext(ctx, `UPDATE cms_page SET slug = ?, title = ?, body = ?, html = ?, description = ?, published = ?, in_footer = ?, updated_at = ? WHERE id = ?`,
		p.Slug, p.Title, p.Body, p.HTML, p.Description, p.Published, p.InFooter, p.UpdatedAt, p.ID)
	return err
}

func setPageDeleted(ctx context.Context, tx *tenant.Store, id string, at database.Time) error {
	_, err := tx.ExecContext(ctx, "UPDATE cms_page SET deleted_at = ? WHERE id = ?", at, id)
	return err
}

// slugInUse tells whether another page that is not deleted has the slug.
func slugInUse(ctx context.Context, st *tenant.Store, slug, except string) (bool, error) {
	rows, err := st.QueryContext(ctx, "SELECT 1 FROM cms_page WHERE slug = ? AND id <> ? AND deleted_at IS NULL", slug, except)
	if err != nil {
		return false, err
	}
	defer rows.Close()
	return rows.Next(), rows.Err()
}
