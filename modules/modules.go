// Package modules is the only code that knows all modules: it makes them, and hands each what it needs of others.
package modules

import (
	"wizamart/framework/app"
	"wizamart/modules/analytics"
	"wizamart/modules/audit"
	"wizamart/modules/cart"
	"wizamart/modules/catalog"
	"wizamart/modules/checkout"
	"wizamart/modules/cms"
	"wizamart/modules/core"
	"wizamart/modules/customers"
	"wizamart/modules/devtools"
	"wizamart/modules/domains"
	"wizamart/modules/fairuse"
	"wizamart/modules/inventory"
	"wizamart/modules/messaging"
	"wizamart/modules/monitoring"
	"wizamart/modules/onboarding"
	"wizamart/modules/orders"
	"wizamart/modules/payments"
	"wizamart/modules/platforms"
	"wizamart/modules/tenancy"
	"wizamart/modules/tokens"
)

// Assemble makes all modules.
func Assemble(a *app.App) ([]app.Module, error) {
	stock := inventory.New(a)
	products := catalog.New(a, stock)
	stock.Connect(inventoryCatalog{products})
	stock.Changed = products.StockChanged
	sales := orders.New(a, stock)
	people := customers.New(a, sales)
	a.Customers = people
	basket := cart.New(a, products, stock)
	money := payments.New(a, sales)
	sales.PaymentHelp, sales.PaysOnline = money.PaymentHelp, money.Online
	till := checkout.New(a, checkout.Deps{Cart: basket, Catalog: products, Stock: stock, Orders: sales, Customers: people, Payments: money})
	sales.Repay, sales.Collect, sales.Void = ordersRepay(till, money), money.Collect, money.Void
	basket.Savings = till.Savings
	products.TaxClasses, products.DeliveryHome = taxClasses, deliveryHome(a, till)
	products.Reach, products.Sold = reach(a, till), soldPieces(a, sales)
	shop := cms.New(a, cmsCatalog{a, products}, stock)
	shop.Organization = organization
	products.Shown = []catalog.Shown{sales.Pictures, shop.Pictures}
	programs := tokens.New(a)
	staff := tenancy.New(a)
	home := core.New(a, coreDeps(a, sales, products, stock, programs))
	staff.Places = adminPlaces(home)
	letters, err := messaging.New(a, messagingOrders{sales}, mailLook(a))
	if err != nil {
		return nil, err
	}
	fair := fairuse.New(a, products, staff)
	programs.ForTokens, fair.Programs = fair.ForTokens, programs
	products.Allowance, shop.Allowance, staff.ForStaff = fair, fair, fair.ForStaff
	sales.Notify, till.MailCard = letters.Notify, mailCard(letters)
	till.WithdrawCard = letters.WithdrawGiftCard
	sales.Paid, sales.PaidBack = ordersPaid(till, products), till.TakeBackGiftCards
	sales.Files, sales.OpenFile = ordersFiles(products), openFile
	watch := monitoring.New(a, sales)
	tools := devtools.New(a)
	tools.Roles = devtoolsRoles
	names := domains.New(a)
	first := onboarding.New(a, merchantPeople{staff, a})
	staff.SelfService, staff.MayOpen = first.SelfService, first.MayOpen
	hosts := platforms.New(a)
	trail := audit.New(a, auditPath)
	visits := analytics.New(a, analyticsOrders(a, sales))

	a.Services = []any{home, staff, shop, people, products, stock, basket, till, sales, money, letters, watch, tools, names, fair, first, hosts, trail, visits, programs}
	return []app.Module{
		home.Module(), staff.Module(), shop.Module(), people.Module(),
		products.Module(), stock.Module(), basket.Module(), till.Module(), sales.Module(), money.Module(), letters.Module(),
		watch.Module(), tools.Module(), names.Module(), fair.Module(), first.Module(), hosts.Module(), trail.Module(), visits.Module(), programs.Module(),
	}, nil
}
