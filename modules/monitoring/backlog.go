package monitoring

import (
	"context"
	"time"

	"wizamart/framework/audit"
	"wizamart/framework/database"
	"wizamart/framework/event"
	"wizamart/tenant"
)

// Backlog is what waits in the outbox of one file.
type Backlog struct {
	StoreID string        `json:"store_id" doc:"Empty for the platform's own."`
	Store   string        `json:"store"`
	Events  int           `json:"events" doc:"That not every consumer has had."`
	Oldest  database.Time `json:"oldest" doc:"When the first of them was published."`
	DueAt   database.Time `json:"due_at" doc:"When the file is looked into next."`
	Reason  string        `json:"reason" doc:"Why it may have work: write, or job."`
	Trouble string        `json:"error,omitempty" doc:"Why its background work fails."`
}

// Backlogs are what waits in the platform's outbox and in those of a page of the stores that may have work, and how many such stores there
// are.
func (s *Service) Backlogs(ctx context.Context, page int) (out []Backlog, total int, err error) {
	waiting, total, err := s.app.Platform.Waiting(ctx, (page-1)*storesPerPage, storesPerPage)
	if err != nil {
		return nil, 0, err
	}
	failing := s.app.Failing()
	until := time.Now().Add(lookFor)
	look := func(b Backlog) error {
		b.Store = s.title(b.StoreID)
		if err := failing[b.StoreID]; err != nil {
			b.Trouble = err.Error()
		}
		err := s.in(ctx, b.StoreID, func(db *database.DB, _ *tenant.Store) (err error) {
			if b.Events, err = event.Waiting(ctx, db); err == nil && b.Events > 0 {
				var at time.Time
				at, err = event.Oldest(ctx, db)
				b.Oldest = database.At(at)
			}
			return err
		})
		if err != nil && b.Trouble == "" {
			b.Trouble = err.Error()
		}
		out = append(out, b)
		return ctx.Err()
	}
	if page == 1 {
		if err := look(Backlog{}); err != nil {
			return nil, 0, err
		}
	}
	for _, w := range waiting {
		if time.Now().After(until) {
			break
		}
		if err := look(Backlog{StoreID: w.StoreID, DueAt: w.DueAt, Reason: w.Reason}); err != nil {
			return nil, 0, err
		}
	}
	return out, total, nil
}

// RetryDelivery delivers a parked event now, and notes who asked for it. Errors: NotFound; what the consumer says.
func (s *Service) RetryDelivery(ctx context.Context, eventID, consumer string) error {
	if err := s.app.Relay.Retry(ctx, eventID, consumer); err != nil {
		return err
	}
	return s.app.Platform.DB.Write(ctx, func(tx *database.DB) error {
		return audit.Record(ctx, tx, audit.Entry{Action: "monitoring.delivery.retried", SubjectKind: "event", SubjectID: eventID, SubjectName: consumer})
	})
}
