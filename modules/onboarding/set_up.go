package onboarding

import (
	"context"
	"time"

	"wizamart/framework/app"
	"wizamart/framework/audit"
	"wizamart/framework/database"
	"wizamart/framework/secret"
	"wizamart/framework/web"
)

// The operator's first steps. Where a value lives decides what a step can do: the base domain and the replica stand in the
// command line's settings and in litestream.yml, so they are looked at and tried here; the mail server and what was tried stand in
// the platform's database.

// Platform settings in which the steps note what was done.
const (
	domainLooked = "onboarding.set_up.domain"  // the base domain that the operator has found right
	replicaTried = "onboarding.set_up.replica" // the target at which an object was written, read and removed
	laterPrefix  = "onboarding.set_up.later."  // + step: “1” when it is left for later
)

// setUpSteps in their order.
var setUpSteps = []struct{ name, title, text, icon string }{
	{"domain", "Base domain", "Shops need DNS records that lead here.", "globe"},
	{"mail", "Mail", "Links, invitations and orders are mailed.", "mail"},
	{"replica", "Replica", "A copy that survives the loss of this machine.", "database-backup"},
	{"key", "Recovery code", "Brings the secrets back on a new machine.", "key-round"},
}

// platformSteps is the operator's checklist.
func (s *Service) platformSteps(ctx context.Context) ([]app.Step, error) {
	done, err := s.setUpDone(ctx)
	if err != nil {
		return nil, err
	}
	out := []app.Step{}
	for i, step := range setUpSteps {
		out = append(out, app.Step{Key: "onboarding." + step.name, Icon: step.icon, Title: step.title, Text: step.text, Path: "/getting-started/" + step.name, Permission: write, Order: i, Done: done[step.name]})
	}
	return append(out, app.Step{
		Key: "onboarding.merchant", Icon: "store", Title: "First shop", Text: "Invite a merchant, or make one yourself.", Path: "/merchant-invitations", Permission: write, Order: len(out), Done: len(s.app.Platform.Stores()) > 0,
	}), nil
}

// setUpDone tells of each step whether it is done: what is left for later is not.
func (s *Service) setUpDone(ctx context.Context) (map[string]bool, error) {
	t, err := s.app.Mail.Transport(ctx)
	if err != nil {
		return nil, err
	}
	confirmed, err := s.keyConfirmed(ctx)
	if err != nil {
		return nil, err
	}
	set := func(key string) string { v, _ := s.app.Platform.Settings().Get(key); return v }
	return map[string]bool{
		"domain":  set(domainLooked) == s.app.Platform.BaseDomain(),
		"mail":    t.Host != "",
		"replica": s.protected() && set(replicaTried) == s.app.Replica.Config.Target.URL(""),
		"key":     confirmed,
	}, nil
}

// protected tells whether the replica would survive the loss of the machine.
func (s *Service) protected() bool {
	return s.app.Replica != nil && s.app.Replica.Config.Target.Protects()
}

func (s *Service) keyConfirmed(ctx context.Context) (bool, error) {
	known, err := secret.ReadKnown(ctx, s.app.Platform.DB)
	return err == nil && len(known) > 0 && !known[0].ConfirmedAt.IsZero(), err
}

// remember writes what a step found, and who went through it.
func (s *Service) remember(ctx context.Context, action string, values map[string]string) error {
	return s.app.Platform.SetSettings(ctx, values, func(tx *database.DB) error {
		return audit.Record(ctx, tx, audit.Entry{Action: action, SubjectKind: "platform", SubjectID: s.app.Platform.ID})
	})
}

// setUpPage leads to the first step that is neither done nor left for later; when there is none, it sums up.
func (s *Service) setUpPage(c *web.Context) error {
	done, err := s.setUpDone(c.Ctx())
	if err != nil {
		return err
	}
	if c.Query("all") == "" {
		for _, step := range setUpSteps {
			if later, _ := s.app.Platform.Settings().Get(laterPrefix + step.name); !done[step.name] && later != "1" {
				return c.Redirect("/getting-started/" + step.name)
			}
		}
	}
	steps, err := s.platformSteps(c.Ctx())
	if err != nil {
		return err
	}
	return c.Render(web.Page{View: "onboarding/admin/set-up", Title: c.T("Your platform is set up"), D: map[string]any{
		"Steps": steps, "Stores": len(s.app.Platform.Stores()), "SelfService": s.SelfService(), "SignUp": s.app.Config.URL(s.app.Platform.BaseDomain(), "/sign-up"),
	}})
}

// stepData is what each step's page shows.
type stepData struct {
	Number int // from 1; the operator's account was 1
	Of     int
	Done   bool
	Step   any
}

func (s *Service) renderStep(c *web.Context, name string, form *web.Form, step any) error {
	done, err := s.setUpDone(c.Ctx())
	if err != nil {
		return err
	}
	for i, at := range setUpSteps {
		if at.name == name {
			return c.Render(web.Page{View: "onboarding/admin/set-up-" + name, Title: c.T(at.title), Form: form, D: stepData{i + 2, len(setUpSteps) + 1, done[name], step}})
		}
	}
	panic("onboarding: there is no step " + name)
}

// leaveOr leaves a step for later when the form says so, and else does it. Then the next step comes.
func (s *Service) leaveOr(c *web.Context, name string, form *web.Form, do func() error) error {
	if form.Value("later") != "" {
		if err := s.remember(c.Ctx(), "onboarding.set_up.left", map[string]string{laterPrefix + name: "1"}); err != nil {
			return err
		}
	} else if err := do(); err != nil {
		return err
	}
	return c.Redirect("/getting-started" + after(name))
}

// after is the step that comes behind one.
func after(name string) string {
	for i, step := range setUpSteps[:len(setUpSteps)-1] {
		if step.name == name {
			return "/" + setUpSteps[i+1].name
		}
	}
	return ""
}

// probeWait bounds what is tried while somebody waits.
const probeWait = 12 * time.Second
