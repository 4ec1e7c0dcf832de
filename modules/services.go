package modules

import (
	"wizamart/modules/catalog"
	"wizamart/modules/cms"
	"wizamart/modules/tenancy"
)

// services are the modules' services that the demo works with.
type services struct {
	staff    *tenancy.Service
	shop     *cms.Service
	products *catalog.Service
}

func (s *services) find(service any) {
	switch service := service.(type) {
	case *tenancy.Service:
		s.staff = service
	case *cms.Service:
		s.shop = service
	case *catalog.Service:
		s.products = service
	}
}
