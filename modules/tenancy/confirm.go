package tenancy

import (
	"context"

	"wizamart/framework/app"
	"wizamart/framework/audit"
	"wizamart/framework/problem"
	"wizamart/framework/web"
	"wizamart/tenant"
	"wizamart/ui"
)

// confirmData is what must be true before an order of a store is called confirmed.
type confirmData struct {
	Options  []ui.Option
	Chosen   string // "" is as the platform says
	Now      string // what holds, in words
	Closed   bool   // the store cannot be opened
	Declared bool   // the module that asks is there
}

func (s *Service) confirmData(c *web.Context, id string) confirmData {
	set, ok := s.app.Declared(app.ConfirmSetting)
	d := confirmData{Declared: ok}
	for _, o := range set.Options {
		d.Options = append(d.Options, ui.Option{Value: o.Value, Label: c.T(o.Label)})
	}
	st, release, err := s.app.Platform.Acquire(c.Ctx(), id)
	if err != nil {
		d.Closed = true
		return d
	}
	defer release()
	d.Chosen = s.app.Setting(st, app.ConfirmSetting)
	for _, o := range set.Options {
		if o.Value == s.app.ConfirmPolicy(st) {
			d.Now = c.T(o.Label)
		}
	}
	return d
}

// SetConfirmPolicy chooses what must be true before a store calls an order confirmed; "" is what the platform says.
func (s *Service) SetConfirmPolicy(ctx context.Context, id, policy string) error {
	set, ok := s.app.Declared(app.ConfirmSetting)
	known := false
	for _, o := range set.Options {
		known = known || o.Value == policy
	}
	if !ok || !known {
		return problem.On("confirm", "Choose one of the values.")
	}
	st, release, err := s.app.Platform.Acquire(ctx, id)
	if err != nil {
		return err
	}
	defer release()
	type choice struct {
		Confirm string `json:"confirm"`
	}
	before := choice{s.app.Setting(st, app.ConfirmSetting)}
	if before.Confirm == policy {
		return nil
	}
	return st.Write(ctx, func(tx *tenant.Store) error {
		if err := tx.SetSettings(ctx, map[string]string{app.ConfirmSetting: policy}); err != nil {
			return err
		}
		e := audit.Entry{Action: "tenancy.store.confirm_policy", SubjectKind: "store", SubjectID: id}
		var err error
		if e.Before, e.After, err = audit.Diff(before, choice{policy}); err != nil {
			return err
		}
		return audit.Record(ctx, tx.DB, e)
	})
}

func (s *Service) postConfirmPolicy(c *web.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	if err := s.SetConfirmPolicy(c.Ctx(), c.Param("id"), form.Value("confirm")); err != nil {
		if form.Take(err) {
			return s.renderStore(c, form)
		}
		return err
	}
	c.Flash("success", "Store saved.")
	return c.Redirect("/stores/" + c.Param("id"))
}
