package tenancy

import (
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/message"

	"wizamart/framework/database"
	"wizamart/framework/permission"
	"wizamart/framework/problem"
)

// Role is a named set of permissions that a member holds: a preset, or one that a merchant made.
type Role struct {
	Name       string         `json:"name"` // of a preset: "owner"; of a custom role its id
	MerchantID string         `json:"-"`    // of a custom role; "" is the platform
	Title      string         `json:"title"`
	Text       string         `json:"text"`
	Set        permission.Set `json:"permissions"` // patterns
	Custom     bool           `json:"custom"`
	UpdatedAt  database.Time  `json:"-"`
}

// In is the role in the reader's language. What a merchant wrote stays as it is.
func (r Role) In(t func(key message.Reference, args ...any) string) Role {
	if !r.Custom && r.Name != "" {
		r.Title, r.Text = t(r.Title), t(r.Text)
	}
	return r
}

// Owner is the role that may all. A team keeps at least one.
const Owner = "owner"

// Roles are the presets of a merchant's team, from the one that may all to the one that may look.
var Roles = []Role{
	{Name: Owner, Title: "Owner", Text: "Everything, in every part of the store.", Set: permission.Set{"*"}},
	{Name: "manager", Title: "Manager", Text: "Products, stock, orders, customers and the look of the shop; sees the team.", Set: permission.Set{
		"core.*", "catalog.*", "inventory.*", "orders.*", "customers.*", "cms.*", "checkout.*", "payments.*", "messaging.*", "domains.read", "tenancy.team.read", "audit.read", "analytics.read"}},
	{Name: "content", Title: "Content", Text: "Products, discounts and the look of the shop; no orders, no customers.", Set: permission.Set{
		"core.read", "catalog.*", "cms.*", "inventory.read", "checkout.discount.*", "analytics.read"}},
	{Name: "service", Title: "Customer service", Text: "Orders and customers, mails and cancellations; gives no money back.", Set: permission.Set{
		"core.read", "catalog.read", "inventory.read", "orders.read", "orders.write", "orders.cancel", "customers.read", "customers.write", "messaging.*",
		"checkout.discount.read", "checkout.giftcard.read", "payments.read"}},
	{Name: "fulfilment", Title: "Fulfilment", Text: "Sees orders and sends them; counts the stock.", Set: permission.Set{
		"core.read", "catalog.read", "inventory.*", "orders.read", "orders.fulfil"}},
	{Name: "viewer", Title: "Viewer", Text: "Looks at everything and changes nothing.", Set: permission.Set{
		"core.read", "catalog.read", "inventory.read", "orders.read", "customers.read", "cms.read", "checkout.read", "payments.read", "checkout.discount.read",
		"checkout.giftcard.read", "messaging.read", "domains.read", "tenancy.team.read", "analytics.read"}},
}

// Operator is the role of those who run the platform. It is the user's own flag (auth.User.Admin), so that it needs no other table.
const Operator = "admin"

// OperatorRoles are the presets of the platform's own team.
var OperatorRoles = []Role{
	{Name: Operator, Title: "Administrator", Text: "Everything, on the platform and in every store.", Set: permission.Set{"*"}},
	{Name: "support", Title: "Support", Text: "Looks at the platform and at every store, and changes nothing.", Set: permission.Set{
		"tenancy.read", "tenancy.team.read", "audit.read", "monitoring.read", "devtools.read", "domains.read",
		"core.read", "catalog.read", "inventory.read", "orders.read", "customers.read", "cms.read", "checkout.read", "payments.read", "checkout.discount.read",
		"checkout.giftcard.read", "messaging.read", "analytics.read"}},
}

// presets of a place.
func presets(merchantID string) []Role {
	if merchantID == "" {
		return OperatorRoles
	}
	return Roles
}

// RoleInput is what a custom role is made of. Permissions are patterns.
type RoleInput struct {
	Title       string   `json:"title"`
	Text        string   `json:"text"`
	Permissions []string `json:"permissions"`
}

// clean checks the input. known are the permissions that a role of the place can have. Complaints are about title, text and permissions.
func (in *RoleInput) clean(known []string) error {
	in.Title, in.Text = strings.TrimSpace(in.Title), strings.TrimSpace(in.Text)
	var f problem.Fields
	f.Check(in.Title != "", "title", "Give the role a name.")
	f.Check(utf8.RuneCountInString(in.Title) <= 60, "title", "Use at most %d characters.", 60)
	f.Check(utf8.RuneCountInString(in.Text) <= 200, "text", "Use at most %d characters.", 200)
	var kept []string
	for _, p := range in.Permissions {
		if slices.Contains(kept, p) {
			continue
		}
		if !grantable(p, known) {
			f.Add("permissions", "There is no permission “%s”.", p)
			continue
		}
		kept = append(kept, p)
	}
	f.Check(len(kept) > 0, "permissions", "Tick at least one permission.")
	// What a wider pattern grants is not said twice.
	in.Permissions = slices.DeleteFunc(kept, func(p string) bool {
		return slices.ContainsFunc(kept, func(wider string) bool { return wider != p && permission.Set{wider}.Covers(permission.Set{p}) })
	})
	slices.Sort(in.Permissions)
	return f.Err()
}

// grantable tells whether a pattern grants something that is known. "*" is for owners, and no part of a role that people make.
func grantable(pattern string, known []string) bool {
	if slices.Contains(known, pattern) {
		return true
	}
	prefix, wild := strings.CutSuffix(pattern, ".*")
	return wild && prefix != "" && slices.ContainsFunc(known, func(k string) bool { return strings.HasPrefix(k, prefix+".") })
}
