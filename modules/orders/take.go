package orders

import (
	"context"
	"fmt"

	"wizamart/framework/database"
	"wizamart/framework/problem"
	"wizamart/tenant"
)

// notedDownloads is how many downloads of a file stand in the timeline, where any number is allowed.
const notedDownloads = 20

// DownloadByToken is the download of a secret, with its order. NotFound when there is none.
func (s *Service) DownloadByToken(ctx context.Context, st *tenant.Store, token string) (*Download, *Order, error) {
	if token == "" {
		return nil, nil, errNoDownload()
	}
	list, err := downloads(ctx, st, "d.token = ?", token)
	if err != nil {
		return nil, nil, err
	}
	if len(list) == 0 {
		return nil, nil, errNoDownload()
	}
	o, err := s.Get(ctx, st, list[0].OrderID)
	return &list[0], o, err
}

func errNoDownload() error {
	return problem.New(problem.NotFound, "There is no download at this address. Take the newest link: from the last mail, or from the page of your order.")
}

// TakeFile lets a buyer download a file once more and counts it, or goes on with a download that was counted: rest is a request for what does not begin at
// the file's beginning. Errors: NotFound; Forbidden for an order that is not paid, or has none left; Gone for a link that has ended.
func (s *Service) TakeFile(ctx context.Context, st *tenant.Store, token string, position int, rest bool) (DownloadFile, error) {
	d, o, err := s.DownloadByToken(ctx, st, token)
	if err != nil {
		return DownloadFile{}, err
	}
	f, err := o.mayTake(d, position, rest, database.At(s.now()))
	if err != nil || f.goesOn(rest, s.now()) {
		return f, err
	}
	err = st.Write(ctx, func(tx *tenant.Store) error { // everything is looked at again: it counts
		d, o, err := s.DownloadByToken(ctx, tx, token)
		if err != nil {
			return err
		}
		now := database.At(s.now())
		if f, err = o.mayTake(d, position, rest, now); err != nil {
			return err
		}
		f.Taken, f.TakenAt = f.Taken+1, now
		if _, err := tx.ExecContext(ctx, "UPDATE orders_download_file SET taken = ?, taken_at = ? WHERE download_id = ? AND position = ?", f.Taken, now, d.ID, position); err != nil {
			return fmt.Errorf("count a download: %w", err)
		}
		if d.Allowed == 0 && f.Taken > notedDownloads {
			return nil
		}
		return note(ctx, tx, o, eventDownloaded, f.Name, eventArgs{Quantity: f.Taken}, now)
	})
	return f, err
}

// mayTake is the file at a position, if it may be downloaded.
func (o *Order) mayTake(d *Download, position int, rest bool, now database.Time) (DownloadFile, error) {
	f := d.file(position)
	if f == nil {
		return DownloadFile{}, errNoDownload()
	}
	switch o.downloadState(d, now.Time) {
	case DownloadUnpaid:
		return *f, problem.New(problem.Forbidden, "This order is not paid yet. As soon as it is, you can download what you bought.")
	case DownloadEnded:
		return *f, problem.New(problem.Gone, "What was paid for this has been given back, so that it cannot be downloaded any more.")
	case DownloadRevoked:
		return *f, problem.New(problem.Gone, "The shop has stopped this link. Please write to it if you think that this is a mistake.")
	case DownloadExpired:
		return *f, problem.New(problem.Gone, "This link has expired. Please write to the shop: it can give you a new one.")
	}
	if d.Left(*f) == 0 && !f.goesOn(rest, now.Time) {
		return *f, problem.New(problem.Forbidden, "This file has been downloaded as often as the link allows. Please write to the shop: it can give you a new one.")
	}
	return *f, nil
}
