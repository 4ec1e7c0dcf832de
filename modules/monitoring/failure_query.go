package monitoring

import (
	"context"
	"fmt"

	"github.com/pocketbase/dbx"

	"wizamart/framework/audit"
	"wizamart/framework/database"
	"wizamart/framework/observe"
	"wizamart/framework/problem"
)

const failureColumns = `fingerprint, kind, type, message, surface, method, route, module, status, seen, first_at, last_at, store_id, request_id, release, stack,
	state, returned, changed_at, changed_by`

// write adds what was gathered to the tables. One that was resolved is open again.
func (s *Service) write(ctx context.Context, failures map[string]*seen, jobs []failedJob) error {
	err := s.app.Platform.DB.Write(ctx, func(tx *database.DB) error {
		for id, f := range failures {
			_, err := tx.ExecContext(ctx, `INSERT INTO monitoring_failure (`+failureColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'open', 0, NULL, '')
				ON CONFLICT (fingerprint) DO UPDATE SET message = excluded.message, surface = excluded.surface, method = excluded.method, route = excluded.route, module = excluded.module,
				status = excluded.status, seen = seen + excluded.seen, last_at = max(last_at, excluded.last_at), store_id = excluded.store_id, request_id = excluded.request_id,
				release = excluded.release, stack = excluded.stack, returned = returned + (state = 'resolved'), state = iif(state = 'resolved', 'open', state)`,
				id, f.Kind, f.Type, f.Message, f.Surface, f.Method, f.Route, f.Module, f.Status, f.n, database.At(f.first), database.At(f.At), f.StoreID, f.RequestID,
				s.app.Config.Release, stackText(f.Stack))
			if err != nil {
				return err
			}
		}
		for _, j := range jobs {
			message := ""
			if j.Err != nil {
				message = observe.Scrub(j.Err.Error())
			}
			_, err := tx.ExecContext(ctx, "INSERT OR REPLACE INTO monitoring_job (store_id, job_id, kind, message, attempts, failed_at) VALUES (?, ?, ?, ?, ?, ?)",
				j.StoreID, j.Job.ID, j.Job.Kind, message, j.Job.Attempts, database.At(j.at))
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("keep failures: %w", err)
	}
	return nil
}

// prune drops what is old, and what is more than there is room for.
func (s *Service) prune(ctx context.Context) error {
	now := s.now()
	err := s.app.Platform.DB.Write(ctx, func(tx *database.DB) error {
		for _, q := range []struct {
			sql  string
			args []any
		}{
			{"DELETE FROM monitoring_failure WHERE last_at < ?", []any{database.At(now.Add(-keepFailures))}},
			{"DELETE FROM monitoring_failure WHERE fingerprint IN (SELECT fingerprint FROM monitoring_failure ORDER BY last_at DESC LIMIT -1 OFFSET ?)", []any{maxFailures}},
			{"DELETE FROM monitoring_job WHERE failed_at < ?", []any{database.At(now.Add(-keepJobs))}},
			{"DELETE FROM monitoring_job WHERE (store_id, job_id) IN (SELECT store_id, job_id FROM monitoring_job ORDER BY failed_at DESC LIMIT -1 OFFSET ?)", []any{maxJobs}},
		} {
			if _, err := tx.ExecContext(ctx, q.sql, q.args...); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("forget old failures: %w", err)
	}
	return nil
}

// FailureFilter chooses failures; its zero value is all of them.
type FailureFilter struct {
	State, Kind, Search string
	Offset, Limit       int // Limit 0 is 50
}

// Failures are those that match, seen last first, and how many match.
func (s *Service) Failures(ctx context.Context, f FailureFilter) (out []Failure, total int, err error) {
	if err := s.Flush(ctx); err != nil {
		return nil, 0, err
	}
	where, params := "1", dbx.Params{"limit": f.Limit, "offset": f.Offset}
	if f.Limit <= 0 {
		params["limit"] = perPage
	}
	if f.State != "" {
		where, params["state"] = where+" AND state = {:state}", f.State
	}
	if f.Kind != "" {
		where, params["kind"] = where+" AND kind = {:kind}", f.Kind
	}
	if f.Search != "" {
		where, params["q"] = where+` AND (message || ' ' || method || ' ' || route || ' ' || type || ' ' || module || ' ' || request_id || ' ' || store_id) LIKE {:q} ESCAPE '\'`, like(f.Search)
	}
	db := s.app.Platform.DB
	if err = db.NewQuery("SELECT count(*) FROM monitoring_failure WHERE " + where).Bind(without(params, "limit", "offset")).WithContext(ctx).Row(&total); err == nil {
		err = db.NewQuery("SELECT " + failureColumns + " FROM monitoring_failure WHERE " + where + " ORDER BY last_at DESC, fingerprint LIMIT {:limit} OFFSET {:offset}").Bind(params).WithContext(ctx).All(&out)
	}
	if err != nil {
		return nil, 0, fmt.Errorf("list failures: %w", err)
	}
	return out, total, nil
}

// FailureCounts is how many failures are in each state.
func (s *Service) FailureCounts(ctx context.Context) (map[string]int, error) {
	var rows []struct {
		State string
		N     int
	}
	if err := s.app.Platform.DB.NewQuery("SELECT state, count(*) AS n FROM monitoring_failure GROUP BY state").WithContext(ctx).All(&rows); err != nil {
		return nil, fmt.Errorf("count failures: %w", err)
	}
	out := map[string]int{}
	for _, r := range rows {
		out[r.State] = r.N
	}
	return out, nil
}

// Failure finds one, or is NotFound.
func (s *Service) Failure(ctx context.Context, id string) (Failure, error) {
	if err := s.Flush(ctx); err != nil {
		return Failure{}, err
	}
	return failure(ctx, s.app.Platform.DB, id)
}

func failure(ctx context.Context, db *database.DB, id string) (f Failure, err error) {
	err = db.NewQuery("SELECT " + failureColumns + " FROM monitoring_failure WHERE fingerprint = {:id}").Bind(dbx.Params{"id": id}).WithContext(ctx).One(&f)
	if database.NotFound(err) {
		return f, problem.New(problem.NotFound, "This failure is not known, or no longer.")
	}
	if err != nil {
		return f, fmt.Errorf("read a failure: %w", err)
	}
	return f, nil
}

// ChangeFailure moves a failure to a state. Errors: NotFound; Conflict when it has that state already.
func (s *Service) ChangeFailure(ctx context.Context, id, state string) (f Failure, err error) {
	if err := s.Flush(ctx); err != nil {
		return f, err
	}
	err = s.app.Platform.DB.Write(ctx, func(tx *database.DB) error {
		if f, err = failure(ctx, tx, id); err != nil {
			return err
		}
		if err := f.Change(state); err != nil {
			return err
		}
		before := f
		f.State, f.ChangedAt, f.ChangedBy = state, database.Now(), audit.ActorFrom(ctx).Name
		_, err := tx.ExecContext(ctx, "UPDATE monitoring_failure SET state = ?, changed_at = ?, changed_by = ? WHERE fingerprint = ?", f.State, f.ChangedAt, f.ChangedBy, id)
		if err != nil {
			return fmt.Errorf("change a failure: %w", err)
		}
		b, a, err := audit.Diff(map[string]string{"state": before.State}, map[string]string{"state": f.State})
		if err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Entry{Action: "monitoring.failure." + map[string]string{Open: "reopened", Resolved: "resolved", Muted: "muted"}[state],
			SubjectKind: "failure", SubjectID: id, SubjectName: f.Where(), Before: b, After: a})
	})
	return f, err
}
