package modules

import "wizamart/framework/web"

// auditPaths are the pages of the things that the audit log speaks of, by the kind that their modules give them.
var auditPaths = map[web.Surface]map[string]string{
	web.Dashboard: {
		"order": "/orders/", "product": "/products/", "customer": "/customers/", "page": "/pages/", "discount": "/discounts/", "gift_card": "/gift-cards/",
		"category": "/categories", "theme": "/theme", "store": "/settings", "shipping_method": "/delivery", "zone": "/delivery",
	},
	web.Admin: {"merchant": "/merchants/", "store": "/stores/", "user": "/users/", "platform": "/platforms/", "module": "/modules/", "menu": "/menus?surface="},
}

// auditPath is where a thing has its page, or "".
func auditPath(surface web.Surface, kind, id string) string {
	path := auditPaths[surface][kind]
	if path == "" || path[len(path)-1] != '/' && path[len(path)-1] != '=' {
		return path
	}
	return path + id
}
