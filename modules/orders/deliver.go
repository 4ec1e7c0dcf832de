package orders

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"wizamart/framework/app"
	"wizamart/framework/database"
	"wizamart/framework/money"
	"wizamart/framework/problem"
	"wizamart/modules/orders/ordertype"
	"wizamart/tenant"
)

const (
	limitSetting = "orders.download_limit"
	daysSetting  = "orders.download_days"
)

var downloadSettings = []app.Setting{
	{
		Key: limitSetting, Scope: database.Store, Group: "Downloads", Label: "Downloads of each file", Kind: app.Number, Default: "5", Min: 0, Max: 1000,
		Help: "How often a buyer may download each file, for each piece bought. 0 is any number. It holds for orders that are paid from now on.",
	},
	{
		Key: daysSetting, Scope: database.Store, Group: "Downloads", Label: "Links work for", Kind: app.Number, Default: "30", Unit: "days", Min: 0, Max: 3650,
		Help: "Counted from the payment. 0 is for ever. On an order’s page you can renew its links.",
	},
}

// deliver gives the buyers of a paid order its files, and notes as delivered what needs no parcel, in the transaction that pays it. What an order was given
// before is not given again.
func (s *Service) deliver(ctx context.Context, tx *tenant.Store, o *Order) error {
	files, err := s.filesOf(ctx, tx, o)
	if err != nil {
		return err
	}
	now, given := database.At(s.now()), false
	var done []FulfilLine
	for i := range o.Lines {
		l := &o.Lines[i]
		if list := files[l.VariantID]; len(list) > 0 {
			made, err := s.giveFiles(ctx, tx, o, l, list, now)
			if err != nil {
				return err
			}
			given = given || made
		}
		if !l.RequiresShipping && l.Left() > 0 && (len(files[l.VariantID]) > 0 || l.TaxClass == ordertype.Voucher) {
			done = append(done, FulfilLine{l.ID, l.Left()})
		}
	}
	if len(done) > 0 && o.CanFulfil() == nil {
		if _, err := s.fulfil(ctx, tx, o.ID, Fulfil{Lines: done}, true); err != nil {
			return fmt.Errorf("note what order %d has been given: %w", o.Number, err)
		}
	}
	if !given {
		return nil
	}
	return s.notify(ctx, tx, ordertype.Notice{Kind: ordertype.NoticeDownload, OrderID: o.ID, Amount: money.Zero(o.Currency)})
}

// filesOf are the files that the order's variants give today, by variant.
func (s *Service) filesOf(ctx context.Context, st *tenant.Store, o *Order) (map[string][]ordertype.File, error) {
	if s.Files == nil {
		return nil, nil
	}
	ids := make([]string, len(o.Lines))
	for i, l := range o.Lines {
		ids[i] = l.VariantID
	}
	return s.Files(ctx, st, ids)
}

// giveFiles makes the download of a line; false when there is one.
func (s *Service) giveFiles(ctx context.Context, tx *tenant.Store, o *Order, l *Line, files []ordertype.File, now database.Time) (bool, error) {
	had, err := downloads(ctx, tx, "d.line_id = ?", l.ID)
	if err != nil || len(had) > 0 {
		return false, err
	}
	d := s.newDownload(tx, o, l, files, now)
	return true, insertDownload(ctx, tx, &d)
}

// newDownload is a download as the store's settings have it.
func (s *Service) newDownload(st *tenant.Store, o *Order, l *Line, files []ordertype.File, now database.Time) Download {
	d := Download{ID: database.NewID(), OrderID: o.ID, LineID: l.ID, Token: newToken(), Allowed: s.number(st, limitSetting) * (l.Quantity - l.Refunded), CreatedAt: now}
	if days := s.number(st, daysSetting); days > 0 {
		d.ExpiresAt = database.At(now.Add(time.Duration(days) * 24 * time.Hour))
	}
	for _, f := range files {
		d.Files = append(d.Files, DownloadFile{File: f})
	}
	return d
}

// number is the value of one of downloadSettings.
func (s *Service) number(st *tenant.Store, key string) int {
	v, ok := st.Settings().Get(key)
	for _, d := range downloadSettings {
		if !ok && d.Key == key {
			v = d.Default
		}
	}
	n, _ := strconv.Atoi(v) // the setting is checked when it is written
	return max(0, n)
}

// RenewDownload lets a line's buyer download its files anew, under another link, and mails it: the files that the product has today, or those it had, where it
// has none any more. A line that never had a download gets one. Errors: NotFound, Conflict for an order that is not paid, or whose money went back.
func (s *Service) RenewDownload(ctx context.Context, st *tenant.Store, orderID, lineID string) error {
	return s.changeDownload(ctx, st, orderID, lineID, "download_renewed", func(tx *tenant.Store, o *Order, l *Line, had *Download, now database.Time) error {
		switch o.entitled(l) {
		case DownloadUnpaid:
			return refuse("This order is not paid.")
		case DownloadEnded:
			return refuse("What was paid for this has been given back, or the order was cancelled.")
		}
		all, err := s.filesOf(ctx, tx, o)
		if err != nil {
			return err
		}
		files := all[l.VariantID]
		if len(files) == 0 && had != nil {
			for _, f := range had.Files {
				files = append(files, f.File)
			}
		}
		if len(files) == 0 {
			return refuse("The product has no files.")
		}
		d := s.newDownload(tx, o, l, files, now)
		if had == nil {
			err = insertDownload(ctx, tx, &d)
		} else {
			d.ID = had.ID
			err = renewDownload(ctx, tx, &d)
		}
		if err != nil {
			return err
		}
		s.tell(ctx, o, ordertype.NoticeDownload, money.Zero(o.Currency), "")
		return note(ctx, tx, o, eventDownloadRenewed, l.Title, eventArgs{}, now)
	})
}

// RevokeDownload stops the link of a line's files. Errors: NotFound, Conflict when it is stopped already.
func (s *Service) RevokeDownload(ctx context.Context, st *tenant.Store, orderID, lineID string) error {
	return s.changeDownload(ctx, st, orderID, lineID, "download_revoked", func(tx *tenant.Store, o *Order, l *Line, had *Download, now database.Time) error {
		if had == nil {
			return problem.New(problem.NotFound, "There is no download of this line.")
		}
		if !had.RevokedAt.IsZero() {
			return refuse("This download is stopped already.")
		}
		if _, err := tx.ExecContext(ctx, "UPDATE orders_download SET revoked_at = ? WHERE id = ?", now, had.ID); err != nil {
			return fmt.Errorf("stop a download: %w", err)
		}
		return note(ctx, tx, o, eventDownloadRevoked, l.Title, eventArgs{}, now)
	})
}

func (s *Service) changeDownload(ctx context.Context, st *tenant.Store, orderID, lineID, action string, do func(tx *tenant.Store, o *Order, l *Line, had *Download, now database.Time) error) error {
	return s.change(ctx, st, orderID, action, anyState, func(tx *tenant.Store, o *Order, now database.Time) error {
		l := o.line(lineID)
		if l.ID == "" {
			return problem.New(problem.NotFound, "This line is not part of the order.")
		}
		list, err := downloads(ctx, tx, "d.line_id = ?", lineID)
		if err != nil {
			return err
		}
		var had *Download
		if len(list) > 0 {
			had = &list[0]
		}
		return do(tx, o, l, had, now)
	})
}
