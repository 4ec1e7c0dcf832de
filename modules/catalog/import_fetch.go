package catalog

import (
	"context"
	"errors"
	"time"

	"wizamart/framework/job"
	"wizamart/framework/problem"
	"wizamart/tenant"
)

// fetchWait is how long a person waits for a picture from the web.
const fetchWait = 20 * time.Second

// fetchImages is the job that gets pending pictures from the web.
const fetchImages = "catalog.fetch-images"

// FetchResult is what that job has to say.
type FetchResult struct {
	Fetched int `json:"fetched"`
	Failed  int `json:"failed"`
}

// EnqueueFetch has a job fetch the store's pending pictures, those that failed before included. pending is how many there are;
// without any there is no job.
func (s *Service) EnqueueFetch(ctx context.Context, st *tenant.Store) (jobID string, err error) {
	pending, err := s.pendingCount(ctx, st)
	if err != nil || pending == 0 {
		return "", err
	}
	err = st.Write(ctx, func(tx *tenant.Store) error {
		jobID, err = job.Enqueue(tx.DB, job.New{Kind: fetchImages, Key: fetchImages, Actor: actorName(ctx)})
		return err
	})
	return jobID, err
}

func (s *Service) pendingCount(ctx context.Context, st *tenant.Store) (n int, err error) {
	err = st.NewQuery("SELECT count(*) FROM catalog_image WHERE media_hash IS NULL AND deleted_at IS NULL AND source_url <> ''").WithContext(ctx).Row(&n)
	return n, wrap("count pending images", err)
}

func (s *Service) runFetch(ctx context.Context, run *job.Run) error {
	total, err := s.pendingCount(ctx, run.Store)
	if err != nil {
		return err
	}
	result, err := s.fetchPending(ctx, run.Store, newFetcher(), func(done int) error { return run.Progress(ctx, int64(done), int64(total), "") })
	if err != nil {
		return err
	}
	return run.SetResult(result)
}

// fetchPending fetches all pending pictures once. One that cannot be had keeps its address and the reason.
func (s *Service) fetchPending(ctx context.Context, st *tenant.Store, f *fetcher, progress func(done int) error) (FetchResult, error) {
	var out FetchResult
	defer f.client.CloseIdleConnections()
	err := s.eachPending(ctx, st, func(im Image) error {
		media, err := s.fetchOne(ctx, st, f, im.SourceURL)
		var p *problem.Error
		switch {
		case problem.Is(err, problem.Full): // the job tries again later
			return err
		case errors.As(err, &p):
			out.Failed++
			if reason := sentence(err); im.Problem != reason {
				err = s.FillImage(ctx, st, im.ProductID, im.ID, Media{}, reason)
			} else {
				err = nil
			}
		case err == nil:
			out.Fetched++
			err = s.FillImage(ctx, st, im.ProductID, im.ID, media, "")
		}
		if err != nil && !problem.Is(err, problem.NotFound) {
			return err
		}
		return progress(out.Fetched + out.Failed)
	})
	return out, err
}

func (s *Service) fetchOne(ctx context.Context, st *tenant.Store, f *fetcher, address string) (Media, error) {
	res, err := f.get(ctx, address)
	if err != nil {
		return Media{}, err
	}
	defer res.Body.Close()
	m, err := s.StoreMedia(ctx, st, res.Body)
	var p *problem.Error
	if err != nil && !errors.As(err, &p) && ctx.Err() == nil && errors.Is(err, context.DeadlineExceeded) {
		return m, problem.On("images", "The server of the picture is too slow.")
	}
	return m, err
}
