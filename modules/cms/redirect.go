package cms

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"wizamart/framework/audit"
	"wizamart/framework/database"
	"wizamart/framework/problem"
	"wizamart/framework/web"
	"wizamart/tenant"
)

// Redirect leads from an address of the shop that has no page to another, for good (RFC 9110, 301).
type Redirect struct {
	ID        string        `json:"id"`
	From      string        `json:"from" doc:"A path of the shop, without query."`
	To        string        `json:"to" doc:"A path of the shop, or an https address."`
	CreatedAt database.Time `json:"created_at"`
}

// Bounds of redirects.
const (
	MaxRedirects = 20_000
	maxPath      = 500
)

// ParseRedirects reads one redirect a line, "/old /new", parted by a blank, a tab, a comma or a semicolon. Blank lines are left out. A whole address of
// the old shop counts by its path.
func ParseRedirects(text string) ([]Redirect, error) {
	var out []Redirect
	var bad problem.Fields
	for i, line := range strings.Split(text, "\n") {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		parts := strings.FieldsFunc(line, func(r rune) bool { return r == ' ' || r == '\t' || r == ',' || r == ';' })
		if len(parts) != 2 {
			bad.Add("lines", "Line %d: write two addresses, the old one and the new one.", i+1)
			continue
		}
		r := Redirect{From: pathOf(parts[0]), To: parts[1]}
		switch {
		case !web.LocalPath(r.From) || r.From == "/" || len(r.From) > maxPath:
			bad.Add("lines", "Line %d: “%s” is no address of a page, such as /pages/about.", i+1, parts[0])
		case len(r.To) > maxPath || !web.LocalPath(r.To) && !strings.HasPrefix(r.To, "https://"):
			bad.Add("lines", "Line %d: “%s” is no address such as /about or https://….", i+1, parts[1])
		case r.From == r.To:
			bad.Add("lines", "Line %d: both addresses are the same.", i+1)
		default:
			out = append(out, r)
		}
	}
	bad.Check(len(out) > 0 || bad.Err() != nil, "lines", "Write at least one line.")
	return out, bad.Err()
}

// pathOf is the path of an address, without query and slash at its end.
func pathOf(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Path == "" {
		return address
	}
	if p := strings.TrimRight(u.Path, "/"); p != "" {
		return p
	}
	return u.Path
}

// AddRedirects adds redirects; one from the same address is replaced.
func (s *Service) AddRedirects(ctx context.Context, st *tenant.Store, list []Redirect) ([]Redirect, error) {
	err := st.Write(ctx, func(tx *tenant.Store) error {
		have, err := count(ctx, tx, "SELECT count(*) FROM cms_redirect WHERE deleted_at IS NULL")
		if err != nil {
			return err
		}
		if have+len(list) > MaxRedirects {
			return problem.On("lines", "A shop has at most %d redirects.", MaxRedirects)
		}
		for i := range list {
			r := &list[i]
			r.ID, r.CreatedAt = database.NewID(), database.Now()
			if _, err := tx.ExecContext(ctx, `INSERT INTO cms_redirect (id, from_path, to_path, created_at) VALUES (?, ?, ?, ?)
				ON CONFLICT (from_path) WHERE deleted_at IS NULL DO UPDATE SET to_path = excluded.to_path`, r.ID, r.From, r.To, r.CreatedAt); err != nil {
				return fmt.Errorf("add a redirect: %w", err)
			}
			if err := recordRedirect(ctx, tx, "created", nil, r); err != nil {
				return err
			}
		}
		return nil
	})
	return list, err
}

// DeleteRedirect takes a redirect away. RestoreRedirect brings it back.
func (s *Service) DeleteRedirect(ctx context.Context, st *tenant.Store, id string) (r Redirect, err error) {
	err = st.Write(ctx, func(tx *tenant.Store) error {
		if r, err = oneRedirect(ctx, tx, "WHERE id = ? AND deleted_at IS NULL", id); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, "UPDATE cms_redirect SET deleted_at = ? WHERE id = ?", database.Now(), id); err != nil {
			return err
		}
		return recordRedirect(ctx, tx, "deleted", &r, nil)
	})
	return r, err
}

// RestoreRedirect brings a deleted redirect back, unless its address leads elsewhere by now.
func (s *Service) RestoreRedirect(ctx context.Context, st *tenant.Store, id string) (r Redirect, err error) {
	err = st.Write(ctx, func(tx *tenant.Store) error {
		if r, err = oneRedirect(ctx, tx, "WHERE id = ?", id); err != nil {
			return err
		}
		others, err := redirects(ctx, tx, "WHERE from_path = ? AND deleted_at IS NULL", r.From)
		if err != nil {
			return err
		}
		if len(others) > 0 {
			return problem.New(problem.Conflict, "%s leads to %s by now. Delete that redirect first.", r.From, others[0].To)
		}
		if _, err := tx.ExecContext(ctx, "UPDATE cms_redirect SET deleted_at = NULL WHERE id = ?", id); err != nil {
			return err
		}
		return recordRedirect(ctx, tx, "restored", nil, &r)
	})
	return r, err
}

func oneRedirect(ctx context.Context, st *tenant.Store, where string, args ...any) (r Redirect, err error) {
	list, err := redirects(ctx, st, where, args...)
	if err != nil {
		return r, err
	}
	if len(list) == 0 {
		return r, problem.New(problem.NotFound, "There is no such redirect. It may have been deleted.")
	}
	return list[0], nil
}

func recordRedirect(ctx context.Context, tx *tenant.Store, done string, before, after *Redirect) error {
	subject := before
	if subject == nil {
		subject = after
	}
	var was, is any
	if before != nil {
		was = before
	}
	if after != nil {
		is = after
	}
	b, a, err := audit.Diff(was, is)
	if err != nil {
		return err
	}
	return audit.Record(ctx, tx.DB, audit.Entry{Action: "cms.redirect." + done, SubjectKind: "redirect", SubjectID: subject.ID, SubjectName: subject.From, Before: b, After: a})
}

// redirectPage is how many redirects a page of the list has.
const redirectPage = 100

// Redirects are those whose old or new address contains text, in order of the old one; page counts from 1.
func (s *Service) Redirects(ctx context.Context, st *tenant.Store, text string, page int) (list []Redirect, total int, err error) {
	pattern := "%" + strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`).Replace(text) + "%"
	const where = `WHERE deleted_at IS NULL AND (from_path LIKE ?1 ESCAPE '\' OR to_path LIKE ?1 ESCAPE '\')`
	if total, err = count(ctx, st, "SELECT count(*) FROM cms_redirect "+where, pattern); err != nil {
		return nil, 0, err
	}
	list, err = redirects(ctx, st, where+" ORDER BY from_path LIMIT ?2 OFFSET ?3", pattern, redirectPage, (max(page, 1)-1)*redirectPage)
	return list, total, err
}

func redirects(ctx context.Context, st *tenant.Store, where string, args ...any) ([]Redirect, error) {
	rows, err := st.QueryContext(ctx, "SELECT id, from_path, to_path, created_at FROM cms_redirect "+where, args...)
	if err != nil {
		return nil, fmt.Errorf("read the redirects: %w", err)
	}
	defer rows.Close()
	var out []Redirect
	for rows.Next() {
		var r Redirect
		if err := rows.Scan(&r.ID, &r.From, &r.To, &r.CreatedAt); err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	return out, rows.Err()
}

func count(ctx context.Context, st *tenant.Store, query string, args ...any) (n int, err error) {
	rows, err := st.QueryContext(ctx, query, args...)
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	for rows.Next() {
		err = rows.Scan(&n)
	}
	return n, errors.Join(err, rows.Err())
}

// redirected leads from a path that has no page to where a redirect points; ok is false where there is none.
func (s *Service) redirected(c *web.Context) (ok bool, err error) {
	path := pathOf(strings.TrimPrefix(c.R.URL.Path, c.Prefix))
	list, err := redirects(c.Ctx(), c.Store, "WHERE from_path = ? AND deleted_at IS NULL", path)
	if err != nil || len(list) == 0 {
		return false, err
	}
	to := list[0].To
	if !web.LocalPath(to) {
		return true, c.MovedOut(to)
	}
	return true, c.Moved(to)
}
