package ordertype

import "wizamart/framework/money"

// Sold is an order that is paid: what others have to do about its goods.
type Sold struct {
	OrderID string
	Number  string // as people say it
	Email   string
	Name    string
	Locale  string
	Lines   []SoldLine
}

// SoldLine is a line of a Sold order.
type SoldLine struct {
	LineID    string
	Title     string
	TaxClass  string
	Quantity  int
	UnitPrice money.Amount // before its discount
	Gift      *Gift        // to whom its gift cards go; nil is the buyer
}

// GivenBack is how many more pieces of an order's line are paid back.
type GivenBack struct {
	LineID   string
	Quantity int
}
