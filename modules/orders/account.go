package orders

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"wizamart/framework/database"
	"wizamart/framework/problem"
	"wizamart/framework/web"
	"wizamart/modules/orders/ordertype"
	"wizamart/tenant"
)

// accountRow is an order in the list of a customer's account.
type accountRow struct {
	ordertype.Brief
	Status stateBadge
}

func newAccountRow(c *web.Context, b ordertype.Brief) accountRow {
	switch {
	case b.Cancelled:
		return accountRow{b, stateBadge{Label: c.T("Cancelled")}}
	case b.FulfilmentState == Fulfilled && b.Unsent:
		return accountRow{b, stateBadge{Label: c.T("Delivered"), Kind: "success"}}
	case b.Unsent && b.PaymentState == Pending:
		return accountRow{b, stateBadge{Label: c.T("Waiting for your payment"), Kind: "accent"}}
	case b.FulfilmentState == Fulfilled:
		return accountRow{b, stateBadge{Label: c.T("On its way"), Kind: "success"}}
	case b.FulfilmentState == PartiallyFulfilled:
		return accountRow{b, stateBadge{Label: c.T("Partly on its way"), Kind: "info"}}
	}
	return accountRow{b, stateBadge{Label: c.T("Being prepared"), Kind: "accent"}}
}

// accountToken is the token of the customer's own order with this number. Of another's order it says what it says of none.
func (s *Service) accountToken(ctx context.Context, st *tenant.Store, customerID, number string) (token string, err error) {
	err = st.One(ctx, func(row database.Row) error { return row.Scan(&token) },
		"SELECT token FROM orders_order WHERE number = ? AND account_id = ? AND account_id <> ''", atoi(number), customerID)
	if database.NotFound(err) {
		return "", errNoOrder()
	}
	if err != nil {
		return "", fmt.Errorf("find an order of an account: %w", err)
	}
	return token, nil
}

// firstName is what a shopper is greeted by.
func firstName(name string) string {
	first, _, _ := strings.Cut(strings.TrimSpace(name), " ")
	return first
}

// message is the sentence of a problem.
func message(err error) string {
	var p *problem.Error
	if errors.As(err, &p) {
		return p.Message
	}
	return ""
}
