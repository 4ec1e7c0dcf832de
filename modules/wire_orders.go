package modules

import (
	"context"
	"os"

	"wizamart/modules/catalog"
	"wizamart/modules/catalog/catalogtype"
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

// ordersPaid has what was paid for done: gift cards are made, and the catalogue hears that something sold.
func ordersPaid(till *checkout.Service, products *catalog.Service) func(ctx context.Context, tx *tenant.Store, o ordertype.Sold) error {
	return func(ctx context.Context, tx *tenant.Store, o ordertype.Sold) error {
		if err := till.SellGiftCards(ctx, tx, o); err != nil {
			return err
		}
		return products.Sells(ctx, tx)
	}
}

// ordersFiles are what the catalogue's variants give to their buyers.
func ordersFiles(products *catalog.Service) func(ctx context.Context, st *tenant.Store, variantIDs []string) (map[string][]ordertype.File, error) {
	return func(ctx context.Context, st *tenant.Store, variantIDs []string) (map[string][]ordertype.File, error) {
		sold, err := products.SoldFiles(ctx, st, variantIDs)
		out := make(map[string][]ordertype.File, len(sold))
		for id, list := range sold {
			for _, f := range list {
				out[id] = append(out[id], ordertype.File(f))
			}
		}
		return out, err
	}
}

// openFile opens a file that was sold, by its hash.
func openFile(ctx context.Context, st *tenant.Store, hash string) (*os.File, error) {
	return st.OpenLargeMedia(ctx, catalogtype.FileName(hash))
}
