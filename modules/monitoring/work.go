package monitoring

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/pocketbase/dbx"

	"wizamart/framework/audit"
	"wizamart/framework/database"
	"wizamart/framework/job"
	"wizamart/framework/problem"
	"wizamart/tenant"
)

const (
	// storesPerPage is how many files are opened for one page of what waits.
	storesPerPage = 25
	// jobsPerFile is how many unfinished jobs of a file such a page shows.
	jobsPerFile = 20
	// lookFor bounds how long files are opened for one page.
	lookFor = 3 * time.Second
)

// platformFile names the platform's file where a store's id could stand.
const platformFile = "platform"

// Work is a job, and the file that it is in.
type Work struct {
	StoreID string `json:"store_id" doc:"Empty for a job of the platform."`
	Store   string `json:"store" doc:"The store's name."`
	job.Job
	Trouble string `json:"error" doc:"Of the last attempt, for operators."`
}

// File is the store's id, or “platform”.
func (w Work) File() string {
	if w.StoreID == "" {
		return platformFile
	}
	return w.StoreID
}

// Retryable tells whether it can be queued again.
func (w Work) Retryable() bool { return w.State == job.Failed || w.State == job.Cancelled }

// Cancellable tells whether it can be cancelled.
func (w Work) Cancellable() bool { return !w.State.Finished() && w.CancelAt.IsZero() }

func (s *Service) work(storeID string, j job.Job) Work {
	return Work{StoreID: storeID, Store: s.title(storeID), Job: j, Trouble: j.Error}
}

// title of a store for people; its id when it is gone.
func (s *Service) title(storeID string) string {
	if storeID == "" {
		return "Platform"
	}
	if info := s.app.Platform.ByID(storeID); info != nil {
		return info.Name
	}
	return storeID
}

// in runs fn with the file: the platform's or a store's. st is nil for the platform's.
func (s *Service) in(ctx context.Context, file string, fn func(db *database.DB, st *tenant.Store) error) error {
	if file == platformFile || file == "" {
		return fn(s.app.Platform.DB, nil)
	}
	st, release, err := s.app.Platform.Acquire(ctx, file)
	if err != nil {
		return err
	}
	defer release()
	return fn(st.DB, st)
}

func storeOf(file string) string {
	if file == platformFile {
		return ""
	}
	return file
}

// Active is a page of what runs and waits.
type Active struct {
	Work   []Work
	Files  int      // that may have work
	From   int      // the first of them that was looked into, from 1
	To     int      // the last
	Closed []string // names of those that could not be opened
	Cut    bool     // the time for looking was over before all were looked into
}

// Active lists the jobs that are queued or run. No more files are opened than a page has: the platform's database knows which stores may
// have work. A store that has other work than jobs shows nothing.
func (s *Service) Active(ctx context.Context, page int) (out Active, err error) {
	offset := (page - 1) * storesPerPage
	waiting, total, err := s.app.Platform.Waiting(ctx, offset, storesPerPage)
	if err != nil {
		return out, err
	}
	out.Files, out.From, out.To = total, min(offset+1, total), offset+len(waiting)
	files := []string{}
	if page == 1 {
		files = append(files, platformFile)
	}
	for _, w := range waiting {
		files = append(files, w.StoreID)
	}
	until := time.Now().Add(lookFor)
	for _, file := range files {
		if out.Cut = time.Now().After(until); out.Cut {
			break
		}
		err := s.in(ctx, file, func(db *database.DB, _ *tenant.Store) error {
			jobs, err := job.List(ctx, db, job.Filter{Unfinished: true, Limit: jobsPerFile})
			for _, j := range jobs {
				out.Work = append(out.Work, s.work(storeOf(file), j))
			}
			return err
		})
		if err != nil && ctx.Err() == nil {
			out.Closed = append(out.Closed, s.title(storeOf(file)))
		}
	}
	return out, ctx.Err()
}

// In lists the jobs of one file, newest first, those behind the job before.
func (s *Service) In(ctx context.Context, file, before string, limit int) (out []Work, err error) {
	err = s.in(ctx, file, func(db *database.DB, _ *tenant.Store) error {
		jobs, err := job.List(ctx, db, job.Filter{Before: before, Limit: limit})
		for _, j := range jobs {
			out = append(out, s.work(storeOf(file), j))
		}
		return err
	})
	return out, err
}

// Job finds one.
func (s *Service) Job(ctx context.Context, file, id string) (w Work, err error) {
	err = s.in(ctx, file, func(db *database.DB, _ *tenant.Store) error {
		j, err := job.Get(ctx, db, id)
		w = s.work(storeOf(file), j)
		return err
	})
	return w, err
}

// DeadJob is a job that used its last attempt, as the platform remembers it.
type DeadJob struct {
	StoreID  string        `json:"store_id"`
	JobID    string        `json:"id"`
	Kind     string        `json:"kind"`
	Message  string        `json:"error" doc:"Of the last attempt, without what is about people."`
	Attempts int           `json:"attempts"`
	FailedAt database.Time `json:"failed_at"`
}

// FailedJobs are the jobs of all files that used their last attempt, newest first, and how many there are. No file is opened.
func (s *Service) FailedJobs(ctx context.Context, search string, offset, limit int) (out []DeadJob, total int, err error) {
	if err := s.Flush(ctx); err != nil {
		return nil, 0, err
	}
	where, params := "1", dbx.Params{}
	if search != "" {
		where, params["q"] = `(kind || ' ' || message || ' ' || store_id) LIKE {:q} ESCAPE '\'`, like(search)
		if info := s.app.Platform.ByCode(search); info != nil {
			where, params = "store_id = {:id}", dbx.Params{"id": info.ID}
		}
	}
	db := s.app.Platform.DB
	if err = db.NewQuery("SELECT count(*) FROM monitoring_job WHERE " + where).Bind(params).WithContext(ctx).Row(&total); err == nil {
		params["n"], params["o"] = limit, offset
		err = db.NewQuery("SELECT store_id, job_id, kind, message, attempts, failed_at FROM monitoring_job WHERE " + where + " ORDER BY failed_at DESC, job_id LIMIT {:n} OFFSET {:o}").
			Bind(params).WithContext(ctx).All(&out)
	}
	if err != nil {
		return nil, 0, fmt.Errorf("list the jobs that failed: %w", err)
	}
	return out, total, nil
}

// RetryJob queues a job again. Errors: NotFound, Conflict as job.Retry.
func (s *Service) RetryJob(ctx context.Context, file, id string) (Work, error) {
	return s.changeJob(ctx, file, id, "monitoring.job.retried", func(tx *database.DB) error {
		_, err := job.Retry(ctx, tx, id)
		return err
	})
}

// CancelJob ends a job. Errors: NotFound, Conflict as job.Cancel.
func (s *Service) CancelJob(ctx context.Context, file, id string) (Work, error) {
	return s.changeJob(ctx, file, id, "monitoring.job.cancelled", func(tx *database.DB) error { return job.Cancel(ctx, tx, id) })
}

// changeJob changes a job in its file, and notes there and in the platform's file who did it.
func (s *Service) changeJob(ctx context.Context, file, id, action string, fn func(tx *database.DB) error) (w Work, err error) {
	entry := audit.Entry{Action: action, SubjectKind: "job", SubjectID: id}
	change := func(tx *database.DB) error {
		before, err := job.Get(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := fn(tx); err != nil {
			return err
		}
		after, err := job.Get(ctx, tx, id)
		if err != nil {
			return err
		}
		w, entry.SubjectName = s.work(storeOf(file), after), after.Kind
		if entry.Before, entry.After, err = audit.Diff(map[string]any{"state": before.State}, map[string]any{"state": after.State}); err != nil {
			return err
		}
		return audit.Record(ctx, tx, entry)
	}
	err = s.in(ctx, file, func(db *database.DB, st *tenant.Store) error { return db.Write(ctx, change) })
	if err != nil {
		return w, err
	}
	if err := s.Flush(ctx); err != nil { // it may not have been written yet that it failed
		return w, err
	}
	err = s.app.Platform.DB.Write(ctx, func(tx *database.DB) error {
		if _, err := tx.Exec("DELETE FROM monitoring_job WHERE store_id = {:s} AND job_id = {:j}", dbx.Params{"s": storeOf(file), "j": id}); err != nil {
			return fmt.Errorf("forget that a job failed: %w", err)
		}
		if storeOf(file) == "" {
			return nil // it is noted there already
		}
		entry.SubjectName = w.Kind + " · " + w.Store
		return audit.Record(ctx, tx, entry)
	})
	return w, err
}

// gone tells whether an error says that a thing is not there, rather than that it cannot be read.
func gone(err error) bool {
	var p *problem.Error
	return errors.As(err, &p) && p.Code == problem.NotFound
}
