package core

import (
	"context"

	"wizamart/framework/audit"
	"wizamart/framework/database"
	"wizamart/framework/web"
	"wizamart/tenant"
)

// The operator's settings: what holds for all stores, and the defaults of those that choose nothing.

func (s *Service) platformSettings(c *web.Context) error { return s.renderPlatformSettings(c, nil) }

func (s *Service) renderPlatformSettings(c *web.Context, form *web.Form) error {
	return s.showSettings(c, c.T("Settings"), s.declaredForPlatform(), place{app: s.app}, form)
}

func (s *Service) savePlatformSettings(c *web.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	declared, at := s.declaredForPlatform(), place{app: s.app}
	if form.Value("reset") != "" {
		return s.renderPlatformSettings(c, at.toDefault(form, declared))
	}
	if err := s.SavePlatformSettings(c.Ctx(), at.typed(form, declared)); err != nil {
		if form.Take(err) {
			return s.renderPlatformSettings(c, form)
		}
		return err
	}
	c.Flash("success", "Settings saved.")
	return c.Redirect("/settings")
}

// SavePlatformSettings checks values against their declarations and writes those that differ.
func (s *Service) SavePlatformSettings(ctx context.Context, values map[string]string) error {
	declared, at := s.declaredForPlatform(), place{app: s.app}
	ch, err := at.changed(declared, values)
	if err != nil || len(ch.values) == 0 {
		return err
	}
	plain, sealed, err := at.split(declared, ch.values)
	if err != nil {
		return err
	}
	return s.app.Platform.SetSettings(ctx, at.stored(declared, plain), tenant.Sealed(sealed), func(tx *database.DB) error {
		e := audit.Entry{Action: "core.platform_settings.updated", SubjectKind: "platform", SubjectID: s.app.Platform.ID}
		var err error
		if e.Before, e.After, err = audit.Diff(ch.before, ch.after); err != nil {
			return err
		}
		return audit.Record(ctx, tx, e)
	})
}
