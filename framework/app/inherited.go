package app

import (
	"slices"

	"wizamart/framework/database"
	"wizamart/tenant"
)

// At tells whether a setting can be set at a scope.
func (s Setting) At(scope database.Scope) bool {
	return s.Scope == scope || slices.Contains(s.Above, scope)
}

// Own is what is set of a setting in the narrowest place that is given: a store, else a merchant, else the platform.
func (a *App) Own(st *tenant.Store, merchantID, key string) (string, bool) {
	switch {
	case st != nil:
		return st.Settings().Get(key)
	case merchantID != "":
		return a.Platform.MerchantSettings(merchantID).Get(key)
	}
	return a.Platform.Settings().Get(key)
}

// Inherited is what holds of a setting where nothing is set, and where that was set: at the merchant or for the platform, if the declaration allows it there. The
// declared default is from nowhere. below is the scope that inherits.
func (a *App) Inherited(set Setting, below database.Scope, merchantID string) (value string, from database.Scope) {
	if below == database.Store && set.At(database.Merchant) {
		if v, ok := a.Platform.MerchantSettings(merchantID).Get(set.Key); ok {
			return v, database.Merchant
		}
	}
	if below != database.Platform && set.At(database.Platform) {
		if v, ok := a.Platform.Settings().Get(set.Key); ok {
			return v, database.Platform
		}
	}
	return set.Default, ""
}
