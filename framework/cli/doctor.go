package cli

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"

	"wizamart/framework/app"
	"wizamart/framework/disk"
)

type doctorCmd struct {
	JSON bool `help:"Print the findings as JSON: [{\"check\",\"ok\",\"detail\",\"advice\"}]."`
}

// Help is the text behind the flags of doctor --help.
func (doctorCmd) Help() string {
	return `Exit status 0 when all is well, 1 when something needs attention. With a running server the checks run inside it.`
}

// Finding is one thing that doctor looked at.
type Finding = app.Finding

// before handles a directory that cannot be opened at all.
func (d *doctorCmd) before(c *caller, dir string) (done bool, err error) {
	empty, err := isEmpty(dir)
	switch {
	case errors.Is(err, os.ErrPermission):
		return true, &app.Exit{Status: 1, Message: fmt.Sprintf("the data directory %s cannot be read: run this as the user that runs the server, or give it the directory: chown -R USER %s", dir, dir)}
	case err != nil:
		return true, err
	case empty:
		fmt.Fprintf(c.stdout, "There is nothing in %s yet. Start with “wizamart serve” or “wizamart demo”.\n", dir)
		return true, nil
	}
	return false, nil
}

// Run looks at everything and reports.
func (d *doctorCmd) Run(rt *app.Runtime) error {
	found := []Finding{checkDirectory(rt.App.Platform.Dir()), checkFiles(rt.App.Config.OpenStores), checkDisk(rt.App)}
	found = append(found, checkKey(rt))
	found = append(found, checkDatabases(rt)...)
	for _, m := range rt.App.Registry.Modules() {
		if m.Doctor != nil && rt.App.Enabled(m.Name) {
			found = append(found, m.Doctor(rt.Ctx)...)
		}
	}
	bad := 0
	for _, f := range found {
		if !f.OK {
			bad++
		}
	}
	if d.JSON {
		if err := rt.JSON(found); err != nil {
			return err
		}
	} else {
		for _, f := range found {
			mark := "ok  "
			if f.Warn {
				mark = "WARN"
			}
			if !f.OK {
				mark = "BAD "
			}
			rt.Printf("%s %-28s %s\n", mark, f.Check, f.Detail)
			if f.Advice != "" {
				rt.Printf("     → %s\n", f.Advice)
			}
		}
		rt.Printf("%d checks, %d need attention.\n", len(found), bad)
	}
	if bad > 0 {
		return &app.Exit{Status: 1}
	}
	return nil
}

func checkDirectory(dir string) Finding {
	f := Finding{Check: "data directory", OK: true, Detail: dir}
	info, err := os.Stat(dir)
	if err != nil {
		return Finding{Check: f.Check, Detail: err.Error(), Advice: "Check the --data directory."}
	}
	if info.Mode().Perm()&0o077 != 0 {
		f.OK, f.Detail = false, fmt.Sprintf("%s is open to others (mode %04o)", dir, info.Mode().Perm())
		f.Advice = "chmod 700 " + dir
	}
	probe, err := os.CreateTemp(dir, ".doctor-*")
	if err != nil {
		return Finding{Check: f.Check, Detail: err.Error(), Advice: "Make the directory writable for the user that runs the server."}
	}
	probe.Close()
	if err := os.Remove(probe.Name()); err != nil {
		f.OK, f.Detail = false, err.Error()
	}
	return f
}

// checkFiles compares the limit of open files with what the open stores need: 5 descriptors each, as measured.
func checkFiles(openStores int) Finding {
	var lim syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &lim); err != nil {
		return Finding{Check: "open files", Detail: err.Error()}
	}
	need := uint64(openStores*5 + 512)
	f := Finding{Check: "open files", OK: lim.Cur >= need, Detail: fmt.Sprintf("limit %d, %d wanted for %d open stores", lim.Cur, need, openStores)}
	if !f.OK {
		f.Advice = fmt.Sprintf("Raise it (ulimit -n %d, or LimitNOFILE=%d in the systemd unit), or lower --open-stores.", need, need)
	}
	return f
}

func checkDisk(a *app.App) Finding {
	d := a.Disk.State()
	if d.Err != nil {
		return Finding{Check: "disk space", Detail: d.Err.Error()}
	}
	f := Finding{Check: "disk space", OK: d.Level == disk.Plenty, Detail: fmt.Sprintf("%.1f of %.1f GB free", float64(d.Free)/1e9, float64(d.Total)/1e9)}
	if !f.OK {
		f.Advice = fmt.Sprintf("Free some space: uploads are refused below %d MB, new orders below %d MB.", d.Low/1_000_000, d.Full/1_000_000)
	}
	return f
}

func checkDatabases(rt *app.Runtime) []Finding {
	var out []Finding
	note := func(name string, complaints []string, err error) {
		f := Finding{Check: name, OK: err == nil && len(complaints) == 0, Detail: "integrity ok"}
		if err != nil {
			f.Detail, f.Advice = err.Error(), "Look at the server's log, and restore this database from its last good copy if its file is damaged."
		} else if len(complaints) > 0 {
			f.Detail, f.Advice = complaints[0], "The file is damaged. A store comes back with “wizamart store restore CODE”, which keeps the damaged file; for platform.db see docs/replication.md."
		}
		out = append(out, f)
	}
	p := rt.App.Platform
	lines, err := p.DB.Integrity(rt.Ctx)
	note("platform.db", lines, err)
	for _, s := range p.Stores() {
		if q := p.InQuarantine(s.ID); q != nil {
			out = append(out, Finding{Check: "store " + s.Code, Detail: fmt.Sprintf("quarantined (%s) since %s: %s", q.Reason, q.Since.Format("2006-01-02 15:04"), q.Detail), Advice: q.Advice(s.Code)})
			continue
		}
		st, release, err := p.Acquire(rt.Ctx, s.ID)
		if err != nil {
			note("store "+s.Code, nil, err)
			continue
		}
		lines, err := st.Integrity(rt.Ctx)
		release()
		note("store "+s.Code, lines, err)
	}
	stray, err := filepath.Glob(filepath.Join(p.Dir(), "stores", "*"))
	if err == nil {
		for _, dir := range stray {
			if id := filepath.Base(dir); p.ByID(id) == nil {
				out = append(out, Finding{Check: "store directory", Detail: id + " belongs to no store", Advice: "Move it away if you do not need it."})
			}
		}
	}
	return out
}
