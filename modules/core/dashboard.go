package core

import (
	"wizamart/framework/money"
	"wizamart/framework/web"
	"wizamart/modules/orders/ordertype"
	"wizamart/tenant"
)

type homeData struct {
	ordertype.Figures
	Average money.Amount
	Notices []Notice
	Start   checklist // to a shop that sells
	Bars    []bar
	Max     money.Amount
	Shop    string // how the shop is looked at
	Address string
	Info    *tenant.Info
}

// bar is one day of the sales chart in a 300 × 100 picture.
type bar struct {
	Title        string
	X, Y, Height int64
}

func (s *Service) home(c *web.Context) error {
	f, err := s.deps.Sales.Figures(c.Ctx(), c.Store)
	if err != nil {
		return err
	}
	d := homeData{Figures: f, Average: money.Zero(c.Store.Currency()), Max: money.Zero(c.Store.Currency())}
	if f.OrdersToday > 0 {
		if d.Average, err = f.RevenueToday.MulRatio(1, int64(f.OrdersToday)); err != nil {
			return err
		}
	}
	if d.Start, err = s.start(c, len(f.Recent)); err != nil {
		return err
	}
	for _, notices := range s.deps.Notices {
		more, err := notices(c)
		if err != nil {
			return err
		}
		d.Notices = append(d.Notices, more...)
	}
	for _, day := range f.Days {
		d.Max.Minor = max(d.Max.Minor, day.Revenue.Minor)
	}
	for i, day := range f.Days {
		h := int64(0)
		if d.Max.Minor > 0 {
			h = day.Revenue.Minor * 96 / d.Max.Minor
		}
		d.Bars = append(d.Bars, bar{
			Title: day.Date + ": " + day.Revenue.Format(c.Locale()) + ", " + c.TN("%d order", "%d orders", day.Orders),
			X:     int64(i) * 300 / int64(max(1, len(f.Days))), Y: 100 - h, Height: h,
		})
	}
	d.Info = c.Store.Info()
	d.Address = s.app.Config.URL(d.Info.Host(s.app.Platform.BaseDomain()), "/")
	if d.Shop = d.Address; !d.Info.Public() {
		d.Shop = c.URL("/shop") // past the password
	}
	return c.Render(web.Page{View: "core/dashboard/home", Title: c.T("Home"), D: d})
}

type searchData struct {
	Q    string
	Hits []Hit
}

func (s *Service) search(c *web.Context) error {
	d := searchData{Q: c.Search()}
	if d.Q != "" {
		for _, f := range s.deps.Finders {
			if !c.Can(f.Permission) {
				continue
			}
			hits, err := f.Find(c.Ctx(), c.Store, d.Q, 8)
			if err != nil {
				return err
			}
			d.Hits = append(d.Hits, hits...)
		}
		places := s.Places(c, d.Q)
		d.Hits = append(d.Hits, places[:min(len(places), 8)]...)
	}
	return c.Render(web.Page{View: "core/dashboard/search", Title: c.T("Search"), D: d})
}
