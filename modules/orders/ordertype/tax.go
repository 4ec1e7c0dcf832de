package ordertype

import "wizamart/framework/money"

// LineTax is the tax of a line, or of a part of the delivery. Amounts are minor units.
type LineTax struct {
	Category string     `json:"category"`     // UNCL5305: S Z E AE K G O
	Rate     money.Rate `json:"rate"`         // 0.19
	Of       int64      `json:"of,omitempty"` // the part of the price that it is of; 0 is the whole. Used for parts only
	Amount   int64      `json:"amount"`       // the tax: inside the price where prices include it, beside it otherwise
}

// Tax is an order's tax at one category and rate (EN 16931, BG-23): Base + Tax + Rounding = Gross. Amounts are minor units.
type Tax struct {
	Category string     `json:"category"`
	Rate     money.Rate `json:"rate"`
	Base     int64      `json:"base"`
	Tax      int64      `json:"tax"`
	Gross    int64      `json:"gross"`
	Rounding int64      `json:"rounding"`       // BT-114
	Note     string     `json:"note,omitempty"` // the legal note, the English key of its translation
}
