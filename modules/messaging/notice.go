package messaging

import (
	"wizamart/modules/orders/ordertype"
)

// notice is one of the mails to customers. Texts are keys of the message catalogue; %[1]s is the order's number, %[2]s an amount, %[3]s the
// shop's name.
type notice struct {
	Kind    string
	Label   string // in the dashboard
	Subject string
	Title   string
	Intro   string
	Lines   bool // the order's lines and totals are shown
	Pay     bool // how to pay is shown
}

// notices in the order in which an order comes to them.
var notices = []notice{
	{ordertype.NoticePlaced, "Order placed", "Your order %[1]s at %[3]s", "Thank you for your order", "We have your order %[1]s and are getting it ready. Here is what you ordered.", true, true},
	{ordertype.NoticePaid, "Payment received", "We have your payment for order %[1]s", "Your payment has arrived", "We have received %[2]s for your order %[1]s. Thank you.", true, false},
	{ordertype.NoticeFailed, "Payment failed", "Your payment for order %[1]s did not go through", "Your payment did not go through", "Nothing was charged. Your order %[1]s waits for you: you can try again, or pay in another way.", true, true},
	{ordertype.NoticeSent, "Goods sent", "Your order %[1]s is on its way", "On its way to you", "We have sent goods of your order %[1]s.", false, false},
	{ordertype.NoticeDownload, "Downloads", "Your downloads of order %[1]s", "Ready to download", "Here is what you can download of your order %[1]s. Keep the links to yourself: whoever has them can download it.", false, false},
	{ordertype.NoticeBackorder, "Delivered later", "Your order %[1]s will come later", "It will take a little longer", "Your payment of %[2]s has arrived. Some of what you ordered is not in stock right now: we send it as soon as it is.", true, false},
	{ordertype.NoticeOutOfStock, "Sold out", "Your order %[1]s cannot be fulfilled", "We are sorry: it is sold out", "When your payment of %[2]s arrived, what you ordered had been sold. Your order %[1]s is cancelled and your money is on its way back to you.", true, false},
	{ordertype.NoticeSurplus, "Paid twice", "You paid twice for order %[1]s", "You paid twice", "We received %[2]s for your order %[1]s, which had been paid already. That money is on its way back to you.", false, false},
	{ordertype.NoticeEnded, "Paid after the end", "Your payment for order %[1]s goes back", "Your money is on its way back", "We received %[2]s for your order %[1]s, which had been cancelled or given back before. That money is on its way back to you.", false, false},
	{ordertype.NoticeExpired, "Not paid in time", "Your order %[1]s was cancelled", "Your order was cancelled", "No payment for your order %[1]s arrived in time, so it was cancelled. You owe nothing. If you still want the goods, please order again.", true, false},
	{ordertype.NoticeCancelled, "Order cancelled", "Your order %[1]s was cancelled", "Your order was cancelled", "Your order %[1]s was cancelled. What you have paid will be given back to you.", true, false},
	{ordertype.NoticeRefund, "Refund", "Your refund for order %[1]s", "Your money is on its way back", "We are giving back %[2]s of your order %[1]s. It can take a few days until your bank shows it.", false, false},
}

func noticeOf(kind string) (notice, bool) {
	for _, n := range notices {
		if n.Kind == kind {
			return n, true
		}
	}
	return notice{}, false
}
