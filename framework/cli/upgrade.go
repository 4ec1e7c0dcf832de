package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"wizamart/framework/app"
	"wizamart/framework/database"
	"wizamart/tenant"
)

type upgradeCmd struct {
	Binary string `arg:"" optional:"" type:"path" help:"The new binary."`
	Back   bool   `help:"Put the binary before the last upgrade in its place again."`
	To     string `help:"The binary that is replaced." default:"/usr/local/bin/wizamart" type:"path" placeholder:"FILE"`
	NoStop bool   `name:"no-restart" help:"Replace the binary, and leave the restart to you."`
}

// Help is the text behind the flags of upgrade --help.
func (upgradeCmd) Help() string {
	return `Before anything is replaced, the new binary has to say its version, open a copy of the platform's database and bring it to its own schema. The
binary before is kept beside it (wizamart.previous). Nothing is changed when a check fails. With systemd the server is restarted, which drops no request,
and the binary before comes back by itself when the new one does not start.`
}

func previous(to string) string { return to + ".previous" }

func (cmd *upgradeCmd) run(c *caller, r *root) error {
	if cmd.Back == (cmd.Binary != "") {
		return errors.New("say which: upgrade BINARY, or upgrade --back")
	}
	if cmd.Back {
		if _, err := os.Stat(previous(cmd.To)); errors.Is(err, fs.ErrNotExist) {
			return &app.Exit{Status: 1, Message: "there is no binary to go back to: " + previous(cmd.To)}
		}
		if err := swap(cmd.To); err != nil {
			return err
		}
		fmt.Fprintf(c.stdout, "%s is the binary before the upgrade again; the other one is %s.\n", cmd.To, previous(cmd.To))
		return cmd.restart(c)
	}
	version, err := ask(c.ctx, cmd.Binary, "version")
	if err != nil {
		return &app.Exit{Status: 1, Message: fmt.Sprintf("%s does not run here, and nothing was changed: %v", cmd.Binary, err)}
	}
	fmt.Fprintf(c.stdout, "ok   %s says: %s\n", cmd.Binary, version)
	if err := rehearse(c, r, cmd.Binary); err != nil {
		return &app.Exit{Status: 1, Message: fmt.Sprintf("the new binary cannot use this platform, and nothing was changed: %v", err)}
	}
	fmt.Fprintln(c.stdout, "ok   it opens a copy of the platform's database")
	if err := copyFile(cmd.To, previous(cmd.To), 0o755); err != nil {
		return err
	}
	if err := copyFile(cmd.Binary, cmd.To, 0o755); err != nil {
		return err
	}
	fmt.Fprintf(c.stdout, "ok   %s is replaced; the one before is %s\n", cmd.To, previous(cmd.To))
	if err := cmd.restart(c); err != nil {
		back := errors.Join(swap(cmd.To), cmd.restart(c))
		return errors.Join(fmt.Errorf("the new one does not start, and the one before is back: %w", err), back)
	}
	fmt.Fprintln(c.stdout, "The way back: wizamart upgrade --back")
	return nil
}

// ask runs a command of another binary.
func ask(ctx context.Context, binary string, args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, binary, args...)
	var out, errout bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errout
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("%w: %s", err, strings.TrimSpace(errout.String()))
	}
	if !strings.HasPrefix(out.String(), "wizamart ") && args[0] == "version" {
		return "", errors.New("it is not wizamart")
	}
	return strings.TrimSpace(out.String()), nil
}

// rehearse has the new binary open a copy of the platform's database, with no stores beside it.
func rehearse(c *caller, r *root, binary string) error {
	file := tenant.File(r.Data, "")
	if _, err := os.Stat(file); errors.Is(err, fs.ErrNotExist) {
		return nil // nothing is installed yet
	}
	dir, err := os.MkdirTemp("", "wizamart-upgrade-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if _, err := database.Snapshot(c.ctx, file, filepath.Join(dir, "platform.db")); err != nil {
		return fmt.Errorf("copy the platform's database: %w", err)
	}
	key := r.KeyFile
	if key == "" {
		key = r.Data + ".key"
	}
	_, err = ask(c.ctx, binary, "store", "list", "--data", dir, "--key-file", key, "--replica-config", "off")
	return err
}

// swap exchanges the binary and the one before.
func swap(to string) error {
	aside := to + ".aside"
	return errors.Join(os.Rename(to, aside), os.Rename(previous(to), to), os.Rename(aside, previous(to)))
}

// restart has systemd restart the server where it runs one.
func (cmd *upgradeCmd) restart(c *caller) error {
	if cmd.NoStop || exec.CommandContext(c.ctx, "systemctl", "is-active", "--quiet", "wizamart.service").Run() != nil {
		return nil
	}
	out, err := exec.CommandContext(c.ctx, "systemctl", "restart", "wizamart.service").CombinedOutput() // it waits until the server is ready
	if err != nil {
		return fmt.Errorf("%w: %s", err, strings.TrimSpace(string(out)))
	}
	return nil
}
