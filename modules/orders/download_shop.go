package orders

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"

	"wizamart/framework/app"
	"wizamart/framework/database"
	"wizamart/framework/limit"
	"wizamart/framework/permission"
	"wizamart/framework/web"
	"wizamart/ui"
)

func (s *Service) downloadRoutes(r *app.Router) {
	r.Shop("GET", "/downloads/:token", permission.Public, s.downloadPage, app.Always)
	r.Shop("GET", "/downloads/:token/:file", permission.Public, s.download, app.Always, app.Limit(limit.File))
	r.Shop("GET", "/account/downloads", permission.SignedIn, s.accountDownloads)
	r.Dashboard("POST", "/orders/:id/downloads/:line/renewals", "orders.fulfil", s.postRenewDownload)
	r.Dashboard("POST", "/orders/:id/downloads/:line/revocations", "orders.fulfil", s.postRevokeDownload)
	s.apiDownloadRoutes(r)
}

// downloadView is the data of a download's own page.
type downloadView struct {
	Order *Order
	Rows  []ui.Download
}

func (s *Service) downloadPage(c *web.Context) error {
	d, o, err := s.DownloadByToken(c.Ctx(), c.Store, c.Param("token"))
	if err != nil {
		return err
	}
	return c.Render(web.Page{View: "orders/shop/download", Title: c.T("Your downloads"), D: downloadView{o, []ui.Download{s.shownDownload(c, o, d)}}, NoIndex: true})
}

// shownDownload is a download as its buyer sees it.
func (s *Service) shownDownload(c *web.Context, o *Order, d *Download) ui.Download {
	l := o.line(d.LineID)
	out := ui.Download{Title: l.Title, Sub: l.VariantTitle}
	state := o.downloadState(d, s.now())
	out.Text = downloadWords(c, state)
	if state == DownloadReady && !d.ExpiresAt.IsZero() {
		out.Until = d.ExpiresAt.Time
	}
	for _, f := range d.Files {
		x := ui.DownloadFile{Name: f.Name, Size: c.Size(f.Bytes)}
		left := d.Left(f)
		if state == DownloadReady && left >= 0 {
			x.Left = c.TN("%d download left", "%d downloads left", left)
		}
		if state == DownloadReady && (left != 0 || f.goesOn(0, s.now())) {
			x.URL = c.URL(fmt.Sprintf("/downloads/%s/%d", d.Token, f.Position))
		}
		out.Files = append(out.Files, x)
	}
	return out
}

// downloadWords say why files cannot be downloaded; "" while they can.
func downloadWords(c *web.Context, state string) string {
	switch state {
	case DownloadUnpaid:
		return c.T("As soon as the order is paid, you can download this.")
	case DownloadEnded:
		return c.T("What was paid for this has been given back.")
	case DownloadRevoked:
		return c.T("The shop has stopped this link.")
	case DownloadExpired:
		return c.T("The link has expired. The shop can give you a new one.")
	}
	return ""
}

// shownDownloads are all of an order.
func (s *Service) shownDownloads(c *web.Context, o *Order) ([]ui.Download, error) {
	list, err := s.Downloads(c.Ctx(), c.Store, o.ID)
	var out []ui.Download
	for i := range list {
		out = append(out, s.shownDownload(c, o, &list[i]))
	}
	return out, err
}

// download gives the file. What goes on with a download that was begun is not counted again, nor is a look at its size.
func (s *Service) download(c *web.Context) error {
	token, position := c.Param("token"), atoi(c.Param("file"))
	var f DownloadFile
	d, o, err := s.DownloadByToken(c.Ctx(), c.Store, token)
	if err == nil {
		f, err = o.mayTake(d, position, 0, database.At(s.now()))
	}
	if err != nil {
		return err
	}
	file, err := s.OpenFile(c.Ctx(), c.Store, f.Hash) // before it is counted
	if err != nil {
		return fmt.Errorf("open a file that was sold: %w", err)
	}
	defer file.Close()
	if c.R.Method == http.MethodHead {
		c.Attachment(f.Name, f.Hash, file)
		return nil
	}
	bytes := wantsRest(c.R, f)
	if f, err = s.TakeFile(c.Ctx(), c.Store, token, position, bytes); err != nil {
		return err
	}
	sent := &sending{ReadSeeker: file}
	c.Attachment(f.Name, f.Hash, sent)
	if f.Rest > 0 && sent.bytes < bytes { // the buyer went away: what is left may still be fetched
		s.GiveBack(context.WithoutCancel(c.Ctx()), c.Store, token, f, bytes-sent.bytes) //nolint:errcheck // the answer is out; without it a further try counts
	}
	return nil
}

// sending counts what is read of a file.
type sending struct {
	io.ReadSeeker
	bytes int64
}

func (s *sending) Read(p []byte) (int, error) {
	n, err := s.ReadSeeker.Read(p)
	s.bytes += int64(n)
	return n, err
}

// wantsRest is how many bytes a request is for that wants one part that does not begin at the beginning, and is sure to be answered with that part
// (RFC 9110, section 14.2); FromStart for any other.
func wantsRest(r *http.Request, f DownloadFile) int64 {
	set, ok := strings.CutPrefix(r.Header.Get("Range"), "bytes=")
	if !ok || strings.Contains(set, ",") {
		return FromStart
	}
	if same := r.Header.Get("If-Range"); same != "" && same != `"`+f.Hash+`"` {
		return FromStart
	}
	first, last, _ := strings.Cut(strings.TrimSpace(set), "-")
	from, err := strconv.ParseUint(first, 10, 62)
	if err != nil || from == 0 {
		return FromStart
	}
	to, err := strconv.ParseUint(strings.TrimSpace(last), 10, 62)
	if err != nil || int64(to) >= f.Bytes {
		to = uint64(f.Bytes) - 1
	}
	return max(0, int64(to)-int64(from)+1)
}

// accountDownloads lists what a customer can download of what they ordered while signed in.
func (s *Service) accountDownloads(c *web.Context) error {
	list, err := downloads(c.Ctx(), c.Store, "d.order_id IN (SELECT id FROM orders_order WHERE account_id = ? AND account_id <> '' ORDER BY placed_at DESC LIMIT 100)", c.User.ID)
	if err != nil {
		return err
	}
	var rows []ui.Download
	for i := len(list) - 1; i >= 0; i-- { // the newest first
		o, err := s.Get(c.Ctx(), c.Store, list[i].OrderID)
		if err != nil {
			return err
		}
		row := s.shownDownload(c, o, &list[i])
		row.Sub = strings.TrimPrefix(row.Sub+" · "+c.T("Order %s", o.Label()), " · ")
		rows = append(rows, row)
	}
	crumbs := []web.Link{{Label: c.T("Your account"), URL: c.URL("/account")}, {Label: c.T("Downloads")}}
	return c.Render(web.Page{View: "orders/shop/account-downloads", Title: c.T("Your downloads"), D: rows, NoIndex: true, Crumbs: crumbs})
}
