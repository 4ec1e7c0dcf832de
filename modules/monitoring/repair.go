package monitoring

import (
	"context"
	"errors"
	"net/http"
	"time"

	"wizamart/framework/app"
	"wizamart/framework/problem"
	"wizamart/framework/web"
	"wizamart/tenant"
)

// repair is what an operator can do here about a store that is closed because something is wrong with its file.
type repair struct {
	Reason string
	Since  time.Time
	Retry  bool      // open it again, migrating it if that failed
	Back   bool      // put it back to before its migration
	Taken  time.Time // when the copy to go back to was made
}

// repair of a store, or nil for one that is open.
func (s *Service) repair(id string) (*repair, error) {
	q := s.app.Platform.InQuarantine(id)
	if id == "" || q == nil {
		return nil, nil
	}
	r := &repair{Reason: string(q.Reason), Since: q.Since.Time, Retry: q.Reason != tenant.Newer}
	if q.Reason == tenant.Migration || q.Reason == tenant.Newer {
		all, err := s.app.Platform.Befores(id)
		if err != nil {
			return nil, err
		}
		if len(all) > 0 {
			r.Back, r.Taken = true, all[0].Taken
		}
	}
	return r, nil
}

// Retry opens a quarantined store again, and migrates it if that failed. Conflict when it stays closed, with the reason and what to do.
func (s *Service) Retry(ctx context.Context, id string) error {
	info := s.app.Platform.ByID(id)
	if info == nil {
		return errNoStore(id)
	}
	err := s.app.RetryStore(ctx, id)
	var q *tenant.QuarantinedError
	if errors.As(err, &q) {
		return problem.New(problem.Conflict, "%s stays closed (%s): %s. %s", info.Name, q.Reason, q.Detail, q.Advice(info.Code))
	}
	return err
}

// Rollback puts a quarantined store back to before its migration. Conflict for one that is open, or closed for another reason: with wizamart store rollback
// an operator can do it all the same.
func (s *Service) Rollback(ctx context.Context, id string) (tenant.Before, error) {
	r, err := s.repair(id)
	if err != nil {
		return tenant.Before{}, err
	}
	if r == nil || !r.Back {
		return tenant.Before{}, problem.New(problem.Conflict, "There is nothing to go back to: the store is not closed because of a migration.")
	}
	from, _, err := s.app.RollbackStore(ctx, id, nil)
	return from, err
}

func (s *Service) postRetryStore(c *web.Context) error {
	f, err := s.file(c.Ctx(), c.Param("id"))
	if err != nil {
		return err
	}
	if err := s.Retry(c.Ctx(), f.ID); err != nil {
		var p *problem.Error
		if !errors.As(err, &p) || p.Code != problem.Conflict {
			return err
		}
		c.Flash("error", "%s", p.Message)
	} else {
		c.Flash("success", "%s serves again.", f.Name)
	}
	return c.Redirect("/replication/" + c.Param("id"))
}

func (s *Service) postRollback(c *web.Context) error {
	f, err := s.file(c.Ctx(), c.Param("id"))
	if err != nil {
		return err
	}
	from, err := s.Rollback(c.Ctx(), f.ID)
	if err != nil {
		return err
	}
	c.Flash("success", "%s is as it was at %s, before its migration. The file that it had is kept beside it.", f.Name, from.Taken.Format("2006-01-02 15:04 UTC"))
	return c.Redirect("/replication/" + c.Param("id"))
}

func (s *Service) repairAPI(r *app.Router) {
	type quarantineIn struct {
		Store string `path:"store" doc:"The store's code."`
	}
	type quarantineOut struct {
		Body struct {
			Store  string `json:"store" doc:"The store's code."`
			Name   string `json:"name"`
			Open   bool   `json:"open" doc:"The store serves."`
			Reason string `json:"reason,omitempty" enum:"damaged,migration,newer,rolled back,replacing" doc:"Why it is closed."`
			Detail string `json:"detail,omitempty"`
			Advice string `json:"advice,omitempty"`
		}
	}
	answer := func(info *tenant.Info) *quarantineOut {
		o := &quarantineOut{}
		o.Body.Store, o.Body.Name = info.Code, info.Name
		q := s.app.Platform.InQuarantine(info.ID)
		if o.Body.Open = q == nil; q != nil {
			o.Body.Reason, o.Body.Detail, o.Body.Advice = string(q.Reason), q.Detail, q.Advice(info.Code)
		}
		return o
	}
	operation := func(method, path, permission, id, summary string, fn func(ctx context.Context, id string) error) {
		app.API(r, app.Operation{Method: method, Path: path, Permission: permission, ID: id, Tag: "Monitoring", Summary: summary, Errors: []int{409}},
			func(ctx context.Context, _ *web.Context, in *quarantineIn) (*quarantineOut, error) {
				info := s.app.Platform.ByCode(in.Store)
				if info == nil {
					return nil, errNoStore(in.Store)
				}
				if err := fn(ctx, info.ID); err != nil {
					return nil, err
				}
				return answer(info), nil
			})
	}
	const read, write = "monitoring.read", "monitoring.write"
	operation(http.MethodGet, "/monitoring/quarantines/{store}", read, "get-quarantine", "Whether a store is closed because something is wrong with its file, and what to do", func(context.Context, string) error { return nil })
	operation(http.MethodPost, "/monitoring/quarantines/{store}/retries", write, "retry-store", "Open a quarantined store again, and migrate it if that failed", s.Retry)
	operation(http.MethodPost, "/monitoring/quarantines/{store}/rollbacks", write, "roll-back-store", "Put a quarantined store back to before its migration", func(ctx context.Context, id string) error {
		_, err := s.Rollback(ctx, id)
		return err
	})
}
