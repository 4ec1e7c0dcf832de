package onboarding

import (
	"context"
	"strings"

	"wizamart/framework/app"
	"wizamart/framework/audit"
	"wizamart/framework/database"
	"wizamart/framework/problem"
	"wizamart/framework/web"
	"wizamart/tenant"
)

// steps is the last one of a new store's checklist.
func (s *Service) steps(_ context.Context, st *tenant.Store) ([]app.Step, error) {
	return []app.Step{{
		Key: "onboarding.launch", Icon: "rocket", Title: "Launch your shop", Text: "Until then visitors are asked for a password.", Path: "/launch", Permission: Launching, Order: 100, Done: st.Info().Launched(),
	}}, nil
}

// Missing is what a shop lacks: what it cannot be launched without, and what is worth a look.
func (s *Service) Missing(ctx context.Context, st *tenant.Store) (needed, wanted []app.Step, err error) {
	all, err := s.app.Checklist(ctx, st)
	if err != nil {
		return nil, nil, err
	}
	for _, step := range all {
		switch {
		case step.Done || step.Key == "onboarding.launch":
		case step.Required:
			needed = append(needed, step)
		default:
			wanted = append(wanted, step)
		}
	}
	return needed, wanted, nil
}

// Launch opens a shop to everybody. Conflict while something that is required is missing.
func (s *Service) Launch(ctx context.Context, st *tenant.Store) error {
	needed, _, err := s.Missing(ctx, st)
	if err != nil {
		return err
	}
	if len(needed) > 0 {
		titles := make([]string, len(needed))
		for i, step := range needed {
			titles[i] = step.Title
		}
		return problem.New(problem.Conflict, "The shop cannot be launched yet. Missing: %s.", strings.Join(titles, "; "))
	}
	return s.app.Platform.Launch(ctx, st.ID(), s.note(ctx, "onboarding.store.launched", st.Info(), nil))
}

// Withdraw has a launched shop ask for its password again.
func (s *Service) Withdraw(ctx context.Context, st *tenant.Store) error {
	if passwordOf(st) == "" { // of a store that is older than passwords
		if err := s.SetPassword(ctx, st, newPassword()); err != nil {
			return err
		}
	}
	return s.app.Platform.Withdraw(ctx, st.ID(), s.note(ctx, "onboarding.store.withdrawn", st.Info(), nil))
}

// note writes the audit log's entry about a store in the transaction of what is done.
func (s *Service) note(ctx context.Context, action string, info *tenant.Info, after any, also ...tenant.Note) tenant.Note {
	return func(tx *database.DB) error {
		e := audit.Entry{Action: action, SubjectKind: "store", SubjectID: info.ID, SubjectName: info.Name}
		var err error
		if e.Before, e.After, err = audit.Diff(nil, after); err != nil {
			return err
		}
		if err := audit.Record(ctx, tx, e); err != nil {
			return err
		}
		for _, fn := range also {
			if err := fn(tx); err != nil {
				return err
			}
		}
		return nil
	}
}

type launchData struct {
	Info           *tenant.Info
	Address        string
	Password       string
	Needed, Wanted []app.Step
	HTTPS          bool
}

func (s *Service) launchPage(c *web.Context) error { return s.renderLaunch(c, nil) }

func (s *Service) renderLaunch(c *web.Context, form *web.Form) error {
	info := c.Store.Info()
	d := launchData{Info: info, Address: s.app.Config.URL(info.Host(s.app.Platform.BaseDomain()), "/"), Password: passwordOf(c.Store), HTTPS: c.Secure}
	var err error
	if d.Needed, d.Wanted, err = s.Missing(c.Ctx(), c.Store); err != nil {
		return err
	}
	return c.Render(web.Page{View: "onboarding/dashboard/launch", Title: c.T("Launch"), D: d, Form: form})
}

func (s *Service) postLaunch(c *web.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	if err := s.Launch(c.Ctx(), c.Store); err != nil {
		if form.Take(err) {
			return s.renderLaunch(c, form)
		}
		return err
	}
	c.Flash("success", "Your shop is open to everybody. Good luck!")
	return c.Redirect("/launch")
}

func (s *Service) postWithdrawal(c *web.Context) error {
	if err := s.Withdraw(c.Ctx(), c.Store); err != nil {
		return err
	}
	c.Flash("success", "Visitors are asked for the password again.")
	return c.Redirect("/launch")
}

func (s *Service) postPassword(c *web.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	if err := s.SetPassword(c.Ctx(), c.Store, form.Value("password")); err != nil {
		if form.Take(err) {
			return s.renderLaunch(c, form)
		}
		return err
	}
	c.Flash("success", "The password is changed. Those who knew the old one are asked again.")
	return c.Redirect("/launch")
}
