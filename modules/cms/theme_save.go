package cms

import (
	"context"
	"fmt"

	"wizamart/framework/audit"
	"wizamart/tenant"
)

// SaveTheme checks and stores a store's theme. The next page shows it.
func (s *Service) SaveTheme(ctx context.Context, st *tenant.Store, t Theme) error {
	if err := t.Validate(); err != nil {
		return err
	}
	return s.storeTheme(ctx, st, t, "cms.theme.changed")
}

// ResetTheme goes back to the colours of the preset, or, with all, to a theme that was never touched.
func (s *Service) ResetTheme(ctx context.Context, st *tenant.Store, all bool) error {
	t := Theme{}
	if !all {
		t = ThemeOf(st.Settings())
		t.Accent = ""
	}
	return s.storeTheme(ctx, st, t, "cms.theme.reset")
}

func (s *Service) storeTheme(ctx context.Context, st *tenant.Store, t Theme, action string) error {
	return st.Write(ctx, func(tx *tenant.Store) error {
		before, after, err := audit.Diff(ThemeOf(tx.Settings()), t)
		if err != nil {
			return err
		}
		values := map[string]string{}
		for _, f := range t.fields() {
			values[f.key] = *f.at
		}
		if err := tx.SetSettings(ctx, values); err != nil {
			return fmt.Errorf("save the theme: %w", err)
		}
		return audit.Record(ctx, tx.DB, audit.Entry{Action: action, SubjectKind: "theme", SubjectName: tx.Info().Name, Before: before, After: after})
	})
}
