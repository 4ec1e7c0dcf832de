package tenancy

import (
	"context"
	"time"

	"wizamart/framework/app"
	"wizamart/framework/auth"
	"wizamart/framework/money"
)

// overview is what the operator sees first.
type overview struct {
	Merchants, Stores, Users, Open int
	OrdersToday, OrdersWeek        int
	Rows                           []StoreFigures
	Health                         bool
	Chart                          []bar
	ChartMax                       int
	Steps                          []app.Step // of a new platform; empty once all is done
	Done                           int
}

// bar is one day of the orders chart, as SVG wants it: a hundredth of the height is one unit.
type bar struct {
	Day    string
	Orders int
	X      int
	Y      int
	Height int
}

func (s *Service) overview(ctx context.Context) (overview, error) {
	p := s.app.Platform
	merchants, err := p.Merchants(ctx, "")
	if err != nil {
		return overview{}, err
	}
	_, users, err := s.app.Auth.ListUsers(ctx, p.DB, auth.UserFilter{PerPage: 1})
	if err != nil {
		return overview{}, err
	}
	now := time.Now().UTC()
	days, err := s.Days(ctx, now.AddDate(0, 0, -29))
	if err != nil {
		return overview{}, err
	}
	o := overview{Merchants: len(merchants), Stores: len(p.Stores()), Users: users, Open: p.OpenStores()}
	o.Health = s.app.Health(ctx).Status != app.Fail
	if o.Steps, err = s.app.PlatformChecklist(ctx); err != nil {
		return o, err
	}
	for _, step := range o.Steps {
		if step.Done {
			o.Done++
		}
	}
	if o.Done == len(o.Steps) {
		o.Steps = nil
	}
	perStore, perDay := map[string]*StoreDay{}, map[string]int{}
	for _, d := range days {
		perDay[d.Day] += d.Orders
		sum := perStore[d.StoreID]
		if sum == nil {
			sum = &StoreDay{}
			perStore[d.StoreID] = sum
		}
		sum.Orders += d.Orders
		sum.Revenue += d.Revenue
		if d.Day == now.Format(dayForm) {
			o.OrdersToday += d.Orders
		}
		if d.Day > now.AddDate(0, 0, -7).Format(dayForm) {
			o.OrdersWeek += d.Orders
		}
	}
	for _, info := range p.Stores() {
		f := StoreFigures{Code: info.Code, Name: info.Name, Merchant: info.MerchantName, Revenue: money.Zero(info.Currency)}
		if sum := perStore[info.ID]; sum != nil {
			f.Orders, f.Revenue.Minor = sum.Orders, sum.Revenue
		}
		o.Rows = append(o.Rows, f)
	}
	for i := range 30 {
		day := now.AddDate(0, 0, i-29).Format(dayForm)
		o.ChartMax = max(o.ChartMax, perDay[day])
		o.Chart = append(o.Chart, bar{Day: day, Orders: perDay[day], X: i * 10})
	}
	for i := range o.Chart {
		h := 0
		if o.ChartMax > 0 {
			h = o.Chart[i].Orders * 96 / o.ChartMax
		}
		o.Chart[i].Height, o.Chart[i].Y = h, 100-h
	}
	return o, nil
}
