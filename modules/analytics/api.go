package analytics

import (
	"context"
	"net/http"

	"wizamart/framework/app"
	"wizamart/framework/web"
)

// VisitsBody is how a store was visited.
type VisitsBody struct {
	Views     int64          `json:"views"`
	Visitors  int64          `json:"visitors" doc:"The days' visitors added up: who comes on two days is two."`
	Partial   bool           `json:"partial" doc:"There were more visitors than could be told apart: visitors is the least there were."`
	Orders    *int           `json:"orders,omitempty" doc:"Placed in the shop since the first day of these on which a visit was counted, without cancelled ones. Absent while nobody counts orders, or nothing was visited."`
	Days      []DayBody      `json:"days" doc:"Each day, also those without a visit."`
	Pages     []PageBody     `json:"pages" doc:"The most viewed first, at most 500."`
	Referrers []ReferrerBody `json:"referrers" doc:"The most frequent first, at most 200."`
	Devices   []DeviceBody   `json:"devices"`
}

// DayBody is one day.
type DayBody struct {
	Date     string `json:"date" format:"date" doc:"UTC."`
	Views    int64  `json:"views"`
	Visitors int64  `json:"visitors"`
	Partial  bool   `json:"partial"`
}

// PageBody is a page's views.
type PageBody struct {
	Kind  string `json:"kind" doc:"home, listing, product, search, cart, checkout, account, order or page; empty for path *."`
	Path  string `json:"path" doc:"The path, the route where the path is not the same for everybody, or * for all others."`
	Views int64  `json:"views"`
}

// ReferrerBody is where views came from.
type ReferrerBody struct {
	Host  string `json:"host" doc:"Empty: none was named; then visitors are counted. * is all others."`
	Views int64  `json:"views"`
}

// DeviceBody is a class of devices.
type DeviceBody struct {
	Class    string `json:"class" enum:"desktop,mobile,tablet"`
	Visitors int64  `json:"visitors"`
}

func newVisitsBody(r Report) VisitsBody {
	b := VisitsBody{Views: r.Views, Visitors: r.Visitors, Partial: r.Partial, Days: []DayBody{}, Pages: []PageBody{}, Referrers: []ReferrerBody{}, Devices: []DeviceBody{}}
	if r.Known {
		b.Orders = &r.Orders
	}
	for _, d := range r.Days {
		b.Days = append(b.Days, DayBody(d))
	}
	for _, l := range r.Pages {
		b.Pages = append(b.Pages, PageBody{l.Kind, l.Name, l.Amount})
	}
	for _, l := range r.Referrers {
		b.Referrers = append(b.Referrers, ReferrerBody{l.Name, l.Amount})
	}
	for _, l := range r.Devices {
		b.Devices = append(b.Devices, DeviceBody{l.Name, l.Amount})
	}
	return b
}

func (s *Service) api(r *app.Router) {
	type visitsIn struct {
		Store string `path:"store" doc:"The store's code."`
		From  string `query:"from" doc:"The first day, yyyy-mm-dd (UTC). Without it 29 days before the last."`
		To    string `query:"to" doc:"The last day, yyyy-mm-dd (UTC). Without it today. At most 366 days."`
	}
	type visitsOut struct{ Body VisitsBody }
	app.API(r, app.Operation{Method: http.MethodGet, Path: "/stores/{store}/visits", Permission: Read, ID: "get-visits", Tag: "Analytics",
		Summary: "See how a shop is visited"}, func(ctx context.Context, c *web.Context, in *visitsIn) (*visitsOut, error) {
		report, err := s.Visits(ctx, c.Store, in.From, in.To)
		return &visitsOut{newVisitsBody(report)}, err
	})
}
