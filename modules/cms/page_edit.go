package cms

import (
	"context"
	"fmt"

	"wizamart/framework/audit"
	"wizamart/framework/database"
	"wizamart/framework/problem"
	"wizamart/tenant"
)

// CreatePage adds a page. A slug made of the title gets a number where it is in use; one that was given is refused then.
func (s *Service) CreatePage(ctx context.Context, st *tenant.Store, in PageInput) (Page, error) {
	given := in.Slug != ""
	if err := in.validate(); err != nil {
		return Page{}, err
	}
	now := database.Now()
	p := Page{ID: database.NewID(), CreatedAt: now}
	p.take(in, now)
	err := s.change(ctx, st, "created", Page{}, &p, func(tx *tenant.Store) error {
		base := p.Slug
		for n := 2; ; n++ {
			used, err := slugInUse(ctx, tx, p.Slug, p.ID)
			if err != nil {
				return err
			}
			if !used {
				return insertPage(ctx, tx, p)
			}
			if given {
				return slugConflict(p.Slug)
			}
			p.Slug = fmt.Sprintf("%s-%d", base, n)
		}
	})
	return p, err
}

// SavePage changes a page.
func (s *Service) SavePage(ctx context.Context, st *tenant.Store, id string, in PageInput) (Page, error) {
	if err := in.validate(); err != nil {
		return Page{}, err
	}
	before, err := s.Page(ctx, st, id)
	if err != nil {
		return Page{}, err
	}
	p := before
	p.take(in, database.Now())
	err = s.change(ctx, st, "updated", before, &p, func(tx *tenant.Store) error {
		used, err := slugInUse(ctx, tx, p.Slug, id)
		if err != nil {
			return err
		}
		if used {
			return slugConflict(p.Slug)
		}
		return updatePage(ctx, tx, p)
	})
	return p, err
}

// DeletePage takes a page out of the shop. RestorePage brings it back.
func (s *Service) DeletePage(ctx context.Context, st *tenant.Store, id string) (Page, error) {
	p, err := s.Page(ctx, st, id)
	if err != nil {
		return Page{}, err
	}
	return p, s.change(ctx, st, "deleted", p, &p, func(tx *tenant.Store) error { return setPageDeleted(ctx, tx, id, database.Now()) })
}

// RestorePage brings a deleted page back, unless another has taken its address.
func (s *Service) RestorePage(ctx context.Context, st *tenant.Store, id string) (Page, error) {
	p, err := onePage(ctx, st, "WHERE id = ?", id)
	if err != nil {
		return Page{}, err
	}
	return p, s.change(ctx, st, "restored", p, &p, func(tx *tenant.Store) error {
		used, err := slugInUse(ctx, tx, p.Slug, id)
		if err != nil {
			return err
		}
		if used {
			return problem.New(problem.Conflict, "Another page has taken the address /%s. Change that one first.", p.Slug)
		}
		return setPageDeleted(ctx, tx, id, database.Time{})
	})
}

func (p *Page) take(in PageInput, now database.Time) {
	p.Slug, p.Title, p.Body, p.Description = in.Slug, in.Title, in.Body, in.Description
	p.Published, p.InFooter, p.UpdatedAt = in.Published, in.InFooter, now
	p.HTML = markdown(in.Body)
}

func slugConflict(slug string) error {
	return problem.On("slug", "Another page has the address /%s.", slug)
}

// change runs fn in a transaction and records it.
func (s *Service) change(ctx context.Context, st *tenant.Store, done string, before Page, after *Page, fn func(tx *tenant.Store) error) error {
	return st.Write(ctx, func(tx *tenant.Store) error {
		if err := fn(tx); err != nil {
			return err
		}
		var old any
		if before.ID != "" {
			old = before
		}
		b, a, err := audit.Diff(old, *after)
		if err != nil {
			return err
		}
		return audit.Record(ctx, tx.DB, audit.Entry{Action: "cms.page." + done, SubjectKind: "page", SubjectID: after.ID, SubjectName: after.Title, Before: b, After: a})
	})
}
