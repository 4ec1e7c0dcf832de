package catalog

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"time"

	"golang.org/x/image/webp"

	"wizamart/framework/database"
	"wizamart/framework/job"
	"wizamart/framework/picture"
	"wizamart/framework/problem"
	"wizamart/modules/catalog/catalogtype"
	"wizamart/tenant"
)

// sizePictures is the job that makes the sizes of pictures.
const sizePictures = "catalog.size-pictures"

// sizeBatch is how many pictures are noted at once: each note makes the store's pages be built anew, and a kill loses no more work than this.
const sizeBatch = 8

// sizeWindow gathers the pictures of some seconds for one job. It begins after the window has ended, so it sees every picture that counts on it:
// a job that ran already might have looked for the last time.
const sizeWindow = 10 * time.Second

// SizeResult is what the job has to say.
type SizeResult struct {
	Pictures int `json:"pictures"` // looked at
	Files    int `json:"files"`    // made
	Damaged  int `json:"damaged"`  // pictures whose file is missing or cannot be read; they stay as they are
}

func enqueueSizes(ctx context.Context, tx *tenant.Store) (string, error) {
	end := time.Now().UTC().Truncate(sizeWindow).Add(sizeWindow)
	return job.Enqueue(tx.DB, job.New{Kind: sizePictures, Key: end.Format(time.RFC3339), RunAt: end.Add(time.Second), Actor: actorName(ctx)})
}

// StartSizes has a job make the sizes that pictures of the store lack. pending is how many pictures; without any there is no job.
func (s *Service) StartSizes(ctx context.Context, st *tenant.Store) (pending int, err error) {
	if pending, err = s.Unsized(ctx, st); err != nil || pending == 0 {
		return pending, err
	}
	return pending, st.Write(ctx, func(tx *tenant.Store) error {
		_, err := enqueueSizes(ctx, tx)
		return err
	})
}

// Unsized is how many pictures lack sizes.
func (s *Service) Unsized(ctx context.Context, st *tenant.Store) (n int, err error) {
	err = st.One(ctx, func(row database.Row) error { return row.Scan(&n) }, "SELECT count(*) FROM catalog_media WHERE sized = 0 AND deleted_at IS NULL")
	return n, wrap("count the pictures without sizes", err)
}

func (s *Service) runSizes(ctx context.Context, run *job.Run) error {
	result, err := s.sizeAll(ctx, run.Store, func(done, total int) error { return run.Progress(ctx, int64(done), int64(total), "") })
	if err != nil {
		return err
	}
	return run.SetResult(result)
}

// sizeAll makes what pictures lack, each looked at once. What is done is noted as it goes, so that who is interrupted goes on from there.
func (s *Service) sizeAll(ctx context.Context, st *tenant.Store, progress func(done, total int) error) (out SizeResult, err error) {
	total, err := s.Unsized(ctx, st)
	if err != nil {
		return out, err
	}
	for after := ""; ; {
		rows, err := st.QueryContext(ctx, "SELECT "+mediaColumns+" FROM catalog_media WHERE sized = 0 AND deleted_at IS NULL AND hash > ? ORDER BY hash LIMIT ?", after, sizeBatch)
		batch, err := collect(rows, err, scanMedia)
		if err != nil || len(batch) == 0 {
			return out, wrap("read the pictures without sizes", err)
		}
		made := map[string]catalogtype.Sizes{}
		for i := range batch {
			after = batch[i].Hash
			var sizes catalogtype.Sizes
			var files int
			if sizes, files, err = s.sizeOne(ctx, st, &batch[i]); errors.Is(err, errDamaged) {
				out.Damaged++
			} else if err != nil {
				break
			}
			out.Pictures, out.Files, made[after] = out.Pictures+1, out.Files+files, sizes
			if err = progress(out.Pictures, max(total, out.Pictures)); err != nil {
				break
			}
		}
		if err = errors.Join(err, noteSizes(context.WithoutCancel(ctx), st, made)); err != nil {
			return out, err
		}
	}
}

func noteSizes(ctx context.Context, st *tenant.Store, made map[string]catalogtype.Sizes) error {
	if len(made) == 0 {
		return nil
	}
	return st.Write(ctx, func(tx *tenant.Store) error {
		for hash, sizes := range made {
			_, err := tx.ExecContext(ctx, "UPDATE catalog_media SET sizes = ?, small = ?, sized = 1 WHERE hash = ?", sizes, sizes.Has(smallWidth), hash)
			if err != nil {
				return wrap("note the sizes of a picture", err)
			}
		}
		return nil
	})
}

// errDamaged: the file of a picture is missing or cannot be read.
var errDamaged = errors.New("the picture's file cannot be read")

// sizeOne writes the files that a picture lacks. sizes are those that there are then, also when there is an error.
func (s *Service) sizeOne(ctx context.Context, st *tenant.Store, m *Media) (sizes catalogtype.Sizes, files int, err error) {
	sizes = m.Sizes
	if sizes == catalogtype.WantedSizes(m.Width) {
		return sizes, 0, nil
	}
	data, err := readMedia(ctx, st, m.Hash+".webp")
	if err != nil {
		return sizes, 0, err
	}
	for _, width := range catalogtype.Widths {
		if width >= m.Width || sizes.Has(width) {
			continue
		}
		made, err := narrow(ctx, data, width)
		if err != nil {
			return sizes, files, err
		}
		if err := s.roomForBytes(st, int64(len(made))); problem.Is(err, problem.Quota) {
			return sizes, files, job.Permanent(err) // the next upload that finds room goes on
		} else if err != nil {
			return sizes, files, err
		}
		name := fmt.Sprintf("%s-%d.webp", m.Hash, width)
		if err := writeMedia(st, name, made); err != nil {
			return sizes, files, err
		}
		if err := st.KeepMedia(ctx, name); err != nil {
			return sizes, files, err
		}
		sizes, files = sizes.With(width), files+1
	}
	return sizes, files, nil
}

// readMedia reads a file of our own making. One that is not there, or not what its name says, is errDamaged.
func readMedia(ctx context.Context, st *tenant.Store, name string) ([]byte, error) {
	f, err := st.OpenMedia(ctx, name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, errDamaged
	}
	if err != nil {
		return nil, wrap("open a picture", err)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, MaxUpload))
	if err == nil && hash(data)+".webp" != name {
		return nil, errDamaged
	}
	return data, wrap("read a picture", err)
}

// narrow makes a picture of ours narrower. Uploads may come in between any two.
func narrow(ctx context.Context, data []byte, width int) ([]byte, error) {
	var made picture.File
	err := picture.OneAtATime(ctx, func() error {
		src, err := webp.Decode(bytes.NewReader(data))
		if err != nil {
			return errDamaged
		}
		b := src.Bounds()
		made, err = picture.Encode(picture.Shrink(src, picture.Fit(b.Dx(), b.Dy(), width, maxSide)))
		return err
	})
	return made.Data, err
}

// Sizing is how many pictures lack sizes, and the job that makes them; nil where none waits or runs.
func (s *Service) Sizing(ctx context.Context, st *tenant.Store) (unsized int, running *job.Job, err error) {
	if unsized, err = s.Unsized(ctx, st); err != nil || unsized == 0 {
		return unsized, nil, err
	}
	list, err := job.List(ctx, st.DB, job.Filter{Kind: sizePictures, Limit: 20})
	for i := range list {
		if !list[i].State.Finished() && (running == nil || list[i].State == job.Running) {
			running = &list[i]
		}
	}
	return unsized, running, err
}
