package cli

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"wizamart/framework/app"
	"wizamart/framework/problem"
	"wizamart/framework/secret"
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

type keyCmd struct {
	Status       keyStatus  `cmd:"" help:"Say where the key is, and whether its recovery code was written down."`
	ShowRecovery keyShow    `cmd:"" help:"Print the recovery code, until it has been confirmed."`
	Confirm      keyConfirm `cmd:"" help:"Type the recovery code, to prove that it was written down."`
	Restore      keyRestore `cmd:"" help:"Make the key file again from the recovery code."`
	Rotate       keyRotate  `cmd:"" help:"Make a new key, and seal every secret with it."`
}

type keyStatus struct{}

// Run prints.
func (keyStatus) Run(rt *app.Runtime) error {
	known, err := secret.ReadKnown(rt.Ctx, rt.App.Platform.DB)
	if err != nil {
		return err
	}
	rt.Printf("Key file: %s\n", rt.App.Secrets.File())
	have := strings.Join(rt.App.Secrets.IDs(), " ")
	for _, k := range known {
		state := "seals"
		if !k.RetiredAt.IsZero() {
			state = "opens only"
			if !strings.Contains(have, k.ID) {
				state = "given up"
			}
		} else if k.ConfirmedAt.IsZero() {
			state += "; NOBODY HAS CONFIRMED that its recovery code was written down: wizamart key show-recovery"
		} else {
			state += "; recovery code confirmed " + k.ConfirmedAt.Format(time.DateOnly)
		}
		rt.Printf("  %s  made %s  %s\n", k.ID, k.CreatedAt.Format(time.DateOnly), state)
	}
	return nil
}

type keyShow struct{}

// Run prints the code of a key that nobody has confirmed.
func (keyShow) Run(rt *app.Runtime) error {
	known, err := secret.ReadKnown(rt.Ctx, rt.App.Platform.DB)
	if err != nil {
		return err
	}
	if len(known) > 0 && !known[0].ConfirmedAt.IsZero() {
		return problem.New(problem.Conflict, "The recovery code of this key was confirmed on %s and is not shown again. If it got lost: “wizamart key rotate” makes a new key with a new code.", known[0].ConfirmedAt.Format(time.DateOnly))
	}
	rt.Printf("\n  %s\n\nThis is the recovery code of the operator's key %s. Write it on paper or keep it in a password manager, apart from this machine and from the\nbackups: with it and a replica everything comes back on a new machine, and whoever has both reads the secrets.\nThen: wizamart key confirm\n", rt.App.Secrets.RecoveryCode(), rt.App.Secrets.ID())
	return nil
}

type keyConfirm struct {
	Code string `arg:"" optional:"" help:"The recovery code. It is asked for when it is not given, which keeps it out of the shell's history."`
}

// Run confirms.
func (cmd *keyConfirm) Run(rt *app.Runtime) error {
	if err := rt.App.Secrets.Confirm(rt.Ctx, rt.App.Platform.DB, cmd.Code); err != nil {
		return err
	}
	rt.Printf("Right. The recovery code of key %s is confirmed, and is not shown again.\n", rt.App.Secrets.ID())
	return nil
}

type keyRestore struct {
	Code string `arg:"" optional:"" help:"The recovery code. It is asked for when it is not given."`
}

// restoreKey needs no data directory: the key comes back before the data does.
func (p *Program) restoreKey(c *caller, r *root) error {
	k, err := secret.Recover(cmp.Or(r.KeyFile, secret.DefaultFile(r.Data)), r.Key.Restore.Code)
	if err != nil {
		return err
	}
	fmt.Fprintf(c.stdout, "Key %s is back in %s.\n", k.ID(), k.File())
	return nil
}

type keyRotate struct {
	Finish bool `help:"Make no new key, and seal with the newest what an interrupted rotation left."`
}

// Run rotates.
func (cmd *keyRotate) Run(rt *app.Runtime) error {
	each := func(name string, n int) { rt.Printf("%s: %d secrets sealed anew\n", name, n) }
	if cmd.Finish {
		return rt.App.Reseal(rt.Ctx, each)
	}
	before := rt.App.Secrets.ID()
	if err := rt.App.RotateKey(rt.Ctx, each); err != nil {
		if rt.App.Secrets.ID() != before {
			err = fmt.Errorf("the key was changed, and some secrets are still sealed with the one before, which still opens them; repair and run “wizamart key rotate --finish”: %w", err)
		}
		return err
	}
	rt.Printf("Key %s seals from now on; %s still opens. The recovery code has changed:\n  wizamart key show-recovery\n  wizamart key confirm\n", rt.App.Secrets.ID(), before)
	return nil
}

// askCode reads a code that was not given on the command line.
func askCode(c *caller, in io.Reader, code *string) error {
	if *code != "" || c.served != nil {
		return nil
	}
	if in == os.Stdin {
		fmt.Fprint(c.stderr, "Recovery code: ")
	}
	line, err := bufio.NewReader(in).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("read the recovery code: %w", err)
	}
	if *code = strings.Join(strings.Fields(line), "-"); *code == "" {
		return secret.ErrCode
	}
	c.args = append(c.args, *code)
	return nil
}

// checkKey looks whether the operator's key would survive the loss of this machine.
func checkKey(rt *app.Runtime) Finding {
	f := Finding{Check: "operator's key", OK: true, Detail: rt.App.Secrets.ID() + " in " + rt.App.Secrets.File()}
	known, err := secret.ReadKnown(rt.Ctx, rt.App.Platform.DB)
	switch dir := rt.App.Platform.Dir() + string(filepath.Separator); {
	case err != nil:
		f.OK, f.Detail = false, err.Error()
	case strings.HasPrefix(rt.App.Secrets.File(), dir):
		f.OK, f.Detail = false, rt.App.Secrets.File()+" lies in the data directory: whoever gets a copy of it reads the secrets"
		f.Advice = "Stop the server, move the file elsewhere, and name it with --key-file (WIZAMART_KEY_FILE)."
	case len(known) > 0 && known[0].ConfirmedAt.IsZero():
		f.Warn, f.Detail = true, f.Detail+": nobody has confirmed that its recovery code was written down"
		f.Advice = "wizamart key show-recovery, then wizamart key confirm. Without the key no backup gives the secrets back."
	}
	return f
}
