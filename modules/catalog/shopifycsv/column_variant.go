package shopifycsv

import (
	"errors"
	"strconv"
	"strings"

	"wizamart/framework/money"
)

var variantColumns = []column[Variant]{
	trimmed("Variant SKU", func(v *Variant) *string { return &v.SKU }),
	{name: "Variant Grams", decode: decodeGrams, encode: func(v *Variant, _ string) string { return strconv.FormatInt(v.Grams, 10) }},
	trimmed("Variant Inventory Tracker", func(v *Variant) *string { return &v.Tracker }),
	{name: "Variant Inventory Qty", decode: decodeQuantity, encode: encodeQuantity},
	{name: "Variant Inventory Policy", decode: decodePolicy, encode: encodePolicy, loose: true},
	trimmed("Variant Fulfillment Service", func(v *Variant) *string { return &v.Fulfilment }),
	{
		name: "Variant Price",
		decode: func(v *Variant, text, currency string) *problem {
			price, p := decodePrice(text, currency)
			v.Price = 0
			if price != nil {
				v.Price = *price
			}
			return p
		},
		encode: func(v *Variant, currency string) string { return money.New(v.Price, currency).Decimal() },
	},
	optionalPrice("Variant Compare At Price", true, func(v *Variant) **int64 { return &v.CompareAt }),
	boolean("Variant Requires Shipping", false, func(v *Variant) *bool { return &v.RequiresShipping }),
	boolean("Variant Taxable", false, func(v *Variant) *bool { return &v.Taxable }),
	{name: "Variant Barcode", decode: decodeBarcode, encode: func(v *Variant, _ string) string { return v.Barcode }},
	trimmed("Variant Image", func(v *Variant) *string { return &v.Image }),
	word("Variant Weight Unit", func(v *Variant) *string { return &v.WeightUnit }, "g", "kg", "lb", "oz"),
	optionalPrice("Cost per item", false, func(v *Variant) **int64 { return &v.Cost }),
}

// decodePrice gives nil for an empty cell. Zeros behind the currency's last decimal are harmless ("1200.00" JPY).
func decodePrice(text, currency string) (*int64, *problem) {
	text = strings.TrimSpace(text)
	if text == "" {
		return nil, nil
	}
	exact := text
	if whole, fraction, ok := strings.Cut(text, "."); ok && len(fraction) > money.Digits(currency) {
		if digits := money.Digits(currency); strings.Trim(fraction[digits:], "0") == "" {
			exact = strings.TrimSuffix(whole+"."+fraction[:digits], ".")
		}
	}
	amount, err := money.Parse(currency, exact)
	switch {
	case errors.Is(err, money.ErrOverflow):
		return nil, &problem{CodeBadPrice, strconv.Quote(clip(text)) + " is too large for a price", true}
	case err != nil:
		return nil, &problem{CodeBadPrice, err.Error(), true}
	case amount.IsNegative():
		return nil, &problem{CodeNegativePrice, "a price can't be negative: " + text, true}
	}
	return &amount.Minor, nil
}

// optionalPrice is an amount that may be missing; with zeroIsNone, zero is missing too.
func optionalPrice(name string, zeroIsNone bool, at func(*Variant) **int64) column[Variant] {
	return column[Variant]{
		name: name,
		decode: func(v *Variant, text, currency string) *problem {
			price, p := decodePrice(text, currency)
			if zeroIsNone && price != nil && *price == 0 {
				price = nil
			}
			*at(v) = price
			return p
		},
		encode: func(v *Variant, currency string) string {
			if *at(v) == nil {
				return ""
			}
			return money.New(**at(v), currency).Decimal()
		},
	}
}

// decodeGrams takes decimals too, as spreadsheets convert pounds, and rounds them half up.
func decodeGrams(v *Variant, text, _ string) *problem {
	v.Grams = 0
	text = strings.TrimSpace(text)
	if text == "" {
		return nil
	}
	whole, fraction, _ := strings.Cut(text, ".")
	grams, err := strconv.ParseInt(whole, 10, 64)
	_, fractionErr := strconv.ParseUint("0"+fraction, 10, 64)
	if err != nil || fractionErr != nil || strings.HasPrefix(whole, "-") || grams > maxGrams {
		return warn(CodeBadNumber, "%q is no weight in grams; taken as 0", clip(text))
	}
	if v.Grams = grams; strings.Trim(fraction, "0") != "" {
		if fraction[0] >= '5' {
			v.Grams++
		}
		return warn(CodeRounded, "%s grams rounded to %d", clip(text), v.Grams)
	}
	return nil
}

func decodeQuantity(v *Variant, text, _ string) *problem {
	v.Quantity = nil
	text = strings.TrimSpace(text)
	if text == "" {
		return nil
	}
	whole, fraction, _ := strings.Cut(text, ".")
	n, err := strconv.ParseInt(whole, 10, 64)
	if err != nil || strings.Trim(fraction, "0") != "" || n > maxStock || n < -maxStock {
		return warn(CodeBadNumber, "%q is no stock quantity; taken as not stated", clip(text))
	}
	if v.Quantity = &n; n < 0 {
		return warn(CodeNegativeStock, "the stock is negative: %d", n)
	}
	return nil
}

func encodeQuantity(v *Variant, _ string) string {
	if v.Quantity == nil {
		return ""
	}
	return strconv.FormatInt(*v.Quantity, 10)
}

// decodePolicy takes the classic words and the yes or no of today's column.
func decodePolicy(v *Variant, text, _ string) *problem {
	switch strings.ToLower(strings.TrimSpace(text)) {
	case "continue", "true", "yes":
		v.ContinueSelling = true
	case "deny", "false", "no", "":
		v.ContinueSelling = false
	default:
		v.ContinueSelling = false
		return warn(CodeUnknownWord, "%q is neither deny nor continue; taken as deny", clip(text))
	}
	return nil
}

func encodePolicy(v *Variant, _ string) string {
	if v.ContinueSelling {
		return "continue"
	}
	return "deny"
}

func decodeBarcode(v *Variant, text, _ string) *problem {
	bare, quoted := strings.CutPrefix(strings.TrimSpace(text), "'")
	v.Barcode = strings.TrimSpace(bare)
	if mantissa, exponent, ok := strings.Cut(strings.ToUpper(bare), "E+"); ok && strings.Trim(mantissa+exponent, "0123456789.") == "" {
		return warn(CodeBarcodeRounded, "%q was rounded by a spreadsheet: its last digits are lost", clip(text))
	}
	if quoted {
		return warn(CodeBarcodeQuote, "the apostrophe before %s is a spreadsheet's and was left out", clip(v.Barcode))
	}
	return nil
}
