package ordertype

import "wizamart/framework/money"

// Figures are a store's sales at a glance. Cancelled orders do not count.
type Figures struct {
	OrdersToday, OrdersYesterday   int
	RevenueToday, RevenueYesterday money.Amount
	Open                           int // not cancelled and not wholly fulfilled
	Unpaid                         int
	Days                           []Day   // the last 30, oldest first, days without orders included
	Recent                         []Brief // the newest orders
}

// Day is one day's sales.
type Day struct {
	Date    string // YYYY-MM-DD, UTC
	Orders  int
	Revenue money.Amount
}
