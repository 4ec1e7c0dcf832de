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
	store    tenant.Version   // when it was read
	until    time.Time        // when it changes by itself; zero for never
	theme    Theme
	css      string
	version  string // of css; "" when there is none
	roots    []catalogtype.Category
	footer   []web.Link // without prefix
	social   []web.Link
}

// snapshots holds a shop for each store, by id. A snapshot holds while the store's version stays the same and no product has
// come into the shop by itself: looking costs nothing, and nobody has to remember to tell us.
type snapshots struct {
	mu   sync.RWMutex
	byID map[string]*shop
}

// maxSnapshots bounds the memory: the pages of the stores in use fill it again.
const maxSnapshots = 4096

// shopOf is the store's current snapshot. It queries only when something was changed since it was last asked for.
func (s *Service) shopOf(ctx context.Context, st *tenant.Store) (*shop, error) {
	version, settings := st.Version(), st.Settings()
	s.shops.mu.RLock()
	now := s.shops.byID[st.ID()]
	s.shops.mu.RUnlock()
	if now != nil && now.store == version && now.settings == settings && (now.until.IsZero() || s.app.Now().Before(now.until)) {
		return now, nil
	}
	fresh := &shop{settings: settings, store: version}
	if err := s.readShop(ctx, st, fresh); err != nil {
		return nil, err
	}
	s.shops.mu.Lock()
	defer s.shops.mu.Unlock()
	if s.shops.byID == nil || len(s.shops.byID) >= maxSnapshots {
		s.shops.byID = map[string]*shop{}
	}
	s.shops.byID[st.ID()] = fresh
	return fresh, nil
}

func (s *Service) readShop(ctx context.Context, st *tenant.Store, out *shop) error {
	out.theme = ThemeOf(out.settings)
	out.css, out.version = out.theme.stylesheet()
	out.social = out.theme.social()
	var err error
	if out.until, err = s.app.NextChange(ctx, st, s.app.Now()); err != nil {
		return err
	}
	categories, err := s.catalog.Categories(ctx, st)
	if err != nil {
		return err
	}
	for _, c := range categories {
		if c.ParentID == "" {
			out.roots = append(out.roots, c)
		}
	}
	out.footer, err = footerPages(ctx, st)
	return err
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
		logo := sitePictureOf(c, t.Logo)
		v.Store.Logo = logo.URL
		if logo.Height > 0 {
			v.Store.LogoWidth = max((logo.Width*web.LogoHeight+logo.Height/2)/logo.Height, 1)
		}
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
	v.Footer = listStanding(c, v.Footer)
	return nil
}

// link puts the surface's prefix before a path and leaves a whole address alone.
func link(c *web.Context, to string) string {
	if web.LocalPath(to) {
		return c.URL(to)
	}
	return to
}
