package app

import (
	"cmp"
	"context"

	"wizamart/framework/secret"
)

// unlock takes the operator's key into use. A platform that is new gets a new key; one whose key is not there is not opened.
func (a *App) unlock(ctx context.Context) (err error) {
	file := cmp.Or(a.Config.KeyFile, secret.DefaultFile(a.Platform.Dir()))
	a.Secrets, a.KeyMade, err = secret.OpenFor(ctx, a.Platform.DB, file)
	return err
}
