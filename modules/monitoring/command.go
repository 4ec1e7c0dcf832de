package monitoring

import (
	"fmt"

	"wizamart/framework/app"
	"wizamart/framework/problem"
)

type replicaDrill struct {
	Store string `arg:"" optional:"" help:"Code of the store, or “platform”. All of them when it is left out."`
	JSON  bool   `help:"Print JSON: [{\"name\",\"result\",\"error\",\"orders\",\"newest\",\"bytes\",\"milliseconds\"}]."`
}

type drillRow struct {
	Name   string `json:"name"`
	Result string `json:"result"`
	Error  string `json:"error,omitempty"`
	Orders int    `json:"orders"`
	Newest int64  `json:"newest"`
	Bytes  int64  `json:"bytes"`
	MS     int64  `json:"milliseconds"`
}

// Help is the text behind the flags.
func (replicaDrill) Help() string {
	return `Exit status 0 when all came back whole, 1 when one did not. Nothing living is touched.`
}

// Run drills, one after the other.
func (cmd *replicaDrill) Run(rt *app.Runtime, s *Service) error {
	keys := []string{""}
	if cmd.Store != "" {
		key, err := storeArg{cmd.Store}.key(s)
		if err != nil {
			return err
		}
		keys[0] = key
	} else {
		for _, info := range s.app.Platform.Stores() {
			keys = append(keys, info.ID)
		}
	}
	var rows []drillRow
	bad := 0
	for _, key := range keys {
		r, err := s.Drill(rt.Ctx, key)
		if err != nil {
			return err
		}
		row := drillRow{Name: s.name(key), Result: r.DrillResult, Error: r.DrillError}
		if r.DrillResult == Sound {
			row.Orders, row.Newest, row.Bytes, row.MS = r.DrillOrders, r.DrillNewest, r.DrillBytes, r.DrillMS
		} else {
			bad++
		}
		rows = append(rows, row)
		if !cmd.JSON {
			rt.Printf("%-20s %-8s %s\n", row.Name, row.Result, row.text())
		}
	}
	if cmd.JSON {
		if err := rt.JSON(rows); err != nil {
			return err
		}
	}
	if bad > 0 {
		return &app.Exit{Status: 1, Message: fmt.Sprintf("%d of %d did not come back whole: “wizamart doctor” says what to do", bad, len(rows))}
	}
	return nil
}

func (r drillRow) text() string {
	if r.Result != Sound {
		return r.Error
	}
	text := fmt.Sprintf("%.1f MB in %d ms", float64(r.Bytes)/1e6, r.MS)
	if r.Orders > 0 {
		text += fmt.Sprintf(", %d orders, the newest #%d", r.Orders, r.Newest)
	}
	return text
}

type snapshotCmd struct {
	List snapshotList `cmd:"" help:"List a store's snapshots, the newest first."`
	Take snapshotTake `cmd:"" help:"Copy a store as it is now to the replica, beside its stream."`
}

type snapshotList struct {
	storeArg
	JSON bool `help:"Print JSON: [{\"name\",\"at\",\"bytes\"}]; bytes are packed."`
}

type snapshotRow struct {
	Name  string `json:"name"`
	At    string `json:"at"`
	Bytes int64  `json:"bytes"`
}

// Run lists.
func (cmd *snapshotList) Run(rt *app.Runtime, s *Service) error {
	key, err := cmd.key(s)
	if err != nil {
		return err
	}
	all, err := s.Snapshots(rt.Ctx, key)
	if err != nil {
		return err
	}
	rows := []snapshotRow{}
	for _, v := range all {
		rows = append(rows, snapshotRow{v.Name, v.At.Format("2006-01-02T15:04:05Z"), v.Bytes})
	}
	if cmd.JSON {
		return rt.JSON(rows)
	}
	if len(rows) == 0 {
		rt.Printf("There are none yet. Take one: wizamart snapshot take %s\n", cmd.Store)
	}
	for _, r := range rows {
		rt.Printf("%s  %s  %8.2f MB packed\n", r.Name, r.At, float64(r.Bytes)/1e6)
	}
	return nil
}

type snapshotTake struct{ storeArg }

// Run takes one.
func (cmd *snapshotTake) Run(rt *app.Runtime, s *Service) error {
	key, err := cmd.key(s)
	if err != nil {
		return err
	}
	saved, err := s.TakeSnapshot(rt.Ctx, key)
	if err != nil {
		return err
	}
	rt.Printf("%s  %.2f MB packed\nRestore it as a copy: wizamart restore --store %s --snapshot %s\n", saved.Name, float64(saved.Bytes)/1e6, cmd.Store, saved.Name)
	return nil
}

func errNoStore(code string) error {
	return problem.New(problem.NotFound, "There is no store with the code “%s”.", code)
}
