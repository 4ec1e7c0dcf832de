package orders

import (
	"wizamart/framework/web"
)

// downloadRow is a line of an order with what its buyer may download of it.
type downloadRow struct {
	Line  Line
	Had   *Download // nil: it has none
	State stateBadge
	Files []downloadRowFile
	Stop  bool // it can be stopped
	Renew bool // it can be renewed, or given for the first time
}

type downloadRowFile struct {
	DownloadFile
	Size string
	Left int // -1 is any number
}

// downloadRows are the lines that have a download, or could have one.
func (s *Service) downloadRows(c *web.Context, o *Order) ([]downloadRow, error) {
	list, err := s.Downloads(c.Ctx(), c.Store, o.ID)
	if err != nil {
		return nil, err
	}
	files, err := s.filesOf(c.Ctx(), c.Store, o)
	if err != nil {
		return nil, err
	}
	had, may := map[string]*Download{}, c.Can("orders.fulfil")
	for i := range list {
		had[list[i].LineID] = &list[i]
	}
	var out []downloadRow
	for i := range o.Lines {
		l := &o.Lines[i]
		row := downloadRow{Line: *l, Had: had[l.ID], Renew: may && o.entitled(l) == DownloadReady}
		if row.Had == nil && len(files[l.VariantID]) == 0 {
			continue
		}
		state := o.entitled(l)
		if row.Had != nil {
			state = o.downloadState(row.Had, s.now())
			row.Stop = may && state == DownloadReady
			for _, f := range row.Had.Files {
				row.Files = append(row.Files, downloadRowFile{f, c.Size(f.Bytes), row.Had.Left(f)})
			}
		}
		row.State = downloadBadge(c, state, row.Had != nil)
		out = append(out, row)
	}
	return out, nil
}

func downloadBadge(c *web.Context, state string, given bool) stateBadge {
	switch {
	case state == DownloadReady && given:
		return stateBadge{Label: c.T("Can be downloaded"), Kind: "success"}
	case state == DownloadReady:
		return stateBadge{Label: c.T("No link yet"), Ring: true}
	case state == DownloadUnpaid:
		return stateBadge{Label: c.T("Once it is paid"), Kind: "warning", Ring: true}
	case state == DownloadRevoked:
		return stateBadge{Label: c.T("Stopped"), Kind: "error"}
	case state == DownloadExpired:
		return stateBadge{Label: c.T("Expired")}
	}
	return stateBadge{Label: c.T("Ended")}
}

func (s *Service) postRenewDownload(c *web.Context) error {
	if err := s.RenewDownload(c.Ctx(), c.Store, c.Param("id"), c.Param("line")); err != nil {
		return s.refusedDownload(c, err)
	}
	c.Flash("success", "The customer gets a new link by mail. The one before does not work any more.")
	return c.Redirect("/orders/" + c.Param("id") + "#downloads")
}

func (s *Service) postRevokeDownload(c *web.Context) error {
	if err := s.RevokeDownload(c.Ctx(), c.Store, c.Param("id"), c.Param("line")); err != nil {
		return s.refusedDownload(c, err)
	}
	c.Flash("success", "The link does not work any more.")
	return c.Redirect("/orders/" + c.Param("id") + "#downloads")
}

func (s *Service) refusedDownload(c *web.Context, err error) error {
	form, broken := c.Form()
	if broken != nil {
		return broken
	}
	return s.refused(c, form, "downloads", err)
}
