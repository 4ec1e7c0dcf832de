package modules

import (
	"wizamart/modules/devtools"
	"wizamart/modules/tenancy"
)

// devtoolsRoles are the roles that staff can hold, for the explorer of permissions.
func devtoolsRoles() []devtools.Role {
	out := []devtools.Role{{Name: "admin", Title: "Operator", Set: []string{"*"}}}
	for _, r := range tenancy.Roles {
		out = append(out, devtools.Role{Name: r.Name, Title: r.Title, Set: r.Set})
	}
	return out
}
