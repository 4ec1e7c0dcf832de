package monitoring

import (
	"strings"

	"wizamart/framework/disk"
	"wizamart/framework/web"
)

type diskData struct {
	Disk                   disk.State
	Free, Size             string
	Databases, Media, Rest string // of all stores together
	Rows                   []usageRow
	Missing                int
	Pages                  web.Paging
	Q, Reset               string
}

type usageRow struct {
	Usage
	DatabaseText, LogText, MediaText, OtherText, TotalText string
	URL                                                    string
}

func (s *Service) diskPage(c *web.Context) error {
	room := s.app.Disk.State()
	all, missing := s.Usage(c.Ctx())
	d := diskData{Disk: room, Free: sizeText(room.Free), Size: sizeText(room.Total), Missing: missing, Q: c.Search()}
	var databases, media, rest int64
	var found []Usage
	for _, u := range all {
		databases, media, rest = databases+u.Database+u.Log, media+u.Media, rest+u.Other
		if strings.Contains(strings.ToLower(u.Store+" "+u.Code+" "+u.StoreID), strings.ToLower(d.Q)) {
			found = append(found, u)
		}
	}
	d.Databases, d.Media, d.Rest = sizeText(databases), sizeText(media), sizeText(rest)
	page := min(c.PageNumber(), max(1, (len(found)+perPage-1)/perPage))
	d.Pages = c.Paging(page, perPage, len(found))
	for _, u := range found[(page-1)*perPage : min(page*perPage, len(found))] {
		row := usageRow{Usage: u, DatabaseText: sizeText(u.Database), LogText: sizeText(u.Log), MediaText: sizeText(u.Media), OtherText: sizeText(u.Other), TotalText: sizeText(u.Total())}
		if u.StoreID != "" {
			row.URL = c.URL("/stores/" + u.StoreID)
		}
		d.Rows = append(d.Rows, row)
	}
	if d.Q != "" {
		d.Reset = c.URL("/disk")
	}
	return c.Render(web.Page{View: "monitoring/admin/disk", Title: c.T("Disk"), D: d})
}
