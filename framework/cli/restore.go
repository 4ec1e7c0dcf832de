package cli

import (
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"wizamart/framework/app"
	"wizamart/framework/config"
	"wizamart/framework/replicate"
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
	Store string `help:"Id of the store to restore, or “platform”. A server that runs knows it: wizamart replica status." placeholder:"ID" xor:"what"`
	To    string `help:"File to restore into. It must not exist." type:"path" placeholder:"FILE"`
	At    string `help:"Moment to restore to, RFC 3339 such as 2026-11-24T12:00:00Z; without it the newest." placeholder:"TIME"`
	All   bool   `help:"Restore the platform, every store and their pictures into the empty --data directory, which owns the replica from then on." xor:"what"`
	From  string `help:"URL of the replica: s3://bucket/prefix?endpoint=… or file:///dir. Without it, what the replica settings say." placeholder:"URL"`
}

// Help is the text behind the flags of restore --help.
func (restoreCmd) Help() string {
	return `A restore never writes over what is there: look at the copy, then decide. Every restored file passes SQLite's integrity_check.
--all gives the replica to the new data directory: an old server that still writes to it closes its stores.`
}

// restore needs no data directory of its own, and none that is in use is touched.
func (p *Program) restore(c *caller, r *root) error {
	cmd := r.Restore
	rt := &app.Runtime{Ctx: c.ctx, Stdout: c.stdout, Stderr: c.stderr, Dir: c.dir}
	var target replicate.Target
	var err error
	if cmd.From != "" {
		target, err = replicate.ParseURL(cmd.From)
	} else {
		var cfg replicate.Config
		cfg, err = replicate.FindConfig(r.Data, r.ReplicaConfig)
		target = cfg.Target
	}
	if err != nil {
		return err
	}
	src, err := replicate.OpenSource(target)
	if err != nil {
		return err
	}
	if cmd.All {
		if cmd.At != "" || cmd.To != "" {
			return errors.New("--all restores the newest of everything into --data: --at and --to are for one store")
		}
		rt.Printf("Restoring everything from %s into %s.\nThe replica is taken over first, and a server that may still write to it is given 12 seconds to notice.\n", target.URL(""), r.Data)
		err := src.RestoreAll(c.ctx, r.Data, func(done, all int, name string, out replicate.Restored) {
			rt.Printf("%5d of %d  %-52s %s\n", done, all, name, summary(out))
		})
		if err != nil {
			return err
		}
		rt.Printf("Done. The replica belongs to this data directory now; start it with “wizamart serve”.\n")
		return nil
	}
	if cmd.Store == "" || cmd.To == "" {
		return errors.New("say what to restore: --store ID --to FILE, or --all --from URL")
	}
	var at time.Time
	if cmd.At != "" {
		if at, err = time.Parse(time.RFC3339, cmd.At); err != nil {
			return fmt.Errorf("--at: %q is no time such as 2026-11-24T12:00:00Z", cmd.At)
		}
	}
	key := cmd.Store
	if key == "platform" {
		key = ""
	}
	out, err := src.Restore(c.ctx, key, rt.Path(cmd.To), at)
	if err != nil {
		return err
	}
	rt.Printf("Restored %s: %s\n", cmd.To, summary(out))
	return nil
}

func summary(r replicate.Restored) string {
	return fmt.Sprintf("%d rows in %d tables, %.1f MB, sound, generation %d, %s", r.Rows(), len(r.Tables), float64(r.Bytes)/1e6, r.Generation, r.Took.Round(time.Millisecond))
}
