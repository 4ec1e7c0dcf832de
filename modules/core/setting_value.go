package core

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"wizamart/framework/app"
	"wizamart/framework/database"
	"wizamart/framework/money"
	"wizamart/framework/web"
	"wizamart/tenant"
)

// place is where settings are kept: a store, else a merchant, else the platform.
type place struct {
	app        *app.App
	st         *tenant.Store
	merchantID string // of the store, too
}

func ofStore(a *app.App, st *tenant.Store) place { return place{a, st, st.Info().MerchantID} }

func (p place) scope() database.Scope {
	switch {
	case p.st != nil:
		return database.Store
	case p.merchantID != "":
		return database.Merchant
	}
	return database.Platform
}

// inherited is what holds of a setting where nothing is set in this place, and where that comes from; "" for the declaration.
func (p place) inherited(set app.Setting) (string, database.Scope) {
	return p.app.Inherited(set, p.scope(), p.merchantID)
}

func (p place) id() string {
	if p.st == nil {
		return ""
	}
	return p.st.ID()
}

func (p place) currency() string {
	if p.st == nil {
		return ""
	}
	return p.st.Currency()
}

// held tells whether a secret is set.
func (p place) held(key string) bool {
	from := p.app.Platform.Settings()
	if p.st != nil {
		from = p.st.Settings()
	}
	_, ok := from.Secret(key)
	return ok
}

// value is a setting as it is kept; of a secret only whether there is one.
func (p place) value(set app.Setting) string {
	switch {
	case set.Kind == app.Secret && p.held(set.Key):
		return heldSecret
	case set.Kind == app.Secret:
		return ""
	}
	if v, ok := p.app.Own(p.st, p.merchantID, set.Key); ok {
		return v
	}
	v, _ := p.inherited(set)
	return v
}

// In the audit log a secret stands as a word.
const (
	heldSecret = "(set)"
	newSecret  = "(replaced)"
)

// noted is how a new value stands in the audit log.
func noted(set app.Setting, old, next string) string {
	switch {
	case set.Kind != app.Secret || next == "":
		return next
	case old == "":
		return heldSecret
	}
	return newSecret
}

// shown is a kept value as its field has it.
func (p place) shown(set app.Setting, kept string) string {
	switch set.Kind {
	case app.Money:
		if n, err := strconv.ParseInt(kept, 10, 64); err == nil && n > 0 {
			return money.Amount{Minor: n, Currency: p.currency()}.Decimal()
		}
		if kept == "0" {
			return ""
		}
	case app.Duration:
		if n, ok := app.ParseSpan(kept, set.Unit); ok {
			return app.FormatSpan(n, set.Unit)
		}
	}
	return kept
}

// read makes what was typed into a field the value that is kept. What cannot be read stays as it is, to be complained about.
func (p place) read(set app.Setting, typed string) string {
	switch set.Kind {
	case app.Money:
		if typed == "" {
			return "0"
		}
		if a, err := money.Parse(p.currency(), typed); err == nil {
			return strconv.FormatInt(a.Minor, 10)
		}
		return "?" + typed // an amount with too many decimals must not pass for minor units
	}
	return typed
}

// normal is a value as it is kept: "2 weeks" of days are 14.
func (p place) normal(set app.Setting, v string) string {
	if n, ok := app.ParseSpan(v, set.Unit); set.Kind == app.Duration && ok {
		return strconv.FormatInt(n, 10)
	}
	return v
}

// typed reads what a form says of settings. What it has no field for stays as it is, but for switches: one that is off is not sent. An empty field leaves a
// secret as it is; a tick removes it.
func (p place) typed(form *web.Form, declared []app.Setting) map[string]string {
	values := map[string]string{}
	for _, set := range declared {
		text := form.Value(set.Key)
		switch {
		case set.Kind == app.Switch:
			values[set.Key] = map[bool]string{true: "1", false: "0"}[form.Bool(set.Key)]
		case set.Kind == app.Secret:
			if text != "" {
				values[set.Key] = text
			} else if form.Bool(set.Key + removal) {
				values[set.Key] = ""
			}
		case form.Values(set.Key) != nil:
			values[set.Key] = p.read(set, strings.TrimSpace(text))
		}
	}
	return values
}

// removal is what the name of a box ends with that takes a secret away.
const removal = ".remove"

// split puts secrets apart, sealed for their place.
func (p place) split(declared []app.Setting, changed map[string]string) (plain map[string]string, sealed map[string][]byte, err error) {
	plain, sealed = map[string]string{}, map[string][]byte{}
	for _, set := range declared {
		v, ok := changed[set.Key]
		switch {
		case !ok:
		case set.Kind == app.Secret:
			if sealed[set.Key], err = p.app.SealSetting(p.id(), set.Key, v); err != nil {
				return nil, nil, fmt.Errorf("seal the setting %s: %w", set.Key, err)
			}
		default:
			plain[set.Key] = v
		}
	}
	return plain, sealed, nil
}

// write keeps changed settings of a store, in its transaction. One that is as what it inherits is taken away, and follows that from now on.
func (p place) write(ctx context.Context, tx *tenant.Store, declared []app.Setting, changed map[string]string) error {
	plain, sealed, err := p.split(declared, changed)
	if err != nil {
		return err
	}
	if len(sealed) > 0 {
		if err := tx.SetSecrets(ctx, sealed); err != nil {
			return err
		}
	}
	return tx.SetSettings(ctx, p.stored(declared, plain))
}
