package checkout

import (
	"context"
	"database/sql"
	"fmt"

	"wizamart/framework/audit"
	"wizamart/framework/database"
	"wizamart/framework/money"
	"wizamart/framework/problem"
	"wizamart/tenant"
)

func selectCards(ctx context.Context, st *tenant.Store, tail string, args ...any) ([]GiftCard, error) {
	currency := st.Currency()
	return each(st, ctx, "read gift cards", func(rows *sql.Rows, g *GiftCard) error {
		g.Balance, g.Issued = money.Zero(currency), money.Zero(currency)
		return rows.Scan(&g.ID, &g.Last4, &g.Recipient, &g.Note, &g.ExpiresAt, &g.Active, &g.OrderID, &g.VoidedAt, &g.CreatedAt, &g.UpdatedAt, &g.Balance.Minor, &g.Issued.Minor)
	}, `SELECT g.id, g.last4, g.recipient, g.note, g.expires_at, g.active, g.order_id, g.voided_at, g.created_at, g.updated_at,
			(SELECT COALESCE(sum(amount), 0) FROM checkout_gift_card_entry e WHERE e.card_id = g.id),
			(SELECT COALESCE(sum(amount), 0) FROM checkout_gift_card_entry e WHERE e.card_id = g.id AND e.kind = 'issued')
		FROM checkout_gift_card g `+tail, args...)
}

// GiftCards lists cards, the newest first, by the last letters of the code, the recipient or the note, and how many match in all.
func (s *Service) GiftCards(ctx context.Context, st *tenant.Store, search string, limit, offset int) ([]GiftCard, int, error) {
	where := "WHERE (?1 = '' OR g.last4 = upper(?1) OR instr(lower(g.recipient || ' ' || g.note), lower(?1)) > 0)"
	n := 0
	if err := st.One(ctx, func(row database.Row) error { return row.Scan(&n) }, "SELECT count(*) FROM checkout_gift_card g "+where, search); err != nil {
		return nil, 0, fmt.Errorf("count gift cards: %w", err)
	}
	list, err := selectCards(ctx, st, where+" ORDER BY g.id DESC LIMIT ?2 OFFSET ?3", search, limit, offset)
	return list, n, err
}

// GiftCard finds a card.
func (s *Service) GiftCard(ctx context.Context, st *tenant.Store, id string) (GiftCard, error) {
	list, err := selectCards(ctx, st, "WHERE g.id = ?", id)
	if err == nil && len(list) == 0 {
		err = problem.New(problem.NotFound, "There is no such gift card.")
	}
	if err != nil {
		return GiftCard{}, err
	}
	return list[0], nil
}

// soldCards are the cards that a line of an order has become, by piece.
func soldCards(ctx context.Context, tx *tenant.Store, line string) ([]GiftCard, error) {
	return selectCards(ctx, tx, "WHERE g.order_line = ? AND g.order_line <> '' ORDER BY g.piece", line)
}

// Entries of a card, the newest first.
func (s *Service) Entries(ctx context.Context, st *tenant.Store, id string) ([]Entry, error) {
	currency := st.Currency()
	return each(st, ctx, "read a gift card's entries", func(rows *sql.Rows, e *Entry) error {
		e.Amount, e.Balance = money.Zero(currency), money.Zero(currency)
		return rows.Scan(&e.Kind, &e.Amount.Minor, &e.Balance.Minor, &e.OrderID, &e.Actor, &e.At)
	}, "SELECT kind, amount, balance, order_id, actor, at FROM checkout_gift_card_entry WHERE card_id = ? ORDER BY seq DESC", id)
}

func insertCard(ctx context.Context, tx *tenant.Store, g GiftCard, sold soldPiece, hash string) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO checkout_gift_card (id, code_hash, last4, recipient, note, expires_at, active, order_id, order_line, piece, created_at, updated_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, g.ID, hash, g.Last4, g.Recipient, g.Note, g.ExpiresAt, g.Active, sold.order, sold.line, sold.piece, g.CreatedAt, g.UpdatedAt)
	if err != nil {
		return fmt.Errorf("write a gift card: %w", err)
	}
	return nil
}

// addEntry books an amount on a card. It fails when the balance would be below zero.
func addEntry(ctx context.Context, tx *tenant.Store, card, kind string, amount int64, order, ref string) error {
	var unique any
	if ref != "" {
		unique = ref
	}
	actor := ""
	if a := audit.ActorFrom(ctx); a.Kind == audit.Staff {
		actor = a.Name
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO checkout_gift_card_entry (card_id, seq, kind, amount, balance, order_id, ref, actor, at)
		SELECT ?1, 1 + count(*), ?2, ?3, ?3 + COALESCE(sum(amount), 0), ?4, ?5, ?6, ?7 FROM checkout_gift_card_entry WHERE card_id = ?1`,
		card, kind, amount, order, unique, actor, database.Now())
	if err != nil {
		return fmt.Errorf("book %d on a gift card: %w", amount, err)
	}
	return nil
}

func repaid(ctx context.Context, tx *tenant.Store, ref string) (done bool, err error) {
	if err = tx.One(ctx, func(row database.Row) error { return row.Scan(&done) }, "SELECT EXISTS (SELECT 1 FROM checkout_gift_card_entry WHERE ref = ?)", ref); err != nil {
		err = fmt.Errorf("look for a repayment: %w", err)
	}
	return done, err
}

// cardThatPaid is the card with these last letters that paid an order at least so much more than it got back.
func cardThatPaid(ctx context.Context, tx *tenant.Store, order, last4 string, amount int64) (id string, err error) {
	err = tx.One(ctx, func(row database.Row) error { return row.Scan(&id) }, `SELECT e.card_id FROM checkout_gift_card_entry e JOIN checkout_gift_card g ON g.id = e.card_id
		WHERE e.order_id = ? AND (g.last4 = ? OR ? = '') GROUP BY e.card_id HAVING -sum(e.amount) >= ? ORDER BY e.card_id LIMIT 1`, order, last4, last4, amount)
	if database.NotFound(err) {
		return "", problem.New(problem.Conflict, "No gift card has paid that much of the order.")
	}
	if err != nil {
		err = fmt.Errorf("find the gift card that paid: %w", err)
	}
	return id, err
}
