package modules

import (
	"context"

	"wizamart/modules/checkout"
	"wizamart/modules/orders/ordertype"
	"wizamart/modules/payments"
	"wizamart/tenant"
)

// ordersRepay gives money back to where it came from: a gift card, or a payment provider.
func ordersRepay(till *checkout.Service, pay *payments.Service) func(ctx context.Context, tx *tenant.Store, r ordertype.Repayment) error {
	return func(ctx context.Context, tx *tenant.Store, r ordertype.Repayment) error {
		if r.Receipt.Provider == ordertype.GiftCard {
			return till.Repay(ctx, tx, r)
		}
		return pay.Repay(ctx, tx, r)
	}
}
