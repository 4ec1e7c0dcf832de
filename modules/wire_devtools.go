package modules

import (
	"slices"

	"wizamart/modules/devtools"
	"wizamart/modules/tenancy"
)

// devtoolsRoles are the roles that staff can hold, for the explorer of permissions.
func devtoolsRoles() []devtools.Role {
	var out []devtools.Role
	for _, r := range append(slices.Clone(tenancy.OperatorRoles), tenancy.Roles...) {
		out = append(out, devtools.Role{Name: r.Name, Title: r.Title, Set: r.Set})
	}
	return out
}
