package cli

import (
	"embed"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"text/template"

	"wizamart/framework/app"
)

//go:embed units
var unitFiles embed.FS

var units = template.Must(template.ParseFS(unitFiles, "units/*"))

type installCmd struct {
	BaseDomain string `help:"Domain of the platform, such as shops.example." required:"" placeholder:"DOMAIN"`
	Email      string `help:"E-mail address for the certificate authority's warnings." placeholder:"ADDRESS"`
	TLS        string `help:"auto: the server obtains certificates and answers on ports 80 and 443. off: a proxy in front does that, and the server answers on 127.0.0.1:8080." enum:"auto,off" default:"auto"`
	User       string `help:"System user that the server runs as; made when missing." default:"wizamart"`
	Print      bool   `help:"Print the files and change nothing."`
	Root       string `help:"Write below this directory instead of /, and start nothing." type:"path" placeholder:"DIR"`
	NoStart    bool   `help:"Write everything, and leave starting to you."`
}

// Help is the text behind the flags of install --help.
func (installCmd) Help() string {
	return `Copies this binary to /usr/local/bin, makes the user and /var/lib/wizamart, writes the systemd units and /etc/wizamart/wizamart.env, and starts the
server. systemd opens the ports and keeps them open, so that a restart drops no request. Running it again keeps the settings file.`
}

// place is one file that install writes.
type placed struct {
	Path string
	Mode os.FileMode
	Text string
	Keep bool // when it is there already
}

const binaryPath = "/usr/local/bin/wizamart"

func (cmd *installCmd) files() ([]placed, error) {
	var out []placed
	for _, f := range []placed{
		{Path: "/etc/systemd/system/wizamart.service", Mode: 0o644},
		{Path: "/etc/systemd/system/wizamart.socket", Mode: 0o644},
		{Path: "/etc/wizamart/wizamart.env", Mode: 0o640, Keep: true},
	} {
		var text strings.Builder
		if err := units.ExecuteTemplate(&text, filepath.Base(f.Path), cmd); err != nil {
			return nil, err
		}
		f.Text = text.String()
		out = append(out, f)
	}
	return out, nil
}

func (cmd *installCmd) run(c *caller) error {
	for _, v := range []string{cmd.BaseDomain, cmd.Email, cmd.User} {
		if strings.ContainsAny(v, " \t\r\n\"'\\$%;") {
			return fmt.Errorf("%q cannot be written into a settings file", v)
		}
	}
	files, err := cmd.files()
	if err != nil {
		return err
	}
	if cmd.Print {
		for _, f := range files {
			fmt.Fprintf(c.stdout, "# %s (mode %04o)\n%s\n", f.Path, f.Mode, f.Text)
		}
		return nil
	}
	if cmd.Root == "" && os.Geteuid() != 0 {
		return &app.Exit{Status: 1, Message: "install writes system files: run it as root, or look at them first with --print"}
	}
	at := func(path string) string { return filepath.Join("/", cmd.Root, path) }
	self, err := os.Executable()
	if err != nil {
		return err
	}
	if self != at(binaryPath) {
		if err := copyFile(self, at(binaryPath), 0o755); err != nil {
			return err
		}
		fmt.Fprintln(c.stdout, "wrote", at(binaryPath))
	}
	if cmd.Root == "" {
		if _, err := user.Lookup(cmd.User); err != nil {
			if out, err := exec.Command("useradd", "--system", "--user-group", "--home-dir", "/var/lib/wizamart", "--shell", "/usr/sbin/nologin", cmd.User).CombinedOutput(); err != nil {
				return fmt.Errorf("make the user %s: %w: %s", cmd.User, err, strings.TrimSpace(string(out)))
			}
		}
	}
	for _, dir := range []string{"/var/lib/wizamart", "/var/lib/wizamart-key"} {
		if err := os.MkdirAll(at(dir), 0o700); err != nil {
			return err
		}
		if err := cmd.give(at(dir)); err != nil {
			return err
		}
	}
	for _, f := range files {
		if _, err := os.Stat(at(f.Path)); err == nil && f.Keep {
			fmt.Fprintln(c.stdout, "kept", at(f.Path))
			continue
		}
		if err := os.MkdirAll(filepath.Dir(at(f.Path)), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(at(f.Path), []byte(f.Text), f.Mode); err != nil {
			return err
		}
		fmt.Fprintln(c.stdout, "wrote", at(f.Path))
	}
	if cmd.Root == "" && !cmd.NoStart {
		for _, args := range [][]string{{"daemon-reload"}, {"enable", "--now", "wizamart.socket"}, {"enable", "wizamart.service"}, {"restart", "wizamart.service"}} {
			if out, err := exec.Command("systemctl", args...).CombinedOutput(); err != nil {
				return fmt.Errorf("systemctl %s: %w: %s", strings.Join(args, " "), err, strings.TrimSpace(string(out)))
			}
		}
	}
	fmt.Fprintf(c.stdout, "The link to set up the first operator is in the server's log: journalctl -u wizamart\nThe operator's key is in /var/lib/wizamart-key: write its recovery code down (wizamart key show-recovery).\n")
	return nil
}

// give hands a directory to the server's user.
func (cmd *installCmd) give(path string) error {
	if cmd.Root != "" {
		return nil
	}
	u, err := user.Lookup(cmd.User)
	if err != nil {
		return err
	}
	uid, _ := strconv.Atoi(u.Uid)
	gid, _ := strconv.Atoi(u.Gid)
	return os.Chown(path, uid, gid)
}

// copyFile puts a file in its place whole, also over a program that runs.
func copyFile(from, to string, mode os.FileMode) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	out, err := os.CreateTemp(filepath.Dir(to), ".wizamart-*")
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	if err == nil {
		err = out.Chmod(mode)
	}
	if err == nil {
		err = out.Sync()
	}
	if e := out.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = os.Rename(out.Name(), to)
	}
	if err != nil {
		os.Remove(out.Name())
		return fmt.Errorf("put %s in its place: %w", to, err)
	}
	return nil
}
