package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"wizamart/framework/app"
	"wizamart/framework/config"
	"wizamart/framework/database"
	"wizamart/framework/problem"
	"wizamart/framework/replicate"
	"wizamart/tenant"
)

// replicaOf is the configuration's word for a --replica-config.
func replicaOf(_, file string) (string, error) {
	switch file {
	case "":
		return config.ReplicaDefault, nil
	case "off":
		return "", nil
	}
	return filepath.Abs(file)
}

type restoreCmd struct {
	Store    string `help:"Code or id of the store to restore as a copy, or “platform”." placeholder:"CODE" xor:"what"`
	At       string `help:"Moment to restore to, RFC 3339 such as 2026-11-24T12:00:00Z; without it the newest." placeholder:"TIME"`
	Snapshot string `help:"Restore this snapshot instead of the stream: “newest”, or a name of “wizamart snapshot list CODE”." placeholder:"NAME"`
	To       string `help:"File for the copy, which must not exist, or a directory. Without it, the directory where you are." type:"path" placeholder:"FILE"`
	All      bool   `help:"Restore the platform, every store and their pictures into the empty --data directory, which owns the replica from then on." xor:"what"`
	From     string `help:"URL of the replica: s3://bucket/prefix?endpoint=… or file:///dir. Without it, the one of the data directory." placeholder:"URL"`
}

// Help is the text behind the flags of restore --help.
func (restoreCmd) Help() string {
	return `A restore never writes over what is there: look at the copy, then decide. Every restored file passes SQLite's integrity_check and
foreign_key_check, and its rows are counted. To put a damaged store's newest copy in its place: wizamart store restore CODE.
--all needs the operator's key first: put the key file in its place, or “wizamart key restore”. It gives the replica to the new
data directory: an old server that still writes to it closes its stores.`
}

// at is the moment that was asked for, zero for the newest.
func (cmd *restoreCmd) at() (time.Time, error) {
	if cmd.At == "" {
		return time.Time{}, nil
	}
	at, err := time.Parse(time.RFC3339, cmd.At)
	if err != nil {
		return at, fmt.Errorf("--at: %q is no time such as 2026-11-24T12:00:00Z", cmd.At)
	}
	if at.After(time.Now()) {
		return at, fmt.Errorf("--at: %s is still to come; leave it out for the newest", cmd.At)
	}
	return at, nil
}

// Run restores one database of an open platform as a copy. Nothing that lives is touched.
func (cmd *restoreCmd) Run(rt *app.Runtime) error {
	if rt.App.Replica == nil {
		return problem.New(problem.Unavailable, "Nothing is replicated here: name the replica with --from URL.")
	}
	key, name, err := tenant.FindStore(rt.Ctx, rt.App.Platform.DB, cmd.Store)
	if cmd.Store == "platform" {
		key, name, err = "", "platform", nil
	}
	if database.NotFound(err) {
		return problem.New(problem.NotFound, "There is no store with the code or id “%s”. They are in “wizamart store list” and “wizamart replica status”.", cmd.Store)
	} else if err != nil {
		return err
	}
	return cmd.copy(rt, rt.App.Replica.Source(), key, name, rt.App.Tables())
}

// copy restores one database to where it was asked for.
func (cmd *restoreCmd) copy(rt *app.Runtime, src *replicate.Source, key, name string, tables []database.Table) error {
	at, err := cmd.at()
	if err != nil {
		return err
	}
	to := rt.Path(cmd.To)
	if to == "" {
		to = rt.Dir
	}
	if strings.HasSuffix(cmd.To, "/") {
		if err := os.MkdirAll(to, 0o700); err != nil {
			return err
		}
	}
	if info, err := os.Stat(to); err == nil && info.IsDir() {
		stamp := at
		if at.IsZero() {
			stamp = time.Now()
		}
		to = filepath.Join(to, name+"-"+stamp.UTC().Format("20060102T150405Z")+".db")
	}
	var out replicate.Restored
	switch cmd.Snapshot {
	case "":
		out, err = src.Restore(rt.Ctx, key, to, at)
	case "newest":
		out, err = src.FetchSnapshot(rt.Ctx, key, "", to)
	default:
		out, err = src.FetchSnapshot(rt.Ctx, key, cmd.Snapshot, to)
	}
	if err != nil {
		return err
	}
	scope := database.Store
	if key == "" {
		scope = database.Platform
	}
	for _, table := range app.Important(tables, scope, out.Tables) {
		rt.Printf("  %-32s %8d rows\n", table, out.Tables[table])
	}
	rt.Printf("Restored %s as it was at %s into %s\n%s\n", name, out.Point.Format(time.RFC3339), to, summary(out))
	return nil
}

// restoreAlone handles what needs no data directory. alone is false for what is done in the open platform, or in its server.
func (p *Program) restoreAlone(c *caller, r *root) (alone bool, err error) {
	cmd := &r.Restore
	switch {
	case cmd.All && (cmd.At != "" || cmd.To != "" || cmd.Snapshot != ""):
		return true, errors.New("--all restores the newest of everything into --data: --at, --snapshot and --to are for one store")
	case cmd.At != "" && cmd.Snapshot != "":
		return true, errors.New("--at and --snapshot: a snapshot is of its own moment")
	case !cmd.All && cmd.Store == "":
		return true, errors.New("say what to restore: --store CODE [--at TIME] [--to FILE], or --all --from URL")
	case !cmd.All && cmd.From == "":
		if _, err := os.Stat(tenant.File(r.Data, "")); err == nil || c.served != nil {
			return false, nil
		}
	}
	var target replicate.Target
	if cmd.From != "" {
		target, err = replicate.ParseURL(cmd.From)
	} else {
		var cfg replicate.Config
		cfg, err = replicate.FindConfig(r.Data, r.ReplicaConfig)
		target = cfg.Target
	}
	if err != nil {
		return true, err
	}
	src, err := replicate.OpenSource(target)
	if err != nil {
		return true, err
	}
	if cmd.All {
		return true, p.restoreAll(c, r, src, target)
	}
	return true, p.restoreOne(c, r, src)
}

// restoreOne looks a store's code up in the replica's own platform database.
func (p *Program) restoreOne(c *caller, r *root, src *replicate.Source) error {
	cmd := &r.Restore
	rt := &app.Runtime{Ctx: c.ctx, Stdout: c.stdout, Stderr: c.stderr, Dir: c.dir}
	key, name := "", "platform"
	if cmd.Store != "platform" {
		err := withPlatform(c.ctx, src, func(ctx context.Context, db *database.DB) (err error) {
			key, name, err = tenant.FindStore(ctx, db, cmd.Store)
			return err
		})
		switch {
		case database.NotFound(err):
			return fmt.Errorf("the platform at this replica has no store with the code or id “%s”", cmd.Store)
		case errors.Is(err, fs.ErrNotExist) || err != nil: // without the platform an id is still enough
			key, name = cmd.Store, cmd.Store
		}
	}
	tables, err := p.tables()
	if err != nil {
		return err
	}
	return cmd.copy(rt, src, key, name, tables)
}

// withPlatform restores the platform's database to a place that is removed afterwards.
func withPlatform(ctx context.Context, src *replicate.Source, fn func(ctx context.Context, db *database.DB) error) error {
	dir, err := os.MkdirTemp("", "wizamart-restore-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "platform.db")
	if _, err := src.Restore(ctx, "", path, time.Time{}); err != nil {
		return err
	}
	return tenant.Offline(ctx, path, fn)
}

func (p *Program) tables() ([]database.Table, error) {
	modules, err := p.Assemble(&app.App{})
	var out []database.Table
	for _, s := range app.Framework() {
		out = append(out, s.Tables...)
	}
	for _, m := range modules {
		out = append(out, m.Tables...)
	}
	return out, err
}

func summary(r replicate.Restored) string {
	from := fmt.Sprintf("generation %d", r.Generation)
	if r.Snapshot != "" {
		from = "FROM THE SNAPSHOT " + r.Snapshot
	}
	text := fmt.Sprintf("%d rows in %d tables, %.1f MB, sound, %s, %s", r.Rows(), len(r.Tables), float64(r.Bytes)/1e6, from, r.Took.Round(time.Millisecond))
	if r.PassedOver > 0 {
		text += fmt.Sprintf(" (%d full copies at the replica are damaged and were passed over)", r.PassedOver)
	}
	return text
}
