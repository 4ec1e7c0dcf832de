package tenancy

import (
	"embed"

	"wizamart/framework/app"
	"wizamart/framework/database"
	"wizamart/framework/event"
	"wizamart/framework/job"
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
		},
		Menu: []app.MenuItem{
			{Surface: web.Admin, Label: "Overview", Path: "/", Icon: "layout-dashboard", Permission: "tenancy.read", Order: 0, Keep: true},
			{Surface: web.Admin, Label: "Merchants", Path: "/merchants", Icon: "briefcase-business", Permission: "tenancy.read", Order: 10},
			{Surface: web.Admin, Label: "Stores", Path: "/stores", Icon: "store", Permission: "tenancy.read", Order: 20},
			{Surface: web.Admin, Label: "Users", Path: "/users", Icon: "users", Permission: "tenancy.read", Order: 30},
		},
		Tables: []database.Table{
			{Name: "tenancy_membership", Scope: database.Platform, Class: database.Content},
			{Name: "tenancy_store_day", Scope: database.Platform, Class: database.Ledger},
		},
		Files:         files,
		Routes:        s.routes,
		Jobs:          []job.Kind{{Name: resetJob, Run: s.runReset}},
		Subscriptions: []event.Subscription{event.OnPlatform("tenancy.store-day", countOrder)},
		Commands:      s.commands(),
	}
}

func (s *Service) routes(r *app.Router) {
	const read, write = "tenancy.read", "tenancy.write"
	r.Portal("GET", "/sign-in", permission.Public, s.signInPage)
	r.Portal("POST", "/sign-in", permission.Public, s.signIn)
	r.Portal("GET", "/password-reset", permission.Public, s.resetPage)
	r.Portal("POST", "/password-reset", permission.Public, s.postResetRequest)
	r.Portal("GET", "/new-password", permission.Public, s.newPasswordPage)
	r.Portal("POST", "/new-password", permission.Public, s.postNewPassword)
	r.Portal("POST", "/sign-out", permission.Public, s.signOut)
	r.Portal("GET", "/set-up", permission.Public, s.setUpPage)
	r.Portal("POST", "/set-up", permission.Public, s.setUp)
	r.Portal("GET", "/", permission.SignedIn, s.chooseStore)
	r.Portal("GET", "/account", permission.SignedIn, s.accountPage)
	r.Portal("POST", "/account/passwords", permission.SignedIn, s.changePassword)
	r.Portal("POST", "/account/session-revocations", permission.SignedIn, s.revokeSession)
	r.Dashboard("POST", "/sign-out", permission.SignedIn, s.signOut)

	r.Admin("POST", "/sign-out", read, s.signOut)
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
	r.Admin("POST", "/users/:id/memberships", write, s.addMembership)
	r.Admin("POST", "/users/:id/membership-removals", write, s.removeMembership)
	s.api(r)
}
