package orders

import (
	"fmt"

	"wizamart/framework/database"
	"wizamart/framework/money"
	"wizamart/framework/problem"
	"wizamart/modules/orders/ordertype"
)

// addUp makes lines and totals: total = subtotal − discounts + shipping + fee, and the tax where prices are without it. Totals are made
// here and nowhere else.
func (o *Order) addUp(in ordertype.Place) error {
	var err error
	if err = o.addLines(in.Lines); err != nil {
		return err
	}
	if o.ShippingTotal, err = o.amount("shipping", in.ShippingPrice); err != nil {
		return err
	}
	if o.FeeTotal, err = o.amount("the payment fee", in.PaymentFee); err != nil {
		return err
	}
	if err = o.addAdjustments(in.Adjustments); err != nil {
		return err
	}
	o.Taxes, o.ShippingTax, o.FeeTax, o.PricesIncludeTax = in.Taxes, in.ShippingTax, in.FeeTax, in.PricesIncludeTax || len(in.Taxes) == 0
	for _, t := range o.Taxes {
		o.TaxTotal.Minor += t.Tax
	}
	if o.Total, err = money.Sum(o.Subtotal, o.ShippingTotal, o.FeeTotal); err != nil {
		return errTooLarge()
	}
	o.Total.Minor -= o.DiscountTotal.Minor
	if !o.PricesIncludeTax {
		o.Total.Minor += o.TaxTotal.Minor
	}
	if o.Total.Validate() != nil {
		return errTooLarge()
	}
	return o.checkTaxes()
}

// amount is one of the order's currency that is not negative. An amount without a currency is nothing.
func (o *Order) amount(what string, a money.Amount) (money.Amount, error) {
	if a.Currency == "" && a.Minor == 0 {
		a.Currency = o.Currency
	}
	if a.Currency != o.Currency || a.IsNegative() {
		return a, fmt.Errorf("place an order: %s of %s is not an amount of %s", what, a, o.Currency)
	}
	return a, nil
}

func (o *Order) addLines(lines []ordertype.PlaceLine) error {
	var err error
	o.Subtotal = money.Zero(o.Currency)
	for _, l := range lines {
		if l.Quantity < 1 || l.VariantID == "" || l.Title == "" {
			return problem.On("lines", "“%s” has no quantity, or is not for sale any more.", l.Title)
		}
		line := Line{
			ID: database.NewID(), VariantID: l.VariantID, ProductID: l.ProductID, Title: l.Title, VariantTitle: l.VariantTitle, SKU: l.SKU, Slug: l.Slug,
			Picture: l.Picture, Quantity: l.Quantity, RequiresShipping: l.RequiresShipping, Digital: l.Digital, TaxClass: l.TaxClass, Tax: l.Tax, Gift: l.Gift,
		}
		if line.UnitPrice, err = o.amount("the price of "+l.VariantID, l.UnitPrice); err != nil {
			return err
		}
		if line.Discount, err = o.amount("the discount of "+l.VariantID, l.Discount); err != nil {
			return err
		}
		if line.Total, err = line.UnitPrice.Mul(int64(l.Quantity)); err != nil {
			return errTooLarge()
		}
		if line.Discount.Minor > line.Total.Minor {
			return fmt.Errorf("place an order: %s has a discount of %s on %s", l.VariantID, line.Discount, line.Total)
		}
		if o.Subtotal, err = o.Subtotal.Add(line.Total); err != nil {
			return errTooLarge()
		}
		o.DiscountTotal.Minor += line.Discount.Minor
		if o.Quantity += l.Quantity; o.Quantity > 1_000_000 || l.Quantity > 1_000_000 {
			return problem.On("lines", "An order can have at most %d pieces.", 1_000_000)
		}
		o.Lines = append(o.Lines, line)
	}
	return nil
}

// addAdjustments takes the discounts and gift cards over. What the discounts are more than those of the lines is one on the delivery.
func (o *Order) addAdjustments(list []ordertype.Adjustment) error {
	discounts, any := int64(0), false
	for _, a := range list {
		var err error
		if a.Amount, err = o.amount("an adjustment", a.Amount); err != nil {
			return err
		}
		switch a.Kind {
		case ordertype.Discount:
			discounts, any = discounts+a.Amount.Minor, true
		case ordertype.GiftCard:
		default:
			return fmt.Errorf("place an order: there is no adjustment %q", a.Kind)
		}
		o.Adjustments = append(o.Adjustments, a)
	}
	if !any {
		return nil
	}
	o.ShippingDiscount.Minor = discounts - o.DiscountTotal.Minor
	if o.ShippingDiscount.IsNegative() || o.ShippingDiscount.Minor > o.ShippingTotal.Minor {
		return fmt.Errorf("place an order: discounts of %d are not those of the lines, %d, and of a delivery for %d", discounts, o.DiscountTotal.Minor, o.ShippingTotal.Minor)
	}
	o.DiscountTotal.Minor = discounts
	return nil
}

func errTooLarge() error {
	return problem.On("lines", "This order is worth more than can be handled here. Please split it.")
}

// rated is what the tax of an order is counted by.
type rated struct {
	category string
	rate     money.Rate
}

// part is a piece of an order's total that is taxed one way: minor units.
type part struct {
	rated
	gross, tax int64
}

// Gross is what the line costs: after its discount, and with its tax where prices are without it.
func (o *Order) Gross(l Line) money.Amount {
	gross := l.Total.Minor - l.Discount.Minor
	if !o.PricesIncludeTax {
		gross += l.Tax.Amount
	}
	return money.New(gross, o.Currency)
}

// ShippingGross is what the delivery costs, after its discount and with its tax.
func (o *Order) ShippingGross() money.Amount {
	return o.sumOf(o.split(o.ShippingTotal.Minor-o.ShippingDiscount.Minor, o.ShippingTax))
}

// FeeGross is what the way to pay costs, with its tax.
func (o *Order) FeeGross() money.Amount { return o.sumOf(o.split(o.FeeTotal.Minor, o.FeeTax)) }

func (o *Order) sumOf(parts []part) money.Amount {
	sum := money.Zero(o.Currency)
	for _, p := range parts {
		sum.Minor += p.gross
	}
	return sum
}

// split gives the parts of a price by how they are taxed.
func (o *Order) split(price int64, taxes []ordertype.LineTax) []part {
	if len(taxes) == 0 {
		return []part{{gross: price}}
	}
	out := make([]part, 0, len(taxes))
	for _, t := range taxes {
		of := t.Of
		if len(taxes) == 1 && of == 0 {
			of = price
		}
		if !o.PricesIncludeTax {
			of += t.Amount
		}
		out = append(out, part{rated{t.Category, t.Rate}, of, t.Amount})
	}
	return out
}

// checkTaxes holds that the order's parts add up to its taxes, by category and rate: what cannot be reconciled must not be sold.
func (o *Order) checkTaxes() error {
	if len(o.Taxes) == 0 {
		return nil
	}
	parts := append(o.split(o.ShippingTotal.Minor-o.ShippingDiscount.Minor, o.ShippingTax), o.split(o.FeeTotal.Minor, o.FeeTax)...)
	for _, l := range o.Lines {
		parts = append(parts, part{rated{l.Tax.Category, l.Tax.Rate}, o.Gross(l).Minor, l.Tax.Amount})
	}
	sums := map[rated]part{}
	for _, p := range parts {
		sum := sums[p.rated]
		sum.gross, sum.tax = sum.gross+p.gross, sum.tax+p.tax
		sums[p.rated] = sum
	}
	gross := int64(0)
	for _, t := range o.Taxes {
		key := rated{t.Category, t.Rate}
		sum, ok := sums[key]
		if !ok || sum.gross != t.Gross || sum.tax != t.Tax || t.Base+t.Tax+t.Rounding != t.Gross {
			return fmt.Errorf("place an order: what is taxed with %s %s adds up to %d with %d of tax, the order says %+v", t.Category, t.Rate, sum.gross, sum.tax, t)
		}
		delete(sums, key)
		gross += t.Gross
	}
	for key, sum := range sums {
		if sum.gross != 0 || sum.tax != 0 {
			return fmt.Errorf("place an order: %d is taxed with %s %s, of which the order knows nothing", sum.gross, key.category, key.rate)
		}
	}
	if gross != o.Total.Minor {
		return fmt.Errorf("place an order: its taxed parts are %d, its total is %d", gross, o.Total.Minor)
	}
	return nil
}
