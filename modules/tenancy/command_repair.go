package tenancy

import (
	"errors"
	"fmt"
	"time"

	"wizamart/framework/app"
	"wizamart/framework/database"
	"wizamart/framework/problem"
	"wizamart/tenant"
)

type storeName struct {
	Code string `arg:"" help:"Code or id of the store." name:"store"`
}

func (n storeName) find(rt *app.Runtime) (*tenant.Info, error) {
	p := rt.App.Platform
	if info := p.ByCode(n.Code); info != nil {
		return info, nil
	}
	if info := p.ByID(n.Code); info != nil {
		return info, nil
	}
	return nil, problem.New(problem.NotFound, "There is no store with the code “%s”. The codes are in “wizamart store list”.", n.Code)
}

type storeRestore struct {
	storeName
	LoseNewest bool `help:"Go back to what the replica has, although the store has written what is not there. The old file keeps it."`
}

// Help is the text behind the flags of store restore --help.
func (storeRestore) Help() string {
	return `For a store whose file is damaged or lost. It is closed for everybody else meanwhile; what it wrote last is copied to the replica; the newest
copy is restored beside it and checked; the old file is moved to stores/<id>/aside/ and kept; the store goes on with a new generation.
To look at an earlier moment, restore it as a copy: wizamart restore --store CODE --at TIME.`
}

// Run restores.
func (cmd *storeRestore) Run(rt *app.Runtime) error {
	info, err := cmd.find(rt)
	if err != nil {
		return err
	}
	out, err := rt.App.RestoreStore(rt.Ctx, info.ID, cmd.LoseNewest, func(what string) { rt.Printf("%s: %s …\n", info.Code, what) })
	if err != nil {
		return err
	}
	printRows(rt, out.Tables)
	rt.Printf("%s serves again, with all until %s, in %s.\n", info.Code, out.Copy.Point.Format(time.RFC3339), out.Copy.Took.Round(time.Millisecond))
	if out.Copy.PassedOver > 0 {
		rt.Printf("%d full copies at the replica were damaged too; what came before them was used, and what was written since.\n", out.Copy.PassedOver)
	}
	if out.Lost != nil {
		rt.Printf("WARNING: what it wrote last was not at the replica (%v). It is in the old file only.\n", out.Lost)
	}
	rt.Printf("The old file is kept in %s.\n", out.Aside)
	return nil
}

type storeRetry struct{ storeName }

// Run opens the store again.
func (cmd *storeRetry) Run(rt *app.Runtime) error {
	info, err := cmd.find(rt)
	if err != nil {
		return err
	}
	if err := rt.App.RetryStore(rt.Ctx, info.ID); err != nil {
		return explain(info, err)
	}
	rt.Printf("%s serves again.\n", info.Code)
	return nil
}

// explain tells an operator what a visitor is not told.
func explain(info *tenant.Info, err error) error {
	var q *tenant.QuarantinedError
	if errors.As(err, &q) {
		return fmt.Errorf("%s stays closed (%s): %s\n%s", info.Code, q.Reason, q.Detail, q.Advice(info.Code))
	}
	return err
}

type storeRollback struct {
	storeName
	Yes bool `help:"Do it. Without this, only what would happen is printed."`
}

// Help is the text behind the flags of store rollback --help.
func (storeRollback) Help() string {
	return `For the version before: a store is copied before each migration, and this puts that copy in its place. What was written since is NOT in it;
the newer file is moved to stores/<id>/aside/ and kept. Run it with the older version, which cannot open the newer file; under the
newer version the store stays closed afterwards, until “store retry” migrates it again.`
}

// Run rolls back.
func (cmd *storeRollback) Run(rt *app.Runtime) error {
	info, err := cmd.find(rt)
	if err != nil {
		return err
	}
	all, err := rt.App.Platform.Befores(info.ID)
	if err != nil {
		return err
	}
	if len(all) == 0 {
		return problem.New(problem.NotFound, "There is no copy of %s from before a migration. What is at its replica: wizamart restore --store %s --at TIME.", info.Code, info.Code)
	}
	if !cmd.Yes {
		rt.Printf("%s would go back to %s, before its last migration.\nEVERYTHING THAT IT WROTE SINCE – orders too – would no longer be in it. The newer file would be kept in stores/%s/aside/.\nTo do it: wizamart store rollback %s --yes\n",
			info.Code, all[0].Taken.Format(time.RFC3339), info.ID, info.Code)
		return &app.Exit{Status: 1}
	}
	from, out, err := rt.App.RollbackStore(rt.Ctx, info.ID, func(what string) { rt.Printf("%s: %s …\n", info.Code, what) })
	if err != nil {
		return err
	}
	printRows(rt, out.Tables)
	rt.Printf("%s is as it was at %s. The newer file, with what was written since, is kept in %s.\n", info.Code, from.Taken.Format(time.RFC3339), out.Aside)
	if q := rt.App.Platform.InQuarantine(info.ID); q != nil {
		rt.Printf("It stays closed under this version. %s\n", q.Advice(info.Code))
	}
	return nil
}

// printRows prints how many rows the important tables have.
func printRows(rt *app.Runtime, rows map[string]int) {
	for _, name := range app.Important(rt.App.Tables(), database.Store, rows) {
		rt.Printf("  %-32s %8d rows\n", name, rows[name])
	}
}
