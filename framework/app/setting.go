package app

import (
	"errors"
	"fmt"

	"wizamart/framework/database"
	"wizamart/framework/secret"
	"wizamart/tenant"
)

// Setting is a store setting's value: what was set there, what it inherits, or the declared default. An undeclared key is a mistake and gives "".
func (a *App) Setting(st *tenant.Store, key string) string {
	if v, ok := st.Settings().Get(key); ok {
		return v
	}
	set, _ := a.Declared(key)
	v, _ := a.Inherited(set, database.Store, st.Info().MerchantID)
	return v
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

// sound is nil for a declaration that makes sense.
func (s Setting) sound() error {
	switch {
	case s.Kind == Money && s.Scope != database.Store:
		return errors.New("an amount is in a store's currency: the platform has none")
	case len(s.Above) > 0 && (s.Scope != database.Store || s.Kind == Secret || s.Kind == Money):
		return errors.New("only a store inherits, and neither a secret nor an amount")
	case s.Kind == Secret && s.Default != "":
		return errors.New("a secret has no default")
	case s.Kind == Duration:
		if _, ok := ParseSpan(s.Default, s.Unit); !ok {
			return fmt.Errorf("%q is no whole number of %q", s.Default, s.Unit)
		}
	}
	return nil
}

// secretSettings are the settings that are secrets, in the files of a scope.
func secretSettings(scope database.Scope) secret.Column {
	return secret.Column{Scope: scope, Table: "tenant_secret", Key: "key", Value: "sealed"}
}

// SealSetting seals a secret setting's value for its place; "" is taken away, and gives nil. storeID is "" for the platform's.
func (a *App) SealSetting(storeID, key, value string) ([]byte, error) {
	if value == "" {
		return nil, nil
	}
	return a.Secrets.Seal(secretSettings(database.Store).Place(storeID, key), []byte(value))
}

// Secret is a store's setting of the kind Secret; "" where none is set.
func (a *App) Secret(st *tenant.Store, key string) (string, error) {
	return a.openSetting(st.Settings(), st.ID(), key)
}

// PlatformSecret is the platform's setting of the kind Secret; "" where none is set.
func (a *App) PlatformSecret(key string) (string, error) {
	return a.openSetting(a.Platform.Settings(), "", key)
}

func (a *App) openSetting(from *tenant.Settings, storeID, key string) (string, error) {
	sealed, ok := from.Secret(key)
	if !ok {
		return "", nil
	}
	plain, err := a.Secrets.Open(secretSettings(database.Store).Place(storeID, key), sealed)
	if err != nil {
		return "", fmt.Errorf("open the setting %s: %w", key, err)
	}
	return string(plain), nil
}
