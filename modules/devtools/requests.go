package devtools

import (
	"fmt"
	"strings"

	"wizamart/framework/observe"
	"wizamart/framework/web"
	"wizamart/ui"
)

// requestsPath is left out of what it shows: a page that is looked at again and again would show itself.
const requestsPath = "/devtools/requests"

type requestsData struct {
	Rows    []observe.Request
	Total   int // remembered
	Pages   web.Paging
	Q       string
	Filters []filter
	Reset   string
}

// requests shows the last requests of this process.
func (s *Service) requests(c *web.Context) error {
	q, surface, status := strings.ToLower(c.Search()), c.Query("surface"), c.Query("status")
	d := requestsData{Q: c.Search()}
	var found []observe.Request
	for _, r := range s.app.Recent.All() {
		if r.Route == requestsPath {
			continue
		}
		d.Total++
		text := strings.ToLower(r.Method + " " + r.Route + " " + r.Store + " " + r.ID)
		if surface != "" && r.Surface != surface || status == "slow" && !r.Slow() || status != "" && status != "slow" && fmt.Sprint(r.Status/100) != status || !strings.Contains(text, q) {
			continue
		}
		found = append(found, r)
	}
	page := min(c.PageNumber(), max(1, (len(found)+perPage-1)/perPage))
	d.Pages = c.Paging(page, perPage, len(found))
	d.Rows = found[min(len(found), (page-1)*perPage):min(len(found), page*perPage)]
	var surfaces []string
	for _, one := range web.Surfaces {
		surfaces = append(surfaces, string(one))
	}
	statuses := []ui.Option{
		{Value: "2", Label: c.T("2xx: answered")}, {Value: "3", Label: c.T("3xx: elsewhere")}, {Value: "4", Label: c.T("4xx: refused")}, {Value: "5", Label: c.T("5xx: failed")},
		{Value: "slow", Label: c.T("Slower than 300 ms")},
	}
	d.Filters = []filter{{"surface", c.T("Surface"), surface, options(surfaces)}, {"status", c.T("Answer"), status, statuses}}
	if q != "" || surface != "" || status != "" {
		d.Reset = c.URL(requestsPath)
	}
	return c.Render(web.Page{View: "devtools/admin/requests", Title: c.T("Last requests"), D: d, Wide: true})
}
