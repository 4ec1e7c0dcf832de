package tenancy

import (
	"embed"

	"wizamart/framework/app"
	"wizamart/framework/database"
	"wizamart/framework/event"
	"wizamart/framework/job"
	"wizamart/framework/limit"
	"wizamart/framework/permission"
	"wizamart/framework/web"
)

//go:embed migrations views
var files embed.FS

// Module is the manifest.
func (s *Service) Module() app.Module {
	return app.Module{
		Name: "tenancy", Title: "Tenancy", Kind: app.Core,
		Description: "Merchants, stores, staff and the way in.",
		Permissions: []permission.Permission{
			{Name: "tenancy.read", Title: "See merchants, stores and users of the platform"},
			{Name: "tenancy.write", Title: "Change merchants, stores and users of the platform"},
			{Name: teamRead, Title: "See the team and its roles", People: true},
			{Name: teamWrite, Title: "Invite and remove people, and change their roles", People: true},
			{Name: roleWrite, Title: "Make and change roles", People: true},
		},
		Menu: []app.MenuItem{
			{Surface: web.Admin, Label: "Overview", Path: "/", Icon: "layout-dashboard", Permission: "tenancy.read", Order: 0, Keep: true},
			{Surface: web.Admin, Label: "Merchants", Path: "/merchants", Icon: "briefcase-business", Permission: "tenancy.read", Order: 10},
			{Surface: web.Admin, Label: "Stores", Path: "/stores", Icon: "store", Permission: "tenancy.read", Order: 20},
			{Surface: web.Admin, Label: "Users", Path: "/users", Icon: "users", Permission: "tenancy.read", Order: 30},
			{Surface: web.Admin, Group: "Operators", Label: "Team", Path: "/team", Icon: "users-round", Permission: teamRead, Order: 40},
			{Surface: web.Admin, Group: "Operators", Label: "Roles", Path: "/roles", Icon: "shield-check", Permission: teamRead, Order: 41},
			{Surface: web.Dashboard, Group: "Team", Label: "Members", Path: "/team", Icon: "users-round", Permission: teamRead, Order: 70},
			{Surface: web.Dashboard, Group: "Team", Label: "Roles", Path: "/roles", Icon: "shield-check", Permission: teamRead, Order: 71},
		},
		Tables: []database.Table{
			{Name: "tenancy_membership", Scope: database.Platform, Class: database.Content},
			{Name: "tenancy_role", Scope: database.Platform, Class: database.Content},
			{Name: "tenancy_rule", Scope: database.Platform, Class: database.Content},
			{Name: "tenancy_invitation", Scope: database.Platform, Class: database.Personal},
			{Name: "tenancy_email_change", Scope: database.Platform, Class: database.Ephemeral},
			{Name: "tenancy_store_day", Scope: database.Platform, Class: database.Ledger},
		},
		Files:         files,
		Routes:        s.routes,
		Jobs:          []job.Kind{{Name: resetJob, Run: s.runReset}},
		Subscriptions: []event.Subscription{event.OnPlatform("tenancy.store-day", countOrder)},
		Commands:      s.commands(),
		Decorate:      s.decorate,
		Duty:          s.duty,
	}
}

func (s *Service) routes(r *app.Router) {
	const read, write = "tenancy.read", "tenancy.write"
	r.Portal("GET", "/sign-in", permission.Public, s.signInPage)
	r.Portal("POST", "/sign-in", permission.Public, s.signIn)
	r.Portal("GET", "/password-reset", permission.Public, s.resetPage)
	r.Portal("POST", "/password-reset", permission.Public, s.postResetRequest, app.Limit(limit.Letter))
	r.Portal("GET", "/new-password", permission.Public, s.newPasswordPage)
	r.Portal("POST", "/new-password", permission.Public, s.postNewPassword)
	r.Portal("POST", "/sign-out", permission.Public, s.signOut, app.Limit(limit.Page))
	r.Portal("GET", "/set-up", permission.Public, s.setUpPage)
	r.Portal("POST", "/set-up", permission.Public, s.setUp)
	r.Portal("GET", "/", permission.SignedIn, s.chooseStore)
	s.accountRoutes(r)
	s.teamRoutes(r)
	r.Dashboard("POST", "/sign-out", permission.SignedIn, s.signOut, app.WhileClosed)

	r.Admin("POST", "/sign-out", permission.SignedIn, s.signOut)
	r.Admin("GET", "/", read, s.home)
	r.Admin("GET", "/search", read, s.search)
	r.Admin("GET", "/merchants", read, s.merchants)
	r.Admin("POST", "/merchants", write, s.createMerchant)
	r.Admin("GET", "/merchants/:id", read, s.merchant)
	r.Admin("POST", "/merchants/:id", write, s.updateMerchant)
	r.Admin("GET", "/stores", read, s.stores)
	r.Admin("POST", "/stores", write, s.createStore)
	r.Admin("GET", "/stores/:id", read, s.store)
	r.Admin("POST", "/stores/:id", write, s.updateStore)
	r.Admin("POST", "/stores/:id/confirmation-policies", write, s.postConfirmPolicy)
	r.Admin("GET", "/users", read, s.users)
	r.Admin("POST", "/users", write, s.createUser)
	r.Admin("GET", "/users/:id", read, s.user)
	r.Admin("POST", "/users/:id", write, s.updateUser)
	r.Admin("POST", "/users/:id/disablements", write, s.disableUser)
	r.Admin("POST", "/users/:id/enablements", write, s.enableUser)
	r.Admin("POST", "/users/:id/passwords", write, s.resetPassword)
	r.Admin("POST", "/users/:id/two-factor-resets", write, s.resetTwoFactor)
	r.Admin("POST", "/users/:id/memberships", write, s.addMembership)
	r.Admin("POST", "/users/:id/membership-removals", write, s.removeMembership)
	s.api(r)
}

// accountRoutes are what everybody of the staff does for themselves. They stand on the admin's own host too.
func (s *Service) accountRoutes(r *app.Router) {
	r.Portal("GET", "/sign-in/code", permission.Public, s.codePage)
	r.Portal("POST", "/sign-in/code", permission.Public, s.postCode)
	r.Portal("GET", "/invitation", permission.Public, s.invitationPage)
	r.Portal("POST", "/invitation", permission.Public, s.postInvitation)
	r.Portal("GET", "/account", permission.SignedIn, s.accountPage)
	r.Portal("POST", "/account/details", permission.SignedIn, s.postDetails)
	r.Portal("POST", "/account/email-changes", permission.SignedIn, s.postEmailChange)
	r.Portal("GET", "/account/email", permission.Public, s.emailPage)
	r.Portal("POST", "/account/email", permission.Public, s.postEmail)
	r.Portal("POST", "/account/passwords", permission.SignedIn, s.changePassword)
	r.Portal("POST", "/account/session-revocations", permission.SignedIn, s.revokeSession)
	r.Portal("POST", "/account/other-session-revocations", permission.SignedIn, s.revokeOthers)
	r.Portal("GET", "/account/two-factor", permission.SignedIn, s.twoFactorPage)
	r.Portal("GET", "/account/two-factor/key.png", permission.SignedIn, s.twoFactorImage)
	r.Portal("POST", "/account/two-factor-keys", permission.SignedIn, s.beginTwoFactor)
	r.Portal("POST", "/account/two-factor", permission.SignedIn, s.confirmTwoFactor)
	r.Portal("POST", "/account/two-factor-removals", permission.SignedIn, s.removeTwoFactor)
	r.Portal("POST", "/account/recovery-codes", permission.SignedIn, s.newRecoveryCodes)
	r.Portal("POST", "/account/recovery-code-files", permission.SignedIn, s.recoveryFile)
}

// teamRoutes are a store's team in its dashboard, and the operators' in the admin.
func (s *Service) teamRoutes(r *app.Router) {
	for _, add := range []func(method, pattern, perm string, h web.Handler, opts ...app.RouteOption){r.Dashboard, r.Admin} {
		add("GET", "/team", teamRead, s.teamPage)
		add("GET", "/team/:id", teamRead, s.memberPage)
		add("POST", "/team/:id", teamWrite, s.postMember)
		add("POST", "/team/:id/removals", teamWrite, s.removeMember)
		add("POST", "/team-rules", teamWrite, s.postTeamRule)
		add("POST", "/team-invitations", teamWrite, s.postTeamInvitation)
		add("POST", "/team-invitations/:id/resends", teamWrite, s.resendInvitation)
		add("POST", "/team-invitations/:id/revocations", teamWrite, s.revokeInvitation)
		add("GET", "/roles", teamRead, s.rolesPage)
		add("POST", "/roles", roleWrite, s.createRole)
		add("GET", "/roles/:id", teamRead, s.rolePage)
		add("POST", "/roles/:id", roleWrite, s.postRole)
		add("POST", "/roles/:id/removals", roleWrite, s.removeRole)
	}
}
