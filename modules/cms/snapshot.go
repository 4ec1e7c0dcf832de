package cms

import (
	"context"
	"sync"
	"time"

	"wizamart/framework/web"
	"wizamart/modules/catalog/catalogtype"
	"wizamart/tenant"
)

// shop is what every page of a store's shop shows around its content. It is immutable.
type shop struct {
	settings *tenant.Settings // it was made from
	made     time.Time
	theme    Theme
	css      string
	version  string // of css; "" when there is none
	roots    []catalogtype.Category
	footer   []web.Link // without prefix
	social   []web.Link
}

// snapshots holds a shop for each store, by id. A snapshot is made by the first page that needs it and thrown away
//   - when the store's settings are others: their snapshot is swapped after each commit, so comparing the pointers is
//     exact, whoever changed them, and holds over a restore;
//   - by Invalidate, which our own use cases call after the commit of a page, and the catalogue (through
//     modules/wire_cms.go) after the commit of a category;
//   - after a minute, in case somebody writes without telling.
//
// A generation counter keeps a snapshot that was read before an invalidation from being kept after it.
type snapshots struct {
	mu   sync.Mutex
	byID map[string]*slot
}

type slot struct {
	generation uint64
	shop       *shop
}

const snapshotAge = time.Minute

// Invalidate has a store's navigation, footer and theme read anew for the next page. Call it after a commit that changes
// categories or their names.
func (s *Service) Invalidate(storeID string) {
	s.shops.mu.Lock()
	defer s.shops.mu.Unlock()
	if at := s.shops.byID[storeID]; at != nil {
		at.generation++
		at.shop = nil
	}
}

// shopOf is the store's current snapshot. It queries only when there is none.
func (s *Service) shopOf(ctx context.Context, st *tenant.Store) (*shop, error) {
	s.shops.mu.Lock()
	if s.shops.byID == nil {
		s.shops.byID = map[string]*slot{}
	}
	at := s.shops.byID[st.ID()]
	if at == nil {
		if len(s.shops.byID) >= 4096 { // the pages of the stores in use fill it again
			clear(s.shops.byID)
		}
		at = &slot{}
		s.shops.byID[st.ID()] = at
	}
	generation, now := at.generation, at.shop
	s.shops.mu.Unlock()
	if now != nil && now.settings == st.Settings() && time.Since(now.made) < snapshotAge {
		return now, nil
	}
	fresh, err := s.readShop(ctx, st)
	if err != nil {
		return nil, err
	}
	s.shops.mu.Lock()
	if at.generation == generation {
		at.shop = fresh
	}
	s.shops.mu.Unlock()
	return fresh, nil
}

func (s *Service) readShop(ctx context.Context, st *tenant.Store) (*shop, error) {
	out := &shop{settings: st.Settings(), made: time.Now()}
	out.theme = ThemeOf(out.settings)
	out.css, out.version = out.theme.stylesheet()
	out.social = out.theme.social()
	categories, err := s.catalog.Categories(ctx, st)
	if err != nil {
		return nil, err
	}
	for _, c := range categories {
		if c.ParentID == "" {
			out.roots = append(out.roots, c)
		}
	}
	out.footer, err = footerPages(ctx, st)
	return out, err
}

// maxNav is how many categories stand in the header.
const maxNav = 8

// decorate fills in what the shop's layout shows.
func (s *Service) decorate(c *web.Context, v *web.View) error {
	if c.Surface != web.Storefront || c.Store == nil || v.Store == nil {
		return nil
	}
	now, err := s.shopOf(c.Ctx(), c.Store)
	if err != nil {
		return err
	}
	t := now.theme
	v.Store.Theme, v.Store.Tagline, v.Store.ThemeVersion = t.Preset, t.Tagline, now.version
	v.Store.Announcement, v.Store.AnnouncementURL, v.Store.FooterText = t.Announcement, link(c, t.AnnouncementURL), t.FooterText
	v.Store.Social = now.social
	if t.Logo != "" {
		v.Store.Logo = c.URL(t.Logo)
	}
	path := c.R.URL.Path
	for _, cat := range now.roots[:min(maxNav, len(now.roots))] {
		url := c.URL("/categories/" + cat.Slug)
		v.Nav = append(v.Nav, web.Link{Label: cat.Name, URL: url, Active: path == url})
	}
	for _, l := range now.footer {
		url := c.URL(l.URL)
		v.Footer = append(v.Footer, web.Link{Label: l.Label, URL: url, Active: path == url})
	}
	return nil
}

// link puts the surface's prefix before a path and leaves a whole address alone.
func link(c *web.Context, to string) string {
	if web.LocalPath(to) {
		return c.URL(to)
	}
	return to
}
