package checkout

import (
	"cmp"
	"errors"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"wizamart/framework/auth"
	"wizamart/framework/database"
	"wizamart/framework/problem"
	"wizamart/framework/timezone"
	"wizamart/framework/web"
	"wizamart/modules/checkout/tax"
	"wizamart/modules/orders/ordertype"
)

const (
	maxGiftName    = 100 // characters
	maxGiftMessage = 500 // characters
	giftYear       = 366 // days that a gift card may wait to be sent
	giftHour       = 8   // of the day, in the store's time zone, at which it is sent
	giftDate       = "2006-01-02"
)

// GiftInput is to whom a buyer sends gift cards, as it was typed. Without an address they go to the buyer.
type GiftInput struct {
	Email, Name, Message string
	Date                 string // YYYY-MM-DD; "" is as soon as it is paid
}

// giftLines are the lines of gift cards that need no parcel.
func (q Quote) giftLines() (out []Item) {
	for _, l := range q.Lines {
		if l.TaxClass == tax.Voucher && !l.RequiresShipping {
			out = append(out, l)
		}
	}
	return out
}

// giftsOf reads what the address form says of the gift cards among the wants, by variant.
func giftsOf(form *web.Form, sess Session) map[string]GiftInput {
	out := map[string]GiftInput{}
	for _, l := range sess.Lines {
		in := GiftInput{
			Email: strings.TrimSpace(form.Value("gift_email-" + l.VariantID)), Name: strings.TrimSpace(form.Value("gift_name-" + l.VariantID)),
			Message: strings.TrimSpace(strings.ReplaceAll(form.Value("gift_message-"+l.VariantID), "\r\n", "\n")), Date: strings.TrimSpace(form.Value("gift_date-" + l.VariantID)),
		}
		if in != (GiftInput{}) {
			out[l.VariantID] = in
		}
	}
	return out
}

// gifts checks what was typed. Fields are gift_email-<variant> and so on.
func gifts(typed map[string]GiftInput, in *time.Location, now time.Time) (map[string]ordertype.Gift, error) {
	out := map[string]ordertype.Gift{}
	var f problem.Fields
	for variant, g := range typed {
		email, ok := auth.CleanEmail(g.Email)
		f.Check(ok, "gift_email-"+variant, "Enter the whole e-mail address of who gets it, such as ada@example.com.")
		f.Check(utf8.RuneCountInString(g.Name) <= maxGiftName, "gift_name-"+variant, "Use at most %d characters.", maxGiftName)
		f.Check(utf8.RuneCountInString(g.Message) <= maxGiftMessage, "gift_message-"+variant, "Use at most %d characters.", maxGiftMessage)
		gift := ordertype.Gift{Email: email, Name: g.Name, Message: g.Message}
		if g.Date != "" {
			day, err := time.ParseInLocation(giftDate, g.Date, in)
			at := time.Date(day.Year(), day.Month(), day.Day(), giftHour, 0, 0, 0, in)
			switch {
			case err != nil:
				f.Add("gift_date-"+variant, "Enter a date such as 2026-12-24.")
			case at.After(now.AddDate(0, 0, giftYear)):
				f.Add("gift_date-"+variant, "Choose a day within a year.")
			case day.Before(now.In(in).AddDate(0, 0, -1)):
				f.Add("gift_date-"+variant, "Choose a day that is still to come.")
			case at.After(now):
				gift.SendAt = database.At(at)
			}
		}
		out[variant] = gift
	}
	return out, f.Err()
}

// giftView is what the address page shows of the gift cards of a line.
type giftView struct {
	Variant, Title      string
	Today, Last         string // of the date
	Open                bool
	Email, Name         string // names of the fields
	Message, Date       string
	MaxName, MaxMessage int
}

func (s *Service) giftViews(c *web.Context, sess Session, q Quote, form *web.Form) (out []giftView) {
	now := time.Now().In(timezone.Of(c.Store))
	for _, l := range q.giftLines() {
		id := l.VariantID
		v := giftView{
			Variant: id, Title: l.Name(), Today: now.Format(giftDate), Last: now.AddDate(0, 0, giftYear-1).Format(giftDate),
			Email: "gift_email-" + id, Name: "gift_name-" + id, Message: "gift_message-" + id, Date: "gift_date-" + id, MaxName: maxGiftName, MaxMessage: maxGiftMessage,
		}
		if g, ok := sess.Gifts[id]; ok && !form.Any() {
			form.Set(v.Email, g.Email).Set(v.Name, g.Name).Set(v.Message, g.Message)
			if !g.SendAt.IsZero() {
				form.Set(v.Date, g.SendAt.In(timezone.Of(c.Store)).Format(giftDate))
			}
		}
		for _, field := range []string{v.Email, v.Name, v.Message, v.Date} {
			v.Open = v.Open || form.Value(field) != "" || form.Error(field) != ""
		}
		out = append(out, v)
	}
	return out
}

// give puts to whom a line's gift cards go on the order.
func (sess Session) give(q Quote, lines []ordertype.PlaceLine) {
	for _, l := range q.giftLines() {
		g, ok := sess.Gifts[l.VariantID]
		for i := range lines {
			if ok && lines[i].VariantID == l.VariantID {
				lines[i].Gift = &g
			}
		}
	}
}

// given says on the last page to whom gift cards go.
type given struct{ Title, To, On string }

func (s *Service) given(c *web.Context, sess Session, q Quote) (out []given) {
	for _, l := range q.giftLines() {
		if g, ok := sess.Gifts[l.VariantID]; ok {
			v := given{Title: l.Name(), To: joined(", ", g.Name, g.Email)}
			if !g.SendAt.IsZero() {
				v.On = g.SendAt.In(timezone.Of(c.Store)).Format("2 Jan 2006")
			}
			out = append(out, v)
		}
	}
	return out
}

// both joins the complaints of two checks. An error that is none is returned alone.
func both(a, b error) error {
	var x, y *problem.Error
	if !errors.As(a, &x) || !errors.As(b, &y) {
		return cmp.Or(a, b)
	}
	return problem.Fields(append(slices.Clone(x.Fields), y.Fields...)).Err()
}
