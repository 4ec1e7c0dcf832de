package catalog

import (
	"context"
	"fmt"
	"io"
	"os"

	"wizamart/framework/audit"
	"wizamart/framework/database"
	"wizamart/framework/job"
	"wizamart/framework/problem"
	"wizamart/tenant"
)

// importProducts is the job that reads an uploaded file, to preview or to import it.
const importProducts = "catalog.import"

// ImportOrder is an import that somebody asked for.
type ImportOrder struct {
	Upload   string `json:"upload"` // id of the staged file
	Name     string `json:"name"`   // of the file, for people
	DryRun   bool   `json:"dry_run"`
	StockSet bool   `json:"stock_set"`
	Fetch    bool   `json:"fetch"`
	User     string `json:"user"` // id of who asked for it
}

// maxStored is how many warnings, and how many errors, a job's result lists.
const maxStored = 1000

// importJobs are the module's jobs.
func (s *Service) importJobs() []job.Kind {
	return []job.Kind{{Name: importProducts, Run: s.runImport}, {Name: fetchImages, Run: s.runFetch}, {Name: sizePictures, Run: s.runSizes}, {Name: indexType, Run: s.runIndexType}, {Name: countSold, Run: s.runSold}}
}

// StartImport stages a file and has a job read it.
func (s *Service) StartImport(ctx context.Context, st *tenant.Store, file io.Reader, order func(upload string) (ImportOrder, error)) (jobID string, err error) {
	if err := s.roomForBytes(st, 0); err != nil {
		return "", err
	}
	id, err := stage(st, file)
	if err != nil {
		return "", err
	}
	o, err := order(id)
	if err == nil {
		jobID, err = s.enqueueImport(ctx, st, o)
	}
	return jobID, err
}

// enqueueImport has a job do it; the same file is not imported twice at once.
func (s *Service) enqueueImport(ctx context.Context, st *tenant.Store, o ImportOrder) (id string, err error) {
	err = st.Write(ctx, func(tx *tenant.Store) error {
		id, err = job.Enqueue(tx.DB, job.New{
			Kind: importProducts, Payload: o, Key: fmt.Sprintf("%s dry=%t", o.Upload, o.DryRun), Actor: actorName(ctx), MaxAttempts: 3,
		})
		if err != nil || o.DryRun { // a preview changes nothing
			return err
		}
		return audit.Record(ctx, tx.DB, audit.Entry{Action: "catalog.import.started", SubjectKind: "import", SubjectID: id})
	})
	return id, err
}

// CancelImport ends an import, or a preview, where it stands. problem.Conflict for one that has finished.
func (s *Service) CancelImport(ctx context.Context, st *tenant.Store, id string) error {
	return st.Write(ctx, func(tx *tenant.Store) error {
		if err := job.Cancel(ctx, tx.DB, id); err != nil {
			return err
		}
		return audit.Record(ctx, tx.DB, audit.Entry{Action: "catalog.import.cancelled", SubjectKind: "import", SubjectID: id})
	})
}

func (s *Service) runImport(ctx context.Context, run *job.Run) error {
	var order ImportOrder
	if err := run.Decode(&order); err != nil {
		return err
	}
	open, err := importFile(ctx, run.Store, order.Upload)
	if problem.Is(err, problem.Gone) || problem.Is(err, problem.NotFound) {
		return job.Permanent(err)
	} else if err != nil {
		return err
	}
	in := ImportInput{Open: open, DryRun: order.DryRun, StockSet: order.StockSet, Fetch: order.Fetch,
		Progress: func(ctx context.Context, rows, total int) error {
			return run.Progress(ctx, int64(rows), int64(total), "")
		},
	}
	if !order.DryRun {
		var state ImportState
		if ok, err := run.Resume(&state); err != nil {
			return err
		} else if ok {
			in.Resume = &state
		}
		in.Checkpoint = func(ctx context.Context, tx *tenant.Store, state *ImportState) error {
			return run.Checkpoint(ctx, tx.DB, state)
		}
	}
	report, err := s.Import(ctx, run.Store, in)
	if err != nil {
		return err
	}
	report.Warnings = report.Warnings[:min(len(report.Warnings), maxStored)]
	report.Errors = report.Errors[:min(len(report.Errors), maxStored)]
	if err := run.SetResult(report); err != nil {
		return err
	}
	if path, err := stagedPath(run.Store, order.Upload); err == nil && (!order.DryRun || report.FileRefused() != "") {
		os.Remove(path) //nolint:errcheck // it is removed with the stale ones
	}
	return nil
}

// ImportJob is an import as pages and the API show it.
type ImportJob struct {
	ID         string        `json:"id"`
	State      job.State     `json:"state" enum:"queued,running,succeeded,failed,cancelled"`
	DryRun     bool          `json:"dry_run"`
	File       string        `json:"file"`
	Rows       int64         `json:"rows" doc:"Rows read so far."`
	Total      int64         `json:"total" doc:"Rows of the file; 0 while that is unknown."`
	Percent    int           `json:"percent"`
	CreatedAt  database.Time `json:"created_at"`
	FinishedAt database.Time `json:"finished_at,omitzero"`
	Report     *ImportReport `json:"report" doc:"Once it has succeeded. At most 1,000 warnings and 1,000 errors are listed, all are counted."`

	Order   ImportOrder  `json:"-"`
	Actor   string       `json:"-"`
	Partial *ImportState `json:"-"` // of one that was cancelled or failed
}

// Finished tells whether nothing more will happen.
func (i *ImportJob) Finished() bool { return i.State.Finished() }

// ImportByID finds an import, or is problem.NotFound.
func (s *Service) ImportByID(ctx context.Context, st *tenant.Store, id string) (*ImportJob, error) {
	j, err := job.Get(ctx, st.DB, id)
	if err != nil || j.Kind != importProducts {
		if err == nil || problem.Is(err, problem.NotFound) {
			err = problem.New(problem.NotFound, "This import does not exist.")
		}
		return nil, err
	}
	return importJob(j)
}

func importJob(j job.Job) (*ImportJob, error) {
	out := &ImportJob{ID: j.ID, State: j.State, Rows: j.Done, Total: j.Total, Percent: j.Percent(), CreatedAt: j.CreatedAt, FinishedAt: j.FinishedAt, Actor: j.Actor}
	if err := j.Payload.Decode(&out.Order); err != nil {
		return nil, wrap("read the import", err)
	}
	out.DryRun, out.File = out.Order.DryRun, out.Order.Name
	if len(j.Result) > 0 {
		out.Report = newReport(out.DryRun)
		if err := j.Result.Decode(out.Report); err != nil {
			return nil, wrap("read the import's report", err)
		}
	} else if len(j.Checkpoint) > 0 {
		out.Partial = &ImportState{}
		if err := j.Checkpoint.Decode(out.Partial); err != nil {
			return nil, wrap("read how far the import got", err)
		}
	}
	return out, nil
}

// Imports are the last imports and previews, newest first.
func (s *Service) Imports(ctx context.Context, st *tenant.Store) ([]*ImportJob, error) {
	list, err := job.List(ctx, st.DB, job.Filter{Kind: importProducts, Limit: 10})
	if err != nil {
		return nil, err
	}
	var out []*ImportJob
	for _, j := range list {
		i, err := importJob(j)
		if err != nil {
			return nil, err
		}
		out = append(out, i)
	}
	return out, nil
}

// StartPreviewed imports the file of a preview that has succeeded.
func (s *Service) StartPreviewed(ctx context.Context, st *tenant.Store, id string, stockSet, fetch bool) (jobID string, err error) {
	preview, err := s.ImportByID(ctx, st, id)
	if err != nil {
		return "", err
	}
	if !preview.DryRun || preview.State != job.Succeeded || preview.Report.FileRefused() != "" {
		return "", problem.New(problem.Conflict, "This file cannot be imported.")
	}
	o := preview.Order
	o.DryRun, o.StockSet, o.Fetch = false, stockSet, fetch
	if _, err := importFile(ctx, st, o.Upload); err != nil {
		return "", err
	}
	return s.enqueueImport(ctx, st, o)
}
