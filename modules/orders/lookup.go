package orders

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"fmt"
	"strconv"
	"strings"

	"wizamart/framework/database"
	"wizamart/framework/problem"
	"wizamart/tenant"
)

// ByNumberAndEmail gives the token of the order that has this number and was placed with this e-mail address. Whatever
// does not fit, the answer is the same NotFound. Numbers are easy to guess, so who calls it limits how often.
func (s *Service) ByNumberAndEmail(ctx context.Context, st *tenant.Store, number, email string) (token string, err error) {
	n, err := strconv.ParseInt(strings.TrimPrefix(strings.TrimSpace(number), "#"), 10, 64)
	if err != nil {
		n = -1
	}
	known := "-"
	err = st.One(ctx, func(row database.Row) error { return row.Scan(&token, &known) }, "SELECT token, lower(email) FROM orders_order WHERE number = ?", n)
	if err != nil && !database.NotFound(err) {
		return "", fmt.Errorf("look up an order: %w", err)
	}
	given, stored := sha256.Sum256([]byte(strings.ToLower(strings.TrimSpace(email)))), sha256.Sum256([]byte(strings.ToLower(known)))
	if subtle.ConstantTimeCompare(given[:], stored[:]) != 1 || token == "" {
		return "", problem.New(problem.NotFound, "We found no order with this number and e-mail address. Please check both: the number is in your confirmation, such as 1001.")
	}
	return token, nil
}
