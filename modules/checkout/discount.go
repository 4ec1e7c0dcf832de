package checkout

import (
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"wizamart/framework/database"
	"wizamart/framework/money"
	"wizamart/framework/problem"
	"wizamart/modules/checkout/promotion"
)

// Discount is what a merchant gives shoppers off. Amounts are minor units of the store's currency.
type Discount struct {
	ID        string `json:"id"`
	Title     string `json:"title"` // shown to shoppers
	Automatic bool   `json:"automatic"`
	Active    bool   `json:"active"`
	Code      string `json:"code"` // the one that many share; "" when it has none
	DiscountRules
	CreatedAt database.Time `json:"created_at"`
	UpdatedAt database.Time `json:"updated_at"`
	DeletedAt database.Time `json:"-"`
}

// DiscountRules are what a discount gives, and when.
type DiscountRules struct {
	Kind             promotion.Kind  `json:"kind" enum:"percent,amount,free_shipping"`
	Rate             money.Rate      `json:"rate" required:"false"` // of percent: 0.1 is 10 %
	Amount           int64           `json:"amount" required:"false"`
	PerPiece         bool            `json:"per_piece" required:"false"` // the amount is taken off each piece, not once per order
	Scope            promotion.Scope `json:"scope" enum:"order,products,categories"`
	Products         []string        `json:"products" required:"false"`   // ids
	Categories       []string        `json:"categories" required:"false"` // ids; those below belong to them
	MinSubtotal      int64           `json:"min_subtotal" required:"false"`
	MinPieces        int             `json:"min_pieces" required:"false"`
	StartsAt         database.Time   `json:"starts_at,omitzero" required:"false"`
	EndsAt           database.Time   `json:"ends_at,omitzero" required:"false"`
	Limit            int             `json:"limit" required:"false"`        // orders in all; 0 is any number
	PerCustomer      int             `json:"per_customer" required:"false"` // orders of one customer; 0 is any number
	CombinesProduct  bool            `json:"combines_with_product" required:"false"`
	CombinesOrder    bool            `json:"combines_with_order" required:"false"`
	CombinesShipping bool            `json:"combines_with_shipping" required:"false"`
}

// Bounds of discounts.
const (
	MaxDiscounts = 500
	maxPicked    = 500    // products or categories of a discount
	MaxBulkCodes = 10_000 // that are made at once
)

// State of a discount, as the dashboard shows it.
func (d Discount) State(now time.Time, used int) string {
	switch {
	case !d.Active:
		return "draft"
	case d.Limit > 0 && used >= d.Limit:
		return "used_up"
	case !d.EndsAt.IsZero() && !now.Before(d.EndsAt.Time):
		return "ended"
	case now.Before(d.StartsAt.Time):
		return "scheduled"
	}
	return "active"
}

var codePattern = regexp.MustCompile(`^[A-Z0-9][A-Z0-9_-]{2,31}$`)

// normalCode is a code as it is kept: capitals, without the spaces that people type or copy along.
func normalCode(s string) string { return strings.ToUpper(strings.Join(strings.Fields(s), "")) }

// Validate tidies the discount and checks what a merchant typed.
func (d *Discount) Validate() error {
	var f problem.Fields
	d.Title, d.Code = tidy(d.Title), normalCode(d.Code)
	f.Check(d.Title != "", "title", "Give it a title that shoppers understand.")
	f.Check(utf8.RuneCountInString(d.Title) <= 80, "title", "Use at most %d characters.", 80)
	if d.Automatic {
		d.Code = ""
	}
	f.Check(d.Code == "" || codePattern.MatchString(d.Code), "code", "Use 3 to 32 letters, digits and hyphens.")
	switch d.Kind {
	case promotion.Percent:
		d.Amount, d.PerPiece = 0, false
		f.Check(d.Rate > 0 && d.Rate <= money.One, "rate", "Enter a percentage above 0 and up to 100.")
	case promotion.Amount:
		d.Rate = 0
		f.Check(d.Amount > 0 && d.Amount <= money.MaxMinor, "amount", "Enter an amount above zero.")
	case promotion.FreeShipping:
		d.Rate, d.Amount, d.PerPiece, d.Scope = 0, 0, false, promotion.Order
	default:
		f.Add("kind", "Choose what the discount gives.")
	}
	switch d.Scope {
	case promotion.Order:
		d.Products, d.Categories, d.PerPiece = nil, nil, false
	case promotion.Products:
		d.Categories = nil
		f.Check(len(d.Products) > 0 && len(d.Products) <= maxPicked, "products", "Choose at least one product, and at most %d.", maxPicked)
	case promotion.Categories:
		d.Products = nil
		f.Check(len(d.Categories) > 0 && len(d.Categories) <= maxPicked, "categories", "Choose at least one category, and at most %d.", maxPicked)
	default:
		f.Add("scope", "Choose what the discount is for.")
	}
	f.Check(d.MinSubtotal >= 0 && d.MinSubtotal <= money.MaxMinor, "min_subtotal", "Enter an amount of zero or more.")
	f.Check(d.MinPieces >= 0 && d.MinPieces <= 10_000, "min_pieces", "Enter a whole number from %d to %d.", 0, 10_000)
	f.Check(d.Limit >= 0 && d.Limit <= 10_000_000, "limit", "Enter a whole number from %d to %d.", 0, 10_000_000)
	f.Check(d.PerCustomer >= 0 && d.PerCustomer <= 10_000, "per_customer", "Enter a whole number from %d to %d.", 0, 10_000)
	f.Check(d.EndsAt.IsZero() || d.EndsAt.After(d.StartsAt.Time), "ends_at", "It has to end after it starts.")
	return f.Err()
}

func (d Discount) promotion() promotion.Promotion {
	return promotion.Promotion{
		ID: d.ID, Title: d.Title, Automatic: d.Automatic, Kind: d.Kind, Rate: d.Rate, Amount: d.Amount, PerPiece: d.PerPiece, Scope: d.Scope, Products: d.Products, Categories: d.Categories,
		MinSubtotal: d.MinSubtotal, MinPieces: d.MinPieces, StartsAt: d.StartsAt.Time, EndsAt: d.EndsAt.Time, Limit: d.Limit, PerCustomer: d.PerCustomer,
		WithProduct: d.CombinesProduct, WithOrder: d.CombinesOrder, WithShip: d.CombinesShipping,
	}
}
