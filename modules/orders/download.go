package orders

import (
	"slices"
	"time"

	"wizamart/framework/database"
	"wizamart/modules/orders/ordertype"
)

// Download is the files of one line, for its buyer.
type Download struct {
	ID        string
	OrderID   string
	LineID    string
	Token     string        // secret of its page
	Allowed   int           // downloads of each file; 0 is any number
	ExpiresAt database.Time // zero is never
	RevokedAt database.Time
	CreatedAt database.Time
	Files     []DownloadFile
}

// DownloadFile is one of them.
type DownloadFile struct {
	Position int // from 1
	ordertype.File
	Taken   int           // downloads that count
	TakenAt database.Time // the last of them
	Rest    int64         // bytes given since, to requests that went on with it
}

// How a download stands.
const (
	DownloadReady   = "ready"
	DownloadUnpaid  = "unpaid"  // not paid, or the payment was taken back
	DownloadEnded   = "ended"   // the order was cancelled, or what was paid for it given back
	DownloadRevoked = "revoked" // by the merchant
	DownloadExpired = "expired"
)

// resumeFor is how long a download may be gone on with, after it began, without counting again: until the file was given once more in parts.
const resumeFor = 24 * time.Hour

// entitled tells how the order itself stands towards the files of a line: DownloadReady, DownloadUnpaid or DownloadEnded. It follows from what was paid and
// given back, so that nothing has to be withdrawn anywhere.
func (o *Order) entitled(l *Line) string {
	switch {
	case o.Cancelled() || l.Refunded >= l.Quantity || o.CreditedTotal.IsPositive() && o.Refundable().IsZero():
		return DownloadEnded
	case o.PaymentState == Paid || o.PaymentState == PartiallyRefunded:
		return DownloadReady
	}
	return DownloadUnpaid
}

// downloadState tells how a download stands.
func (o *Order) downloadState(d *Download, now time.Time) string {
	switch state := o.entitled(o.line(d.LineID)); {
	case state != DownloadReady:
		return state
	case !d.RevokedAt.IsZero():
		return DownloadRevoked
	case !d.ExpiresAt.IsZero() && !now.Before(d.ExpiresAt.Time):
		return DownloadExpired
	}
	return DownloadReady
}

// Left is how often the file may still be downloaded; -1 is any number.
func (d *Download) Left(f DownloadFile) int {
	if d.Allowed == 0 {
		return -1
	}
	return max(0, d.Allowed-f.Taken)
}

// FromStart is what is asked for of a file where it is not bytes behind its beginning.
const FromStart = -1

// goesOn tells whether a request for so many bytes, or FromStart, is the rest of a download that has been counted.
func (f DownloadFile) goesOn(bytes int64, now time.Time) bool {
	return bytes >= 0 && f.Taken > 0 && now.Sub(f.TakenAt.Time) < resumeFor && f.Rest+bytes <= f.Bytes
}

// file at a position, or nil.
func (d *Download) file(position int) *DownloadFile {
	for i := range d.Files {
		if d.Files[i].Position == position {
			return &d.Files[i]
		}
	}
	return nil
}

// sentParcel tells whether a parcel has left.
func (o *Order) sentParcel() bool {
	return slices.ContainsFunc(o.Fulfilments, func(f Fulfilment) bool { return !f.Undone() && !f.Digital })
}

// parcelless tells whether nothing of the order is sent in a parcel: downloads and gift cards.
func (o *Order) parcelless() bool {
	return !slices.ContainsFunc(o.Lines, func(l Line) bool { return l.RequiresShipping })
}
