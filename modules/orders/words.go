package orders

import (
	"strings"

	"wizamart/framework/web"
	"wizamart/modules/orders/ordertype"
	"wizamart/ui"
)

// stateBadge is what the badge component wants.
type stateBadge struct {
	Label string
	Kind  string
	Ring  bool
}

func paymentLabel(c *web.Context, state string) string {
	switch state {
	case Pending:
		return c.T("Payment pending")
	case Authorised:
		return c.T("Authorised")
	case PartiallyPaid:
		return c.T("Partially paid")
	case Paid:
		return c.T("Paid")
	case PartiallyRefunded:
		return c.T("Partially refunded")
	case Refunded:
		return c.T("Refunded")
	case Voided:
		return c.T("Voided")
	}
	return state
}

func paymentBadge(c *web.Context, state string) stateBadge {
	b := stateBadge{Label: paymentLabel(c, state)}
	switch state {
	case Paid:
		b.Kind = "success"
	case Pending, PartiallyPaid:
		b.Kind, b.Ring = "warning", true
	case Authorised:
		b.Kind = "info"
	}
	return b
}

// methodLabel is a way to pay in the words of who looks.
func methodLabel(c *web.Context, o *Order, method, provider string) string {
	switch {
	case provider == ordertype.GiftCard:
		return c.T("Gift card")
	case method == o.PaymentMethod && o.PaymentLabel != "":
		return o.PaymentLabel
	case method == "card":
		return c.T("Card")
	}
	return method
}

// refusalLabel says why money was not kept.
func refusalLabel(c *web.Context, outcome string) string {
	switch ordertype.Outcome(outcome) {
	case ordertype.OutOfStock:
		return c.T("It came too late: the goods are gone. The money goes back.")
	case ordertype.Surplus:
		return c.T("The order was paid already. The money goes back.")
	}
	return c.T("The order had ended before. The money goes back.")
}

func fulfilmentLabel(c *web.Context, state string) string {
	switch state {
	case Unfulfilled:
		return c.T("Unfulfilled")
	case PartiallyFulfilled:
		return c.T("Partially fulfilled")
	case Fulfilled:
		return c.T("Fulfilled")
	}
	return state
}

func fulfilmentBadge(c *web.Context, state string) stateBadge {
	b := stateBadge{Label: fulfilmentLabel(c, state)}
	switch state {
	case Fulfilled:
		b.Kind = "success"
	case PartiallyFulfilled:
		b.Kind, b.Ring = "info", true
	default:
		b.Kind, b.Ring = "warning", true
	}
	return b
}

func cancelLabel(c *web.Context, reason string) string {
	switch reason {
	case "customer":
		return c.T("The customer changed their mind")
	case "stock":
		return c.T("Not in stock")
	case "payment":
		return c.T("The payment did not come")
	case "fraud":
		return c.T("Suspected fraud")
	}
	return c.T("Another reason")
}

func cancelOptions(c *web.Context) []ui.Option {
	var out []ui.Option
	for _, reason := range CancelReasons {
		out = append(out, ui.Option{Value: reason, Label: cancelLabel(c, reason)})
	}
	return out
}

// entry is a timeline entry as it is shown.
type entry struct {
	Event
	Title  string
	Detail string
	Icon   string
	Kind   string
	By     string
}

func newEntry(c *web.Context, o *Order, e Event) entry {
	v := entry{Event: e, Detail: e.Text, By: e.Actor}
	pieces := func(one, many string) string {
		if e.Args.Quantity == 1 {
			return c.T(one, 1)
		}
		return c.T(many, e.Args.Quantity)
	}
	amount := e.Args.Amount.Format(c.Locale())
	switch e.Kind {
	case eventPlaced:
		v.Title, v.Icon, v.Kind = c.T("Order placed"), "shopping-bag", "info"
		v.Detail = c.T("%s · %s", amount, e.Args.Method)
		if e.ActorKind == "guest" || e.ActorKind == "customer" {
			v.By = c.T("Customer")
		}
	case eventFulfilled:
		v.Title, v.Icon, v.Kind = pieces("%d piece sent", "%d pieces sent"), "truck", "success"
		switch {
		case e.Args.Carrier != "" && e.Args.Tracking != "":
			v.Detail = c.T("%s, tracking number %s", e.Args.Carrier, e.Args.Tracking)
		case e.Args.Tracking != "":
			v.Detail = c.T("Tracking number %s", e.Args.Tracking)
		default:
			v.Detail = e.Args.Carrier
		}
	case eventUnfulfilled:
		v.Title, v.Icon, v.Kind = pieces("Fulfilment of %d piece undone", "Fulfilment of %d pieces undone"), "undo-2", "warning"
	case eventPaid:
		v.Title, v.Icon, v.Kind = c.T("%s received", amount), "banknote", "success"
	case eventPaymentVoided:
		v.Title, v.Icon, v.Kind = c.T("Payment of %s taken back", amount), "undo-2", "warning"
	case eventCancelled:
		v.Title, v.Icon, v.Kind = c.T("Order cancelled"), "ban", "error"
		why := cancelLabel(c, e.Args.Reason)
		if e.Args.Restocked {
			why += ". " + pieces("%d piece went back to the stock", "%d pieces went back to the stock")
		}
		if v.Detail = why; e.Text != "" {
			v.Detail = why + ". " + e.Text
		}
	case eventAuthorised:
		v.Title, v.Icon, v.Kind = c.T("%s authorised", amount), "shield-check", "info"
	case eventCollecting:
		v.Title, v.Icon = c.T("%s is being collected", amount), "banknote"
	case eventVoiding:
		v.Title, v.Icon = c.T("Authorisation of %s is being voided", amount), "undo-2"
	case eventLapsed:
		v.Title, v.Icon, v.Kind = c.T("Authorisation of %s has ended", amount), "clock", "warning"
	case eventRefused:
		v.Title, v.Icon, v.Kind = c.T("%s not accepted", amount), "triangle-alert", "warning"
		v.Detail = refusalLabel(c, e.Args.Outcome)
	case eventPayFailed:
		v.Title, v.Icon, v.Kind = c.T("A payment of %s failed", amount), "circle-x", "warning"
	case eventBackordered:
		v.Title, v.Icon, v.Kind = c.T("Sold with more than there was in stock"), "package", "warning"
		v.Detail = c.T("Some of it has to be delivered later.")
	case eventReopened:
		v.Title, v.Icon, v.Kind = c.T("Open again: the payment came after all"), "rotate-ccw", "success"
	case eventRefunded:
		v.Title, v.Icon, v.Kind = c.T("Refund of %s", amount), "receipt-text", "info"
		if e.Args.Quantity > 0 {
			v.Detail = strings.TrimSpace(pieces("%d piece.", "%d pieces.") + " " + e.Text)
		}
	case eventRepaid:
		v.Title, v.Icon, v.Kind = c.T("%s given back", amount), "circle-check", "success"
		if e.Args.Method != "" && e.Text == "" {
			v.Detail = methodLabel(c, o, e.Args.Method, e.Args.Method)
		}
		if e.Args.Reason == repayReplaced {
			v.Kind, v.Detail = "warning", c.T("An earlier try, which had been replaced, arrived as well: check with the payment provider.")
		}
	case eventRepayFailed:
		v.Title, v.Icon, v.Kind = c.T("Giving back %s failed", amount), "circle-x", "error"
	case eventRepayRetried:
		v.Title, v.Icon = c.T("Giving back %s is tried again", amount), "rotate-ccw"
	case eventDelivered:
		v.Title, v.Icon, v.Kind = pieces("%d piece delivered without a parcel", "%d pieces delivered without a parcel"), "file-down", "success"
	case eventDownloaded:
		v.Title, v.Icon, v.By = c.T("Download number %d", e.Args.Quantity), "download", c.T("Customer")
	case eventDownloadRenewed:
		v.Title, v.Icon = c.T("Download renewed, and mailed"), "rotate-ccw"
	case eventDownloadRevoked:
		v.Title, v.Icon, v.Kind = c.T("Download stopped"), "ban", "warning"
	case eventNote:
		v.Title, v.Icon = c.T("Note"), "message-square"
	case eventAddressChanged:
		v.Title, v.Icon = c.T("Shipping address changed"), "map-pin"
		v.Detail = c.T("Before: %s", e.Args.Address)
	default:
		v.Title = e.Kind
	}
	return v
}
