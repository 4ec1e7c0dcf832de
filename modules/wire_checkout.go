package modules

import (
	"context"

	"wizamart/modules/checkout"
	"wizamart/modules/messaging"
	"wizamart/tenant"
)

// mailCard sends gift cards.
func mailCard(letters *messaging.Service) func(ctx context.Context, tx *tenant.Store, m checkout.CardMail) error {
	return func(ctx context.Context, tx *tenant.Store, m checkout.CardMail) error {
		return letters.GiftCard(ctx, tx, messaging.Card(m))
	}
}
