package checkout

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"

	"wizamart/framework/database"
	"wizamart/framework/problem"
	"wizamart/modules/orders/ordertype"
	"wizamart/tenant"
)

const sessionColumns = `id, token, state, cart_ref, customer_id, lines, email, shipping, billing, billing_same, shipping_method_id, shipping_seen,
	payment_method, fee_seen, note, vat_id, vat_check, codes, gifts, terms_at, order_id, order_number, order_token, created_at, updated_at, expires_at`

// readSession finds a session by "id" or "token". A NotFound problem says that there is none.
func readSession(ctx context.Context, st *tenant.Store, by, value string) (Session, error) {
	rows, err := st.QueryContext(ctx, "SELECT "+sessionColumns+" FROM checkout_session WHERE "+by+" = ?", value)
	if err != nil {
		return Session{}, fmt.Errorf("read a checkout: %w", err)
	}
	defer rows.Close()
	if !rows.Next() {
		if err := rows.Err(); err != nil {
			return Session{}, fmt.Errorf("read a checkout: %w", err)
		}
		return Session{}, problem.New(problem.NotFound, "This checkout does not exist any more. Please start again from your cart.")
	}
	var s Session
	var lines, shipping, billing, check, codes, gifts string
	err = rows.Scan(&s.ID, &s.Token, &s.State, &s.CartRef, &s.CustomerID, &lines, &s.Email, &shipping, &billing, &s.BillingSame, &s.ShippingMethodID, &s.ShippingSeen,
		&s.PaymentMethod, &s.FeeSeen, &s.Note, &s.VATID, &check, &codes, &gifts, &s.TermsAt, &s.OrderID, &s.OrderNumber, &s.OrderToken, &s.CreatedAt, &s.UpdatedAt, &s.ExpiresAt)
	for _, part := range []struct {
		text string
		into any
	}{{lines, &s.Lines}, {shipping, &s.Shipping}, {billing, &s.Billing}, {check, &s.VATCheck}, {codes, &s.Codes}, {gifts, &s.Gifts}} {
		if err == nil {
			err = json.Unmarshal([]byte(part.text), part.into)
		}
	}
	if err != nil {
		return Session{}, fmt.Errorf("read a checkout: %w", err)
	}
	return s, nil
}

// What never changes of a row keeps its entries in the indexes.
var putSessionSQL, replaceSessionSQL = func() (string, string) {
	columns := strings.FieldsFunc(sessionColumns, func(r rune) bool { return r == ',' || unicode.IsSpace(r) })
	var excluded, set []string
	for i, c := range columns {
		if c != "id" && c != "token" && c != "created_at" {
			excluded = append(excluded, c+" = excluded."+c)
			set = append(set, c+" = ?"+strconv.Itoa(i+1))
		}
	}
	return "INSERT INTO checkout_session (" + sessionColumns + ") VALUES (?" + strings.Repeat(", ?", len(columns)-1) + ") ON CONFLICT (id) DO UPDATE SET " + strings.Join(excluded, ", "),
		"UPDATE checkout_session SET " + strings.Join(set, ", ") + " WHERE id = ?1 AND updated_at = ?" + strconv.Itoa(len(columns)+1)
}()

// putSession writes a session, whatever was there before.
func putSession(ctx context.Context, tx *tenant.Store, s Session) error {
	values, err := sessionValues(s)
	if err == nil {
		_, err = tx.ExecContext(ctx, putSessionSQL, values...)
	}
	if err != nil {
		return fmt.Errorf("write a checkout: %w", err)
	}
	return nil
}

// replaceSession writes a session where it still is what it was before; otherwise it is stale, and nothing is written.
func replaceSession(ctx context.Context, tx *tenant.Store, s, before Session) (stale bool, err error) {
	values, err := sessionValues(s)
	if err != nil {
		return false, err
	}
	res, err := tx.ExecContext(ctx, replaceSessionSQL, append(values, before.UpdatedAt)...)
	if err != nil {
		return false, fmt.Errorf("write a checkout: %w", err)
	}
	n, err := res.RowsAffected()
	return n == 0, err
}

// sessionValues are those of sessionColumns.
func sessionValues(s Session) ([]any, error) {
	if s.Codes == nil {
		s.Codes = []string{}
	}
	if s.Gifts == nil {
		s.Gifts = map[string]ordertype.Gift{}
	}
	var docs [6]string
	for i, v := range []any{s.Lines, s.Shipping, s.Billing, s.VATCheck, s.Codes, s.Gifts} {
		data, err := json.Marshal(v)
		if err != nil {
			return nil, err
		}
		docs[i] = string(data)
	}
	return []any{s.ID, s.Token, s.State, s.CartRef, s.CustomerID, docs[0], s.Email, docs[1], docs[2], s.BillingSame, s.ShippingMethodID, s.ShippingSeen,
		s.PaymentMethod, s.FeeSeen, s.Note, s.VATID, docs[3], docs[4], docs[5], s.TermsAt, s.OrderID, s.OrderNumber, s.OrderToken, s.CreatedAt, s.UpdatedAt, s.ExpiresAt}, nil
}

// sweep forgets what people typed into checkouts that they left, and later the checkouts. A few at a time, whenever
// somebody starts one: a shop without shoppers has none to forget.
func sweep(ctx context.Context, tx *tenant.Store, now time.Time) error {
	_, err := tx.ExecContext(ctx, `UPDATE checkout_session SET state = 'expired', email = '', shipping = '{}', billing = '{}', note = '', vat_id = '', vat_check = '{}', gifts = '{}' WHERE id IN
		(SELECT id FROM checkout_session WHERE state = 'open' AND expires_at < ? LIMIT 50)`, database.At(now))
	if err == nil {
		_, err = tx.ExecContext(ctx, `DELETE FROM checkout_session WHERE id IN
			(SELECT id FROM checkout_session WHERE state IN ('expired', 'placed') AND expires_at < ? LIMIT 50)`, database.At(now.Add(-keepFor)))
	}
	if err != nil {
		return fmt.Errorf("forget old checkouts: %w", err)
	}
	return nil
}
