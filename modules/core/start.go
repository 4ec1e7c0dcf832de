package core

import (
	"context"
	"slices"

	"wizamart/framework/app"
	"wizamart/framework/audit"
	"wizamart/framework/web"
	"wizamart/tenant"
)

// hiddenKey is the setting of a store whose people want to see the checklist no more.
const hiddenKey = "core.checklist_hidden"

// checklist is what a new store still needs, for the person who looks.
type checklist struct {
	Steps  []app.Step
	Done   int
	Hidden bool // somebody put it away
}

// Shown tells whether the list stands on the home page.
func (l checklist) Shown() bool { return l.Open() && !l.Hidden }

// Open tells whether something is left to do.
func (l checklist) Open() bool { return l.Done < len(l.Steps) }

// start is the list. It is empty once the shop is launched and has sold: by then its people know.
func (s *Service) start(c *web.Context, orders int) (list checklist, err error) {
	if orders > 0 && c.Store.Info().Launched() {
		return list, nil
	}
	all, err := s.app.Checklist(c.Ctx(), c.Store)
	if err != nil {
		return list, err
	}
	list.Steps = slices.DeleteFunc(all, func(step app.Step) bool { return !c.Can(step.Permission) })
	for _, step := range list.Steps {
		if step.Done {
			list.Done++
		}
	}
	hidden, _ := c.Store.Settings().Get(hiddenKey)
	list.Hidden = hidden == "1"
	return list, nil
}

// HideChecklist puts a store's checklist away, or back.
func (s *Service) HideChecklist(ctx context.Context, st *tenant.Store, hide bool) error {
	value := map[bool]string{true: "1", false: "0"}[hide]
	before, _ := st.Settings().Get(hiddenKey)
	if before == value {
		return nil
	}
	return st.Write(ctx, func(tx *tenant.Store) error {
		if err := tx.SetSettings(ctx, map[string]string{hiddenKey: value}); err != nil {
			return err
		}
		e := audit.Entry{Action: "core.checklist.shown", SubjectKind: "store", SubjectID: st.ID()}
		if hide {
			e.Action = "core.checklist.hidden"
		}
		return audit.Record(ctx, tx.DB, e)
	})
}

func (s *Service) postHidden(c *web.Context) error {
	if err := s.HideChecklist(c.Ctx(), c.Store, true); err != nil {
		return err
	}
	c.FlashAction(web.Flash{Kind: "success", Text: c.T("The checklist is put away."), Action: c.T("Undo"), ActionURL: c.URL("/checklist-returns")})
	return c.Redirect("/")
}

func (s *Service) postShown(c *web.Context) error {
	if err := s.HideChecklist(c.Ctx(), c.Store, false); err != nil {
		return err
	}
	return c.Redirect("/")
}

// ChecklistBody is a store's checklist in the API.
type ChecklistBody struct {
	Launched bool       `json:"launched"`
	Steps    []StepBody `json:"steps"`
}

// StepBody is one step.
type StepBody struct {
	Key      string `json:"key" example:"catalog.product"`
	Title    string `json:"title"`
	Done     bool   `json:"done"`
	Required bool   `json:"required" doc:"The shop is not launched without it."`
}

func (s *Service) checklistAPI(r *app.Router) {
	type in struct {
		Store string `path:"store" doc:"The store's code."`
	}
	type out struct{ Body ChecklistBody }
	app.API(r, app.Operation{Method: "GET", Path: "/stores/{store}/checklist", Permission: "core.read", ID: "get-checklist", Tag: "Stores", Summary: "What a new store still needs"},
		func(ctx context.Context, c *web.Context, _ *in) (*out, error) {
			steps, err := s.app.Checklist(ctx, c.Store)
			if err != nil {
				return nil, err
			}
			o := &out{ChecklistBody{Launched: c.Store.Info().Launched(), Steps: []StepBody{}}}
			for _, step := range steps {
				o.Body.Steps = append(o.Body.Steps, StepBody{step.Key, step.Title, step.Done, step.Required})
			}
			return o, nil
		})
}
