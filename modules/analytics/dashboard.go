package analytics

import (
	"io"
	"net/url"
	"strconv"

	"wizamart/framework/web"
	"wizamart/ui"
)

// spans are how many days the page shows.
var spans = []int{7, usualSpan, 90}

const usualSpan = 30

// shownLines is how long a list on the page is. The API has all.
const shownLines = 20

type pageData struct {
	Report
	Spans                               []ui.Link
	Light, Dark, SmallLight, SmallDark  string // addresses of the chart
	Views, Visitors, Each, Share, Sales string
	Top, From, With                     []lineView
	More                                int // pages that are not shown
	Table                               []dayView
}

type lineView struct {
	Name, Kind, URL, Count string
	Part                   int64 // of the longest, in per cent
}

type dayView struct{ Date, Views, Visitors string }

func spanOf(c *web.Context) int {
	for _, n := range spans {
		if c.Query("days") == strconv.Itoa(n) {
			return n
		}
	}
	return usualSpan
}

// lately is the report on the last days.
func (s *Service) lately(c *web.Context, days int) (Report, error) {
	return s.Visits(c.Ctx(), c.Store, dateOf(dayOf(s.app.Now())-int64(days)+1), "")
}

func (s *Service) page(c *web.Context) error {
	days := spanOf(c)
	r, err := s.lately(c, days)
	if err != nil {
		return err
	}
	number := func(n int64) string { return c.Printer.Sprint(n) }
	d := pageData{Report: r, Views: number(r.Views), Visitors: number(r.Visitors), Sales: number(int64(r.Orders))}
	if r.Partial {
		d.Visitors = c.T("at least %d", r.Visitors)
	}
	if r.Visitors > 0 {
		d.Each = c.Printer.Sprintf("%.1f", float64(r.Views)/float64(r.Visitors))
		d.Share = c.Printer.Sprintf("%.2f %%", float64(r.Conversion())/100)
	}
	for _, n := range spans {
		d.Spans = append(d.Spans, ui.Link{Label: c.T("%d days", n), URL: c.URL("/visits?days=" + strconv.Itoa(n)), Active: n == days})
	}
	address := func(scheme, size string) string {
		return c.URL("/visits/chart?" + url.Values{"days": {strconv.Itoa(days)}, "scheme": {scheme}, "size": {size}}.Encode())
	}
	d.Light, d.Dark, d.SmallLight, d.SmallDark = address("light", "wide"), address("dark", "wide"), address("light", "narrow"), address("dark", "narrow")
	d.Top = s.lines(c, r.Pages, func(l Line) lineView { return s.pageLine(c, l) })
	d.More = len(r.Pages) - len(d.Top)
	d.From = s.lines(c, r.Referrers, func(l Line) lineView {
		switch l.Name {
		case Direct:
			return lineView{Name: c.T("Typed in, or not said")}
		case Others:
			return lineView{Name: c.T("Others")}
		}
		return lineView{Name: l.Name}
	})
	d.With = s.lines(c, r.Devices, func(l Line) lineView {
		return lineView{Name: map[string]string{Desktop: c.T("Computer"), Mobile: c.T("Phone"), Tablet: c.T("Tablet")}[l.Name]}
	})
	for i := len(r.Days) - 1; i >= 0; i-- {
		one := dayView{r.Days[i].Date, number(r.Days[i].Views), number(r.Days[i].Visitors)}
		if r.Days[i].Partial {
			one.Visitors = c.T("at least %d", r.Days[i].Visitors)
		}
		d.Table = append(d.Table, one)
	}
	return c.Render(web.Page{View: "analytics/dashboard/visits", Title: c.T("Visits"), D: d})
}

func (s *Service) lines(c *web.Context, all []Line, view func(l Line) lineView) (out []lineView) {
	all = all[:min(len(all), shownLines)]
	for _, l := range all {
		v := view(l)
		v.Count, v.Part = c.Printer.Sprint(l.Amount), l.Amount*100/max(all[0].Amount, 1)
		out = append(out, v)
	}
	return out
}

// pageLine names a page. Its path leads there where everybody sees the same.
func (s *Service) pageLine(c *web.Context, l Line) lineView {
	v := lineView{Name: l.Name, Kind: map[string]string{
		"home": c.T("Opening page"), "listing": c.T("List of products"), "product": c.T("Product"), "search": c.T("Search"), "cart": c.T("Cart"),
		"checkout": c.T("Checkout"), "account": c.T("Customer’s account"), "order": c.T("Order"), "page": c.T("Page"),
	}[l.Kind]}
	switch {
	case l.Name == Others:
		v.Name, v.Kind = c.T("Others"), ""
	case l.Kind == "home" || l.Kind == "listing" || l.Kind == "product" || l.Kind == "page":
		v.URL = s.app.Config.URL(c.Store.Info().Host(s.app.Platform.BaseDomain()), (&url.URL{Path: l.Name}).EscapedPath())
	}
	return v
}

// picture answers with the chart as SVG.
func (s *Service) picture(c *web.Context) error {
	r, err := s.lately(c, spanOf(c))
	if err != nil {
		return err
	}
	ink, ok := schemes[c.Query("scheme")]
	if !ok {
		ink = schemes["light"]
	}
	size := wide
	if c.Query("size") == "narrow" {
		size = narrow
	}
	h := c.W.Header()
	h.Set("Content-Type", "image/svg+xml")
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("Cache-Control", "private, max-age=20")
	_, err = io.WriteString(c.W, chart(r.Days, c.T("Views and visitors by day"), ink, size))
	return err
}
