package catalogtype

import "wizamart/framework/money"

// Delivery is the cheapest way for goods to a customer in the seller's own country.
type Delivery struct {
	Country string // ISO 3166-1 alpha-2
	Price   money.Amount
	DaysMin int // working days; 0 and 0 say nothing
	DaysMax int
}
