package modules

import (
	"wizamart/modules/analytics"
	"wizamart/modules/catalog"
	"wizamart/modules/checkout"
	"wizamart/modules/cms"
	"wizamart/modules/customers"
	"wizamart/modules/inventory"
	"wizamart/modules/orders"
	"wizamart/modules/payments"
	"wizamart/modules/tenancy"
)

// services are the modules' services that the demo works with.
type services struct {
	staff    *tenancy.Service
	shop     *cms.Service
	products *catalog.Service
	stock    *inventory.Service
	sales    *orders.Service
	people   *customers.Service
	till     *checkout.Service
	pay      *payments.Service
	counts   *analytics.Service
}

func (s *services) find(service any) {
	switch service := service.(type) {
	case *tenancy.Service:
		s.staff = service
	case *cms.Service:
		s.shop = service
	case *catalog.Service:
		s.products = service
	case *inventory.Service:
		s.stock = service
	case *orders.Service:
		s.sales = service
	case *checkout.Service:
		s.till = service
	case *payments.Service:
		s.pay = service
	case *analytics.Service:
		s.counts = service
	case *customers.Service:
		s.people = service
	}
}
