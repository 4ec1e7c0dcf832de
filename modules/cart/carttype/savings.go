package carttype

import (
	"wizamart/framework/money"
)

// Savings are the discounts that a cart gets. They are nothing while there is no checkout.
type Savings struct {
	Shown bool
	Box   any // ui.CodeBox, of the component "code-box"
	Rows  []Saving
	Left  money.Amount // of the subtotal, after discounts
}

// Saving is one discount.
type Saving struct {
	Title  string
	Amount money.Amount
}
