package onboarding

import (
	"time"

	"wizamart/framework/web"
	"wizamart/tenant"
)

// decorate tells the people of a store that is closed why nothing in it can be changed.
func (s *Service) decorate(c *web.Context, v *web.View) error {
	if c.Surface != web.Dashboard || c.Store == nil || c.Grants == nil {
		return nil
	}
	info := c.Store.Info()
	switch {
	case info.Closing():
		b := web.Banner{Kind: "error", Title: c.T("This store will be deleted on %s", info.DeleteAt.UTC().Format(time.DateOnly)), Text: c.T("The shop is closed, and nothing can be changed.")}
		if c.Can(Deleting) {
			b.Action, b.URL = c.T("Undo the deletion"), c.URL("/deletion")
		}
		v.Banners = append(v.Banners, b)
	case !info.Open():
		v.Banners = append(v.Banners, web.Banner{Kind: "warning", Title: c.T("This store is suspended"), Text: c.T("The shop is closed. You can look at everything, and change nothing. Refunds can still be made. Reason: %s", info.Reason)})
	}
	return nil
}

type deletionData struct {
	Info *tenant.Info
	Days int
	Base string // where the forms go
}

func (s *Service) deletionPage(c *web.Context) error { return s.renderDeletion(c, nil) }

func (s *Service) renderDeletion(c *web.Context, form *web.Form) error {
	return c.Render(web.Page{
		View: "onboarding/dashboard/deletion", Title: c.T("Delete the store"), Form: form, D: deletionData{c.Store.Info(), int(s.Grace().Hours() / 24), c.URL("")},
		Crumbs: []web.Link{{Label: c.T("Launch"), URL: c.URL("/launch")}, {Label: c.T("Delete the store")}},
	})
}

func (s *Service) postDeletion(c *web.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	if _, err := s.Delete(c.Ctx(), c.Store.ID(), form.Value("code")); err != nil {
		if form.Take(err) {
			return s.renderDeletion(c, form)
		}
		return err
	}
	c.Flash("success", "The shop is closed. Until its files are removed, you can undo that here.")
	return c.Redirect("/deletion")
}

func (s *Service) postRestoration(c *web.Context) error {
	if err := s.Restore(c.Ctx(), c.Store.ID()); err != nil {
		return err
	}
	c.Flash("success", "The store is back, as it was.")
	return c.Redirect("/deletion")
}

func (s *Service) storeStatePage(c *web.Context) error { return s.renderStoreState(c, nil) }

func (s *Service) renderStoreState(c *web.Context, form *web.Form) error {
	info, err := s.store(c.Param("id"))
	if err != nil {
		return err
	}
	return c.Render(web.Page{
		View: "onboarding/admin/store", Title: c.T("State of %s", info.Name), Form: form, D: deletionData{info, int(s.Grace().Hours() / 24), c.URL("/stores/" + info.ID)},
		Crumbs: []web.Link{{Label: c.T("Stores"), URL: c.URL("/stores")}, {Label: info.Name, URL: c.URL("/stores/" + info.ID)}, {Label: c.T("State")}},
	})
}

// onStore runs what an operator does to the store of the path, and goes back to its page.
func (s *Service) onStore(c *web.Context, done string, do func(id string, form *web.Form) error) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	if err := do(c.Param("id"), form); err != nil {
		if form.Take(err) {
			return s.renderStoreState(c, form)
		}
		return err
	}
	c.Flash("success", done)
	return c.Redirect("/stores/" + c.Param("id") + "/state")
}

func (s *Service) postSuspension(c *web.Context) error {
	return s.onStore(c, "The store is suspended. Its merchant was told.", func(id string, form *web.Form) error { return s.Suspend(c.Ctx(), id, form.Value("reason")) })
}

func (s *Service) postReactivation(c *web.Context) error {
	return s.onStore(c, "The store is open again. Its merchant was told.", func(id string, _ *web.Form) error { return s.Reactivate(c.Ctx(), id) })
}

func (s *Service) postStoreDeletion(c *web.Context) error {
	return s.onStore(c, "The store is closed, and will be removed. Its merchant was told.", func(id string, form *web.Form) error {
		_, err := s.Delete(c.Ctx(), id, form.Value("code"))
		return err
	})
}

func (s *Service) postStoreRestoration(c *web.Context) error {
	return s.onStore(c, "The store is back, as it was.", func(id string, _ *web.Form) error { return s.Restore(c.Ctx(), id) })
}

type merchantStateData struct {
	Merchant tenant.Merchant
	Stores   []*tenant.Info
}

func (s *Service) merchantStatePage(c *web.Context) error { return s.renderMerchantState(c, nil) }

func (s *Service) renderMerchantState(c *web.Context, form *web.Form) error {
	m, err := s.app.Platform.Merchant(c.Ctx(), c.Param("id"))
	if err != nil {
		return err
	}
	d := merchantStateData{Merchant: m}
	for _, info := range s.app.Platform.Stores() {
		if info.MerchantID == m.ID {
			d.Stores = append(d.Stores, info)
		}
	}
	return c.Render(web.Page{
		View: "onboarding/admin/merchant", Title: c.T("State of %s", m.Name), Form: form, D: d,
		Crumbs: []web.Link{{Label: c.T("Merchants"), URL: c.URL("/merchants")}, {Label: m.Name, URL: c.URL("/merchants/" + m.ID)}, {Label: c.T("State")}},
	})
}

func (s *Service) postMerchantSuspension(c *web.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	if err := s.SuspendMerchant(c.Ctx(), c.Param("id"), form.Value("reason")); err != nil {
		if form.Take(err) {
			return s.renderMerchantState(c, form)
		}
		return err
	}
	c.Flash("success", "All shops of the merchant are suspended. The merchant was told.")
	return c.Redirect("/merchants/" + c.Param("id") + "/state")
}

func (s *Service) postMerchantReactivation(c *web.Context) error {
	if err := s.ReactivateMerchant(c.Ctx(), c.Param("id")); err != nil {
		return err
	}
	c.Flash("success", "The merchant's shops are open again. The merchant was told.")
	return c.Redirect("/merchants/" + c.Param("id") + "/state")
}
