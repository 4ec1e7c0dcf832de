package cli

import (
	"fmt"

	"wizamart/framework/app"
)

// keyMade tells of a key that has just been made. The recovery code itself is printed on request alone: this may go to a log.
func keyMade(c *caller, a *app.App) {
	if !a.KeyMade {
		return
	}
	fmt.Fprintf(c.stderr, `A new operator's key was made: %s
  The secrets in the databases are encrypted with it. If it is lost, nobody can read them again, and no backup helps.
  Write its recovery code down:  wizamart key show-recovery
  and prove that you did:        wizamart key confirm
`, a.Secrets.File())
}
