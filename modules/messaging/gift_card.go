package messaging

import (
	"context"
	"net/mail"
	"time"

	"wizamart/framework/database"
	framework "wizamart/framework/mail"
	"wizamart/framework/money"
	"wizamart/modules/orders/ordertype"
	"wizamart/tenant"
)

// Card is a gift card on its way to somebody.
type Card struct {
	CardID    string
	To        string // e-mail address
	Name      string // of who gets it; "" is not known
	Code      string
	Amount    money.Amount // that is on it
	ExpiresAt database.Time
	Locale    string        // "" is the store's
	From      string        // who gives it; "" is whom it goes to
	Message   string        // of who gives it
	SendAt    database.Time // zero is at once
}

// GiftCard writes the mail with a card's code in the transaction that made it: also while the module is off, because nobody else knows the code.
func (s *Service) GiftCard(ctx context.Context, tx *tenant.Store, c Card) error {
	v := s.sheet(tx, ordertype.Letter{}, c.Locale)
	amount := c.Amount.Format(v.locale)
	v.Title = v.T("A gift card for %s", v.Look.Name)
	v.Intro = []string{v.T("It is worth %s. Enter this code in the cart or at the checkout; what an order leaves stays on the card.", amount), c.Code}
	if !c.ExpiresAt.IsZero() { // the end of a day: the moment before is that day
		v.Intro = append(v.Intro, v.T("It can be used until %s.", c.ExpiresAt.Add(-time.Second).In(v.zone).Format(time.DateOnly)))
	}
	v.Intro = append(v.Intro, v.T("Keep this mail: whoever has the code can use it."))
	if c.From != "" {
		v.Title = v.T("%s has a gift for you", c.From)
	}
	if c.Message != "" {
		v.Intro = append([]string{"“" + c.Message + "”"}, v.Intro...)
	}
	v.Button, v.URL = v.T("Go to the shop"), v.Look.URL+"/"
	m := framework.Message{
		Kind: "gift_card.code", Ref: c.CardID, To: mail.Address{Name: c.Name, Address: c.To}, From: s.sender(tx, v), ReplyTo: s.app.Setting(tx, "messaging.reply_to"),
		Subject: v.T("Your gift card for %s", v.Look.Name), Secret: true, SendAt: c.SendAt.Time,
	}
	var err error
	if m.HTML, m.Text, err = s.sheets.render(v); err != nil {
		return err
	}
	_, err = framework.Queue(ctx, tx.DB, m)
	return err
}

// WithdrawGiftCard takes mails with a card's code back that have not been sent yet.
func (s *Service) WithdrawGiftCard(ctx context.Context, tx *tenant.Store, cardID string) error {
	return framework.Withdraw(ctx, tx.DB, "gift_card.code", cardID)
}
