package checkout

import (
	"context"
	"fmt"
	"slices"

	"wizamart/framework/audit"
	"wizamart/framework/auth"
	"wizamart/framework/database"
	"wizamart/framework/money"
	"wizamart/framework/problem"
	"wizamart/modules/checkout/tax"
	"wizamart/modules/orders/ordertype"
	"wizamart/tenant"
)

// soldPiece is the piece of an order's line that a gift card is; the zero one was not sold.
type soldPiece struct {
	order, line string
	piece       int
	name        string // of the buyer
	locale      string
	gift        *ordertype.Gift // to whom it goes; nil is the buyer
}

// CardMail is a gift card on its way to somebody.
type CardMail struct {
	CardID    string
	To        string // e-mail address
	Name      string // of who bought it, where that is who gets the mail
	Code      string
	Amount    money.Amount // that is on it
	ExpiresAt database.Time
	Locale    string        // "" is the store's
	From      string        // who gives it; "" is whom it goes to
	Message   string        // of who gives it
	SendAt    database.Time // zero is at once
}

// SellGiftCards makes the cards that an order has bought, in the transaction that pays it: a card for each piece, worth the piece's price before discounts, its
// code mailed to the buyer. What an order has become before is not made again.
func (s *Service) SellGiftCards(ctx context.Context, tx *tenant.Store, o ordertype.Sold) error {
	for _, l := range o.Lines {
		if l.TaxClass != tax.Voucher || !l.UnitPrice.IsPositive() {
			continue
		}
		made, err := soldCards(ctx, tx, l.LineID)
		if err != nil {
			return err
		}
		to := o.Email
		if l.Gift != nil {
			to = l.Gift.Email
		}
		for n := len(made) + 1; n <= l.Quantity; n++ {
			_, _, err := s.IssueGiftCard(ctx, tx, IssueGiftCard{
				Amount: l.UnitPrice.Minor, Recipient: to, Mail: true, Note: s.translator(tx)("Sold with order %s", o.Number), sold: soldPiece{o.OrderID, l.LineID, n, o.Name, o.Locale, l.Gift},
			})
			if err != nil {
				return fmt.Errorf("make a gift card of order %s: %w", o.Number, err)
			}
		}
	}
	return nil
}

// TakeBackGiftCards voids the cards of pieces that are paid back, the last ones first, in the refund's transaction. Only a card that nobody has used is taken
// back: a Conflict where there are not as many.
func (s *Service) TakeBackGiftCards(ctx context.Context, tx *tenant.Store, orderID string, lines []ordertype.GivenBack) error {
	for _, l := range lines {
		cards, err := soldCards(ctx, tx, l.LineID)
		if err != nil {
			return err
		}
		left := l.Quantity
		for _, g := range slices.Backward(cards) {
			if left == 0 || !g.VoidedAt.IsZero() || g.Balance != g.Issued {
				continue
			}
			if err := s.voidCard(ctx, tx, g, orderID); err != nil {
				return err
			}
			left--
		}
		if len(cards) > 0 && left > 0 {
			return problem.New(problem.Conflict, "A gift card of this order has been used. What was paid with it cannot be given back a second time.")
		}
	}
	return nil
}

func (s *Service) voidCard(ctx context.Context, tx *tenant.Store, g GiftCard, orderID string) error {
	if err := addEntry(ctx, tx, g.ID, "voided", -g.Balance.Minor, orderID, ""); err != nil {
		return err
	}
	now := database.Now()
	if _, err := tx.ExecContext(ctx, "UPDATE checkout_gift_card SET active = 0, voided_at = ?, updated_at = ? WHERE id = ?", now, now, g.ID); err != nil {
		return fmt.Errorf("void a gift card: %w", err)
	}
	if err := s.withdrawCard(ctx, tx, g.ID); err != nil {
		return err
	}
	return audit.Record(ctx, tx.DB, audit.Entry{Action: "checkout.gift_card.voided", SubjectKind: "gift_card", SubjectID: g.ID, SubjectName: g.Shown()})
}

// mailCard queues the mail with a card's code.
func (s *Service) mailCard(ctx context.Context, tx *tenant.Store, g GiftCard, code string, sold soldPiece) error {
	if s.MailCard == nil {
		return nil
	}
	m := CardMail{CardID: g.ID, To: g.Recipient, Name: sold.name, Code: groupCode(code), Amount: g.Balance, ExpiresAt: g.ExpiresAt, Locale: sold.locale}
	if sold.gift != nil {
		m.Name, m.From, m.Message, m.SendAt = sold.gift.Name, sold.name, sold.gift.Message, sold.gift.SendAt
	}
	return s.MailCard(ctx, tx, m)
}

// withdrawCard takes a mail with the card's code back that waits for its day.
func (s *Service) withdrawCard(ctx context.Context, tx *tenant.Store, id string) error {
	if s.WithdrawCard == nil {
		return nil
	}
	return s.WithdrawCard(ctx, tx, id)
}

// RenewCode gives a card another code, mails it to the recipient, and returns it, this once: the code before pays no more. It is for mails that were lost, and
// for cards that go to somebody else than their buyer. Errors: NotFound, Conflict for a card that does not pay, Invalid on "recipient".
func (s *Service) RenewCode(ctx context.Context, st *tenant.Store, id, recipient string) (g GiftCard, code string, err error) {
	recipient, ok := auth.CleanEmail(recipient)
	if !ok {
		return g, "", problem.On("recipient", "Enter a whole e-mail address, such as ada@example.com.")
	}
	code = NewCode(giftCodeLength)
	err = st.Write(ctx, func(tx *tenant.Store) error {
		if g, err = s.GiftCard(ctx, tx, id); err != nil {
			return err
		}
		now := database.Now()
		if g.State(now.Time) != "active" {
			return problem.New(problem.Conflict, "This gift card does not pay at the moment: nobody needs its code.")
		}
		hash, err := s.keyed(ctx, tx, "gift card", code)
		if err != nil {
			return err
		}
		g.Recipient, g.Last4, g.UpdatedAt = recipient, code[giftCodeLength-4:], now
		if _, err := tx.ExecContext(ctx, "UPDATE checkout_gift_card SET code_hash = ?, last4 = ?, recipient = ?, updated_at = ? WHERE id = ?", hash, g.Last4, g.Recipient, now, id); err != nil {
			return fmt.Errorf("change a gift card's code: %w", err)
		}
		if err := s.withdrawCard(ctx, tx, g.ID); err != nil { // it would bring the code before
			return err
		}
		if err := s.mailCard(ctx, tx, g, code, soldPiece{}); err != nil {
			return err
		}
		return audit.Record(ctx, tx.DB, audit.Entry{Action: "checkout.gift_card.renewed", SubjectKind: "gift_card", SubjectID: id, SubjectName: g.Shown()})
	})
	return g, groupCode(code), err
}
