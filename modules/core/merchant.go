package core

import (
	"context"
	"net/http"

	"wizamart/framework/app"
	"wizamart/framework/audit"
	"wizamart/framework/database"
	"wizamart/framework/problem"
	"wizamart/framework/web"
	"wizamart/tenant"
	"wizamart/ui"
)

// The merchant's settings: what holds for those of its stores that say nothing themselves. They are changed from the dashboard of any of them, by who works in all.

const merchantSettings = "core.merchant_settings"

// declaredForMerchant are the settings that the merchant of a store can set for all its stores.
func (s *Service) declaredForMerchant(st *tenant.Store) []app.Setting {
	return s.declared(database.Merchant, func(module string) bool { return s.app.EnabledFor(st, module) })
}

// wide refuses who may not do the same in every other store of the merchant.
func (s *Service) wide(c *web.Context) (place, error) {
	at := place{app: s.app, merchantID: c.Store.Info().MerchantID}
	for _, info := range s.app.Platform.Stores() {
		if info.MerchantID == at.merchantID && info.ID != c.Store.ID() && !s.app.Directory.Grants(c.User.ID, info).Allows(merchantSettings) {
			return at, problem.New(problem.Forbidden, "This counts for all stores of the merchant. Only somebody who works in all of them can change it.")
		}
	}
	return at, nil
}

// settingTabs lead from a store's settings to its merchant's and back, where the reader may change both.
func (s *Service) settingTabs(c *web.Context, at place) []ui.Link {
	if c.Store == nil || !c.Can(merchantSettings) {
		return nil
	}
	if _, err := s.wide(c); err != nil {
		return nil
	}
	return []ui.Link{
		{Label: c.T("This store"), URL: c.URL("/settings"), Active: at.scope() == database.Store, Icon: "store"},
		{Label: c.T("All stores"), URL: c.URL("/merchant-settings"), Active: at.scope() == database.Merchant, Icon: "briefcase-business"},
	}
}

func (s *Service) merchantPage(c *web.Context) error {
	at, err := s.wide(c)
	if err != nil {
		return err
	}
	return s.showSettings(c, c.T("Settings of all stores"), s.declaredForMerchant(c.Store), at, nil)
}

func (s *Service) saveMerchant(c *web.Context) error {
	at, err := s.wide(c)
	if err != nil {
		return err
	}
	form, err := c.Form()
	if err != nil {
		return err
	}
	declared := s.declaredForMerchant(c.Store)
	show := func(form *web.Form) error {
		return s.showSettings(c, c.T("Settings of all stores"), declared, at, form)
	}
	if form.Value("reset") != "" {
		return show(at.toDefault(form, declared))
	}
	if err := s.saveMerchantSettings(c.Ctx(), at, declared, at.typed(form, declared), c.Store.Info().MerchantName); err != nil {
		if form.Take(err) {
			return show(form)
		}
		return err
	}
	c.Flash("success", "Settings saved.")
	return c.Redirect("/merchant-settings")
}

// saveMerchantSettings checks values against their declarations and writes those that differ.
func (s *Service) saveMerchantSettings(ctx context.Context, at place, declared []app.Setting, values map[string]string, name string) error {
	ch, err := at.changed(declared, values)
	if err != nil || len(ch.values) == 0 {
		return err
	}
	return s.app.Platform.SetMerchantSettings(ctx, at.merchantID, at.stored(declared, ch.values), func(tx *database.DB) error {
		e := audit.Entry{Action: "core.merchant_settings.updated", SubjectKind: "merchant", SubjectID: at.merchantID, SubjectName: name}
		var err error
		if e.Before, e.After, err = audit.Diff(ch.before, ch.after); err != nil {
			return err
		}
		return audit.Record(ctx, tx, e)
	})
}

func (s *Service) merchantAPI(r *app.Router) {
	type out struct{ Body SettingsBody }
	type storeIn struct {
		Store string `path:"store" doc:"The store's code."`
	}
	type patchIn struct {
		Store string `path:"store" doc:"The store's code."`
		Body  SettingValues
	}
	app.API(r, app.Operation{Method: http.MethodGet, Path: "/stores/{store}/merchant-settings", Permission: merchantSettings, ID: "get-merchant-settings", Tag: "Settings",
		Summary: "Read what the store's merchant says for all its stores"}, func(_ context.Context, c *web.Context, _ *storeIn) (*out, error) {
		at, err := s.wide(c)
		return &out{settingsBody(s.declaredForMerchant(c.Store), at)}, err
	})
	app.API(r, app.Operation{Method: http.MethodPatch, Path: "/stores/{store}/merchant-settings", Permission: merchantSettings, ID: "change-merchant-settings", Tag: "Settings",
		Summary: "Change what the store's merchant says for all its stores", Description: "It holds for stores that say nothing themselves."}, func(ctx context.Context, c *web.Context, in *patchIn) (*out, error) {
		at, err := s.wide(c)
		if err != nil {
			return nil, err
		}
		declared := s.declaredForMerchant(c.Store)
		err = s.saveMerchantSettings(ctx, at, declared, in.Body.Values, c.Store.Info().MerchantName)
		return &out{settingsBody(declared, at)}, err
	})
}
