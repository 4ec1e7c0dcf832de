package modules

import (
	"time"

	"wizamart/framework/database"
	"wizamart/framework/money"
	"wizamart/modules/checkout/promotion"
	"wizamart/tenant"
)

// promotions are a code that newcomers may use and a sale that is still to come.
func (d *demo) promotions(st *tenant.Store) error {
	soon := time.Now().UTC().AddDate(0, 0, 7).Truncate(24 * time.Hour)
	for _, p := range []struct {
		title, code string
		percent     int64
		from, to    time.Time
	}{{"Welcome", "WELCOME", 10, time.Time{}, time.Time{}}, {"Winter sale", "WINTER", 20, soon, soon.AddDate(0, 0, 14)}} {
		made, err := d.till.CreateDiscount(d.rt.Ctx, st, p.title)
		if err != nil {
			return err
		}
		made.Code, made.Active, made.Kind, made.Rate = p.code, true, promotion.Percent, money.BasisPoints(p.percent*100)
		made.CombinesShipping = true
		if p.from.IsZero() {
			made.PerCustomer = 1
		} else {
			made.StartsAt, made.EndsAt = database.At(p.from), database.At(p.to)
		}
		if _, err := d.till.SaveDiscount(d.rt.Ctx, st, made); err != nil {
			return err
		}
	}
	return nil
}
