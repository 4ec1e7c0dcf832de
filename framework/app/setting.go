package app

import "wizamart/tenant"

// Setting is a store setting's value: what was set, or the declared default. An undeclared key is a mistake and gives "".
func (a *App) Setting(st *tenant.Store, key string) string {
	if v, ok := st.Settings().Get(key); ok {
		return v
	}
	return a.settingDefault(key)
}

// PlatformSetting is a platform setting's value, or its declared default.
func (a *App) PlatformSetting(key string) string {
	if v, ok := a.Platform.Settings().Get(key); ok {
		return v
	}
	return a.settingDefault(key)
}

// Declared is a setting as its module declares it; ok is false for a key that no module has.
func (a *App) Declared(key string) (set Setting, ok bool) {
	for _, m := range a.Registry.modules {
		for _, s := range m.Settings {
			if s.Key == key {
				return s, true
			}
		}
	}
	return set, false
}

func (a *App) settingDefault(key string) string {
	set, _ := a.Declared(key)
	return set.Default
}
