package monitoring

import (
	"fmt"
	"io"
	"net/url"
	"strconv"
	"time"

	"wizamart/framework/app"
	"wizamart/framework/disk"
	"wizamart/framework/observe"
	"wizamart/framework/problem"
	"wizamart/framework/web"
	"wizamart/ui"
)

// span is how much time the charts show.
type span struct{ points, minutes int }

var spans = map[string]span{"hour": {60, 1}, "day": {96, 15}}

type overviewData struct {
	Health   app.Health
	Rate     string
	Failing  string
	Refused  int
	P50, P95 string
	Errors   int // open
	Jobs     int // that failed
	Bad      int // databases that need an operator
	Disk     string
	Low      bool
	Span     string
	Spans    []ui.Link
	Charts   []chartPage
	Routes   []routeRow
}

type chartPage struct {
	Title, Legend string
	// Addresses of the picture, for wide windows and for narrow ones.
	Light, Dark, SmallLight, SmallDark string
}

type routeRow struct {
	observe.RouteFigures
	MeanText, MostText string
}

func (s *Service) overviewPage(c *web.Context) error {
	traffic := s.app.Traffic
	now, hour := traffic.Sum(5), traffic.Sum(60)
	d := overviewData{
		Health: s.app.Health(c.Ctx()), Rate: number2(now.Rate()), Failing: "0 %", Refused: hour.Refused, P50: millis(ms(hour.P50)), P95: millis(ms(hour.P95)), Span: "hour",
	}
	if hour.Requests > 0 {
		d.Failing = fmt.Sprintf("%.2g %%", 100*float64(hour.Failed)/float64(hour.Requests))
	}
	if c.Query("span") == "day" {
		d.Span = "day"
	}
	counts, err := s.FailureCounts(c.Ctx())
	if err != nil {
		return err
	}
	d.Errors = counts[Open]
	if _, d.Jobs, err = s.FailedJobs(c.Ctx(), "", 0, 1); err != nil {
		return err
	}
	files, err := s.files(c.Ctx())
	if err != nil {
		return err
	}
	for _, f := range files {
		if f.Bad() {
			d.Bad++
		}
	}
	room := s.app.Disk.State()
	d.Disk, d.Low = sizeText(room.Free), room.Level > disk.Plenty
	d.Spans = []ui.Link{
		{Label: c.T("Last hour"), URL: c.URL("/monitoring"), Active: d.Span == "hour"},
		{Label: c.T("Last day"), URL: c.URL("/monitoring?span=day"), Active: d.Span == "day"},
	}
	for _, ch := range []chartPage{
		{Title: c.T("Requests a second"), Legend: c.T("Whatever the answer was; files and probes do not count")},
		{Title: c.T("Refused and failed requests"), Legend: c.T("Failed (5xx) below, refused (4xx) above")},
		{Title: c.T("Time to answer"), Legend: c.T("95 %% of the answers were given within the upper line, half of them within the lower")},
	} {
		name := []string{"requests", "errors", "latency"}[len(d.Charts)]
		address := func(scheme, size string) string {
			return c.URL("/monitoring/charts/" + name + "?" + url.Values{"span": {d.Span}, "scheme": {scheme}, "size": {size}, "at": {strconv.FormatInt(time.Now().Unix()/15, 36)}}.Encode())
		}
		ch.Light, ch.Dark, ch.SmallLight, ch.SmallDark = address("light", "wide"), address("dark", "wide"), address("light", "narrow"), address("dark", "narrow")
		d.Charts = append(d.Charts, ch)
	}
	for _, f := range traffic.Busiest(6) {
		if f.Route == "none" {
			f.Route = c.T("(no route)")
		}
		d.Routes = append(d.Routes, routeRow{f, millis(ms(f.Mean())), millis(ms(f.Most))})
	}
	return c.Render(web.Page{View: "monitoring/admin/overview", Title: c.T("Monitoring"), D: d, Wide: true})
}

// chartPicture answers with a chart as SVG.
func (s *Service) chartPicture(c *web.Context) error {
	wanted, ok := spans[c.Query("span")]
	if !ok {
		wanted = spans["hour"]
	}
	ink, ok := schemes[c.Query("scheme")]
	if !ok {
		ink = schemes["light"]
	}
	size := wide
	if c.Query("size") == "narrow" {
		size = narrow
	}
	picture, ok := trafficChart(c.Param("name"), s.app.Traffic.Points(wanted.points, wanted.minutes), ink, size)
	if !ok {
		return problem.New(problem.NotFound, "There is no such chart.")
	}
	c.W.Header().Set("Content-Type", "image/svg+xml")
	c.W.Header().Set("Cache-Control", "private, max-age=15")
	_, err := io.WriteString(c.W, picture.SVG())
	return err
}
