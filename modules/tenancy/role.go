package tenancy

import "wizamart/framework/permission"

// Role is a named set of permissions that a member holds.
type Role struct {
	Name  string
	Title string
	Text  string
	Set   permission.Set
}

// Roles from the one that may all to the one that may look.
var Roles = []Role{
	{"owner", "Owner", "Everything, in every part of the store.", permission.Set{"*"}},
	{"manager", "Manager", "Products, stock, orders, customers and the look of the shop.", permission.Set{
		"core.*", "catalog.*", "inventory.*", "orders.*", "customers.*", "cms.*", "checkout.*", "payments.*", "analytics.*"}},
	{"fulfilment", "Fulfilment", "Sees orders and sends them; counts the stock.", permission.Set{
		"core.read", "catalog.read", "inventory.*", "orders.read", "orders.fulfil"}},
	{"viewer", "Viewer", "Looks at everything and changes nothing.", permission.Set{
		"core.read", "catalog.read", "inventory.read", "orders.read", "customers.read", "cms.read", "checkout.read", "payments.read", "checkout.discount.read", "checkout.giftcard.read", "analytics.read"}},
}

// roleSet is what a role may; an unknown role may nothing.
func roleSet(name string) permission.Set {
	for _, r := range Roles {
		if r.Name == name {
			return r.Set
		}
	}
	return permission.Set{}
}
