package payments

import (
	"errors"

	"wizamart/framework/problem"
	"wizamart/framework/web"
)

// paymentsView is the data of the page that lists payments and what does not agree.
type paymentsView struct {
	Rows        []paymentRow
	Differences []differenceRow
	Reviewed    bool
}

type paymentRow struct {
	Attempt
	Label, Badge string
}

type differenceRow struct {
	Difference
	Title, Text string
}

// stateWords are the states as people read them, with the badge's kind. Payment states have the words of orders.
var stateWords = map[State][2]string{
	Created: {"Begun", ""}, Open: {"Waiting for the shopper", "info"}, Processing: {"Being processed", "info"}, Authorised: {"Authorised", "warning"}, Captured: {"Paid", "success"}, Cancelled: {"Not paid", ""},
}

// differenceWords explain a difference and what to do about it.
var differenceWords = map[string][2]string{
	DiffUnknown: {"A payment that is not written here", "Stripe has a payment of this shop that is missing here, such as after the shop was restored from a copy. Booking it writes it down: the order takes it, or it goes back."},
	DiffPaid:    {"Paid at Stripe, not here", "Stripe has the money, and the order does not know. Booking it tells the order."},
	DiffMissing: {"Paid here, not at Stripe", "The order counts as paid, and Stripe has not collected the money. Look the payment up at Stripe before you send anything."},
	DiffAmount:  {"Another amount", "Stripe collected another amount than is written here, such as a part that was collected by hand. Look the payment up at Stripe, and correct the order by a refund or a payment recorded by hand."},
	DiffRefund:  {"Refunds that differ", "What Stripe has given back is not what is written here. If somebody gave money back at Stripe itself, booking it makes it a refund of the order, with its taxes. If a refund came back, try it again on the order, then mark this as seen."},
}

func (s *Service) listPayments(c *web.Context) error {
	list, err := attempts(c.Ctx(), c.Store, "1 ORDER BY id DESC LIMIT 100")
	if err != nil {
		return err
	}
	v := paymentsView{}
	for _, a := range list {
		row := paymentRow{Attempt: a, Label: c.T(stateWords[a.State][0]), Badge: stateWords[a.State][1]}
		switch {
		case a.Refused() && a.Done():
			row.Label, row.Badge = c.T("Given back"), ""
		case a.Refused():
			row.Label, row.Badge = c.T("Going back"), "warning"
		}
		v.Rows = append(v.Rows, row)
	}
	found, err := s.Differences(c.Ctx(), c.Store)
	if err != nil {
		return err
	}
	for _, d := range found {
		words := differenceWords[d.Kind]
		v.Differences = append(v.Differences, differenceRow{d, c.T(words[0]), c.T(words[1])})
	}
	return c.Render(web.Page{View: "payments/dashboard/payments", Title: c.T("Payments"), D: v})
}

// postReview compares with the provider now instead of at night.
func (s *Service) postReview(c *web.Context) error {
	found, err := s.Review(c.Ctx(), c.Store)
	switch {
	case err != nil:
		return s.unavailable(err)
	case len(found) == 0:
		c.Flash("success", "Everything agrees with the payment provider.")
	default:
		c.FlashAction(web.Flash{Kind: "warning", Text: c.TN("%d payment does not agree.", "%d payments do not agree.", len(found))})
	}
	return c.Redirect("/payments")
}

func (s *Service) bookDifference(c *web.Context) error {
	err := s.Book(c.Ctx(), c.Store, c.Param("id"))
	var p *problem.Error
	switch {
	case errors.As(err, &p) && p.Code == problem.Conflict:
		c.Flash("warning", p.Message)
	case err != nil:
		return err
	default:
		c.Flash("success", "It was booked.")
	}
	return c.Redirect("/payments")
}

func (s *Service) dismissDifference(c *web.Context) error {
	if err := s.Dismiss(c.Ctx(), c.Store, c.Param("id")); err != nil {
		return err
	}
	c.Flash("success", "Marked as seen.")
	return c.Redirect("/payments")
}
