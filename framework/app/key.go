package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"wizamart/framework/database"
	"wizamart/framework/mail"
	"wizamart/framework/problem"
	"wizamart/framework/secret"
	"wizamart/framework/tlscert"
)

// unlock takes the operator's key into use. A platform that is new gets a new key; one whose key is not there is not opened.
func (a *App) unlock(ctx context.Context) (err error) {
	file := cmp.Or(a.Config.KeyFile, secret.DefaultFile(a.Platform.Dir()))
	a.Secrets, a.KeyMade, err = secret.OpenFor(ctx, a.Platform.DB, file)
	return err
}

// signingKeys are sealed for the table, not for their row: their id is made after they are sealed.
var signingKeys = secret.Column{Table: "auth_key", Value: "secret"}

// secondFactors are the keys of the staff's authenticators.
var secondFactors = secret.Column{Scope: database.Platform, Table: "auth_two_factor", Key: "user_id", Value: "secret"}

// Reseal seals every secret of the platform and of all stores with the newest key. each is told of every file that had any. Stores that
// cannot be opened are in the error, and the rest is done.
func (a *App) Reseal(ctx context.Context, each func(name string, n int)) error {
	if err := a.Auth.Reseal(ctx); err != nil {
		return err
	}
	columns := map[database.Scope][]secret.Column{mail.Password.Scope: {mail.Password}}
	columns[database.Platform] = append(columns[database.Platform], tlscert.Column, secondFactors, secretSettings(database.Platform))
	columns[database.Store] = append(columns[database.Store], secretSettings(database.Store))
	for _, m := range a.Registry.modules {
		for _, c := range m.Secrets {
			columns[c.Scope] = append(columns[c.Scope], c)
		}
	}
	file := func(name, storeID string, db *database.DB, list []secret.Column) error {
		total := 0
		for _, c := range list {
			n, err := a.Secrets.Reseal(ctx, db, storeID, c)
			if err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
			total += n
		}
		if total > 0 {
			each(name, total)
		}
		return nil
	}
	failed := file("platform", "", a.Platform.DB, columns[database.Platform])
	if len(columns[database.Store]) == 0 {
		return failed
	}
	for _, info := range a.Platform.Stores() {
		st, release, err := a.Platform.Acquire(ctx, info.ID)
		if err != nil {
			failed = errors.Join(failed, fmt.Errorf("%s: %w", info.Code, err))
			continue
		}
		failed = errors.Join(failed, file(info.Code, info.ID, st.DB, columns[database.Store]))
		release()
		if ctx.Err() != nil {
			return errors.Join(failed, ctx.Err())
		}
	}
	return failed
}

// RotateKey makes a new operator's key and seals everything with it. The one before still opens, older ones are given up; so
// nothing may be sealed with those.
func (a *App) RotateKey(ctx context.Context, each func(name string, n int)) error {
	if err := a.Reseal(ctx, each); err != nil {
		return &problem.Error{Code: problem.Conflict, Message: "The key was not changed, because some secrets cannot be sealed anew: " + err.Error(), Cause: err}
	}
	if err := a.Secrets.Rotate(ctx, a.Platform.DB); err != nil {
		return err
	}
	return a.Reseal(ctx, each)
}
