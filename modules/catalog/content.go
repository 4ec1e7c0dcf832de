package catalog

import (
	"strconv"
	"strings"

	"wizamart/framework/money"
	"wizamart/framework/problem"
)

// Content is how much one piece of a variant holds: 750 ml. From it comes the price of a unit that Directive 98/6/EC,
// article 3, wants beside the price. The zero value is no content.
type Content struct {
	Thousandths int64  // of Unit: 750_000 for 750 ml
	Unit        string // g, kg, ml, cl, l, cm, m, m²
}

// contentUnits says in which unit a price is told, and how many of a content's unit that is.
var contentUnits = map[string]struct {
	per string
	of  int64
}{
	"g": {"kg", 1000}, "kg": {"kg", 1}, "ml": {"l", 1000}, "cl": {"l", 100}, "l": {"l", 1}, "cm": {"m", 100}, "m": {"m", 1}, "m²": {"m²", 1},
}

// maxContent is a thousand tons in grams: beyond it somebody mistyped.
const maxContent = 1_000_000_000_000

var errContent = problem.New(problem.Invalid, "Enter an amount with its unit, such as 750 ml, 0.5 kg or 2 m.")

// ParseContent reads what a person types: “750 ml”, “0,5 kg”, “2 m2”. An empty text is no content.
func ParseContent(text string) (Content, error) {
	text = strings.TrimSpace(text)
	if text == "" {
		return Content{}, nil
	}
	at := strings.IndexFunc(text, func(r rune) bool { return (r < '0' || r > '9') && r != '.' && r != ',' })
	if at < 1 {
		return Content{}, errContent
	}
	unit := strings.ReplaceAll(strings.ToLower(strings.TrimSpace(text[at:])), "m2", "m²")
	whole, fraction, _ := strings.Cut(strings.ReplaceAll(text[:at], ",", "."), ".")
	n, err := strconv.ParseInt(whole+(fraction + "000")[:3], 10, 64)
	if _, ok := contentUnits[unit]; !ok || err != nil || len(fraction) > 3 || n <= 0 || n > maxContent {
		return Content{}, errContent
	}
	return Content{n, unit}, nil
}

// String is the content as it is typed: “0.75 l”.
func (c Content) String() string {
	if c.Thousandths == 0 {
		return ""
	}
	text := strconv.FormatInt(c.Thousandths/1000, 10)
	if rest := c.Thousandths % 1000; rest != 0 {
		text += "." + strings.TrimRight(strconv.FormatInt(1000+rest, 10)[1:], "0")
	}
	return text + " " + c.Unit
}

// UnitPrice is what one kg, l, m or m² costs when a piece costs price, rounded half up; ok is false without a content.
func (c Content) UnitPrice(price money.Amount) (each money.Amount, per string, ok bool) {
	u, known := contentUnits[c.Unit]
	if c.Thousandths <= 0 || !known {
		return each, "", false
	}
	each, err := price.MulRatio(1000*u.of, c.Thousandths)
	return each, u.per, err == nil
}
