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

// TakeFile lets a buyer download a file once more and counts it, or goes on with a download that was counted: bytes is how many are asked for behind the file's
// beginning, or FromStart. What the buyer did not get of them goes to GiveBack. Errors: NotFound; Forbidden for an order that is not paid, or has none left; Gone
// for a link that has ended.
func (s *Service) TakeFile(ctx context.Context, st *tenant.Store, token string, position int, bytes int64) (f DownloadFile, err error) {
	err = st.Write(ctx, func(tx *tenant.Store) error {
		d, o, err := s.DownloadByToken(ctx, tx, token)
		if err != nil {
			return err
		}
		now := database.At(s.now())
		if f, err = o.mayTake(d, position, bytes, now); err != nil {
			return err
		}
		goesOn := f.goesOn(bytes, now.Time)
		if goesOn {
			f.Rest += bytes
		} else {
			f.Taken, f.TakenAt, f.Rest = f.Taken+1, now, 0
		}
		_, err = tx.ExecContext(ctx, "UPDATE orders_download_file SET taken = ?, taken_at = ?, rest = ? WHERE download_id = ? AND position = ?", f.Taken, f.TakenAt, f.Rest, d.ID, position)
		if err != nil {
			return fmt.Errorf("count a download: %w", err)
		}
		if goesOn {
			return nil
		}
		if d.Allowed == 0 && f.Taken > notedDownloads {
			return nil
		}
		return note(ctx, tx, o, eventDownloaded, f.Name, eventArgs{Quantity: f.Taken}, now)
	})
	return f, err
}

// GiveBack says that a request that went on with a download was given so many bytes less than it asked for. f is what TakeFile gave it.
func (s *Service) GiveBack(ctx context.Context, st *tenant.Store, token string, f DownloadFile, bytes int64) error {
	return st.Write(ctx, func(tx *tenant.Store) error {
		_, err := tx.ExecContext(ctx, `UPDATE orders_download_file SET rest = max(0, rest - ?)
			WHERE download_id = (SELECT id FROM orders_download WHERE token = ?) AND position = ? AND taken = ?`, bytes, token, f.Position, f.Taken)
		if err != nil {
			return fmt.Errorf("count what was not downloaded: %w", err)
		}
		return nil
	})
}

// mayTake is the file at a position, if it may be downloaded.
func (o *Order) mayTake(d *Download, position int, bytes int64, now database.Time) (DownloadFile, error) {
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
	if d.Left(*f) == 0 && !f.goesOn(bytes, now.Time) {
		return *f, problem.New(problem.Forbidden, "This file has been downloaded as often as the link allows. Please write to the shop: it can give you a new one.")
	}
	return *f, nil
}
