package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"time"

	"github.com/mattn/go-isatty"

	"wizamart/framework/app"
	"wizamart/framework/database"
	"wizamart/framework/event"
	"wizamart/framework/replicate"
	"wizamart/framework/secret"
	"wizamart/tenant"
)

// restoreAll brings everything back on a new machine. The operator's key is tried before anything is done.
func (p *Program) restoreAll(c *caller, r *root, src *replicate.Source, target replicate.Target) error {
	rt := &app.Runtime{Ctx: c.ctx, Stdout: c.stdout, Stderr: c.stderr, Dir: c.dir}
	if err := tryKey(c.ctx, r, src); err != nil {
		return err
	}
	rt.Printf("Restoring everything from %s into %s.\nThe replica is taken over first, and a server that may still write to it is given 12 seconds to notice.\n", target.URL(""), r.Data)
	show := progress(c.stdout)
	points := map[string]time.Time{}
	rows := map[string]int{}
	var older []string
	err := src.RestoreAll(c.ctx, r.Data, func(done, all int, key string, out replicate.Restored) error {
		points[key] = out.Point
		name := "stores/" + key
		if key == "" {
			name = "platform"
		} else {
			for table, n := range out.Tables {
				rows[table] += n
			}
		}
		if out.Snapshot != "" {
			older = append(older, fmt.Sprintf("  %s: from its snapshot %s", name, out.Snapshot))
		}
		show(done, all, name, out)
		if key == "" {
			return nil
		}
		return tenant.Offline(c.ctx, tenant.File(r.Data, key), func(ctx context.Context, db *database.DB) error {
			return db.Write(ctx, func(tx *database.DB) error {
				_, err := event.Redeliver(tx, points[""])
				return err
			})
		})
	})
	if err != nil {
		return err
	}
	var absent []string
	err = tenant.Offline(c.ctx, tenant.File(r.Data, ""), func(ctx context.Context, db *database.DB) (err error) {
		there := map[string]bool{}
		for id := range points {
			there[id] = true
		}
		if absent, err = tenant.Absent(ctx, db, there); err != nil {
			return err
		}
		return db.Write(ctx, func(tx *database.DB) error {
			for id, at := range points {
				if id == "" {
					continue
				}
				if _, err := event.RedeliverTo(tx, id, at); err != nil {
					return err
				}
			}
			return tenant.AllDue(tx)
		})
	})
	if err != nil {
		return fmt.Errorf("have events delivered again: %w", err)
	}
	tables, err := p.tables()
	if err != nil {
		return err
	}
	rt.Printf("In all stores together:\n")
	for _, table := range app.Important(tables, database.Store, rows) {
		rt.Printf("  %-32s %8d rows\n", table, rows[table])
	}
	if len(older) > 0 {
		rt.Printf("The replica of these is damaged. What was written after their snapshots is not in them:\n%s\n", strings.Join(older, "\n"))
	}
	for _, code := range absent {
		rt.Printf("WARNING: the store %s has no copy at the replica: it had not had its turn yet, and nothing of it was ever confirmed as being there.\n", code)
	}
	rt.Printf("Done: %d databases. The replica belongs to this data directory now; start it with “wizamart serve”.\n", len(points))
	return nil
}

// tryKey is nil when the key file opens what the replica's databases hold sealed.
func tryKey(ctx context.Context, r *root, src *replicate.Source) error {
	file := cmp.Or(r.KeyFile, secret.DefaultFile(r.Data))
	keys, err := secret.Load(file)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	err = withPlatform(ctx, src, func(ctx context.Context, db *database.DB) error {
		known, err := secret.ReadKnown(ctx, db)
		if err != nil {
			return err
		}
		return secret.Fits(keys, file, known)
	})
	var missing *secret.MissingKeyError
	if errors.As(err, &missing) {
		return fmt.Errorf("nothing was restored: %w", err)
	}
	return err
}

// progress shows how far a long restore is: a bar on a terminal, a line for each file elsewhere.
func progress(out io.Writer) func(done, all int, name string, r replicate.Restored) {
	if f, ok := out.(*os.File); ok && isatty.IsTerminal(f.Fd()) {
		const width = 30
		return func(done, all int, name string, _ replicate.Restored) {
			full := width * done / all
			fmt.Fprintf(out, "\r[%s%s] %d of %d  %-46s", strings.Repeat("=", full), strings.Repeat(" ", width-full), done, all, name)
			if done == all {
				fmt.Fprintln(out)
			}
		}
	}
	return func(done, all int, name string, r replicate.Restored) {
		fmt.Fprintf(out, "%5d of %d  %-52s %s\n", done, all, name, summary(r))
	}
}
