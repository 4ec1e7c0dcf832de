package monitoring

import (
	"context"
	"net/http"

	"wizamart/framework/app"
	"wizamart/framework/event"
	"wizamart/framework/web"
)

// api adds the operators' operations.
func (s *Service) api(r *app.Router) {
	const read, write = "monitoring.read", "monitoring.write"
	type pageIn struct {
		Page int `query:"page" minimum:"1" maximum:"100000" default:"1"`
	}
	type none struct{}

	type healthOut struct {
		Body struct {
			Status string          `json:"status" enum:"pass,warn,fail"`
			Checks []CheckBody     `json:"checks"`
			Tools  []app.ToolState `json:"tools" doc:"What the platform uses outside, and how that went last. None is asked."`
		}
	}
	app.API(r, app.Operation{Method: http.MethodGet, Path: "/monitoring/health", Permission: read, ID: "get-health", Tag: "Monitoring",
		Summary: "How all parts of the platform are", Description: "What is found is believed for five seconds."},
		func(ctx context.Context, _ *web.Context, _ *none) (*healthOut, error) {
			h, out := s.app.Health(ctx), &healthOut{}
			out.Body.Status, out.Body.Tools, out.Body.Checks = h.Status, s.app.ToolStates(), []CheckBody{}
			for _, c := range h.Checks {
				out.Body.Checks = append(out.Body.Checks, CheckBody{c.Name, c.Status, c.Output, c.Millis})
			}
			return out, nil
		})

	type failuresOut struct {
		Body struct {
			Failures []Failure `json:"failures"`
			Total    int       `json:"total"`
		}
	}
	type failureIn struct {
		ID string `path:"id"`
	}
	type failureOut struct{ Body Failure }
	app.API(r, app.Operation{Method: http.MethodGet, Path: "/monitoring/failures", Permission: read, ID: "list-failures", Tag: "Monitoring", Summary: "What went wrong, grouped by cause"},
		func(ctx context.Context, _ *web.Context, in *FailuresIn) (*failuresOut, error) {
			out := &failuresOut{}
			list, total, err := s.Failures(ctx, FailureFilter{State: in.State, Kind: in.Kind, Search: in.Q, Offset: (in.Page - 1) * perPage})
			out.Body.Failures, out.Body.Total = append([]Failure{}, list...), total
			return out, err
		})
	for _, change := range []struct{ path, id, summary, state string }{
		{"resolutions", "resolve-failure", "Resolve a failure: it opens again when it is seen again", Resolved},
		{"mutes", "mute-failure", "Mute a failure: it is still counted", Muted},
		{"reopenings", "reopen-failure", "Open a failure again", Open},
	} {
		app.API(r, app.Operation{Method: http.MethodPost, Path: "/monitoring/failures/{id}/" + change.path, Permission: write, ID: change.id, Tag: "Monitoring", Summary: change.summary, Errors: []int{409}},
			func(ctx context.Context, _ *web.Context, in *failureIn) (*failureOut, error) {
				f, err := s.ChangeFailure(ctx, in.ID, change.state)
				return &failureOut{f}, err
			})
	}

	type activeOut struct {
		Body struct {
			Jobs  []Work `json:"jobs"`
			Files int    `json:"files" doc:"How many stores may have work; a page looks into 25 of them."`
		}
	}
	app.API(r, app.Operation{Method: http.MethodGet, Path: "/monitoring/jobs", Permission: read, ID: "list-active-jobs", Tag: "Monitoring", Summary: "Jobs of all files that wait or run"},
		func(ctx context.Context, _ *web.Context, in *pageIn) (*activeOut, error) {
			out := &activeOut{}
			a, err := s.Active(ctx, in.Page)
			out.Body.Jobs, out.Body.Files = append([]Work{}, a.Work...), a.Files
			return out, err
		})
	type deadOut struct {
		Body struct {
			Jobs  []DeadJob `json:"jobs"`
			Total int       `json:"total"`
		}
	}
	app.API(r, app.Operation{Method: http.MethodGet, Path: "/monitoring/failed-jobs", Permission: read, ID: "list-failed-jobs", Tag: "Monitoring", Summary: "Jobs of all files that used their last attempt"},
		func(ctx context.Context, _ *web.Context, in *pageIn) (*deadOut, error) {
			out := &deadOut{}
			list, total, err := s.FailedJobs(ctx, "", (in.Page-1)*perPage, perPage)
			out.Body.Jobs, out.Body.Total = append([]DeadJob{}, list...), total
			return out, err
		})
	type jobIn struct {
		File string `path:"file" doc:"The store's id, or “platform”."`
		ID   string `path:"id"`
	}
	type jobOut struct{ Body Work }
	jobs := func(method, path, perm, id, summary string, fn func(ctx context.Context, file, id string) (Work, error)) {
		app.API(r, app.Operation{Method: method, Path: "/monitoring/jobs/{file}/{id}" + path, Permission: perm, ID: id, Tag: "Monitoring", Summary: summary, Errors: []int{409, 503}},
			func(ctx context.Context, _ *web.Context, in *jobIn) (*jobOut, error) {
				w, err := fn(ctx, in.File, in.ID)
				return &jobOut{w}, err
			})
	}
	jobs(http.MethodGet, "", read, "get-any-job", "A job of any file", s.Job)
	jobs(http.MethodPost, "/retries", write, "retry-any-job", "Queue a job again that failed or was cancelled", s.RetryJob)
	jobs(http.MethodPost, "/cancellations", write, "cancel-any-job", "Cancel a job", s.CancelJob)

	type outboxOut struct {
		Body struct {
			Backlogs []Backlog      `json:"backlogs"`
			Stores   int            `json:"stores" doc:"How many may have work; a page looks into 25 of them."`
			Parked   []event.Parked `json:"parked" doc:"Deliveries that were given up, at most a hundred."`
		}
	}
	app.API(r, app.Operation{Method: http.MethodGet, Path: "/monitoring/outbox", Permission: read, ID: "get-outbox", Tag: "Monitoring", Summary: "What waits in the outboxes, and what was given up"},
		func(ctx context.Context, _ *web.Context, in *pageIn) (*outboxOut, error) {
			out := &outboxOut{}
			rows, n, err := s.Backlogs(ctx, in.Page)
			if err != nil {
				return nil, err
			}
			parked, err := s.app.Relay.Backlog(ctx, parkedShown)
			out.Body.Backlogs, out.Body.Stores, out.Body.Parked = append([]Backlog{}, rows...), n, append([]event.Parked{}, parked...)
			return out, err
		})
	type deliveryIn struct {
		Event string `path:"event"`
		Body  struct {
			Consumer string `json:"consumer" maxLength:"200"`
		}
	}
	app.API(r, app.Operation{Method: http.MethodPost, Path: "/monitoring/outbox/{event}/retries", Permission: write, ID: "retry-delivery", Tag: "Monitoring", Summary: "Deliver a parked event now", Status: http.StatusNoContent},
		func(ctx context.Context, _ *web.Context, in *deliveryIn) (*none, error) {
			return nil, s.RetryDelivery(ctx, in.Event, in.Body.Consumer)
		})

	type diskOut struct {
		Body struct {
			Total  int64   `json:"total_bytes"`
			Free   int64   `json:"free_bytes"`
			Stores []Usage `json:"stores" doc:"The largest first; the platform's own database has no id."`
			Left   int     `json:"not_measured" doc:"Stores that were not measured yet."`
		}
	}
	app.API(r, app.Operation{Method: http.MethodGet, Path: "/monitoring/disk", Permission: read, ID: "get-disk", Tag: "Monitoring", Summary: "How much room everything takes"},
		func(ctx context.Context, _ *web.Context, _ *none) (*diskOut, error) {
			out := &diskOut{}
			room := s.app.Disk.State()
			out.Body.Total, out.Body.Free = room.Total, room.Free
			out.Body.Stores, out.Body.Left = s.Usage(ctx)
			return out, room.Err
		})
}

// CheckBody is a check in the API.
type CheckBody struct {
	Name   string  `json:"name" example:"platform:database"`
	Status string  `json:"status" enum:"pass,warn,fail"`
	Output string  `json:"output,omitempty" doc:"What is wrong."`
	Millis float64 `json:"duration_ms"`
}

// FailuresIn chooses failures in the API.
type FailuresIn struct {
	Page  int    `query:"page" minimum:"1" maximum:"100000" default:"1"`
	State string `query:"state" enum:"open,resolved,muted"`
	Kind  string `query:"kind" enum:"panic,error,job"`
	Q     string `query:"q" maxLength:"200"`
}
