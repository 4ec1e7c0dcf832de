package checkout

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"wizamart/framework/audit"
	"wizamart/framework/auth"
	"wizamart/framework/database"
	"wizamart/framework/money"
	"wizamart/framework/problem"
	"wizamart/modules/orders/ordertype"
	"wizamart/tenant"
)

// GiftCard is money that was paid, or given, before. It pays orders and lowers neither their totals nor their taxes.
type GiftCard struct {
	ID        string        `json:"id"`
	Last4     string        `json:"last4"` // of the code, which nobody can read again
	Recipient string        `json:"recipient"`
	Note      string        `json:"note"`
	ExpiresAt database.Time `json:"expires_at,omitzero"`
	Active    bool          `json:"active"`
	OrderID   string        `json:"order_id,omitempty"` // that it was sold with
	VoidedAt  database.Time `json:"voided_at,omitzero"` // what was paid for it was given back
	Balance   money.Amount  `json:"balance"`
	Issued    money.Amount  `json:"issued"`
	CreatedAt database.Time `json:"created_at"`
	UpdatedAt database.Time `json:"updated_at"`
}

// Entry is money that went on to a card, or off it.
type Entry struct {
	Kind    string        `json:"kind" enum:"issued,redeemed,refunded,voided"`
	Amount  money.Amount  `json:"amount"`
	Balance money.Amount  `json:"balance"`
	OrderID string        `json:"order_id,omitempty"`
	Actor   string        `json:"actor,omitempty"`
	At      database.Time `json:"at"`
}

// State of a card, as the dashboard shows it.
func (g GiftCard) State(now time.Time) string {
	switch {
	case !g.VoidedAt.IsZero():
		return "voided"
	case !g.Active:
		return "off"
	case !g.ExpiresAt.IsZero() && !now.Before(g.ExpiresAt.Time):
		return "ended"
	case g.Balance.IsZero():
		return "used_up"
	}
	return "active"
}

// Shown is the code as it may be shown after it was issued.
func (g GiftCard) Shown() string { return "•••• " + g.Last4 }

// IssueGiftCard is a card to be made.
type IssueGiftCard struct {
	Amount    int64 // minor units of the store's currency
	Recipient string
	Note      string
	ExpiresAt database.Time
	Mail      bool // the code to the recipient

	sold soldPiece
}

const giftCodeLength = 16 // letters of 31: 79 bits

// IssueGiftCard makes a card and returns its code, this once: what is kept is a keyed hash.
func (s *Service) IssueGiftCard(ctx context.Context, st *tenant.Store, in IssueGiftCard) (GiftCard, string, error) {
	var f problem.Fields
	in.Recipient, in.Note = strings.TrimSpace(in.Recipient), strings.TrimSpace(in.Note)
	f.Check(in.Amount > 0 && in.Amount <= money.MaxMinor, "amount", "Enter an amount above zero.")
	f.Check(in.Recipient != "" || !in.Mail, "recipient", "Enter the address that the code goes to.")
	if in.Recipient != "" {
		var ok bool
		in.Recipient, ok = auth.CleanEmail(in.Recipient)
		f.Check(ok, "recipient", "Enter a whole e-mail address, such as ada@example.com.")
	}
	f.Check(utf8.RuneCountInString(in.Note) <= 500, "note", "Use at most %d characters.", 500)
	f.Check(in.ExpiresAt.IsZero() || in.ExpiresAt.After(time.Now()), "expires_at", "Choose a day that is still to come.")
	if err := f.Err(); err != nil {
		return GiftCard{}, "", err
	}
	code, now := NewCode(giftCodeLength), database.Now()
	g := GiftCard{ID: database.NewID(), Last4: code[giftCodeLength-4:], Recipient: in.Recipient, Note: in.Note, ExpiresAt: in.ExpiresAt, Active: true, OrderID: in.sold.order, CreatedAt: now, UpdatedAt: now}
	g.Issued = money.New(in.Amount, st.Currency())
	g.Balance = g.Issued
	err := st.Write(ctx, func(tx *tenant.Store) error {
		hash, err := s.keyed(ctx, tx, "gift card", code)
		if err != nil {
			return err
		}
		if err := insertCard(ctx, tx, g, in.sold, hash); err != nil {
			return err
		}
		if err := addEntry(ctx, tx, g.ID, "issued", in.Amount, in.sold.order, ""); err != nil {
			return err
		}
		if in.Mail {
			if err := s.mailCard(ctx, tx, g, code, in.sold); err != nil {
				return err
			}
		}
		return audit.Record(ctx, tx.DB, audit.Entry{Action: "checkout.gift_card.issued", SubjectKind: "gift_card", SubjectID: g.ID, SubjectName: g.Shown()})
	})
	return g, groupCode(code), err
}

// groupCode writes a code in groups of four, as on paper.
func groupCode(code string) string {
	var b strings.Builder
	for i, r := range code {
		if i > 0 && i%4 == 0 {
			b.WriteByte('-')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// SetGiftCardActive stops a card from paying, or lets it pay again.
func (s *Service) SetGiftCardActive(ctx context.Context, st *tenant.Store, id string, active bool) (g GiftCard, err error) {
	err = st.Write(ctx, func(tx *tenant.Store) error {
		if g, err = s.GiftCard(ctx, tx, id); err != nil || g.Active == active {
			return err
		}
		if !g.VoidedAt.IsZero() {
			return problem.New(problem.Conflict, "This gift card is void: what was paid for it was given back.")
		}
		g.Active, g.UpdatedAt = active, database.Now()
		if _, err := tx.ExecContext(ctx, "UPDATE checkout_gift_card SET active = ?, updated_at = ? WHERE id = ?", active, g.UpdatedAt, id); err != nil {
			return fmt.Errorf("write a gift card: %w", err)
		}
		done := map[bool]string{true: "activated", false: "deactivated"}[active]
		return audit.Record(ctx, tx.DB, audit.Entry{Action: "checkout.gift_card." + done, SubjectKind: "gift_card", SubjectID: id, SubjectName: g.Shown()})
	})
	return g, err
}

// cardByCode finds a card by the code that a shopper typed; the zero GiftCard when there is none.
func (s *Service) cardByCode(ctx context.Context, st *tenant.Store, code string) (GiftCard, error) {
	code = strings.ReplaceAll(normalCode(code), "-", "")
	if len(code) != giftCodeLength {
		return GiftCard{}, nil
	}
	hash, err := s.keyed(ctx, st, "gift card", code)
	if err != nil || hash == "" {
		return GiftCard{}, err
	}
	list, err := selectCards(ctx, st, "WHERE g.code_hash = ?", hash)
	if err != nil || len(list) == 0 {
		return GiftCard{}, err
	}
	return list[0], nil
}

// redeem takes what the quote's cards pay off them, in the order's transaction.
func (s *Service) redeem(ctx context.Context, tx *tenant.Store, q Quote, orderID string) error {
	for _, a := range q.Adjustments {
		if a.Kind == ordertype.GiftCard {
			if err := addEntry(ctx, tx, a.Source, "redeemed", -a.Amount.Minor, orderID, ""); err != nil {
				return err
			}
		}
	}
	return nil
}

// Repay gives money that gift cards paid back to them, at once: also to one that is switched off or has expired, where the merchant sees it.
// The same repayment counts once. The order's entries tell which card had paid, the receipt's reference which of several.
func (s *Service) Repay(ctx context.Context, tx *tenant.Store, r ordertype.Repayment) error {
	return tx.Write(ctx, func(tx *tenant.Store) error {
		done, err := repaid(ctx, tx, r.ID)
		if err != nil || done {
			return err
		}
		last4 := strings.TrimSpace(strings.TrimPrefix(r.Receipt.Reference, "••••"))
		card, err := cardThatPaid(ctx, tx, r.OrderID, last4, r.Amount.Minor)
		if err != nil {
			return err
		}
		if err := addEntry(ctx, tx, card, "refunded", r.Amount.Minor, r.OrderID, r.ID); err != nil {
			return err
		}
		return audit.Record(ctx, tx.DB, audit.Entry{Action: "checkout.gift_card.refunded", SubjectKind: "gift_card", SubjectID: card, SubjectName: "•••• " + last4})
	})
}
